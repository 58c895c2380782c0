"""ps, kill, killall, pidof, pgrep, pkill, top: looking at processes through /proc."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..program import Process
from ..streams import decode, print_out, read_file
from ..syscalls import (
    Body,
    Getdents,
    Getuid,
    Isatty,
    Nanosleep,
    SyscallError,
    Time,
    Ttyname,
)
from .accounts import Accounts, lines_of, read_accounts
from .dates import SECOND, strftime, zone_of
from .options import Grammar, Misuse, complain, is_busybox, tool

TICKS_PER_S = 100


@dataclass(slots=True)
class Row:
    """One process, as /proc tells it."""

    pid: int
    parent: int
    uid: int
    command: str
    line: str
    state: str
    tty: str
    group: int
    session: int
    foreground: int
    cpu_s: int
    started_ns: int
    size_kb: int
    resident_kb: int


def read_rows() -> Body[list[Row]]:
    """All processes, by number."""
    now = yield from Time()
    uptime = ((yield from lines_of("/proc/uptime")) or ["0"])[0].split()[0]
    booted = now - int(float(uptime) * SECOND)
    numbers = [int(e.name) for e in (yield from Getdents("/proc")) if e.name.isdecimal()]
    rows = []
    for pid in sorted(numbers):
        try:
            rows.append((yield from _row(pid, booted)))
        except SyscallError:
            continue
    return rows


def _row(pid: int, booted: int) -> Body[Row]:
    text = decode((yield from read_file(f"/proc/{pid}/stat")))
    command = text[text.index("(") + 1 : text.rindex(")")]
    fields = text[text.rindex(")") + 2 :].split()
    status = decode((yield from read_file(f"/proc/{pid}/status")))
    uid = re.search(r"^Uid:\t(\d+)", status, re.M)
    memory = re.search(r"^VmRSS:\s*(\d+)", status, re.M)
    line = decode((yield from read_file(f"/proc/{pid}/cmdline"))).rstrip("\0").replace("\0", " ")
    device = int(fields[4])
    tty = f"pts/{device & 0xFF}" if device else "?"
    return Row(
        pid, int(fields[1]), int(uid[1]) if uid else 0, command, line or f"[{command}]", fields[0],
        tty,
        int(fields[2]), int(fields[3]), int(fields[5]),
        (int(fields[11]) + int(fields[12])) // TICKS_PER_S,
        booted + int(fields[19]) * (SECOND // TICKS_PER_S), int(fields[20]) // 1024,
        int(memory[1]) if memory else 0,
    )  # fmt: skip


class _Columns:
    """The columns of ps by name: heading, width (negative: left), value."""

    def __init__(self, process: Process, accounts: Accounts, now_ns: int) -> None:
        self.zone, self.accounts, self.now = zone_of(process.environment), accounts, now_ns
        self.busybox = is_busybox(process)

    def user(self, row: Row) -> str:
        name = self.accounts.user_name(row.uid)
        return name if len(name) <= 8 else (name[:7] + "+")

    def start(self, row: Row) -> str:
        fresh = self.now - row.started_ns < 86400 * SECOND
        return strftime("%H:%M" if fresh else "%b%d", row.started_ns, self.zone)

    def cpu_percent(self, row: Row) -> str:
        life = max(1, (self.now - row.started_ns) // SECOND)
        return f"{row.cpu_s * 100 / life:.1f}"

    def state(self, row: Row) -> str:
        lead = "s" if row.session == row.pid else ""
        return row.state + lead + ("+" if row.group == row.foreground and row.tty != "?" else "")

    def elapsed(self, row: Row) -> str:
        seconds = (self.now - row.started_ns) // SECOND
        hours = f"{seconds // 3600:02d}:" if seconds >= 3600 else ""
        return f"{hours}{seconds // 60 % 60:02d}:{seconds % 60:02d}"

    def table(self) -> dict[str, tuple[str, int, Callable[[Row], str]]]:
        line = ("COMMAND", -27, lambda row: row.line)
        return {
            "pid": ("PID", 5, lambda row: str(row.pid)),
            "ppid": ("PPID", 5, lambda row: str(row.parent)),
            "pgid": ("PGID", 5, lambda row: str(row.group)),
            "pgrp": ("PGRP", 5, lambda row: str(row.group)),
            "sid": ("SID", 5, lambda row: str(row.session)),
            "uid": ("UID", 5, lambda row: str(row.uid)),
            "user": ("USER", -8, self.user),
            "euser": ("EUSER", -8, self.user),
            "comm": ("COMMAND", -15, lambda row: row.command),
            "ucmd": ("CMD", -15, lambda row: row.command),
            "args": line, "command": line, "cmd": ("CMD", -27, lambda row: row.line),
            "tty": ("TT", -8, lambda row: row.tty), "tt": ("TT", -8, lambda row: row.tty),
            "tname": ("TTY", -8, lambda row: row.tty),
            "time": ("TIME", 8, _clock), "cputime": ("TIME", 8, _clock),
            "etime": ("ELAPSED", 11, self.elapsed),
            "etimes": ("ELAPSED", 7, lambda row: str((self.now - row.started_ns) // SECOND)),
            "stat": ("STAT", -4, self.state), "state": ("S", -1, lambda row: row.state),
            "s": ("S", -1, lambda row: row.state),
            "pcpu": ("%CPU", 4, self.cpu_percent), "%cpu": ("%CPU", 4, self.cpu_percent),
            "pmem": ("%MEM", 4, lambda row: "0.0"), "%mem": ("%MEM", 4, lambda row: "0.0"),
            "vsz": ("VSZ", 6, lambda row: str(row.size_kb)), "rss": ("RSS", 5,
            lambda row: str(row.resident_kb)),
            "start": ("STARTED", 8, lambda row: strftime("%H:%M:%S", row.started_ns, self.zone)),
            "stime": ("STIME", 5, self.start), "start_time": ("START", 5, self.start),
            "lstart": ("STARTED", 24, lambda row: strftime("%a %b %e %H:%M:%S %Y", row.started_ns,
            self.zone)),
            "ni": ("NI", 3, lambda row: "0"), "nice": ("NI", 3, lambda row: "0"),
            "pri": ("PRI", 3, lambda row: "19"), "c": ("C", 2, lambda row: "0"),
            "f": ("F", 1, lambda row: "4"), "nlwp": ("NLWP", 4, lambda row: "1"),
            "group": ("GROUP", -8, lambda row: self.accounts.group_name(row.uid)),
        }  # fmt: skip


def _clock(row: Row) -> str:
    return f"{row.cpu_s // 3600:02d}:{row.cpu_s // 60 % 60:02d}:{row.cpu_s % 60:02d}"


def _ps_options(
    process: Process, args: list[str]
) -> tuple[set[str], list[tuple[str, str]], list[int]]:
    """Letters, -o columns as (name, heading), and pids. Raises: Misuse."""
    letters: set[str] = set()
    columns: list[tuple[str, str]] = []
    pids: list[int] = []
    rest = iter(args)
    for arg in rest:
        if arg.startswith("--"):
            if arg == "--no-headers":
                letters.add("nohead")
            elif arg.startswith("--sort"):
                letters.add("sort")
            elif arg.startswith(("--pid", "--ppid")):
                pids += map(int, (arg.partition("=")[2] or next(rest, "")).split(","))
            elif arg == "--forest":
                letters.add("forest")
            else:
                raise Misuse("unknown gnu long option")
            continue
        bsd = not arg.startswith("-")
        text = arg.lstrip("-")
        if bsd and text.isdecimal():
            pids.append(int(text))
            continue
        for index, letter in enumerate(text):
            value = text[index + 1 :]
            if letter in "oO":
                for name in (value or next(rest, "")).split(","):
                    key, equals, heading = name.partition("=")
                    columns.append((key.strip().lower(), heading if equals else "\0"))
                break
            if letter == "p" and not bsd:
                pids += [int(x) for x in re.split("[, ]", value or next(rest, "")) if x.isdecimal()]
                break
            if letter in "CutUGg" and not bsd and letter != "u":
                letters.add(letter + (value or next(rest, "")))
                break
            if letter not in "AaejflFuxwHhXvTNdcnLMmyZ":
                raise Misuse(
                    f"unsupported option (BSD syntax): {letter}"
                    if bsd
                    else f"error: unsupported SysV option: {letter}"
                )
            letters.add(("bsd-" if bsd else "") + letter)
    return letters, columns, pids


LAYOUTS = {
    "full": [("user", "UID"), ("pid", "PID"), ("ppid", "PPID"), ("c", "C"), ("stime", "STIME"),
             ("tname", "TTY"), ("time", "TIME"), ("cmd", "CMD")],
    "user": [("user", "USER"), ("pid", "PID"), ("pcpu", "%CPU"), ("pmem", "%MEM"), ("vsz", "VSZ"),
             ("rss", "RSS"), ("tname", "TTY"), ("stat", "STAT"), ("start_time", "START"),
             ("bsdtime", "TIME"), ("args", "COMMAND")],
    "bsd": [("pid", "PID"), ("tname", "TTY"), ("stat", "STAT"), ("bsdtime", "TIME"),
            ("args", "COMMAND")],
    "plain": [("pid", "PID"), ("tname", "TTY"), ("time", "TIME"), ("ucmd", "CMD")],
}  # fmt: skip


@tool("ps")
def ps(process: Process, args: list[str]) -> Body[int]:
    accounts = yield from read_accounts()
    if is_busybox(process):
        return (yield from _busybox_ps(process, args, accounts))
    try:
        letters, columns, pids = _ps_options(process, args)
    except Misuse as wrong:
        yield from print_err_lines(f"error: {wrong.text.removeprefix('error: ')}\n\n"
                                   "Usage:\n ps [options]\n\n"
                                   " Try 'ps --help <simple|list|output|threads|misc|all>'\n"
                                   "  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\n"
                                   "For more details see ps(1).\n")  # fmt: skip
        return 1
    now = yield from Time()
    shape = _Columns(process, accounts, now)
    table = shape.table()
    table["bsdtime"] = ("TIME", 6, lambda row: f"{row.cpu_s // 60}:{row.cpu_s % 60:02d}")
    bsd = any(letter.startswith("bsd-") for letter in letters)
    if not columns:
        layout = (
            "full"
            if letters & {"f", "F"}
            else "user"
            if letters & {"bsd-u", "u"}
            else "bsd"
            if bsd
            else "plain"
        )
        columns = LAYOUTS[layout]
    for name, _ in columns:
        if name not in table:
            yield from print_err_lines(
                f'error: unknown user-defined format specifier "{name}"\n\nUsage:\n ps [options]\n'
            )
            return 1
    rows = yield from _chosen(letters, pids, bsd)
    width = yield from _width(process)
    text = _print(table, columns, rows, "nohead" not in letters and "bsd-h" not in letters)
    lines = [line[:width] if width else line for line in text]
    yield from print_out("".join(line + "\n" for line in lines))
    return 0 if rows else 1


def print_err_lines(text: str) -> Body[None]:
    from ..streams import print_err  # noqa: PLC0415 - errors only

    yield from print_err(text)


def _width(process: Process) -> Body[int]:
    from ..syscalls import Getwinsize  # noqa: PLC0415 - terminals only

    try:
        return (yield from Getwinsize(1))[1]
    except SyscallError:
        return 0


def _chosen(letters: set[str], pids: list[int], bsd: bool) -> Body[list[Row]]:
    rows = yield from read_rows()
    if pids:
        return [row for row in rows if row.pid in pids]
    named = [letter[1:] for letter in letters if letter[0] == "C" and len(letter) > 1]
    if named:
        return [row for row in rows if row.command in named]
    if letters & {"e", "A"} or {"bsd-a", "bsd-x"} <= letters:
        return rows
    try:
        tty = (yield from Ttyname(0)).removeprefix("/dev/") if (yield from Isatty(0)) else "?"
    except SyscallError:
        tty = "?"
    uid = yield from Getuid()
    if "bsd-x" in letters or "x" in letters:
        return [row for row in rows if row.uid == uid]
    if letters & {"bsd-a", "a"}:
        return [row for row in rows if row.tty != "?"]
    return [row for row in rows if row.uid == uid and row.tty == tty]


def _print(
    table: dict[str, tuple[str, int, Callable[[Row], str]]],
    columns: list[tuple[str, str]],
    rows: list[Row],
    headed: bool,
) -> list[str]:
    chosen = []
    for name, heading in columns:
        title, width, value = table[name]
        chosen.append((title if heading == "\0" else heading, width, value))
    lines = []
    if headed and any(title for title, _, _ in chosen):
        lines.append(_line([(title, width) for title, width, _ in chosen]))
    for row in rows:
        lines.append(_line([(value(row), width) for _, width, value in chosen]))
    return lines


def _line(cells: list[tuple[str, int]]) -> str:
    out = []
    for index, (text, width) in enumerate(cells):
        last = index == len(cells) - 1
        out.append(text.rjust(width) if width > 0 else text if last else text.ljust(-width))
    return " ".join(out)


def _busybox_ps(process: Process, args: list[str], accounts: Accounts) -> Body[int]:
    options = Grammar("o:T").parse(process, args)
    now = yield from Time()
    shape = _Columns(process, accounts, now)
    rows = yield from read_rows()
    clock = lambda row: f"{row.cpu_s // 60:3d}:{row.cpu_s % 60:02d}"  # noqa: E731
    table: dict[str, tuple[str, int, Callable[[Row], str]]] = {
        "user": ("USER", -8, shape.user), "pid": ("PID", 5, lambda row: str(row.pid)),
        "ppid": ("PPID", 5, lambda row: str(row.parent)), "pgid": ("PGID", 5,
        lambda row: str(row.group)),
        "comm": ("COMMAND", -16, lambda row: row.command), "args": ("COMMAND", -27,
        lambda row: row.line),
        "tty": ("TT", -6, lambda row: "?" if row.tty == "?" else "136,0"), "time": ("TIME", -5,
        clock),
        "stat": ("STAT", -4, lambda row: row.state), "vsz": ("VSZ", -4,
        lambda row: str(row.size_kb)),
        "rss": ("RSS", -4, lambda row: str(row.resident_kb)), "sid": ("SID", 5,
        lambda row: str(row.session)),
        "etime": ("ELAPSED", -7, shape.elapsed), "nice": ("NI", 5, lambda row: "0"),
        "group": ("GROUP", -8, lambda row: accounts.group_name(row.uid)),
    }  # fmt: skip
    names = ",".join(options.values("o")).split(",") if "o" in options else ["pid", "user", "args"]
    chosen = []
    for name in names:
        key, equals, heading = name.partition("=")
        if key not in table:
            yield from complain(
                process, f"bad -o argument '{key}', supported arguments: " + ",".join(table)
            )
            return 1
        title, width, value = table[key]
        chosen.append((heading if equals else title, width, value))
    lines = [
        " ".join(
            title if i == len(chosen) - 1 else title.ljust(abs(width))
            for i, (title, width, _) in enumerate(chosen)
        )
    ]
    lines += [_line([(value(row), width) for _, width, value in chosen]) for row in rows]
    yield from print_out("".join(line + "\n" for line in lines))
    return 0


@tool("top")
def top(process: Process, args: list[str]) -> Body[int]:
    """Simplified: one picture per delay, without keys."""
    options = Grammar("bn:d:p:u:ciH").parse(process, args)
    accounts = yield from read_accounts()
    left = int(options.value("n", "0")) or (1 if "b" in options else 1 << 30)
    while left:
        left -= 1
        rows = yield from read_rows()
        clock = strftime("%H:%M:%S", (yield from Time()), zone_of(process.environment))
        text = (
            f"top - {clock} up 0 min,  0 user,  load average: 0.00, 0.00, 0.00\n"
            f"Tasks: {len(rows):3d} total,   1 running, {max(0, len(rows) - 1):3d} sleeping, "
            "  0 stopped,   0 zombie\n"
            "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st\n\n"
            "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n"
        )
        for row in rows:
            user = accounts.user_name(row.uid)[:8]
            text += (
                f"{row.pid:7d} {user:<8}  20   0 {row.size_kb:7d} "
                f"{row.resident_kb:6d} {row.resident_kb:6d} "
                f"{row.state}   0.0   0.0 "
                f"{row.cpu_s // 60:3d}:{row.cpu_s % 60:02d}.00 {row.command}\n"
            )
        clear = "" if "b" in options else "\x1b[H\x1b[J"
        yield from print_out(clear + text)
        if left:
            yield from Nanosleep(float(options.value("d", "3")))
    return 0
