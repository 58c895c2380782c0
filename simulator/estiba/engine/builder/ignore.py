"""`.dockerignore`: patterns of paths to leave out, `!` for exceptions, the last match decides.

Source: Dockerfile reference, ".dockerignore file"; Docker, pkg/fileutils.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from functools import lru_cache


def read_patterns(text: str) -> list[str]:
    """The patterns, cleaned: no comments, no slash in front."""
    found: list[str] = []
    for number, raw in enumerate(text.splitlines()):
        line = raw.removeprefix("\ufeff") if number == 0 else raw
        if line.startswith("#") or not line.strip():
            continue
        line = line.strip()
        inverted = line.startswith("!")
        pattern = posixpath.normpath(line[inverted:].strip())
        if len(pattern) > 1:
            pattern = pattern.lstrip("/")
        found.append("!" + pattern if inverted else pattern)
    return found


def ignored(path: str, patterns: Sequence[str]) -> bool:
    """Is a path left out?

    >>> ignored("a/b.log", ["**/*.log"]), ignored("a/b", ["a", "!a/b"]), ignored("b", ["a"])
    (True, False, False)
    """
    path = posixpath.normpath(path)
    above = path.split("/")[:-1]
    found = False
    for pattern in patterns:
        negative = pattern.startswith("!")
        expression = _compiled(pattern[negative:])
        match = expression.fullmatch(path) is not None
        if not match and above:
            depth = pattern[negative:].count("/") + 1
            if depth <= len(above):
                match = expression.fullmatch("/".join(above[:depth])) is not None
        if match:
            found = not negative
    return found


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    place = 0
    while place < len(pattern):
        char = pattern[place]
        if pattern.startswith("**", place):
            place += 2
            if pattern.startswith("/", place):
                place += 1
            parts.append(".*" if place >= len(pattern) else "(?:.*/)?")
            continue
        if char == "*":
            parts.append("[^/]*")
        elif char == "?":
            parts.append("[^/]")
        elif char == "\\" and place + 1 < len(pattern):
            place += 1
            parts.append(re.escape(pattern[place]))
        elif char in "[]" or (char in "-^" and "[" in pattern[:place]):
            parts.append(char)
        else:
            parts.append(re.escape(char))
        place += 1
    return re.compile("".join(parts), re.DOTALL)
