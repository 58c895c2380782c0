"""File name patterns as Go matches them: `*`, `?`, `[a-z]`, `\\\\x`; a `*` never crosses a slash.

Source: Go, path.Match.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..errors import Failure


class BadPattern(Failure):
    def __init__(self) -> None:
        super().__init__("syntax error in pattern")


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression over the whole name. Raises: BadPattern."""
    parts: list[str] = []
    place = 0
    while place < len(pattern):
        part, place = _next_part(pattern, place)
        parts.append(part)
    return re.compile("".join(parts), re.DOTALL)


def matches(pattern: str, name: str) -> bool:
    """Does the whole name match? Raises: BadPattern.

    >>> matches("busy*", "busybox"), matches("*", "a/b"), matches("[^a-c]?", "dx")
    (True, False, True)
    """
    return compile_pattern(pattern).fullmatch(name) is not None


def _next_part(pattern: str, place: int) -> tuple[str, int]:
    char = pattern[place]
    if char == "*":
        return "[^/]*", place + 1
    if char == "?":
        return "[^/]", place + 1
    if char == "[":
        return _class(pattern, place + 1)
    if char == "\\":
        char, place = _escaped(pattern, place)
        return re.escape(char), place
    return re.escape(char), place + 1


def _escaped(pattern: str, place: int) -> tuple[str, int]:
    """The character at a place, without the backslash before it, and what follows."""
    if pattern[place : place + 1] == "\\":
        place += 1
    if place >= len(pattern):
        raise BadPattern
    return pattern[place], place + 1


def _class(pattern: str, place: int) -> tuple[str, int]:
    negated = pattern[place : place + 1] == "^"
    place += negated
    ranges: list[str] = []
    while not (pattern[place : place + 1] == "]" and ranges):
        if pattern[place : place + 1] in ("-", "]"):
            raise BadPattern
        low, place = _escaped(pattern, place)
        high = low
        if pattern[place : place + 1] == "-":
            if pattern[place + 1 : place + 2] in ("-", "]"):
                raise BadPattern
            high, place = _escaped(pattern, place + 1)
        ranges.append(f"{re.escape(low)}-{re.escape(high)}" if low <= high else "")
    body = "".join(ranges)
    if not body:
        return ("." if negated else "(?!)"), place + 1
    return f"[{'^' if negated else ''}{body}]", place + 1
