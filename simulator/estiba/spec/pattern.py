"""Patterns of names: `*`, `?`, `[a-z]` and `\\`, where `*` and `?` stop at a slash.

`docker images PATTERN` and the filter `reference=` compare a pattern with the familiar form, first
with the tag, then without.

Source: Go, path.Match; distribution/reference, FamiliarMatch.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from estiba.errors import InvalidInput
from estiba.spec.reference import Reference

_One = Callable[[str], bool]


class BadPattern(InvalidInput):
    hint: ClassVar[str] = "An open [ needs a closing ], and a \\ something after it."

    def __init__(self, pattern: str) -> None:
        super().__init__("syntax error in pattern")
        self.pattern = pattern


def familiar_match(pattern: str, reference: Reference) -> bool:
    """Whether a pattern names this reference, with or without its tag.

    Raises: BadPattern.
    """
    if path_match(pattern, reference.familiar):
        return True
    return path_match(pattern, reference.familiar_name)


def path_match(pattern: str, text: str) -> bool:
    """Whether a pattern names the whole text.

    >>> path_match("busy*:1.*", "busybox:1.36"), path_match("*", "user/busybox")
    (True, False)

    Raises: BadPattern.
    """
    chunks = _compiled(pattern)
    for number, chunk in enumerate(chunks):
        is_last = number == len(chunks) - 1
        starts = _starts(text) if chunk.after_star else iter((0,))
        if chunk.after_star and not chunk.ones:
            return "/" not in text
        for start in starts:
            rest = chunk.match(text[start:])
            if rest is not None and (not is_last or not rest):
                text = rest
                break
        else:
            return False
    return not text


def _starts(text: str) -> Iterator[int]:
    """Where what follows a star may begin: anywhere up to the next slash."""
    slash = text.find("/")
    return iter(range((len(text) if slash < 0 else slash) + 1))


@dataclass(frozen=True, slots=True)
class _Chunk:
    after_star: bool
    ones: tuple[_One, ...]

    def match(self, text: str) -> str | None:
        """What is left of the text after this chunk, or None."""
        if len(text) < len(self.ones):
            return None
        if all(one(char) for one, char in zip(self.ones, text, strict=False)):
            return text[len(self.ones) :]
        return None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> tuple[_Chunk, ...]:
    chunks: list[_Chunk] = []
    ones: list[_One] = []
    after_star = False
    at = 0
    while at < len(pattern):
        if pattern[at] == "*":
            if ones or not (after_star or chunks):
                chunks.append(_Chunk(after_star, tuple(ones)))
            ones, after_star = [], True
            at += 1
            continue
        one, at = _read_one(pattern, at)
        ones.append(one)
    chunks.append(_Chunk(after_star, tuple(ones)))
    return tuple(chunks)


def _read_one(pattern: str, at: int) -> tuple[_One, int]:
    char = pattern[at]
    if char == "?":
        return (lambda c: c != "/"), at + 1
    if char == "[":
        return _read_class(pattern, at + 1)
    if char == "\\":
        at += 1
        if at == len(pattern):
            raise BadPattern(pattern)
    literal = pattern[at]
    return literal.__eq__, at + 1


def _read_class(pattern: str, at: int) -> tuple[_One, int]:
    negated = pattern[at : at + 1] == "^"
    at += negated
    ranges: list[tuple[str, str]] = []
    while not (pattern[at : at + 1] == "]" and ranges):
        low, at = _read_bound(pattern, at)
        high = low
        if pattern[at : at + 1] == "-":
            high, at = _read_bound(pattern, at + 1)
        ranges.append((low, high))
    return (lambda c: any(a <= c <= b for a, b in ranges) != negated), at + 1


def _read_bound(pattern: str, at: int) -> tuple[str, int]:
    """One end of a range; at least the closing bracket must follow."""
    if pattern[at : at + 1] in {"", "-", "]"}:
        raise BadPattern(pattern)
    if pattern[at] == "\\":
        at += 1
    if at + 1 >= len(pattern):
        raise BadPattern(pattern)
    return pattern[at], at + 1
