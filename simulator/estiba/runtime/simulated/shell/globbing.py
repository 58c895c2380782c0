"""Pathname expansion. Names come in the order of the C locale."""

from __future__ import annotations

import stat

from ..syscalls import Body, Getdents, Lstat, Stat, SyscallError
from .patterns import compiled, has_magic, unquote


def glob(pattern: str, *, extended: bool = False, hidden: bool = False) -> Body[list[str]]:
    """The paths that match, sorted; empty if none does."""
    parts = pattern.split("/")
    paths = [""]
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part == "":
            paths = [path + "/" for path in paths] if not last else paths
            continue
        found: list[str] = []
        for path in paths:
            names = yield from _names(path, part, extended, hidden)
            for name in names:
                ok = yield from _fits(path + name, last)
                if ok:
                    found.append(path + name + ("" if last else "/"))
        paths = found
    return sorted(paths, key=lambda path: path.encode("utf-8", "surrogateescape"))


def _names(path: str, part: str, extended: bool, hidden: bool) -> Body[list[str]]:
    if not has_magic(part, extended=extended):
        return [unquote(part)]
    try:
        entries = yield from Getdents(path or ".")
    except SyscallError:
        return []
    matcher = compiled(part, extended)
    names = [entry.name for entry in entries]
    if part.startswith((".", "\\.")):
        names += [".", ".."]
    elif not hidden:
        names = [name for name in names if not name.startswith(".")]
    return [name for name in names if matcher.fullmatch(name)]


def _fits(path: str, last: bool) -> Body[bool]:
    """Does it exist, and is it a directory where one is needed?"""
    try:
        if last:
            yield from Lstat(path)
            return True
        status = yield from Stat(path)
        return stat.S_ISDIR(status.mode)
    except SyscallError:
        return False
