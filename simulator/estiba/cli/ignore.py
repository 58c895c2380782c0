"""`.dockerignore`: which files a build does not get. Source: the behaviour of moby/patternmatcher."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from ..spec.pattern import BadPattern, path_match
from .errors import CommandFailed


def read_patterns(text: str) -> list[str]:
    """The patterns of a file, cleaned; `!` in front brings files back."""
    patterns = []
    for line in text.removeprefix("\ufeff").splitlines():
        if line.startswith("#"):
            continue
        pattern = line.strip()
        if not pattern:
            continue
        invert = pattern[0] == "!"
        if invert:
            pattern = pattern[1:].strip()
        if pattern:
            pattern = clean(pattern)
            if len(pattern) > 1 and pattern[0] == "/":
                pattern = pattern[1:]
        patterns.append(f"!{pattern}" if invert else pattern)
    return patterns


def clean(path: str) -> str:
    """Go's filepath.Clean."""
    path = posixpath.normpath(path)
    return path[1:] if path.startswith("//") else path


class Pattern:
    """One pattern, without its `!`."""

    __slots__ = ("_form", "exclusion", "text")

    def __init__(self, text: str) -> None:
        self.exclusion = text[0] == "!"
        if self.exclusion:
            if len(text) == 1:
                raise CommandFailed('illegal exclusion pattern: "!"')
            text = text[1:]
        self.text = clean(text.strip())
        try:
            path_match(self.text, ".")
        except BadPattern:
            raise CommandFailed("syntax error in pattern") from None
        self._form = _compile(self.text)

    def match(self, path: str) -> bool:
        return self._form.match(path) is not None


def _compile(text: str) -> re.Pattern[str]:
    out = ""
    place = 0
    while place < len(text):
        letter = text[place]
        place += 1
        if letter == "*" and text[place : place + 1] == "*":
            place += 1
            if text[place : place + 1] == "/":
                place += 1
            out += ".*" if place >= len(text) else "(.*/)?"
        elif letter == "*":
            out += "[^/]*"
        elif letter == "?":
            out += "[^/]"
        elif letter == "\\":
            out += re.escape(text[place : place + 1])
            place += 1
        elif letter == "[":
            end = text.index("]", place + 1)
            out += f"[{text[place:end]}]"
            place = end + 1
        else:
            out += re.escape(letter)
    return re.compile(f"{out}\\Z", re.DOTALL)


class Ignore:
    """All patterns of a build; callable as the `skip` of `tar.pack`."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [Pattern(text) for text in patterns if text.strip()]
        self._exclusions = [p.text for p in self._patterns if p.exclusion]

    def matches(self, path: str) -> bool:
        """Is the file left out, itself or by one of its parents?"""
        parts = path.split("/")
        candidates = [path, *("/".join(parts[:end]) for end in range(1, len(parts)))]
        matched = False
        for pattern in self._patterns:
            if pattern.exclusion == matched and any(map(pattern.match, candidates)):
                matched = not pattern.exclusion
        return matched

    def __call__(self, path: str, is_directory: bool) -> bool:
        return bool(self._patterns) and self.matches(path)

    def may_return(self, path: str) -> bool:
        """Could something inside a directory that is left out be brought back?"""
        return any(f"{text}/".startswith(f"{path}/") for text in self._exclusions)
