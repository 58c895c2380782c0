"""A report as text for a terminal."""

from __future__ import annotations

from textwrap import indent

from .report import Finding, Report


def tell(report: Report, language: str) -> str:
    """One line a finding, with reason, hint and evidence below what failed."""
    lines = [f"{report.exercise}: {report.score:g} / {report.max_score:g}\n"]
    if report.problem:
        lines.append(f"  ! {report.problem[language]}\n")
    lines += [_finding(finding, language) for finding in report.findings]
    return "".join(lines)


def _finding(finding: Finding, language: str) -> str:
    if finding.points is None:
        mark, points = "?", f"? / {finding.max_points:g}"
    else:
        mark, points = (
            "✓" if finding.passed else "✗",
            f"{finding.points:g} / {finding.max_points:g}",
        )
    text = f"  {mark} {finding.id} ({points}) {finding.reason.get(language, '')}\n"
    if finding.passed:
        return text
    if finding.hint:
        text += f"      → {finding.hint[language]}\n"
    if finding.evidence.strip():
        text += indent(finding.evidence.rstrip() + "\n", "      | ")
    return text
