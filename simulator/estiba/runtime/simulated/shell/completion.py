"""Tab completion: commands in their place, files everywhere else, variables after a dollar."""

from __future__ import annotations

import posixpath
import re
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ....filesystem.flags import X_OK
from ..syscalls import Access, Body, Getdents, Stat, SyscallError
from .builtins import names
from .dialect import Dialect
from .lookup_words import KEYWORDS

if TYPE_CHECKING:
    from .shell import Shell

WORD = re.compile(r"(?:\\.|[^\s;|&<>()\\])*\Z")
FIRST = re.compile(r"(?:^|[;|&(`]|\b(?:then|do|else|if|while|sudo|exec|time))\s*\Z")
TO_QUOTE = re.compile(r"([ \t\\'\"`$&|;<>()*?\[\]{}!#~])")


@dataclass(slots=True)
class Completion:
    """What to insert now, and all choices for showing."""

    insert: str = ""
    choices: list[str] = field(default_factory=list)

    def table(self, columns: int) -> str:
        """The choices in columns, as readline lists them."""
        if not self.choices:
            return ""
        widest = max(len(choice) for choice in self.choices) + 2
        per_row = max(columns // widest, 1)
        rows = -(-len(self.choices) // per_row)
        lines = []
        for row in range(rows):
            cells = self.choices[row::rows]
            lines.append("".join(cell.ljust(widest) for cell in cells[:-1]) + cells[-1])
        return "".join(line + "\n" for line in lines)


def complete(shell: Shell, text: str, cursor: int) -> Body[Completion]:
    """What could stand at the cursor."""
    head = text[:cursor]
    match = WORD.search(head)
    word = match.group() if match else ""
    before = head[: len(head) - len(word)]
    plain = re.sub(r"\\(.)", r"\1", word)
    if plain.startswith("$"):
        found = [f"${name}" for name in shell.state.variables if f"${name}".startswith(plain)]
        return _result(plain, sorted(found), plain, shell)
    if FIRST.search(before) and "/" not in plain:
        found = yield from _commands(shell, plain)
        return _result(plain, found, plain, shell)
    return (yield from _files(shell, plain))


def _result(typed: str, found: list[str], name: str, shell: Shell) -> Completion:
    if not found:
        return Completion()
    if len(found) == 1:
        rest = found[0][len(name) :]
        ending = "" if found[0].endswith("/") else " "
        return Completion(_quoted(rest) + ending, found)
    common = posixpath.commonprefix(found)
    return Completion(_quoted(common[len(name) :]), found)


def _quoted(text: str) -> str:
    return TO_QUOTE.sub(r"\\\1", text)


def _commands(shell: Shell, start: str) -> Body[list[str]]:
    state = shell.state
    found = {name for name in (*state.aliases, *state.functions) if name.startswith(start)}
    found |= {name for name in names(shell.dialect) if name.startswith(start)}
    if shell.dialect is Dialect.BASH:
        found |= {name for name in KEYWORDS if name.startswith(start)}
    for directory in (state.get("PATH") or "").split(":"):
        try:
            entries = yield from Getdents(directory or ".")
        except SyscallError:
            continue
        for entry in entries:
            new = entry.name.startswith(start) and entry.name not in found
            if new and (yield from _is_program(f"{directory}/{entry.name}")):
                found.add(entry.name)
    return sorted(found)


def _is_program(path: str) -> Body[bool]:
    try:
        status = yield from Stat(path)
        yield from Access(path, X_OK)
    except SyscallError:
        return False
    return stat.S_ISREG(status.mode)


def _files(shell: Shell, typed: str) -> Body[Completion]:
    directory, _, start = typed.rpartition("/")
    place = directory + "/" if "/" in typed else ""
    looked = place or "."
    if place.startswith("~/"):
        looked = (shell.state.get("HOME") or "") + place[1:]
    try:
        entries = yield from Getdents(looked)
    except SyscallError:
        return Completion()
    found: list[str] = []
    for entry in entries:
        if not entry.name.startswith(start) or (entry.name.startswith(".") and not start):
            continue
        is_directory = yield from _is_directory(
            f"{looked.rstrip('/')}/{entry.name}" if place else entry.name
        )
        found.append(entry.name + ("/" if is_directory else ""))
    return _result(typed, sorted(found), start, shell)


def _is_directory(path: str) -> Body[bool]:
    try:
        status = yield from Stat(path)
    except SyscallError:
        return False
    return stat.S_ISDIR(status.mode)
