"""echo, printf, yes, seq, true, false, sleep, clear: programs that need nothing but arguments."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from ..program import Flavour, Process, program
from ..streams import encode, print_out, write_all
from ..syscalls import Body, Nanosleep, Write
from .escapes import Formatter, Stop, unescape
from .options import Asked, Grammar, Misuse, called, complain, is_busybox, missing_operand, tool
from .quoting import literal, shell_escape

UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
DURATION = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?)([a-zA-Z]?)$")
ECHO_OPTION = re.compile(r"-[neE]+$")
SEQ = Grammar("+f:s:w", {"format=": "f", "separator=": "s", "equal-width": "w"}, "s:w")
CHUNK = 8192


@program("echo")
def echo(process: Process, args: list[str]) -> Body[int]:
    escapes, newline, first = False, b"\n", 0
    for arg in args:
        if not ECHO_OPTION.match(arg):
            break
        first += 1
        for letter in arg[1:]:
            if letter == "n":
                newline = b""
            else:
                escapes = letter == "e"
    text = " ".join(args[first:])
    if not escapes:
        yield Write(1, encode(text) + newline)
        return 0
    try:
        data = unescape(text, leading_zero=True) + newline
    except Stop as stop:
        data = stop.before
    yield Write(1, data)
    return 0


def format_with(process: Process, form: str, args: list[str]) -> tuple[bytes, Formatter]:
    """printf's output and its complaints, in the wording of the flavour."""
    if is_busybox(process):
        formatter = Formatter(
            lambda text, _: f"invalid number '{text}'", shell_escape, lenient=True
        )
    else:
        formatter = Formatter(lambda text, rest: _bad_number(process, text, rest), shell_escape)
    return formatter.format(form, args), formatter


def _bad_number(process: Process, text: str, rest: str) -> str:
    why = "value not completely converted" if rest else "expected a numeric value"
    return f"{literal(process, text)}: {why}"


@tool("printf")
def printf(process: Process, args: list[str]) -> Body[int]:
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        raise missing_operand(process)
    if len(args) == 1 and args[0] in ("--help", "--version") and not is_busybox(process):
        raise Asked(args[0][2:])
    data, formatter = format_with(process, args[0], args[1:])
    yield from write_all(1, data)
    for text in formatter.errors:
        yield from complain(process, text)
    if formatter.fatal:
        if is_busybox(process):
            yield from complain(process, f"{formatter.fatal}: invalid format")
        elif formatter.fatal == "%":
            yield from complain(process, "missing conversion character")  # pragma: no cover
        else:
            yield from complain(process, f"{formatter.fatal}: invalid conversion specification")
    elif not is_busybox(process) and args[1:] and not re.search(r"%[^%]", args[0]):
        extra = literal(process, args[1])
        yield from complain(process, f"warning: ignoring excess arguments, starting with {extra}")
    return 1 if formatter.errors or formatter.fatal else 0


@program("true")
def true(process: Process, args: list[str]) -> Body[int]:
    return 0
    yield


@program("false")
def false(process: Process, args: list[str]) -> Body[int]:
    return 1
    yield


@program("yes")
def yes(process: Process, args: list[str]) -> Body[int]:
    line = encode(" ".join(args) or "y") + b"\n"
    chunk = line * max(1, CHUNK // len(line))
    while True:
        yield from write_all(1, chunk)


def _invalid_interval(process: Process, text: str) -> str:
    if is_busybox(process):
        return f"invalid number '{text}'"
    return f"invalid time interval {literal(process, text)}"


@tool("sleep")
def sleep(process: Process, args: list[str]) -> Body[int]:
    operands = Grammar("+").parse(process, args).operands
    if not operands:
        raise missing_operand(process)
    total = 0.0
    for text in operands:
        matched = DURATION.match(text)
        if not matched or matched[2] not in UNITS:
            if is_busybox(process):
                yield from complain(process, _invalid_interval(process, text))
                return 1
            raise Misuse(_invalid_interval(process, text))
        total += float(matched[1]) * UNITS[matched[2]]
    while total > 0:
        part = min(total, 1e9)
        yield Nanosleep(part)
        total -= part
    return 0


@tool("usleep")
def usleep(process: Process, args: list[str]) -> Body[int]:
    if not args or not args[0].isdecimal():
        raise Misuse()
    yield Nanosleep(int(args[0]) / 1e6)
    return 0


@tool("seq")
def seq(process: Process, args: list[str]) -> Body[int]:
    split = next((i for i, arg in enumerate(args) if re.match(r"-[\d.]", arg)), len(args))
    options = SEQ.parse(process, args[:split])
    operands = options.operands + args[split:]
    if not operands:
        raise missing_operand(process)
    if len(operands) > 3:
        raise Misuse(
            "" if is_busybox(process) else f"extra operand {literal(process, operands[3])}"
        )
    numbers = [_number(process, text) for text in operands]
    first = numbers[0] if len(numbers) > 1 else Decimal(1)
    step = numbers[1] if len(numbers) > 2 else Decimal(1)
    if step == 0 and not is_busybox(process):
        raise Misuse(f"invalid Zero increment value: {literal(process, operands[1])}")
    lines = _sequence(first, step, numbers[-1], operands, options.value("f"), "w" in options)
    separator = options.value("s", "\n")
    started = False
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == 1000:
            yield from print_out((separator if started else "") + separator.join(batch))
            started, batch = True, []
    if batch:
        yield from print_out((separator if started else "") + separator.join(batch))
        started = True
    if started:
        yield from print_out("\n")
    return 0


def _number(process: Process, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        if is_busybox(process):
            raise Misuse() from None
        raise Misuse(f"invalid floating point argument: {literal(process, text)}") from None


def _sequence(
    first: Decimal, step: Decimal, last: Decimal, texts: list[str], form: str, equal: bool
) -> list[str] | _Lines:
    places = max((len(text.partition(".")[2]) for text in texts[:2] if len(texts) > 1), default=0)
    if len(texts) == 2:
        places = len(texts[0].partition(".")[2])
    width = max(len(f"{first:.{places}f}"), len(f"{last:.{places}f}")) if equal else 0
    return _Lines(first, step, last, places, width, form)


class _Lines:
    """The numbers as lines, made one by one."""

    def __init__(
        self, first: Decimal, step: Decimal, last: Decimal, places: int, width: int, form: str
    ) -> None:
        self.first, self.step, self.last = first, step, last
        self.places, self.width, self.form = places, width, form

    def __iter__(self) -> _Lines:
        self.index = 0
        return self

    def __next__(self) -> str:
        value = self.first + self.step * self.index
        if (value > self.last) if self.step > 0 else (value < self.last):
            raise StopIteration
        self.index += 1
        if self.form:
            return self.form % float(value)
        text = f"{value:.{self.places}f}"
        if self.width and text.startswith("-"):
            return "-" + text[1:].rjust(self.width - 1, "0")
        return text.rjust(self.width, "0")


@program("clear")
def clear(process: Process, args: list[str]) -> Body[int]:
    both = process.flavour is Flavour.GNU
    yield from write_all(1, b"\x1b[H\x1b[2J" + (b"\x1b[3J" if both else b"\x1b[J"[:0]))
    return 0


@program("reset")
def reset(process: Process, args: list[str]) -> Body[int]:
    yield from write_all(1, b"\x1bc\x1b(B\x1b[0m\x1b[J\x1b[?25h")
    return 0


__all__ = ["called", "echo", "format_with", "printf"]
