"""No step that was identical to the recordings of a real Docker may differ again."""

from __future__ import annotations

from typing import Any

import pytest
from baseline import BASELINE, numbers, ranges, read, write
from oracle import find_oracle
from report import REASONS, command, read_reasons
from runs import replay_all

ORACLE = find_oracle()
KNOWN = read(BASELINE.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def verdicts() -> dict[str, dict[int, Any]]:
    if ORACLE is None:
        pytest.skip("the recordings of a real Docker are not here: set ESTIBA_ORACLE")
    results = replay_all(ORACLE)
    return {r["scenario"]: {s["n"]: s for s in r["steps"]} for r in results if "skipped" not in r}


@pytest.mark.parametrize("scenario", sorted(KNOWN))
def test_what_was_identical_stays_identical(
    scenario: str, verdicts: dict[str, dict[int, Any]]
) -> None:
    if scenario not in verdicts:
        pytest.skip(f"{scenario} needs what this machine lacks")
    steps = verdicts[scenario]
    lost = [n for n in KNOWN[scenario] if n not in steps or not steps[n]["identical"]]
    assert not lost, "\n".join(f"{scenario}#{n}: {steps.get(n)}" for n in sorted(lost))


def test_the_baseline_comes_back_as_it_was_written() -> None:
    steps = {"a": {1, 2, 3, 7, 9, 10}, "b": {4}}
    assert read(write(steps)) == steps
    assert numbers(ranges([5, 1, 2])) == {1, 2, 5}


@pytest.mark.parametrize(
    ("what", "name"),
    [
        ("docker images -a", "images"),
        ("docker image ls", "image ls"),
        ("DOCKER_BUILDKIT=0 docker build .", "build"),
        ("docker --help", "docker"),
        ("join: docker wait x", "wait"),
        ("docker save x | tar t", "sh"),
        ("GET /v1.41/images/json", "API"),
    ],
)
def test_a_step_belongs_to_its_command(what: str, name: str) -> None:
    assert command(what) == name


def test_every_reason_says_why() -> None:
    reasons = read_reasons(REASONS.read_text(encoding="utf-8"))
    assert all(reason.why.endswith(".") for reason in reasons)
    assert len({reason.name for reason in reasons}) == len(reasons)
