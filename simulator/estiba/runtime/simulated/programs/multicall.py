"""busybox itself: `busybox APPLET`, `--list`, `--install`."""

from __future__ import annotations

from dataclasses import dataclass

from ..program import Flavour, Process, find_program
from ..streams import print_err, print_out
from ..syscalls import Body, Getdents, Link, Readlink, Stat, Symlink, SyscallError
from .options import tool
from .status import same_file
from .usages import BUSYBOX_BANNER, applets, busybox_usage


@dataclass(frozen=True, slots=True)
class Applet:
    """The process as an applet sees itself."""

    name: str
    environment: dict[str, str]
    flavour: Flavour = Flavour.BUSYBOX


def available() -> Body[list[str]]:
    """The names that lead to this busybox in /bin and elsewhere, or all we know."""
    found: set[str] = set()
    try:
        me = yield from Stat("/bin/busybox")
        for folder in ("/bin", "/sbin", "/usr/bin", "/usr/sbin"):
            try:
                entries = yield from Getdents(folder)
            except SyscallError:
                continue
            for entry in entries:
                try:
                    if same_file((yield from Stat(f"{folder}/{entry.name}")), me):
                        found.add(entry.name)
                except SyscallError:
                    continue
    except SyscallError:
        pass
    found -= {"busybox"}
    return sorted(found | {"busybox"} if found else set(applets()))


@tool("busybox")
def busybox(process: Process, args: list[str]) -> Body[int]:
    if not args or args[0] in ("--help", "-h"):
        names = yield from available()
        yield from print_out(_help(names))
        return 0
    if args[0] in ("--list", "--list-full"):
        names = yield from available()
        prefix = "bin/" if args[0] == "--list-full" else ""
        yield from print_out("".join(f"{prefix}{name}\n" for name in names))
        return 0
    if args[0] == "--install":
        return (yield from _install(args[1:]))
    if args[0] == "--help" and len(args) > 1:
        yield from print_err(busybox_usage(args[1]))
        return 0
    name = args[0].rpartition("/")[2]
    program = find_program(name, Flavour.BUSYBOX)
    if program is None:
        yield from print_err(f"{name}: applet not found\n")
        return 127
    applet = Applet(name, process.environment)
    return (yield from program(applet, args[1:]))


def _help(names: list[str]) -> str:
    lines, line = [], "\t"
    for index, name in enumerate(names):
        word = name + (", " if index < len(names) - 1 else "")
        if len(line.expandtabs()) + len(word) > 79:
            lines.append(line.rstrip())
            line = "\t"
        line += word
    return (
        f"{BUSYBOX_BANNER}\nUsage: busybox [function [arguments]...]\n   or: busybox "
        "--list[-full]\n"
        "   or: function [arguments]...\n\nCurrently defined functions:\n"
        + "\n".join([*lines, line])
        + "\n"
    )


def _install(args: list[str]) -> Body[int]:
    folder = next((arg for arg in args if not arg.startswith("-")), "/bin")
    try:
        target = yield from Readlink("/proc/self/exe")
    except SyscallError:
        target = "/bin/busybox"
    for name in (yield from available()):
        try:
            path = f"{folder.rstrip('/')}/{name}"
            yield from (Symlink(target, path) if "-s" in args else Link(target, path))
        except SyscallError:
            continue
    return 0
