"""echo, yes, true, false, sleep, clear: the smallest programs. Loads little: they run most often."""

from __future__ import annotations

import re

from ..program import Flavour, Process, program
from ..streams import encode, write_all
from ..syscalls import Body, Nanosleep, Write
from .options import Grammar, Misuse, complain, is_busybox, missing_operand, tool
from .quoting import literal

UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
DURATION = re.compile(r"((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|inf(?:inity)?)([a-zA-Z]?)$")
ECHO_OPTION = re.compile(r"-[neE]+$")
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
    from .escapes import Stop, unescape  # noqa: PLC0415 - only with -e

    try:
        data = unescape(text, leading_zero=True) + newline
    except Stop as stop:
        data = stop.before
    yield Write(1, data)
    return 0


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


@program("clear")
def clear(process: Process, args: list[str]) -> Body[int]:
    both = process.flavour is Flavour.GNU
    yield from write_all(1, b"\x1b[H\x1b[2J" + (b"\x1b[3J" if both else b"\x1b[J"[:0]))
    return 0


@program("reset")
def reset(process: Process, args: list[str]) -> Body[int]:
    yield from write_all(1, b"\x1bc\x1b(B\x1b[0m\x1b[J\x1b[?25h")
    return 0
