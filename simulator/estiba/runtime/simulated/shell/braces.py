"""Brace expansion of bash:

`a{b,c}d`, `{1..5}`, `{a..e..2}`. It works on the written word, before all else.
"""

from __future__ import annotations

import re
from itertools import pairwise

SEQUENCE = re.compile(
    r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?|([a-zA-Z])\.\.([a-zA-Z])(?:\.\.(-?\d+))?"
)
OPENERS = {"'": "'", '"': '"', "`": "`"}


def expand_braces(text: str) -> list[str]:
    """
    >>> expand_braces("a{b,c{1..2}}d")
    ['abd', 'ac1d', 'ac2d']
    >>> expand_braces("${x}{a}")
    ['${x}{a}']
    """
    found = _first_group(text)
    if found is None:
        return [text]
    start, end, choices = found
    head = text[:start]
    tails = expand_braces(text[end:])
    return [
        head + middle + tail
        for choice in choices
        for middle in expand_braces(choice)
        for tail in tails
    ]


def _first_group(text: str) -> tuple[int, int, list[str]] | None:
    """The first group that expands: where it is, and its choices."""
    at = 0
    while (at := _skip(text, at, "{")) < len(text):
        end, commas = _group(text, at)
        if end:
            inner = text[at + 1 : end]
            if commas:
                cuts = [at, *commas, end]
                choices = [text[one + 1 : two] for one, two in pairwise(cuts)]
                return at, end + 1, choices
            if match := SEQUENCE.fullmatch(inner):
                return at, end + 1, _sequence(match)
        at += 1
    return None


def _skip(text: str, at: int, wanted: str) -> int:
    """The next place of one of the characters outside quotes and expansions."""
    while at < len(text) and text[at] not in wanted:
        character = text[at]
        if character == "\\":
            at += 1
        elif character in OPENERS:
            end = text.find(character, at + 1)
            at = len(text) if end < 0 else end
        elif character == "$" and text[at + 1 : at + 2] in ("{", "("):
            at = _closing(text, at + 1)
        at += 1
    return min(at, len(text))


def _closing(text: str, at: int) -> int:
    opener = text[at]
    closer = {"{": "}", "(": ")"}[opener]
    depth = 0
    while at < len(text):
        depth += {opener: 1, closer: -1}.get(text[at], 0)
        if depth == 0:
            return at
        at += 1
    return at


def _group(text: str, start: int) -> tuple[int, list[int]]:
    """Where the group closes (0: nowhere), and its commas."""
    depth, at = 0, start
    commas: list[int] = []
    while (at := _skip(text, at, "{},")) < len(text):
        if text[at] == "{":
            depth += 1
        elif text[at] == "}":
            depth -= 1
            if depth == 0:
                return at, commas
        elif depth == 1:
            commas.append(at)
        at += 1
    return 0, commas


def _sequence(match: re.Match[str]) -> list[str]:
    if match[1] is not None:
        first, last = int(match[1]), int(match[2])
        step = abs(int(match[3] or 1)) or 1
        width = max(len(match[1]), len(match[2])) if _padded(match[1]) or _padded(match[2]) else 0
        return [f"{number:0{width}d}" for number in _range(first, last, step)]
    first, last = ord(match[4]), ord(match[5])
    return [chr(code) for code in _range(first, last, abs(int(match[6] or 1)) or 1)]


def _padded(text: str) -> bool:
    digits = text.lstrip("-")
    return len(digits) > 1 and digits.startswith("0")


def _range(first: int, last: int, step: int) -> range:
    return range(first, last + 1, step) if first <= last else range(first, last - 1, -step)
