"""What an answer of the engine, or a count, must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Expectation:
    """Conditions by name, all of which must hold: `is`, `is_not`, `has`, `lacks`, `matches`, `lines`,
    `at_least`, `at_most`. Texts are compared without the white space around them.
    """

    conditions: tuple[tuple[str, str], ...]

    def holds(self, got: str, fill: Callable[[str], str] = str) -> bool:
        return all(
            CONDITIONS[name](got.strip(), fill(wanted).strip()) for name, wanted in self.conditions
        )

    def shown(self, fill: Callable[[str], str] = str) -> tuple[tuple[str, str], ...]:
        return tuple((name, fill(wanted)) for name, wanted in self.conditions)


def _compared(got: str, wanted: str, holds: Callable[[float, float], bool]) -> bool:
    number = NUMBER.fullmatch(got)
    return number is not None and holds(float(got), float(wanted))


CONDITIONS: Mapping[str, Callable[[str, str], bool]] = {
    "is": lambda got, wanted: got == wanted,
    "is_not": lambda got, wanted: got != wanted,
    "has": lambda got, wanted: wanted in got,
    "lacks": lambda got, wanted: wanted not in got,
    "matches": lambda got, wanted: re.search(wanted, got, re.MULTILINE) is not None,
    "lines": lambda got, wanted: len(got.splitlines()) == int(wanted),
    "at_least": lambda got, wanted: _compared(got, wanted, float.__ge__),
    "at_most": lambda got, wanted: _compared(got, wanted, float.__le__),
}
