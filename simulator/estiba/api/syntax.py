"""What is wrong with a JSON text, in the words of Go's decoder. Source: Go, encoding/json,
scanner.go."""

from __future__ import annotations

from ..spec.gotext import quote

SPACE = " \t\r\n"
DIGITS = "0123456789"
WORDS = {"t": "true", "f": "false", "n": "null"}
HEX = "0123456789abcdefABCDEF"


class _Flaw(Exception):
    """Carries the message."""


def flaw(text: str) -> str:
    """The first thing wrong with a text that is no JSON.

    >>> flaw('{bad'), flaw('no')
    ("invalid character 'b' looking for beginning of object key string", "invalid character 'o'
    in literal null (expecting 'u')")
    """
    if not text.strip(SPACE):
        return "EOF"
    try:
        place = _value(text, _skip(text, 0))
    except _Flaw as found:
        return str(found)
    rest = _skip(text, place)
    return (
        f"invalid character {_shown(text[rest])} after top-level value" if rest < len(text) else ""
    )


def _shown(char: str) -> str:
    if char == "'":
        return r"'\''"
    return "'\"'" if char == '"' else f"'{quote(char)[1:-1]}'"


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in SPACE:
        place += 1
    return place


def _at(text: str, place: int) -> str:
    if place >= len(text):
        raise _Flaw("unexpected EOF")
    return text[place]


def _wrong(char: str, context: str) -> _Flaw:
    return _Flaw(f"invalid character {_shown(char)} {context}")


def _value(text: str, place: int) -> int:
    """The place after the value that begins here."""
    char = _at(text, place)
    if char == "{":
        return _object(text, place + 1)
    if char == "[":
        return _array(text, place + 1)
    if char == '"':
        return _string(text, place + 1)
    if char in WORDS:
        return _word(text, place, WORDS[char])
    if char == "-" or char in DIGITS:
        return _number(text, place)
    raise _wrong(char, "looking for beginning of value")


def _object(text: str, place: int) -> int:
    place = _skip(text, place)
    if _at(text, place) == "}":
        return place + 1
    while True:
        char = _at(text, place)
        if char != '"':
            raise _wrong(char, "looking for beginning of object key string")
        place = _skip(text, _string(text, place + 1))
        if (char := _at(text, place)) != ":":
            raise _wrong(char, "after object key")
        place = _skip(text, _value(text, _skip(text, place + 1)))
        char = _at(text, place)
        if char == "}":
            return place + 1
        if char != ",":
            raise _wrong(char, "after object key:value pair")
        place = _skip(text, place + 1)


def _array(text: str, place: int) -> int:
    place = _skip(text, place)
    if _at(text, place) == "]":
        return place + 1
    while True:
        place = _skip(text, _value(text, place))
        char = _at(text, place)
        if char == "]":
            return place + 1
        if char != ",":
            raise _wrong(char, "after array element")
        place = _skip(text, place + 1)


def _string(text: str, place: int) -> int:
    while (char := _at(text, place)) != '"':
        if char < " ":
            raise _wrong(char, "in string literal")
        place += 1
        if char == "\\":
            place = _escape(text, place)
    return place + 1


def _escape(text: str, place: int) -> int:
    char = _at(text, place)
    if char == "u":
        for offset in range(1, 5):
            if (digit := _at(text, place + offset)) not in HEX:
                raise _wrong(digit, r"in \u hexadecimal character escape")
        return place + 5
    if char not in 'bfnrt\\/"':
        raise _wrong(char, "in string escape code")
    return place + 1


def _word(text: str, place: int, word: str) -> int:
    for offset, expected in enumerate(word):
        char = _at(text, place + offset)
        if char != expected:
            raise _wrong(char, f"in literal {word} (expecting '{expected}')")
    return place + len(word)


def _number(text: str, place: int) -> int:
    if text[place] == "-":
        place += 1
        if _at(text, place) not in DIGITS:
            raise _wrong(text[place], "in numeric literal")
    place = place + 1 if text[place] == "0" else _digits(text, place)
    if text[place : place + 1] == ".":
        if _at(text, place + 1) not in DIGITS:
            raise _wrong(text[place + 1], "after decimal point in numeric literal")
        place = _digits(text, place + 1)
    if text[place : place + 1] in ("e", "E"):
        place += 2 if text[place + 1 : place + 2] in ("+", "-") else 1
        if _at(text, place) not in DIGITS:
            raise _wrong(text[place], "in exponent of numeric literal")
        place = _digits(text, place)
    return place


def _digits(text: str, place: int) -> int:
    while place < len(text) and text[place] in DIGITS:
        place += 1
    return place
