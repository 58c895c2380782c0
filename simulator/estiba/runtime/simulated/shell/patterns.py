"""Shell patterns: `*`, `?`, `[…]` and bash's extended ones, as regular expressions.

A pattern comes as text in which a backslash quotes the next character.
Source: POSIX.1-2017, Shell Command Language, 2.13 "Pattern Matching Notation".
"""

from __future__ import annotations

import re
from functools import lru_cache

SPECIAL = frozenset("*?[\\")
CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z",
    "space": r"\s", "blank": r" \t", "punct": r"!-/:-@\[-`{-~", "xdigit": "0-9A-Fa-f",
    "cntrl": r"\x00-\x1f\x7f", "print": r"\x20-\x7e", "graph": r"\x21-\x7e",
}  # fmt: skip


def quote(text: str) -> str:
    """The pattern that matches exactly this text."""
    if SPECIAL.isdisjoint(text) and "(" not in text:
        return text
    return "".join("\\" + c if c in "*?[]\\!-()|@+" else c for c in text)


def unquote(pattern: str) -> str:
    """The text of a pattern without its backslashes."""
    return re.sub(r"\\(.)", r"\1", pattern, flags=re.S)


def has_magic(pattern: str, *, extended: bool = False) -> bool:
    """Could it match anything but itself?

    >>> has_magic("a*"), has_magic("a[b"), has_magic("a" + quote("*"))
    (True, False, False)
    """
    bare = re.sub(r"\\.", "", pattern, flags=re.S)
    if "*" in bare or "?" in bare or ("[" in bare and "]" in bare.partition("[")[2]):
        return True
    return extended and re.search(r"[@+!]\(", bare) is not None


@lru_cache(512)
def translate(pattern: str, *, extended: bool = False, greedy: bool = True) -> str:
    """The regular expression of a pattern, without anchors."""
    out: list[str] = []
    at = 0
    star = ".*" if greedy else ".*?"
    while at < len(pattern):
        character = pattern[at]
        if extended and character in "@?*+!" and pattern.startswith("(", at + 1):
            at, piece = _extended(pattern, at)
            out.append(piece)
            continue
        at += 1
        if character == "*":
            out.append(star)
        elif character == "?":
            out.append(".")
        elif character == "[":
            at, piece = _bracket(pattern, at)
            out.append(piece)
        elif character == "\\" and at < len(pattern):
            out.append(re.escape(pattern[at]))
            at += 1
        else:
            out.append(re.escape(character))
    return "".join(out)


def _extended(pattern: str, at: int) -> tuple[int, str]:
    kind, depth, end = pattern[at], 0, at + 1
    parts: list[str] = []
    start = at + 2
    while end < len(pattern):
        character = pattern[end]
        if character == "(":
            depth += 1
        elif character == ")" or (character == "|" and depth == 1):
            if character == ")":
                depth -= 1
            if depth == 0 or character == "|":
                parts.append(translate(pattern[start:end], extended=True))
                start = end + 1
            if depth == 0:
                break
        end += 1
    inner = "|".join(parts)
    made = {"@": f"(?:{inner})", "?": f"(?:{inner})?", "*": f"(?:{inner})*", "+": f"(?:{inner})+"}
    return end + 1, made.get(kind, f"(?!(?:{inner})$).*")


def _bracket(pattern: str, at: int) -> tuple[int, str]:
    """A bracket expression after its `[`; a lone `[` is itself."""
    end = at
    negated = pattern[end : end + 1] in ("!", "^")
    end += negated
    pieces: list[str] = []
    first = True
    while end < len(pattern) and (pattern[end] != "]" or first):
        first = False
        if pattern.startswith("[:", end) and (stop := pattern.find(":]", end)) > 0:
            pieces.append(CLASSES.get(pattern[end + 2 : stop], ""))
            end = stop + 2
        elif pattern[end] == "\\" and end + 1 < len(pattern):
            pieces.append(re.escape(pattern[end + 1]))
            end += 2
        else:
            character = pattern[end]
            pieces.append("-" if character == "-" else re.escape(character))
            end += 1
    if end >= len(pattern):
        return at, re.escape("[")
    inner = "".join(pieces)
    return end + 1, f"[{'^' if negated else ''}{inner}]"


@lru_cache(512)
def compiled(pattern: str, extended: bool = False, ignore_case: bool = False) -> re.Pattern[str]:
    """A pattern ready to match whole texts with `fullmatch`."""
    flags = re.S | (re.I if ignore_case else 0)
    try:
        return re.compile(translate(pattern, extended=extended), flags)
    except re.error:
        return re.compile(re.escape(unquote(pattern)), flags)


def matches(pattern: str, text: str, *, extended: bool = False, ignore_case: bool = False) -> bool:
    """
    >>> matches("a*[0-9]", "abc7"), matches("a?", "abc")
    (True, False)
    """
    return compiled(pattern, extended, ignore_case).fullmatch(text) is not None
