"""What a grading found: points with reasons and evidence. The same submission gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check or question: what was wanted, what was got, and why it matters.

    `points` is None where a teacher still has to mark. `reason` and `hint` are in each language;
    `evidence` is what the engine printed.
    """

    id: str
    points: float | None
    max_points: float
    got: str
    reason: Texts
    hint: Texts
    evidence: str = ""
    misconception: int = 0

    @property
    def passed(self) -> bool:
        return self.points == self.max_points


@dataclass(frozen=True, slots=True)
class Report:
    """The grading of one submission. `problem` says why nothing could be graded, or what stopped it."""

    exercise: str
    seed: str
    findings: tuple[Finding, ...]
    problem: Texts

    @property
    def score(self) -> float:
        return sum(finding.points or 0 for finding in self.findings)

    @property
    def max_score(self) -> float:
        return sum(finding.max_points for finding in self.findings)

    @property
    def complete(self) -> bool:
        """Is nothing left for a teacher to mark?"""
        return all(finding.points is not None for finding in self.findings)

    def to_json(self) -> dict[str, Any]:
        findings = [asdict(finding) | {"passed": finding.passed} for finding in self.findings]
        return {
            "exercise": self.exercise,
            "seed": self.seed,
            "score": self.score,
            "max_score": self.max_score,
            "complete": self.complete,
            "problem": self.problem,
            "findings": findings,
        }

    def dumps(self) -> str:
        return json.dumps(self.to_json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
