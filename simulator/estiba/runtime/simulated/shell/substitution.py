"""The operators of `${name…}` that change a text."""

from __future__ import annotations

import re

from .patterns import compiled, matches, translate


def remove(text: str, operator: str, pattern: str, extended: bool = False) -> str:
    """`#` `##` cut a matching start, `%` `%%` a matching end; doubled ones cut the longest.

    >>> remove("a.b.c", "##", "*."), remove("a.b.c", "%", ".*")
    ('c', 'a.b')
    """
    matcher = compiled(pattern, extended)
    size = len(text)
    if operator[0] == "#":
        lengths = range(size + 1) if operator == "#" else range(size, -1, -1)
        for length in lengths:
            if matcher.fullmatch(text, 0, length):
                return text[length:]
    else:
        starts = range(size, -1, -1) if operator == "%" else range(size + 1)
        for start in starts:
            if matcher.fullmatch(text, start):
                return text[:start]
    return text


def replace(text: str, operator: str, pattern: str, new: str, extended: bool = False) -> str:
    """`/` the first match, `//` all, `/#` at the start, `/%` at the end;

    the longest match each time.
    """
    if not pattern:
        if operator == "/#":
            return new + text
        return text + new if operator == "/%" else text
    source = translate(pattern, extended=extended)
    anchored = {"/#": f"\\A(?:{source})", "/%": f"(?:{source})\\Z"}.get(operator, source)
    count = 0 if operator == "//" else 1
    return re.sub(anchored, lambda _: new, text, count=count, flags=re.S) if text else text


def change_case(text: str, operator: str, pattern: str) -> str:
    """`^` `,` the first character, doubled ones all, where the pattern matches."""
    change = str.upper if operator[0] == "^" else str.lower
    pattern = pattern or "?"
    if len(operator) == 1:
        first = text[:1]
        return (change(first) if matches(pattern, first) else first) + text[1:]
    return "".join(change(one) if matches(pattern, one) else one for one in text)


def substring(text: str, start: int, length: int | None) -> str:
    """`${name:start:length}`; negative numbers count from the end.

    >>> substring("abcdef", -3, 2), substring("abcdef", 1, -1)
    ('de', 'bcde')
    """
    size = len(text)
    if start < 0:
        start += size
        if start < 0:
            return ""
    if length is None:
        return text[start:]
    return text[start : start + length] if length >= 0 else text[start : size + length]
