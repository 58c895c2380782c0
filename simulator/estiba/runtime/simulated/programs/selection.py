"""head, tail, wc, tee, split: parts and counts of files."""

from __future__ import annotations

import re

from ..program import Process
from ..streams import decode, print_out, read_all, write_all
from ..syscalls import (
    O_APPEND,
    O_CREAT,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    Body,
    Close,
    Fstat,
    Nanosleep,
    Open,
    Read,
    Stat,
    SyscallError,
)
from .concatenation import open_input
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .quantities import parse_size
from .quoting import literal, maybe_quoted, quoted
from .status import is_directory, is_regular

LONG = {
    "lines=": "n", "bytes=": "c", "quiet": "q", "silent": "q", "verbose": "v",
    "zero-terminated": "z",
}  # fmt: skip
HEAD = Grammar("c:n:qvz", LONG, "n:c:qv")
TAIL = Grammar(
    "c:n:qvzfFs:",
    {**LONG, "follow=?": "f", "retry": "retry", "sleep-interval=": "s", "pid=": "pid"},
    "n:c:qvfFs:",
)
WC = Grammar(
    "clmwL",
    {"bytes": "c", "chars": "m", "lines": "l", "words": "w", "max-line-length": "L"},
    "clmwL",
)
TEE = Grammar("aip", {"append": "a", "ignore-interrupts": "i"}, "ai")
OLD_STYLE = re.compile(r"-(\d+)([a-zA-Z]*)$")


def _modern(args: list[str], plus: bool) -> list[str]:
    """`-5` is `-n 5`, `-5c` is `-c 5`; for tail also `+5`."""
    if not args:
        return args
    first = args[0]
    matched = OLD_STYLE.match(first)
    if matched:
        letters = matched[2]
        unit = "c" if "c" in letters else "n"
        rest = (
            ["-" + "".join(x for x in letters if x in "fqvz")] if set(letters) & set("fqvz") else []
        )
        return ["-" + unit, matched[1], *rest, *args[1:]]
    if plus and re.match(r"\+\d+$", first) and len(args) <= 2:
        return ["-n", first, *args[1:]]
    return args


def _amount(process: Process, options: Options) -> tuple[str, str, int]:
    """Unit (n or c), sign and number. Raises: Misuse."""
    unit = options.last("nc") or "n"
    text = options.value(unit, "10")
    sign = text[0] if text[:1] in ("+", "-") and text else ""
    number = parse_size(text[len(sign) :]) if text[len(sign) :][:1].isdecimal() else None
    if number is None:
        noun = "lines" if unit == "n" else "bytes"
        if is_busybox(process):
            raise Misuse(f"invalid number '{text.lstrip('+-')}'", hint=False)
        raise Misuse(f"invalid number of {noun}: {literal(process, text)}", hint=False)
    return unit, sign, number


class _Headers:
    """`==> name <==` between the files of head and tail."""

    def __init__(self, options: Options, process: Process) -> None:
        self.wanted = "v" in options or (len(options.operands) > 1 and "q" not in options)
        self.process = process
        self.first = True

    def show(self, path: str) -> Body[None]:
        if self.wanted:
            name = "standard input" if path == "-" else path
            yield from print_out(f"{'' if self.first else chr(10)}==> {name} <==\n")
            self.first = False


def _open(process: Process, path: str, busybox: str) -> Body[int | None]:
    if path == "-":
        return 0
    try:
        return (yield from Open(path, O_RDONLY))
    except SyscallError as error:
        if is_busybox(process):
            yield from complain(process, f"{busybox.format(path)}: {error}")
        else:
            shown = quoted(process, path)
            yield from complain(process, f"cannot open {shown} for reading: {error}")
        return None


@tool("head")
def head(process: Process, args: list[str]) -> Body[int]:
    options = HEAD.parse(process, _modern(args, False))
    unit, sign, number = _amount(process, options)
    end = b"\0" if "z" in options else b"\n"
    headers = _Headers(options, process)
    status = 0
    for path in options.operands or ["-"]:
        fd = yield from _open(process, path, "{}")
        if fd is None:
            status = 1
            continue
        yield from headers.show(path)
        try:
            if sign == "-":
                data = _without_end((yield from read_all(fd)), unit, number, end)
                yield from write_all(1, data)
            else:
                yield from _head(fd, unit, number, end)
        except SyscallError as error:
            shown = path if is_busybox(process) else f"error reading {quoted(process, path)}"
            yield from complain(process, f"{shown}: {error}")
            status = 1
        if fd:
            yield from Close(fd)
    return status


def _head(fd: int, unit: str, number: int, end: bytes) -> Body[None]:
    left = number
    while left > 0 and (chunk := (yield from Read(fd))):
        if unit == "c":
            yield from write_all(1, chunk[:left])
            left -= len(chunk)
            continue
        lines = chunk.count(end)
        if lines < left:
            left -= lines
        else:
            chunk, left = end.join(chunk.split(end)[:left]) + end, 0
        yield from write_all(1, chunk)


def _without_end(data: bytes, unit: str, number: int, end: bytes) -> bytes:
    if unit == "c":
        return data[: len(data) - number] if number < len(data) else b""
    lines = _lines(data, end)
    return b"".join(lines[: len(lines) - number] if number else lines)


def _lines(data: bytes, end: bytes) -> list[bytes]:
    parts = data.split(end)
    last = parts.pop()
    return [part + end for part in parts] + ([last] if last else [])


def _tail_of(data: bytes, unit: str, sign: str, number: int, end: bytes) -> bytes:
    if unit == "c":
        if sign == "+":
            return data[max(0, number - 1) :]
        return data[len(data) - number :] if 0 < number < len(data) else data if number else b""
    lines = _lines(data, end)
    if sign == "+":
        return b"".join(lines[max(0, number - 1) :])
    return b"".join(
        lines[len(lines) - number :] if 0 < number < len(lines) else lines if number else []
    )


@tool("tail")
def tail(process: Process, args: list[str]) -> Body[int]:
    options = TAIL.parse(process, _modern(args, True))
    unit, sign, number = _amount(process, options)
    end = b"\0" if "z" in options else b"\n"
    headers = _Headers(options, process)
    followed: list[tuple[str, int]] = []
    status = 0
    for path in options.operands or ["-"]:
        fd = yield from _open(process, path, "can't open '{}'")
        if fd is None:
            status = 1
            continue
        yield from headers.show(path)
        try:
            data = yield from read_all(fd)
        except SyscallError as error:
            shown = (
                "read error" if is_busybox(process) else f"error reading {quoted(process, path)}"
            )
            yield from complain(process, f"{shown}: {error}")
            status = 1
            continue
        yield from write_all(1, _tail_of(data, unit, sign, number, end))
        regular = fd != 0 or is_regular((yield from Fstat(0)))
        if options.any("fF") and regular:
            followed.append((path, fd))
        elif fd:
            yield from Close(fd)
    if is_busybox(process) and status and len(options.operands) == 1:
        yield from complain(process, "no files")
    if followed:
        yield from _follow(process, followed, headers, options)
    elif options.any("fF") and not is_busybox(process) and status:
        yield from complain(process, "no files remaining")
    return status


def _follow(
    process: Process, followed: list[tuple[str, int]], headers: _Headers, options: Options
) -> Body[None]:
    interval = float(options.value("s") or 1.0)
    current = followed[-1][0]
    sizes = {path: -1 for path, _ in followed}
    while True:
        for path, fd in followed:
            try:
                size = (yield from Stat(path)).size if fd else -1
            except SyscallError:
                size = -1
            if 0 <= size < sizes[path] and not is_busybox(process):
                yield from complain(process, f"{maybe_quoted(process, path)}: file truncated")
            sizes[path] = size
            while chunk := (yield from Read(fd)):
                if headers.wanted and path != current:
                    yield from headers.show(path)
                    current = path
                yield from write_all(1, chunk)
        yield from Nanosleep(interval)


@tool("wc")
def wc(process: Process, args: list[str]) -> Body[int]:
    options = WC.parse(process, args)
    letters = "".join(x for x in "lwmcL" if x in options) or "lwc"
    rows: list[tuple[list[int], str]] = []
    status = sizes = 0
    regular = True
    for path in options.operands or ["-"]:
        fd = yield from open_input(process, path, opening=False)
        if fd is None:
            status = 1
            continue
        found = yield from Fstat(fd)
        regular = regular and is_regular(found)
        try:
            data = yield from read_all(fd)
        except SyscallError as error:
            data, status = b"", 1
            yield from complain(process, f"{maybe_quoted(process, path)}: {error}")
            regular = False
            if is_directory(found) and is_busybox(process):
                rows.append(([0] * len(letters), path))
                continue
        counts = _counts(data, letters)
        sizes += found.size if is_regular(found) else 0
        rows.append((counts, path))
        if fd:
            yield from Close(fd)
    if len(options.operands) > 1:
        columns = range(len(letters))
        totals = [(max if letters[i] == "L" else sum)(r[0][i] for r in rows) for i in columns]
        rows.append((totals, "total"))
    yield from print_out(_table(process, rows, letters, options, regular, sizes))
    return status


def _counts(data: bytes, letters: str) -> list[int]:
    table = {
        "l": lambda: data.count(b"\n"),
        "w": lambda: len(data.split()),
        "m": lambda: len(decode(data)),
        "c": lambda: len(data),
        "L": lambda: max((len(line.expandtabs(8)) for line in data.split(b"\n")), default=0),
    }
    return [table[letter]() for letter in letters]


def _table(
    process: Process, rows: list[tuple[list[int], str]], letters: str, options: Options,
    regular: bool, sizes: int,
) -> str:  # fmt: skip
    if is_busybox(process):
        width = 9 if len(letters) > 1 or len(rows) > 1 else 1
    elif len(letters) == 1 and len(options.operands) < 2:
        width = 1
    else:
        width = len(str(sizes)) if regular else max(7, len(str(sizes)))
    named = bool(options.operands)
    lines = []
    for counts, name in rows:
        shown = f" {name}" if named and (name != "-" or "-" in options.operands) else ""
        lines.append(" ".join(f"{number:>{width}}" for number in counts) + shown + "\n")
    return "".join(lines)


@tool("tee")
def tee(process: Process, args: list[str]) -> Body[int]:
    options = TEE.parse(process, args)
    flags = O_WRONLY | O_CREAT | (O_APPEND if "a" in options else O_TRUNC)
    targets, status = [1], 0
    for path in options.operands:
        try:
            targets.append((yield from Open(path, flags)))
        except SyscallError as error:
            shown = path if is_busybox(process) else maybe_quoted(process, path)
            yield from complain(process, f"{shown}: {error}")
            status = 1
    while chunk := (yield from Read(0)):
        for fd in targets:
            yield from write_all(fd, chunk)
    return status
