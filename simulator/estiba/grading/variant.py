"""A student's own variant: names, numbers and images that follow from the seed alone.

In texts and commands `@{name}` stands for a value. The same exercise, name and seed give the same
value on every machine and in every version of Python.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from ..errors import InvalidInput

PLACE = re.compile(r"@\{([a-z][a-z0-9_]*)\}")

Choices = tuple[str, ...] | range
"""What a value is chosen from."""


class UnknownValue(InvalidInput):
    def __init__(self, name: str) -> None:
        super().__init__(f"@{{{name}}} is no value of this exercise")
        self.name = name


class Variant:
    """The values of one exercise for one seed."""

    def __init__(self, exercise: str, choices: Mapping[str, Choices], seed: str) -> None:
        self.seed = f"{exercise}/{seed}"
        self.values = {
            name: str(options[self.number(name, len(options))]) for name, options in choices.items()
        }

    def number(self, name: str, below: int) -> int:
        """A number from 0 that depends on the seed and a name."""
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % below

    def shuffled(self, name: str, count: int) -> list[int]:
        """The numbers below `count` in an order that depends on the seed and a name."""
        return sorted(range(count), key=lambda index: self.number(f"{name}/{index}", 1 << 62))

    def fill(self, text: str) -> str:
        """The text with its values. Raises: UnknownValue."""
        return PLACE.sub(self._value, text)

    def filled(self, data: bytes) -> bytes:
        """A starter file with the values, if it is text. Raises: UnknownValue."""
        try:
            return self.fill(data.decode()).encode()
        except UnicodeDecodeError:
            return data

    def _value(self, match: re.Match[str]) -> str:
        try:
            return self.values[match[1]]
        except KeyError:
            raise UnknownValue(match[1]) from None
