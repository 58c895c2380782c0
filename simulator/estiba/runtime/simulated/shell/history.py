"""The history of an interactive shell: bash's and BusyBox's files, and `!` expansion.

Source: bash(1), "HISTORY" and "HISTORY EXPANSION".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..streams import decode, encode, read_file, write_all
from ..syscalls import (
    O_APPEND,
    O_CREAT,
    O_TRUNC,
    O_WRONLY,
    Body,
    Close,
    Open,
    SyscallError,
)
from .dialect import Dialect

if TYPE_CHECKING:
    from .shell import Shell

OPENING = (
    "do",
    "then",
    "else",
    "elif",
    "{",
    "(",
    "|",
    "||",
    "&&",
    "&",
    ";",
    "in",
    ";;",
    "if",
    "while",
)
EVENT = re.compile(
    r"!(?:(!)|(-?\d+)|(\$)|(\*)|(\^)|\?([^?\n]*)\??|([^\s;&|<>()=!$*^\"'?-][^\s:;&|<>()]*))"
)


class EventNotFound(Exception):
    """A `!` that names nothing."""


class History:
    """Lines typed, with those of earlier sessions before them."""

    def __init__(self, shell: Shell, *, saved_each_line: bool = False) -> None:
        self._shell = shell
        self.lines: list[str] = []
        self.fresh = 0
        """How many lines at the end are of this session and not in the file."""
        self._typed = False
        self._saved_each_line = saved_each_line

    # Files.

    def path(self) -> str | None:
        state = self._shell.state
        path = state.get("HISTFILE")
        if path is not None or self._shell.dialect is not Dialect.ASH:
            return path or None
        return f"{state.get('HOME') or ''}/.ash_history"

    def load(self) -> Body[None]:
        path = self.path()
        if path is None:
            return
        try:
            data = yield from read_file(path)
        except SyscallError:
            return
        self.lines[:0] = [line for line in decode(data).split("\n") if line]

    def save(self) -> Body[None]:
        """Append what is new to the file; nothing typed, nothing written."""
        path = self.path()
        if path is None or not self._typed or not self._remembers:
            return
        text = "".join(line + "\n" for line in self.lines[len(self.lines) - self.fresh :])
        self.fresh, self._typed = 0, False
        try:
            fd = yield from Open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            yield from write_all(fd, encode(text))
            yield from Close(fd)
            yield from self._truncate(path)
        except SyscallError:
            return

    def _truncate(self, path: str) -> Body[None]:
        default = "" if self._shell.dialect is Dialect.BASH else "500"
        limit = self._shell.state.get("HISTFILESIZE") or default
        if not limit.isdecimal() or 0 < len(self.lines) <= int(limit):
            return
        data = yield from read_file(path)
        lines = data.splitlines(keepends=True)
        if len(lines) > int(limit):
            fd = yield from Open(path, O_WRONLY | O_TRUNC)
            yield from write_all(fd, b"".join(lines[len(lines) - int(limit) :]))
            yield from Close(fd)

    # Adding.

    def add(self, line: str) -> Body[None]:
        """A complete command, as typed."""
        if not self._remembers:
            return
        control = (self._shell.state.get("HISTCONTROL") or "").split(":")
        if not line.strip("\n"):
            return
        if line[:1] in (" ", "\t") and {"ignorespace", "ignoreboth"} & set(control):
            return
        bash = self._shell.dialect is Dialect.BASH
        ignoring = bool({"ignoredups", "ignoreboth"} & set(control)) or not bash
        if ignoring and self.lines and self.lines[-1] == line:
            return
        if "erasedups" in control:
            self.lines[:] = [old for old in self.lines if old != line]
        self.lines.append(line)
        self._keep_to_size()
        self.fresh, self._typed = min(self.fresh + 1, len(self.lines)), True
        if self._saved_each_line:
            yield from self.save()

    @property
    def _remembers(self) -> bool:
        """Is it on? (`set +o history` puts it off.)"""
        return self._shell.dialect is not Dialect.BASH or "history" in self._shell.state.options

    def _keep_to_size(self) -> None:
        limit = self._shell.state.get("HISTSIZE") or ""
        if self._shell.dialect is Dialect.BASH and limit.isdecimal():
            del self.lines[: max(0, len(self.lines) - int(limit))]

    @staticmethod
    def joined(before: str, line: str, *, quoted: bool) -> str:
        """Two lines of one command, as cmdhist keeps them."""
        if quoted:
            return f"{before}\n{line}"
        if before.endswith("\\"):
            return before[:-1] + line
        last = before.rsplit(maxsplit=1)[-1] if before.split() else ""
        separator = " " if last in OPENING or before.endswith(("(", "{", "|", "&", ";")) else "; "
        return before + separator + line.lstrip()

    # `!`.

    def expand(self, line: str) -> str:
        """The line with its events replaced. Raises: EventNotFound."""
        if line.startswith("^") and line.count("^") >= 2:
            old, _, new = line[1:].partition("^")
            if not self.lines or old not in self.lines[-1]:
                raise EventNotFound(f":s{line}: substitution failed")
            return self.lines[-1].replace(old, new.rstrip("^"), 1)
        if "!" not in line:
            return line
        out: list[str] = []
        at, quoted = 0, False
        while at < len(line):
            one = line[at]
            match = EVENT.match(line, at) if one == "!" and not quoted else None
            if match is not None:
                out.append(self._event(match))
                at = match.end()
                continue
            if one == "'" and '"' not in "".join(out):
                quoted = not quoted
            elif one == "\\" and not quoted:
                out.append(one)
                at += 1
            out.append(line[at : at + 1])
            at += 1
        return "".join(out)

    def _event(self, match: re.Match[str]) -> str:
        lines = self.lines
        found: str | None = None
        if match[2]:
            number = int(match[2])
            place = number - 1 if number > 0 else len(lines) + number
            found = lines[place] if 0 <= place < len(lines) else None
        elif match[6] is not None:
            found = next((line for line in reversed(lines) if match[6] in line), None)
        elif match[7]:
            found = next((line for line in reversed(lines) if line.startswith(match[7])), None)
        elif lines:
            words = lines[-1].split()
            if match[3]:
                return words[-1]
            if match[4]:
                return " ".join(words[1:])
            found = words[1] if match[5] and len(words) > 1 else lines[-1]
        if found is None:
            raise EventNotFound(f"{match[0]}: event not found")
        return found
