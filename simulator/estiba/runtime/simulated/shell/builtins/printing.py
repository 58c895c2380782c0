"""echo and printf."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...streams import print_out
from ...syscalls import Body, Time
from ..dialect import Dialect
from ..escapes import Stopped, echo_escapes, printf_escapes
from ..quoting import backslashed
from .registry import builtin

if TYPE_CHECKING:
    from ..shell import Shell

DIRECTIVE = re.compile(r"%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?(?:ll|[hlqjzt])?([a-zA-Z%]|\([^)]*\)T)")


@builtin("echo")
def echo(shell: Shell, args: list[str]) -> Body[int]:
    newline, escapes = "\n", shell.dialect is Dialect.DASH or "xpg_echo" in shell.state.shopt
    if shell.dialect is Dialect.DASH:
        if args[:1] == ["-n"]:
            newline, args = "", args[1:]
    else:
        while args and len(args[0]) > 1 and args[0][0] == "-" and set(args[0][1:]) <= set("neE"):
            for letter in args[0][1:]:
                if letter == "n":
                    newline = ""
                else:
                    escapes = letter == "e"
            args = args[1:]
    text = " ".join(args)
    if escapes:
        try:
            text = echo_escapes(text, extended=shell.dialect is not Dialect.DASH)
        except Stopped as stopped:
            text, newline = stopped.text, ""
    yield from print_out(text + newline)
    return 0


class _Format:
    """A printf format at work; it is used again while arguments last."""

    def __init__(self, text: str, args: list[str], now_ns: int) -> None:
        self.text = text
        self.args = args
        self.used = 0
        self.problems: list[tuple[str, str]] = []
        self.now_ns = now_ns
        self.stopped = False

    def _next(self) -> str | None:
        if self.used < len(self.args):
            self.used += 1
            return self.args[self.used - 1]
        self.used += 1
        return None

    def once(self) -> str:
        """The format, used one time."""
        out: list[str] = []
        end = 0
        for match in DIRECTIVE.finditer(self.text):
            out.append(self._literal(self.text[end : match.start()]))
            end = match.end()
            if self.stopped:
                return "".join(out)
            out.append("%" if match[4] == "%" else self._directive(match))
            if self.stopped:
                return "".join(out)
        rest = self.text[end:]
        if "%" in rest:
            at = rest.index("%")
            self.problems.append((rest[at:][:2], "format"))
            rest = rest[:at]
        out.append(self._literal(rest))
        return "".join(out)

    def _literal(self, text: str) -> str:
        try:
            return printf_escapes(text)
        except Stopped as stopped:
            self.stopped = True
            return stopped.text

    def _directive(self, match: re.Match[str]) -> str:
        flags = match[1]
        width = self._size(match[2])
        precision = None if match[3] is None else self._size(match[3] or "0")
        kind = match[4]
        if width < 0:
            flags, width = flags + "-", -width
        value = self._next()
        text = self._converted(kind, value, flags, precision)
        if kind in "diouxX" and precision is not None:
            flags = flags.replace("0", "")
        if "-" in flags:
            return text.ljust(width)
        if "0" in flags and kind in "diouxXeEfFgG":
            sign = text[:1] if text[:1] in "+-" else ""
            return sign + text[len(sign) :].rjust(width - len(sign), "0")
        return text.rjust(width)

    def _size(self, text: str | None) -> int:
        if text == "*":
            return self._integer(self._next())
        return int(text) if text else 0

    def _converted(self, kind: str, value: str | None, flags: str, precision: int | None) -> str:
        if kind == "s":
            text = value or ""
            return text if precision is None else text[:precision]
        if kind == "c":
            return (value or "")[:1]
        if kind == "b":
            try:
                text = echo_escapes(value or "")
            except Stopped as stopped:
                self.stopped, text = True, stopped.text
            return text if precision is None else text[:precision]
        if kind == "q":
            return backslashed(value or "")
        if kind in "di":
            return self._signed(self._integer(value), flags, precision)
        if kind in "ouxX":
            return self._unsigned(kind, self._integer(value), flags, precision)
        if kind in "eEfFgG":
            return self._float(kind, value, flags, precision)
        if kind.endswith("T"):
            return self._time(kind[1:-2], value)
        self.problems.append((kind, "format"))
        self.stopped = True
        return ""

    def _integer(self, text: str | None) -> int:
        if not text:
            return 0
        if text[0] in "'\"":
            return ord(text[1]) if len(text) > 1 else 0
        match = re.match(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)", text)
        if match is None or match.end() != len(text):
            self.problems.append((text, "number"))
        if match is None:
            return 0
        digits = match[2]
        base = 16 if digits[:2] in ("0x", "0X") else 8 if digits.startswith("0") else 10
        value = int(digits, base)
        return -value if match[1] == "-" else value

    @staticmethod
    def _signed(value: int, flags: str, precision: int | None) -> str:
        digits = str(abs(value)).rjust(precision or 0, "0")
        sign = "-" if value < 0 else "+" if "+" in flags else " " if " " in flags else ""
        return sign + digits

    @staticmethod
    def _unsigned(kind: str, value: int, flags: str, precision: int | None) -> str:
        value %= 1 << 64
        digits = {"o": f"{value:o}", "u": str(value), "x": f"{value:x}", "X": f"{value:X}"}[kind]
        digits = digits.rjust(precision or 0, "0")
        prefix = {"o": "0", "x": "0x", "X": "0X"}.get(kind, "") if "#" in flags and value else ""
        return prefix + digits

    def _float(self, kind: str, value: str | None, flags: str, precision: int | None) -> str:
        try:
            given = float(value or 0)
        except ValueError:
            self.problems.append((value or "", "number"))
            given = 0.0
        mark = "+" if "+" in flags else " " if " " in flags else ""
        size = 6 if precision is None else precision
        return f"{given:{mark}.{size}{kind}}"

    def _time(self, form: str, value: str | None) -> str:
        from datetime import UTC, datetime  # noqa: PLC0415 - rarely asked for

        seconds = self.now_ns // 10**9 if value in (None, "-1", "-2") else self._integer(value)
        return datetime.fromtimestamp(seconds, UTC).strftime(form or "%X")


@builtin("printf")
def printf(shell: Shell, args: list[str]) -> Body[int]:
    variable = None
    if args[:1] == ["-v"] and shell.dialect is Dialect.BASH and len(args) > 1:
        variable, args = args[1], args[2:]
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        usage = "usage: printf [-v var] format [arguments]"
        if shell.dialect is Dialect.BASH:
            yield from shell.write_error(f"printf: {usage}\n")
        else:
            yield from shell.complain("usage: printf format [arg ...]", "printf")
        return 2
    now_ns = (yield from Time()) if ")T" in args[0] else 0
    form = _Format(args[0], args[1:], now_ns)
    pieces = [form.once()]
    while not form.stopped and 0 < form.used < len(form.args):
        pieces.append(form.once())
    text = "".join(pieces)
    if variable is not None:
        shell.assign(variable, text)
    else:
        yield from print_out(text)
    for problem in form.problems:
        yield from _problem(shell, *problem)
    return 1 if form.problems else 0


def _problem(shell: Shell, text: str, kind: str) -> Body[None]:
    if kind == "format":
        message = f"`{text}': invalid format character"
        if shell.dialect is Dialect.DASH:
            message = f"%{text}: invalid directive"
    elif shell.dialect is Dialect.DASH:
        message = f"{text}: expected numeric value"
    else:
        message = f"{text}: invalid number"
    if shell.dialect is Dialect.ASH:
        yield from shell.write_error(f"{shell.state.name}: invalid number '{text}'\n")
    else:
        yield from shell.complain(message, "printf")
