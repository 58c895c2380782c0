"""less, more, watch, shuf, and what there is to see of a machine nobody logs in to.

Simplified: pagers print everything and stop.
"""

from __future__ import annotations

from ..program import Process
from ..streams import copy, print_out, write_all
from ..syscalls import Body, Close, Nanosleep, Time, Uname
from .accounts import lines_of
from .concatenation import open_input
from .dates import strftime, zone_of
from .dumps import gather
from .environment import child_of, wait_for
from .options import Grammar, Misuse, basename, complain, is_busybox, missing_operand, tool


@tool("less", "more", "pager")
def pager(process: Process, args: list[str]) -> Body[int]:
    status = 0
    for path in Grammar("eFiImMnNqRrSsX").parse(process, args).operands or ["-"]:
        fd = yield from open_input(process, path)
        if fd is None:
            status = 1
            continue
        yield from copy(fd, 1)
        if fd:
            yield from Close(fd)
    return status


@tool("watch")
def watch(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("+n:tdegx", {"interval=": "n", "no-title": "t"}).parse(process, args)
    if not options.operands:
        raise missing_operand(process)
    interval = float(options.value("n", "2"))
    line = " ".join(options.operands)
    while True:
        now = strftime("%a %b %e %H:%M:%S %Y", (yield from Time()), zone_of(process.environment))
        title = "" if "t" in options else f"Every {interval:.1f}s: {line}    {now}\n\n"
        yield from print_out("\x1b[H\x1b[J" + title)
        yield from wait_for((yield from child_of(process, ["sh", "-c", line])))
        yield from Nanosleep(interval)


@tool("shuf")
def shuf(process: Process, args: list[str]) -> Body[int]:
    """Shuffles by the clock, so one seed of the simulator gives one order."""
    options = Grammar("ei:n:o:rz", {"echo": "e", "input-range=": "i", "head-count=": "n"}).parse(
        process, args
    )
    status = 0
    if "e" in options:
        lines = [text.encode("utf-8", "surrogateescape") + b"\n" for text in options.operands]
    elif "i" in options:
        first, _, last = options.value("i").partition("-")
        if not (first.isdecimal() and last.isdecimal()):
            raise Misuse(f"invalid input range: '{options.value('i')}'", hint=False)
        lines = [b"%d\n" % number for number in range(int(first), int(last) + 1)]
    else:
        data, status = yield from gather(process, options.operands)
        lines = [line + b"\n" for line in data.splitlines()]
    seed = (yield from Time()) | 1
    for index in range(len(lines) - 1, 0, -1):
        seed = seed * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        other = (seed >> 33) % (index + 1)
        lines[index], lines[other] = lines[other], lines[index]
    count = int(options.value("n", str(len(lines))))
    yield from write_all(1, b"".join(lines[:count]))
    return status


@tool("dmesg")
def dmesg(process: Process, args: list[str]) -> Body[int]:
    busybox = "klogctl: Operation not permitted"
    gnu = "read kernel buffer failed: Operation not permitted"
    yield from complain(process, busybox if is_busybox(process) else gnu)
    return 1


@tool("who", "users", "last", "lastlog")
def who(process: Process, args: list[str]) -> Body[int]:
    """Nobody is logged in to a container."""
    if is_busybox(process) and basename(process) == "who":
        yield from print_out("USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n")
    return 0


@tool("hostid")
def hostid(process: Process, args: list[str]) -> Body[int]:
    name = (yield from Uname()).nodename
    yield from print_out(f"{sum(name.encode()) * 2654435761 & 0xFFFFFFFF:08x}\n")
    return 0


@tool("sysctl")
def sysctl(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("aenNpqrw", {"all": "a", "values": "n", "ignore": "e"}).parse(process, args)
    status = 0
    for name in options.operands:
        key = name.partition("=")[0]
        path = "/proc/sys/" + key.replace(".", "/")
        lines = yield from lines_of(path)
        if "=" in name:
            yield from complain(process, f"error setting key '{key}': Read-only file system" if is_busybox(process)
                                else f"setting key \"{key}\": Read-only file system")  # fmt: skip
            status = 1
        elif not lines:
            text = (
                f"error: '{path}' is an unknown key"
                if is_busybox(process)
                else f"cannot stat {path}: No such file or directory"
            )
            yield from complain(process, text)
            status = 1 if is_busybox(process) else 255
        else:
            yield from print_out(f"{lines[0]}\n" if "n" in options else f"{key} = {lines[0]}\n")
    return status
