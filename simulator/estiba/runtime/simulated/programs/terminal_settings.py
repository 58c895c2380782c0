"""stty, and what else asks the terminal: mesg, tput."""

from __future__ import annotations

from dataclasses import replace

from ..program import Process
from ..streams import print_out
from ..syscalls import (
    Body,
    Getwinsize,
    Setwinsize,
    SyscallError,
    Tcgetattr,
    Tcsetattr,
    Termios,
)
from .options import Misuse, complain, is_busybox, tool
from .quoting import literal

SWITCHES = {"echo": "echo", "icanon": "canonical", "isig": "signals", "iexten": "extended",
"icrnl": "cr_to_nl",
            "opost": "output_processing", "ixon": "flow_control",
            "echoctl": "echo_control"}  # fmt: skip


@tool("stty")
def stty(process: Process, args: list[str]) -> Body[int]:
    try:
        settings = yield from Tcgetattr(0)
    except SyscallError as error:
        shown = "standard input" if is_busybox(process) else "'standard input'"
        yield from complain(process, f"{shown}: {error}")
        return 1
    if args == ["size"]:
        return (yield from _size(process))
    if not args or args[0] in ("-a", "--all"):
        yield from print_out((yield from _everything(settings, bool(args))))
        return 0
    if args[0] in ("-g", "--save"):
        yield from print_out("500:5:bf:8a3b:3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0\n")
        return 0
    rest = iter(args)
    for word in rest:
        if word in ("rows", "cols", "columns"):
            rows, columns = yield from Getwinsize(0)
            number = int(next(rest, "0"))
            yield from Setwinsize(0, *((number, columns) if word == "rows" else (rows, number)))
            continue
        changed = _change(settings, word)
        if changed is None:
            raise Misuse(f"invalid argument {literal(process, word)}")
        settings = changed
    yield from Tcsetattr(0, settings)
    return 0


def _change(settings: Termios, word: str) -> Termios | None:
    if word in ("sane", "-raw", "cooked"):
        return Termios()
    if word in ("raw", "-cooked"):
        return replace(settings, canonical=False, signals=False, cr_to_nl=False,
        output_processing=False,
                       flow_control=False, extended=False)  # fmt: skip
    name = SWITCHES.get(word.removeprefix("-"))
    if name is None:
        return settings if ":" in word or word.isdecimal() else None
    return replace(settings, **{name: not word.startswith("-")})


def _size(process: Process) -> Body[int]:
    rows, columns = yield from Getwinsize(0)
    if (not rows or not columns) and is_busybox(process):
        yield from complain(process, "standard input")
        return 1
    yield from print_out(f"{rows} {columns}\n")
    return 0


def _everything(settings: Termios, full: bool) -> Body[str]:
    rows, columns = yield from Getwinsize(0)
    if not full:
        return "speed 38400 baud; line = 0;\n" + ("-echo\n" if not settings.echo else "")

    def switch(word: str) -> str:
        return ("" if getattr(settings, SWITCHES[word]) else "-") + word

    return (
        f"speed 38400 baud; rows {rows}; columns {columns}; line = 0;\n"
        "intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;\n"
        "eol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;\n"
        "werase = ^W; lnext = ^V; discard = ^O; min = 1; time = 0;\n"
        "-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts\n"
        "-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr "
        f"{switch('icrnl')} {switch('ixon')} -ixoff\n-iuclc -ixany -imaxbel -iutf8\n"
        f"{switch('opost')} -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 "
        "tab0 bs0 vt0 ff0\n"
        f"{switch('isig')} {switch('icanon')} {switch('iexten')} {switch('echo')} echoe "
        "echok -echonl -noflsh -xcase\n"
        f"-tostop -echoprt {switch('echoctl')} echoke -flusho -extproc\n"
    )


@tool("tput")
def tput(process: Process, args: list[str]) -> Body[int]:
    try:
        rows, columns = yield from Getwinsize(1)
    except SyscallError:
        rows, columns = 0, 0
    table = {"cols": f"{columns or 80}\n", "lines": f"{rows or 24}\n", "clear": "\x1b[H\x1b[2J\x1b[3J",
    "bold": "\x1b[1m",
             "sgr0": "\x1b(B\x1b[m", "reset": "\x1bc", "colors": "8\n"}  # fmt: skip
    if args[:1] == ["setaf"] and len(args) > 1:
        yield from print_out(f"\x1b[3{args[1]}m")
    else:
        yield from print_out(table.get(args[0] if args else "", ""))
    return 0


@tool("mesg", "setterm", "dircolors", "locale")
def quiet(process: Process, args: list[str]) -> Body[int]:
    """Programs of login scripts whose effect nobody sees here."""
    if process.name.endswith("locale"):
        value = process.environment.get("LANG", "")
        yield from print_out(f'LANG={value}\nLANGUAGE=\nLC_CTYPE="{value or "POSIX"}"\nLC_ALL=\n')
    return 0
