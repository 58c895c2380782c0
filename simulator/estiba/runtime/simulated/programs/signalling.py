"""kill, killall, pkill, pgrep, pidof: finding processes and sending them signals."""

from __future__ import annotations

import re

from ..program import Process
from ..streams import print_out
from ..syscalls import (
    Body,
    Getpid,
    Kill,
    SyscallError,
)
from ..syscalls.errnos import ESRCH
from ..syscalls.signals import NAMES, signal_name, signal_number
from .options import Grammar, Misuse, complain, is_busybox, tool
from .processes import Row, read_rows


@tool("kill")
def kill(process: Process, args: list[str]) -> Body[int]:
    if args[:1] in (["-l"], ["-L"], ["--list"]):
        return (yield from _list(process, args[1:]))
    number: int | None = 15
    bad = args[0][1:] if args else ""
    if args and args[0] in ("-s", "-n", "--signal") and len(args) > 1:
        number, args = signal_number(args[1]), args[2:]
    elif args and re.match(r"-[A-Za-z0-9]", args[0]):
        number, args = signal_number(args[0][1:]), args[1:]
    args = args[1:] if args[:1] == ["--"] else args
    if number is None:
        if is_busybox(process):
            yield from complain(process, f"bad signal name '{bad}'")
        else:
            yield from complain(process, "unknown signal")
        return 1
    if not args:
        if is_busybox(process):
            yield from complain(process, "you need to specify whom to kill")
        else:
            yield from complain(process, "not enough arguments")
        return 1
    status = 0
    for text in args:
        if not re.fullmatch(r"-?\d+", text):
            busybox = f"invalid number '{text}'"
            yield from complain(
                process, busybox if is_busybox(process) else f"failed to parse argument: '{text}'"
            )
            status = 1
            continue
        try:
            yield from Kill(int(text), number)
        except SyscallError as error:
            busybox = f"can't kill pid {text}: {error}"
            gnu = f"({text}): {error}" if error.errno == ESRCH else f"({text}) - {error}"
            yield from complain(process, busybox if is_busybox(process) else gnu)
            status = 1
    return status


def _list(process: Process, args: list[str]) -> Body[int]:
    for text in args:
        if text.isdecimal():
            yield from print_out(signal_name(int(text) & 127) + "\n")
        else:
            yield from print_out(f"{signal_number(text) or 0}\n")
    if not args:
        if is_busybox(process):
            lines = [
                f"{n:2d}) {'POLL' if name == 'IO' else name}\n" for n, name in enumerate(NAMES) if n
            ]
            yield from print_out("".join(lines))
        else:
            names = [name if name != "IO" else "POLL" for name in NAMES[1:]]
            line, out = "", []
            for name in names:
                if len(line) + len(name) + 1 > 78:
                    out.append(line)
                    line = ""
                line = f"{line} {name}" if line else name
            yield from print_out("\n".join([*out, line]) + "\n")
    return 0


def _matching(name: str, whole: bool, row: Row) -> bool:
    text = row.line if whole else row.command
    return re.search(name, text) is not None


@tool("pidof")
def pidof(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("so:cqxS:").parse(process, args)
    me = yield from Getpid()
    rows = yield from read_rows()
    found = []
    for name in options.operands:
        base = name.rpartition("/")[2]
        for row in rows:
            first = row.line.split(" ")[0].rpartition("/")[2]
            if row.pid != me and base in (row.command, first):
                found.append(row.pid)
    found.sort(reverse=True)
    found = found[:1] if "s" in options else found
    if found:
        yield from print_out(" ".join(map(str, found)) + "\n")
    return 0 if found else 1


@tool("pgrep", "pkill", misuse=2)
def pgrep(process: Process, args: list[str]) -> Body[int]:
    kills = process.name.endswith("pkill")
    number = 15
    if (
        kills
        and args
        and args[0].startswith("-")
        and (given := signal_number(args[0][1:])) is not None
    ):
        number, args = given, args[1:]
    options = Grammar("flnovxaculP:u:s:", {"full": "f", "list-name": "l", "exact": "x"}).parse(
        process, args
    )
    if not options.operands:
        raise Misuse("no matching criteria specified")
    me = yield from Getpid()
    pattern = options.operands[0]
    pattern = f"^(?:{pattern})$" if "x" in options else pattern
    found = [row for row in (yield from read_rows())
             if row.pid != me and _matching(pattern, "f" in options,
             row) != ("v" in options)]  # fmt: skip
    for row in found:
        if kills:
            yield from Kill(row.pid, number)
        elif "a" in options:
            yield from print_out(f"{row.pid} {row.line}\n")
        else:
            yield from print_out(f"{row.pid} {row.command}\n" if "l" in options else f"{row.pid}\n")
    return 0 if found else 1


@tool("killall", "killall5")
def killall(process: Process, args: list[str]) -> Body[int]:
    number = 15
    if args and args[0].startswith("-") and (given := signal_number(args[0][1:])) is not None:
        number, args = given, args[1:]
    options = Grammar("qws:", {"signal=": "s", "quiet": "q"}).parse(process, args)
    number = signal_number(options.value("s", str(number))) or number
    status = 0
    for name in options.operands:
        found = [row for row in (yield from read_rows()) if row.command == name.rpartition("/")[2]]
        for row in found:
            yield from Kill(row.pid, number)
        if not found:
            status = 1
            if "q" not in options:
                text = (
                    f"{name}: no process killed"
                    if is_busybox(process)
                    else f"{name}: no process found"
                )
                from ..streams import print_err  # noqa: PLC0415 - errors only

                yield from (
                    complain(process, text) if is_busybox(process) else print_err(text + "\n")
                )
    return status
