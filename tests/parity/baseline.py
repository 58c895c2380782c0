"""The steps known to be identical, in a small file: `scenario: 1-30 32 40-41`, one line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

BASELINE = Path(__file__).with_name("baseline.txt")


def ranges(numbers: Iterable[int]) -> str:
    """
    >>> ranges([1, 2, 3, 5])
    '1-3 5'
    """
    found = []
    for _, run in groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        steps = [number for _, number in run]
        found.append(f"{steps[0]}-{steps[-1]}" if len(steps) > 1 else str(steps[0]))
    return " ".join(found)


def numbers(text: str) -> set[int]:
    """
    >>> sorted(numbers("1-3 5"))
    [1, 2, 3, 5]
    """
    found: set[int] = set()
    for word in text.split():
        first, _, last = word.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return found


def read(text: str) -> dict[str, set[int]]:
    lines = (line.partition(":") for line in text.splitlines() if line and line[0] != "#")
    return {scenario: numbers(steps) for scenario, _, steps in lines}


def write(steps: Mapping[str, Iterable[int]]) -> str:
    head = "# Steps identical to the recordings. Written by `make parity`, checked by the tests.\n"
    return head + "".join(f"{name}: {ranges(steps[name])}\n" for name in sorted(steps))
