"""The parity board as a page: commands by area, and why steps differ."""

from __future__ import annotations

import shlex
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baseline import numbers, ranges

REASONS = Path(__file__).with_name("reasons.toml")
GROUPS = frozenset(
    "builder buildx checkpoint config container context image manifest network node plugin secret "
    "service stack swarm system trust volume".split()
)
UNEXPLAINED = "unexplained"
Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why steps differ. `artefacts`: also those that show the recording machine."""

    name: str
    why: str
    steps: frozenset[tuple[str, int]]
    artefacts: bool = False


def read_reasons(text: str) -> list[Reason]:
    found = []
    for name, entry in tomllib.loads(text).items():
        steps = {
            (scenario, number)
            for scenario, given in entry.get("steps", {}).items()
            for number in numbers(given)
        }
        reason = Reason(name, entry["why"], frozenset(steps), entry.get("artefacts", False))
        found.append(reason)
    return found


def reason_of(step: Step, reasons: Iterable[Reason]) -> str:
    """The name of the first reason that fits a step."""
    key = (step["scenario"], step["n"])
    for reason in reasons:
        if key in reason.steps or (reason.artefacts and step["artefact"]):
            return reason.name
    return UNEXPLAINED


def command(what: str) -> str:
    """`docker image ls -a` is `image ls`; a request is `API`, a shell line `sh`."""
    if what.startswith(("GET /", "POST /", "PUT /", "HEAD /", "DELETE /")):
        return "API"
    try:
        words = shlex.split(what)
    except ValueError:
        words = what.split()
    while words and ("=" in words[0] or words[0] == "join:"):
        words.pop(0)
    if words[:1] != ["docker"] or "|" in words:
        return "sh"
    words = [word for word in words[1:] if not word.startswith("-")]
    if not words or not words[0].isalpha():
        return "docker"
    return " ".join(words[:2]) if words[0] in GROUPS and len(words) > 1 else words[0]


def page(results: Sequence[dict[str, Any]], reasons: Sequence[Reason]) -> str:
    """The whole page in Markdown."""
    steps = [step for result in results for step in result["steps"]]
    differing = [step for step in steps if not step["identical"]]
    causes = defaultdict(list)
    for step in differing:
        causes[reason_of(step, reasons)].append(step)
    return "\n".join(
        [HEAD.format(**_total(steps)), _areas(steps), COMMANDS, *_commands(steps, reasons), WHY]
        + [_cause(reason.name, reason.why, causes[reason.name]) for reason in reasons]
        + [_cause(UNEXPLAINED, "No reason is given yet.", causes[UNEXPLAINED])]
    )


def _total(steps: Sequence[Step]) -> dict[str, object]:
    same = sum(step["identical"] for step in steps)
    codes = sum(step["exit_equal"] for step in steps)
    share, code_share = _percent(same, len(steps)), _percent(codes, len(steps))
    return {"steps": len(steps), "same": same, "share": share, "codes": code_share}


def _percent(part: int, whole: int) -> str:
    """Cut, not rounded: 100.0 means all."""
    return f"{1000 * part // whole / 10:.1f}" if whole else "-"


def _areas(steps: Sequence[Step]) -> str:
    rows = ["| Area | Steps | Identical | % | Exit codes equal % |", "|---|---|---|---|---|"]
    for area in sorted({step["area"] for step in steps}):
        total = _total([step for step in steps if step["area"] == area])
        rows.append(
            f"| {area} | {total['steps']} | {total['same']} | {total['share']} | {total['codes']} |"
        )
    return "\n".join(rows)


def _commands(steps: Sequence[Step], reasons: Sequence[Reason]) -> Iterable[str]:
    cells = defaultdict(list)
    for step in steps:
        cells[command(step["what"]), step["area"]].append(step)
    for (name, area), found in sorted(cells.items()):
        total = _total(found)
        why = sorted({reason_of(step, reasons) for step in found if not step["identical"]})
        yield (
            f"| `{name}` | {area} | {total['steps']} | {total['same']} "
            f"| {sum(step['exit_equal'] for step in found)} | {', '.join(why)} |"
        )


def _cause(name: str, why: str, steps: Sequence[Step]) -> str:
    if not steps:
        return ""
    places = defaultdict(list)
    for step in steps:
        places[step["scenario"]].append(step["n"])
    where = "; ".join(f"{scenario} {ranges(found)}" for scenario, found in sorted(places.items()))
    return f"**{name}** ({len(steps)}): {why}\n  Steps: {where}\n"


HEAD = """\
# Parity with a real Docker

Written by `make parity`. Every step recorded from Docker Engine 20.10.24 with CLI 28.2 is run again
through our command line. It is *identical* when standard output, standard error and exit code (on a
terminal: the screen and the exit code; for the API: status and body) are equal after normalisation
of identifiers, times and Docker's own random orders, by the recordings' own scorer.

**{same} of {steps} steps are identical ({share} %); exit codes are equal in {codes} %.**

The steps of a scenario run in one process, on a virtual clock, with `docker` as a function call.
Shell lines, requests of the Engine API and whatever else is not a `docker` command reach the same
engine through its socket. Terminals are real pseudo-terminals. No scenario needs a daemon process.
"""
COMMANDS = """
## Commands

| Command | Area | Steps | Identical | Exit codes equal | What differs |
|---|---|---|---|---|---|"""
WHY = "\n## What differs and why\n"
