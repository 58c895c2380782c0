"""Numbers, characters and strings as a template writes them."""

from __future__ import annotations

import re

from ...spec.gotext import quote
from .errors import TemplateError

SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
SIMPLE |= {"'": "'", '"': '"'}
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))")
INTEGER = re.compile(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)\Z"
)
FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:_[0-9]+)*)?(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?\Z")


def unquote(text: str) -> str:
    """The text inside quotes. Raises: TemplateError."""
    if text[0] == "`":
        return text[1:-1].replace("\r", "")
    return ESCAPE.sub(_escaped, text[1:-1]) if "\\" in text else text[1:-1]


def _escaped(match: re.Match[str]) -> str:
    byte, short, long, octal, letter = match.groups()
    if letter is not None:
        if letter not in SIMPLE:
            raise TemplateError("invalid syntax")
        return SIMPLE[letter]
    code = int(octal, 8) if octal else int(byte or short or long, 16)
    if code > 0x10FFFF or (octal and code > 255):
        raise TemplateError("invalid syntax")
    return chr(code)


def number_value(text: str) -> int | float:
    """A number, or the code of a character. Raises: TemplateError."""
    if text[0] == "'":
        inner = unquote(text)
        if len(inner) != 1:
            raise TemplateError(f"malformed character constant: {text}")
        return ord(inner)
    if INTEGER.match(text):
        digits = text.lstrip("+-").replace("_", "")
        octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
        value = int(digits, 8 if octal else 0)
        if value >= 1 << 64 or (text[0] == "-" and value > 1 << 63):
            raise TemplateError(f"integer overflow: {quote(text)}")
        return -value if text[0] == "-" else value
    if FLOAT.match(text) and text.lstrip("+-").isdigit():
        raise TemplateError(f"integer overflow: {quote(text)}")
    if FLOAT.match(text) and re.search("[0-9]", text) and not text.endswith("_"):
        return float(text.replace("_", ""))
    raise TemplateError(f"illegal number syntax: {quote(text)}")
