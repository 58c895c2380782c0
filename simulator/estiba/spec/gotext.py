"""Text the way the Go programs write and read it: quoted strings and numbers.

Docker's messages quote what they could not read by Go's rules, so ours have to follow them.
"""

import re

from estiba.errors import InvalidInput

_ESCAPES = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
    '"': r"\"",
}
_DIGITS = r"[0-9](?:_?[0-9])*"
_DECIMAL = rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?"
_HEX_DIGITS = r"[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_HEXADECIMAL = (
    rf"[+-]?0[xX]_?(?:{_HEX_DIGITS}(?:\.(?:{_HEX_DIGITS})?)?|\.{_HEX_DIGITS})[pP][+-]?{_DIGITS}"
)
_SPECIAL = r"(?i:[+-]?inf(?:inity)?|nan)"
_INTEGER = r"[+-]?[0-9]+"


class InvalidNumber(InvalidInput):
    """A number Go's `strconv` would refuse, in its words."""

    def __init__(self, function: str, text: str, reason: str = "invalid syntax") -> None:
        super().__init__(f"strconv.{function}: parsing {quote(text)}: {reason}")
        self.text = text


def quote(text: str) -> str:
    r"""Put text between double quotes with Go's escapes, as `%q` prints it.

    >>> print(quote('say "hi"\n'))
    "say \"hi\"\n"
    """
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def parse_float(text: str) -> float:
    """Read a floating-point number.

    Raises: InvalidNumber.
    Source: Go, strconv.ParseFloat.
    """
    if re.fullmatch(_DECIMAL, text) or re.fullmatch(_SPECIAL, text):
        value = float(text)
    elif re.fullmatch(_HEXADECIMAL, text):
        value = _from_hex(text)
    else:
        raise InvalidNumber("ParseFloat", text)
    if value in (float("inf"), float("-inf")) and not re.fullmatch(_SPECIAL, text):
        raise InvalidNumber("ParseFloat", text, "value out of range")
    return value


def _from_hex(text: str) -> float:
    try:
        return float.fromhex(text.replace("_", ""))
    except OverflowError:
        return float("inf")


def parse_int(text: str, *, bits: int = 64, function: str = "ParseInt") -> int:
    """Read a decimal integer.

    Raises: InvalidNumber.
    Source: Go, strconv.ParseInt with base 10; `function` names the one to blame (Atoi says so).
    """
    if not re.fullmatch(_INTEGER, text):
        raise InvalidNumber(function, text)
    value = int(text)
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise InvalidNumber(function, text, "value out of range")
    return value
