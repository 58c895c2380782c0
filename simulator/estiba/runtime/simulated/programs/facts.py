"""stat and date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..program import Process
from ..streams import print_out
from ..syscalls import Body, Lstat, Readlink, Stat, Statfs, SyscallError, Time
from .accounts import Accounts, read_accounts
from .dates import parse_date, strftime, zone_of
from .options import Grammar, Misuse, complain, is_busybox, missing_operand, tool
from .quoting import literal, quoted, shell_escape
from .status import DESCRIPTIONS, blocks, is_device, is_link, kind, major, minor, permissions

if TYPE_CHECKING:
    from .status import Status

STAT = Grammar(
    "Lfc:tZ",
    {"dereference": "L", "file-system": "f", "format=": "c", "printf=": "printf", "terse": "t",
     "cached=": "cached"},
    "Lfc:t",
)  # fmt: skip
DATE = Grammar(
    "d:f:I::r:Rs:u",
    {
        "date=": "d", "iso-8601=?": "I", "reference=": "r", "rfc-email": "R", "rfc-2822": "R",
        "rfc-3339=": "3339", "set=": "s", "utc": "u", "universal": "u", "file=": "f",
    },
    "ud:s:r:RI::D:",
)  # fmt: skip
FORM = re.compile(r"%([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])|\\([nt\\\"0])|[^%\\]+|.", re.S)
WHEN = "%Y-%m-%d %H:%M:%S.%N %z"
ISO = {
    "": "%F", "date": "%F", "hours": "%FT%H%:z", "minutes": "%FT%H:%M%:z",
    "seconds": "%FT%H:%M:%S%:z", "ns": "%FT%H:%M:%S,%N%:z",
}  # fmt: skip


@tool("stat")
def stat(process: Process, args: list[str]) -> Body[int]:
    options = STAT.parse(process, args)
    if not options.operands:
        raise missing_operand(process)
    accounts = yield from read_accounts()
    result = 0
    for path in options.operands:
        try:
            if "f" in options:
                yield from _filesystem(path)
                continue
            status = yield from (Stat(path) if "L" in options else Lstat(path))
            target = (yield from Readlink(path)) if is_link(status) else ""
        except SyscallError as error:
            result = 1
            if is_busybox(process):
                yield from complain(process, f"can't stat '{path}': {error}")
            else:
                yield from complain(process, f"cannot statx {quoted(process, path)}: {error}")
            continue
        facts = _Facts(process, path, status, target, accounts)
        form, end, escapes = options.value("c"), "\n", False
        if "printf" in options:
            form, end, escapes = options.value("printf"), "", True
        elif "t" in options:
            form = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o"
        if form:
            yield from print_out(facts.fill(form, escapes) + end)
        else:
            yield from print_out(facts.fill(_default(process, status), True))
    return result


def _filesystem(path: str) -> Body[None]:
    found = yield from Statfs(path)
    free = found.available // 4096
    text = (
        f'  File: "{path}"\n    ID: 0        Namelen: 255     Type: {found.kind}\n'
        f"Block size: 4096       Fundamental block size: 4096\n"
        f"Blocks: Total: {found.size // 4096:<10} Free: {free:<10} Available: {free}\n"
        f"Inodes: Total: 0          Free: 0\n"
    )
    yield from print_out(text)


def _default(process: Process, status: Status) -> str:
    device = "Device type: %t,%T" if is_device(status) else ""
    if is_busybox(process):
        links = "Links: %-5h Device type: %t,%T" if device else "Links: %h"
        who = "(%5u/%8U)   Gid: (%5g/%8G)"
        return (
            "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n"
            f"Device: %Dh/%dd\tInode: %-10i  {links}\n"
            f"Access: (%04a/%10.10A)  Uid: {who}\nAccess: %x\nModify: %y\nChange: %z\n"
        )
    links = "Links: %-5h " + device if device else "Links: %h"
    return (
        "  File: %Q\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n"
        f"Device: %Hd,%Ld\tInode: %-10i  {links}\n"
        "Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\n"
        "Access: %x\nModify: %y\nChange: %z\n Birth: %w\n"
    )


class _Facts:
    """The answers to stat's letters for one file."""

    def __init__(
        self, process: Process, path: str, status: Status, target: str, accounts: Accounts
    ) -> None:
        self.process, self.path, self.status = process, path, status
        self.target, self.accounts = target, accounts
        self.zone = zone_of(process.environment)

    def fill(self, form: str, escapes: bool) -> str:
        form = re.sub(r"%([HL])d", lambda m: "%" + {"H": "\x01", "L": "\x02"}[m[1]], form)
        form = form.replace("%\x01", str(major(self.status.dev))).replace(
            "%\x02", str(minor(self.status.dev))
        )

        def one(matched: re.Match[str]) -> str:
            flags, width, precision, letter, escape = matched.groups()
            if escape and escapes:
                return {"n": "\n", "t": "\t", "0": "\0"}.get(escape, escape)
            if not letter:
                return matched[0]
            text = self.value(letter)
            if text is None:
                return "?" if not is_busybox(self.process) else matched[0]
            text = text[: int(precision)] if precision else text
            size = int(width or 0)
            if "0" in flags:
                return text.rjust(size, "0")
            return text.ljust(size) if "-" in flags else text.rjust(size)

        return FORM.sub(one, form)

    def value(self, letter: str) -> str | None:
        status, name = self.status, self.path
        size_kind = (
            "regular empty file" if status.mode & 0o170000 == 0o100000 and not status.size else ""
        )
        if letter in "NQ":
            return self.named(name) if letter == "N" else self.shown(name)
        user = self.accounts.user_of(status.uid)
        group = self.accounts.group_of(status.gid)
        when = strftime(WHEN, status.mtime_ns, self.zone)
        table = {
            "a": f"{status.mode & 0o7777:o}", "A": permissions(status.mode),
            "b": str(blocks(status)),
            "B": "512", "d": str(status.dev), "D": f"{status.dev:x}", "f": f"{status.mode:x}",
            "F": size_kind or DESCRIPTIONS.get(kind(status), "weird file"), "g": str(status.gid),
            "G": group.name if group else "UNKNOWN",
            "h": str(status.nlink), "i": str(status.ino), "m": "/", "n": name, "o": "4096",
            "s": str(status.size), "t": f"{major(status.rdev):x}", "T": f"{minor(status.rdev):x}",
            "u": str(status.uid),
            "U": user.name if user else "UNKNOWN",
            "w": when, "W": str(status.mtime_ns // 10**9), "x": when,
            "X": str(status.mtime_ns // 10**9),
            "y": when, "Y": str(status.mtime_ns // 10**9), "z": when,
            "Z": str(status.mtime_ns // 10**9),
            "r": str(status.rdev), "R": f"{status.rdev:x}", "%": "%",
        }  # fmt: skip
        return table.get(letter)

    def shown(self, name: str) -> str:
        """The first line of the default layout: quoted only if it must be."""
        arrow = f" -> {self.target}" if self.target else ""
        return name + arrow

    def named(self, name: str) -> str:
        if is_busybox(self.process):
            return f"'{name}' -> '{self.target}'" if self.target else name
        if not self.target:
            return shell_escape(name, always=True)
        return f"{shell_escape(name, always=True)} -> {shell_escape(self.target, always=True)}"


@tool("date")
def date(process: Process, args: list[str]) -> Body[int]:
    options = DATE.parse(process, args)
    now = yield from Time()
    zone = zone_of({} if "u" in options else process.environment)
    when = now
    if options.any("ds"):
        letter = options.last("ds")
        text = options.value(letter)
        found = parse_date(text, now, zone)
        if found is None:
            if is_busybox(process):
                raise Misuse(f"invalid date '{text}'", hint=False)
            raise Misuse(f"invalid date {literal(process, text)}", hint=False)
        when = found
    elif "r" in options:
        path = options.value("r")
        try:
            when = (yield from Stat(path)).mtime_ns
        except SyscallError as error:
            shown = f"can't stat '{path}'" if is_busybox(process) else path
            yield from complain(process, f"{shown}: {error}")
            return 1
    form = ""
    operands = options.operands
    if operands and operands[0].startswith("+"):
        form = operands.pop(0)[1:]
    if operands:
        if is_busybox(process):
            raise Misuse(f"invalid date '{operands[0]}'", hint=False)
        if form or not re.fullmatch(r"\d+(\.\d+)?", operands[0]):
            if form:
                raise Misuse(f"extra operand {literal(process, operands[0])}")
            raise Misuse(f"invalid date {literal(process, operands[0])}", hint=False)
    if "s" in options or operands:
        text = "can't set date" if is_busybox(process) else "cannot set date"
        yield from complain(process, f"{text}: Operation not permitted")
        yield from print_out(strftime("%a %b %e %H:%M:%S %Z %Y\n", when, zone))
        return 1
    if "R" in options:
        form = "%a, %d %b %Y %H:%M:%S %z"
    elif "I" in options:
        form = ISO.get(options.value("I"), "%F")
    elif "3339" in options:
        form = {"date": "%F", "ns": "%F %T.%N%:z"}.get(options.value("3339"), "%F %T%:z")
    elif not form and not any(arg.startswith("+") for arg in args):
        form = "%a %b %e %H:%M:%S %Z %Y"
    if is_busybox(process):
        form = form.replace("%N", "%%N") if "%N" in form and "I" not in options else form
    yield from print_out(strftime(form, when, zone) + "\n")
    return 0
