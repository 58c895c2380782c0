"""Backslash escapes and printf formats, as echo, printf and the shells know them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..streams import decode, encode

SIMPLE = {
    "a": b"\a", "b": b"\b", "e": b"\x1b", "E": b"\x1b", "f": b"\f",
    "n": b"\n", "r": b"\r", "t": b"\t", "v": b"\v", "\\": b"\\",
}  # fmt: skip

OCTAL = re.compile(r"[0-7]{1,3}")
OCTAL_AFTER_ZERO = re.compile(r"0[0-7]{0,3}")
HEXADECIMAL = re.compile(r"x([0-9a-fA-F]{1,2})")
UNICODE = re.compile(r"u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})")
DIRECTIVE = re.compile(r"%([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:hh|h|ll|l|L|j|z|t)?(.)", re.S)
PRECISE = re.compile(r"%[-+ #0']*(?:\*|\d+)?\.")


class Stop(Exception):
    """\\c: print nothing more, not even the rest of the arguments."""

    def __init__(self, before: bytes) -> None:
        super().__init__(before)
        self.before = before


def unescape(text: str, *, leading_zero: bool) -> bytes:
    """Interpret backslashes. With `leading_zero`, octal needs \\0 (echo -e, printf %b).

    Raises: Stop, at \\c.
    """
    if "\\" not in text:
        return encode(text)
    out, index = bytearray(), 0
    while (found := text.find("\\", index)) >= 0:
        out += encode(text[index:found])
        data, index = escape_at(text, found + 1, leading_zero, bytes(out))
        out += data
    return bytes(out + encode(text[index:]))


def escape_at(text: str, index: int, leading_zero: bool, before: bytes) -> tuple[bytes, int]:
    """The meaning of the escape whose letter is at `index`, and where it ends."""
    letter = text[index : index + 1]
    if letter == "c":
        raise Stop(before)
    if letter and letter in SIMPLE:
        return SIMPLE[letter], index + 1
    octal = OCTAL_AFTER_ZERO if leading_zero and letter == "0" else OCTAL
    if (matched := octal.match(text, index)) and (not leading_zero or letter == "0"):
        return bytes([int(matched[0], 8) & 255]), matched.end()
    if matched := HEXADECIMAL.match(text, index):
        return bytes([int(matched[1], 16)]), matched.end()
    if matched := UNICODE.match(text, index):
        return chr(int(matched[1] or matched[2], 16)).encode(), matched.end()
    if leading_zero and (matched := OCTAL.match(text, index)):
        return bytes([int(matched[0], 8) & 255]), matched.end()
    return b"\\" + encode(letter), index + 1


class Formatter:
    """printf: formats once per round of arguments, gathers what is wrong with them.

    `number_error(argument, rest)` words a bad number, `quote` is the shell quoting of %q; `lenient`
    is BusyBox.
    """

    def __init__(
        self,
        number_error: Callable[[str, str], str],
        quote: Callable[[str], str],
        *,
        lenient: bool = False,
    ) -> None:
        self.lenient = lenient
        self.directives = "diouxXeEfFgGaAcsb" + ("" if lenient else "q")
        self.number_error = number_error
        self.quote = quote
        self.errors: list[str] = []
        self.fatal = ""

    def format(self, form: str, args: list[str]) -> bytes:
        """The whole output; `errors` and `fatal` (an invalid directive) say what went wrong."""
        out = bytearray()
        left = list(args)
        try:
            while True:
                before = len(left)
                out += self._once(form, left)
                if self.fatal or not left or len(left) == before:
                    break
        except Stop as stop:
            out += stop.before
        return bytes(out)

    def _once(self, form: str, left: list[str]) -> bytes:
        out, index = bytearray(), 0
        for kind, start in _marks(form):
            if start < index:
                continue
            out += encode(form[index:start])
            if kind == "\\":
                try:
                    data, index = escape_at(form, start + 1, False, b"")
                except Stop:
                    raise Stop(bytes(out)) from None
                out += data
            elif form.startswith("%%", start):
                out += b"%"
                index = start + 2
            else:
                matched = DIRECTIVE.match(form, start)
                if not matched or matched[4] not in self.directives:
                    self.fatal = matched[0] if matched and not self.lenient else form[start:]
                    return bytes(out)
                try:
                    out += self._directive(matched, left)
                except Stop as stop:
                    raise Stop(bytes(out) + stop.before) from None
                index = matched.end()
        return bytes(out + encode(form[index:]))

    def _directive(self, matched: re.Match[str], left: list[str]) -> bytes:
        flags, width, precision, letter = matched.groups()
        if width == "*":
            number = self._integer(left.pop(0)) if left else 0
            flags, width = (flags + "-", str(-number)) if number < 0 else (flags, str(number))
        precise = PRECISE.match(matched[0]) is not None
        if precision == "*":
            precision = str(self._integer(left.pop(0))) if left else "0"
        places = int(precision or "0") if precise else -1
        argument = left.pop(0) if left else None
        data = self._convert(letter, flags, places, argument)
        size = int(width or "0")
        if letter in "csbq" or "0" not in flags or "-" in flags:
            return data.ljust(size) if "-" in flags else data.rjust(size)
        sign = re.match(rb"[-+ ]?(?:0[xX])?", data)
        head = sign[0] if sign else b""
        return head + data[len(head) :].rjust(size - len(head), b"0")

    def _convert(self, letter: str, flags: str, places: int, argument: str | None) -> bytes:
        if letter == "c":
            return encode((argument or "")[:1])
        if letter in "sbq":
            if letter == "b":
                data = unescape(argument or "", leading_zero=True)
            else:
                text = argument or ""
                data = encode(self.quote(text) if letter == "q" else text)
            return data if places < 0 else data[:places]
        if letter in "eEfFgGaA":
            return self._real(letter, flags, places, argument).encode()
        return self._whole(letter, flags, places, argument).encode()

    def _whole(self, letter: str, flags: str, places: int, argument: str | None) -> str:
        value = 0 if argument is None and not self.lenient else self._integer(argument or "")
        if letter in "ouxX" and value < 0:
            value += 1 << 64
        digits = format(abs(value), {"o": "o", "x": "x", "X": "X"}.get(letter, "d"))
        digits = "" if places == 0 and value == 0 else digits.rjust(places, "0")
        if "#" in flags and value:
            digits = {"o": "0", "x": "0x", "X": "0X"}.get(letter, "") + digits
        return _sign(value < 0, flags, letter in "di") + digits

    def _real(self, letter: str, flags: str, places: int, argument: str | None) -> str:
        value = self._float(argument) if argument is not None else 0.0
        if letter in "aA":
            text = abs(value).hex()
        else:
            alternate = "#" if "#" in flags else ""
            text = format(abs(value), f"{alternate}.{6 if places < 0 else places}{letter}")
        return _sign(value < 0, flags, True) + text

    def _integer(self, text: str) -> int:
        if text[:1] in ("'", '"'):
            return ord(text[1]) if len(text) > 1 else 0
        matched = re.match(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|\d+)?", text)
        sign, digits = matched.groups() if matched else ("", None)
        rest = text[matched.end() :] if matched else text
        if not digits or rest:
            self.errors.append(self.number_error(text, "" if not digits else rest))
            if self.lenient:
                return 0
        base = (
            16 if digits and digits[1:2] in ("x", "X") else 8 if (digits or "")[:1] == "0" else 10
        )
        value = int(digits or "0", base)
        return -value if sign == "-" else value

    def _float(self, text: str) -> float:
        if text[:1] in ("'", '"'):
            return float(ord(text[1])) if len(text) > 1 else 0.0
        matched = re.match(
            r"\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|\s*[-+]?0[xX][0-9a-fA-F]+", text
        )
        if not matched or matched.end() < len(text):
            self.errors.append(self.number_error(text, text[matched.end() :] if matched else ""))
        if not matched:
            return 0.0
        found = matched[0].strip()
        return float(int(found, 16)) if "x" in found.lower() else float(found)


def _sign(negative: bool, flags: str, signed: bool) -> str:
    if negative:
        return "-"
    if not signed:
        return ""
    return "+" if "+" in flags else " " if " " in flags else ""


def _marks(form: str) -> Iterator[tuple[str, int]]:
    for found in re.finditer(r"[\\%]", form):
        yield found[0], found.start()


def text_of(data: bytes) -> str:
    return decode(data)
