"""Backslash escapes: of `$'…'`, `echo -e` and `printf`.

Source: bash(1), "QUOTING"; printf(1) of POSIX.
"""

from __future__ import annotations

from ..streams import decode

SIMPLE = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t",
    "v": "\v", "\\": "\\",
}  # fmt: skip
QUOTES = {"'": "'", '"': '"', "?": "?"}
OCTAL = "01234567"
HEX = "0123456789abcdefABCDEF"


class Stopped(Exception):
    """`\\c`: no more output. `text` is what came before."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def _digits(text: str, start: int, allowed: str, most: int) -> str:
    end = start
    while end < len(text) and end - start < most and text[end] in allowed:
        end += 1
    return text[start:end]


def _byte(value: int) -> str:
    return decode(bytes((value & 0xFF,)))


def _numeric(text: str, at: int) -> tuple[str, int] | None:
    """An escape with digits after the backslash at `at - 1`: what it is and where it ends."""
    letter = text[at]
    if letter == "x" and (digits := _digits(text, at + 1, HEX, 2)):
        return _byte(int(digits, 16)), at + 1 + len(digits)
    if letter in "uU" and (digits := _digits(text, at + 1, HEX, 4 if letter == "u" else 8)):
        return chr(int(digits, 16)), at + 1 + len(digits)
    return None


def joined(pieces: list[str]) -> str:
    """Pieces as one text: escaped bytes that make UTF-8 together become characters."""
    text = "".join(pieces)
    return decode(text.encode("utf-8", "surrogateescape"))


def dollar_quoted(text: str) -> str:
    """The inside of `$'…'`.

    >>> dollar_quoted(r"a\\tb\\x41\\101\\'")
    "a\\tbAA'"
    """
    return _expand(text, zero_octal=False, quotes=True)


def echo_escapes(text: str, *, extended: bool = True) -> str:
    """`echo -e`. Raises: Stopped."""
    return _expand(text, zero_octal=True, quotes=False, stops=True, extended=extended)


def printf_escapes(text: str) -> str:
    """The format of `printf`."""
    return _expand(text, zero_octal=False, quotes=True, stops=True)


def _expand(
    text: str, *, zero_octal: bool, quotes: bool, stops: bool = False, extended: bool = True
) -> str:
    if "\\" not in text:
        return text
    pieces: list[str] = []
    at = 0
    while at < len(text):
        if text[at] != "\\" or at + 1 >= len(text):
            pieces.append(text[at])
            at += 1
            continue
        letter = text[at + 1]
        found = _one(text, at + 1, zero_octal, quotes, extended)
        if found is not None:
            pieces.append(found[0])
            at = found[1]
        elif letter == "c" and stops:
            raise Stopped(joined(pieces))
        elif letter == "c" and quotes and at + 2 < len(text):
            pieces.append(chr(ord(text[at + 2]) & 31))
            at += 3
        else:
            pieces.append("\\" + letter)
            at += 2
    return joined(pieces)


def _one(
    text: str, at: int, zero_octal: bool, quotes: bool, extended: bool
) -> tuple[str, int] | None:
    letter = text[at]
    if letter in SIMPLE and (extended or letter not in "eE"):
        return SIMPLE[letter], at + 1
    if quotes and letter in QUOTES:
        return QUOTES[letter], at + 1
    if letter == "0" and zero_octal:
        digits = _digits(text, at + 1, OCTAL, 3)
        return _byte(int(digits or "0", 8)), at + 1 + len(digits)
    if letter in OCTAL and not (zero_octal and not extended):
        digits = _digits(text, at, OCTAL, 3)
        if zero_octal:
            return None
        return _byte(int(digits, 8)), at + len(digits)
    return _numeric(text, at) if extended else None
