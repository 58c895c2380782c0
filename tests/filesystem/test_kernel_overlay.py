"""The same random calls on our union mount and on the kernel's overlayfs, as Docker mounts it.

`ESTIBA_OVERLAY_SEQUENCES` says how many sequences (200), `ESTIBA_OVERLAY_SEED` with which seed they begin (0).
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from random import Random

import pytest
from kernel_overlay import Outcome, in_child, reason_to_skip, run
from random_steps import Lower, Step, build, random_lower, random_steps
from simulated_performer import SimulatedPerformer, upper_of

from estiba.filesystem import UnionMount

SEQUENCES = int(os.environ.get("ESTIBA_OVERLAY_SEQUENCES", "200"))
FIRST = int(os.environ.get("ESTIBA_OVERLAY_SEED", "0"))
BATCH = 20


def sequence(seed: int) -> tuple[list[Lower], list[Step]]:
    random = Random(seed)
    count = random.choice((1, 1, 2, 3))
    lowers = [random_lower(random, whiteouts=at < count - 1) for at in range(count)]
    return lowers, random_steps(random, random.choice((5, 15, 40)))


def simulate(lowers: list[Lower], steps: list[Step]) -> Outcome:
    mount = UnionMount([build(lower) for lower in lowers])
    performer = SimulatedPerformer(mount)
    answers = [performer.perform(step) for step in steps]
    for slot in list(performer.held):
        performer.held.pop(slot).close()
    diff = sorted(map(str, mount.changes()))
    return Outcome(answers, performer.visible(), upper_of(mount), diff, mount.size())


def ask_kernel(seeds: range, work: Path) -> list[Outcome]:
    return [run(work, *sequence(seed)) for seed in seeds]


def differences(seed: int, ours: Outcome, kernels: Outcome) -> list[str]:
    _, steps = sequence(seed)
    found = [
        f"step {at}: {step}: {mine!r}, kernel {its!r}"
        for at, (step, mine, its) in enumerate(
            zip(steps, ours.answers, kernels.answers, strict=True)
        )
        if mine != its
    ]
    for what in ("visible", "upper"):
        mine, its = getattr(ours, what), getattr(kernels, what)
        for path in sorted({*mine, *its}):
            if mine.get(path) != its.get(path):
                found.append(f"{what} {path}: {mine.get(path)!r}, kernel {its.get(path)!r}")
    if ours.diff != kernels.diff:
        found.append(f"diff {ours.diff}, kernel {kernels.diff}")
    if ours.size != kernels.size:
        found.append(f"size {ours.size}, kernel {kernels.size}")
    return [f"seed {seed}: {line}" for line in found]


@pytest.fixture(scope="module")
def kernel() -> None:
    reason = reason_to_skip()
    if reason is not None:
        pytest.skip(reason)


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("first", range(FIRST, FIRST + SEQUENCES, BATCH))
def test_any_sequence_of_calls_ends_as_on_the_kernels_overlay(first: int) -> None:
    seeds = range(first, min(first + BATCH, FIRST + SEQUENCES))
    outcomes = in_child(partial(ask_kernel, seeds))
    wrong: list[str] = []
    for seed, kernels in zip(seeds, outcomes, strict=True):
        wrong += differences(seed, simulate(*sequence(seed)), kernels)
    assert not wrong, "\n".join(wrong)
