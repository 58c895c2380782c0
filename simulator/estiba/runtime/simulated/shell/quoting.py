"""Writing words so that a shell reads them back: for `set`, `declare -p`, `-x` and `printf %q`."""

from __future__ import annotations

import re

SAFE = re.compile(r"[A-Za-z0-9_@%+:,./-]+")
TRACE_SAFE = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
CONTROL = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\x1b": "\\E", "\a": "\\a", "\b": "\\b"}
CONTROL |= {"\f": "\\f", "\v": "\\v"}
BACKSLASHED = frozenset(" \t!\"$&'()*;<>?[\\]^`{|},")


def single_quoted(text: str) -> str:
    """
    >>> print(single_quoted("it's"))
    'it'\\''s'
    """
    return "'" + text.replace("'", "'\\''") + "'"


def has_control(text: str) -> bool:
    return any(ord(one) < 32 or ord(one) == 127 for one in text)


def dollar_quote(text: str) -> str:
    """`$'…'`, for texts with control characters."""
    out = []
    for one in text:
        if one in CONTROL:
            out.append(CONTROL[one])
        elif ord(one) < 32 or ord(one) == 127:
            out.append(f"\\{ord(one):03o}")
        else:
            out.append("\\" + one if one in "\\'" else one)
    return "$'" + "".join(out) + "'"


def quote_word(text: str) -> str:
    """Always in quotes: `declare`, `${x@Q}`."""
    return dollar_quote(text) if has_control(text) else single_quoted(text)


def quote_if_needed(text: str) -> str:
    """As bash's `set` and its trace: quotes only where needed."""
    if not text:
        return "''"
    return text if TRACE_SAFE.fullmatch(text) else quote_word(text)


def double_quoted(text: str) -> str:
    """As `declare -p` and `export -p` of bash."""
    if has_control(text):
        return dollar_quote(text)
    return '"' + re.sub(r'(["\\$`])', r"\\\1", text) + '"'


def backslashed(text: str) -> str:
    """As `printf %q` of bash."""
    if not text:
        return "''"
    if has_control(text):
        return dollar_quote(text)
    out = "".join("\\" + one if one in BACKSLASHED else one for one in text)
    return "\\" + out if out[0] in "#~" else out
