"""Redirections: in a child for good, around a builtin for a while.

Source: POSIX.1-2017, Shell Command Language, 2.7 "Redirection".
"""

from __future__ import annotations

import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from ..streams import encode
from ..syscalls import (
    O_APPEND,
    O_CREAT,
    O_RDONLY,
    O_RDWR,
    O_TRUNC,
    O_WRONLY,
    Body,
    Close,
    Dup,
    Dup2,
    Fork,
    Open,
    Pipe,
    Stat,
    SyscallError,
    Write,
)
from ..syscalls.errnos import EEXIST
from .control import Failure
from .dialect import Dialect
from .syntax import Redirection

if TYPE_CHECKING:
    from .shell import Shell

SAVED_FROM = 10
PIPE_SIZE = 65536
FLAGS = {
    "<": O_RDONLY,
    ">": O_WRONLY | O_CREAT | O_TRUNC,
    ">|": O_WRONLY | O_CREAT | O_TRUNC,
    ">>": O_WRONLY | O_CREAT | O_APPEND,
    "<>": O_RDWR | O_CREAT,
    "&>": O_WRONLY | O_CREAT | O_TRUNC,
    "&>>": O_WRONLY | O_CREAT | O_APPEND,
}
Saved = list[tuple[int, int | None]]


class Redirector:
    """Carries out redirections for one shell."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def apply(self, redirections: list[Redirection], saved: Saved | None = None) -> Body[None]:
        """Do them in order; with `saved`, note there how to undo them. Raises: Failure."""
        for redirection in redirections:
            yield from self._one(redirection, saved)

    def restore(self, saved: Saved) -> Body[None]:
        for fd, copy in reversed(saved):
            if copy is None:
                with suppress(SyscallError):
                    yield from Close(fd)
            else:
                yield from Dup2(copy, fd)
                yield from Close(copy)

    def _save(self, fd: int, saved: Saved | None) -> Body[None]:
        if saved is None:
            return
        try:
            copy: int | None = yield from Dup(fd, SAVED_FROM, cloexec=True)
        except SyscallError:
            copy = None
        saved.append((fd, copy))

    def _one(self, redirection: Redirection, saved: Saved | None) -> Body[None]:
        operator = redirection.operator
        fd = redirection.fd
        if fd is None:
            fd = 0 if operator.startswith("<") else 1
        if operator in ("<<", "<<<"):
            yield from self._text(redirection, fd, saved)
            return
        target = yield from self._target(redirection)
        both = operator.startswith("&")
        if operator in ("<&", ">&") and self._is_fd(target):
            yield from self._duplicate(fd, target, saved)
            return
        if operator == ">&":
            both, operator = redirection.fd is None, ">"
        opened = yield from self._open(target, operator)
        yield from self._move(opened, fd, saved)
        if both:
            yield from self._save(2, saved)
            yield from Dup2(1, 2)

    @staticmethod
    def _is_fd(target: str) -> bool:
        return target.rstrip("-").isdecimal() or target == "-"

    def _target(self, redirection: Redirection) -> Body[str]:
        shell = self._shell
        if shell.dialect is Dialect.BASH:
            fields = yield from shell.expander.words([redirection.target])
            if len(fields) != 1:
                raise Failure(shell.wording.ambiguous(redirection.target.text), fatal=False)
            return fields[0]
        return (yield from shell.expander.single(redirection.target))

    def _move(self, opened: int, fd: int, saved: Saved | None) -> Body[None]:
        if opened == fd:
            if saved is not None:
                saved.append((fd, None))
            return
        yield from self._save(fd, saved)
        yield from Dup2(opened, fd)
        yield from Close(opened)

    def _duplicate(self, fd: int, target: str, saved: Saved | None) -> Body[None]:
        yield from self._save(fd, saved)
        if target == "-":
            with suppress(SyscallError):
                yield from Close(fd)
            return
        try:
            yield from Dup2(int(target.rstrip("-")), fd)
            if target.endswith("-"):
                yield from Close(int(target[:-1]))
        except SyscallError:
            raise Failure(self._shell.wording.bad_fd(target), fatal=False) from None

    def _open(self, path: str, operator: str) -> Body[int]:
        shell = self._shell
        flags = FLAGS[operator]
        try:
            guarded = operator in (">", "&>") and "noclobber" in shell.state.options
            if guarded and not (yield from self._may_clobber(path)):
                raise SyscallError(EEXIST)
            return (yield from Open(path, flags, 0o666))
        except SyscallError as error:
            writing = bool(flags & O_CREAT)
            if error.errno == EEXIST:
                message = shell.wording.no_clobber(path)
            else:
                message = shell.wording.cannot_open(path, error.errno, writing)
            status = 2 if shell.dialect is Dialect.DASH else 1
            raise Failure(message, status, fatal=False) from None

    @staticmethod
    def _may_clobber(path: str) -> Body[bool]:
        try:
            status = yield from Stat(path)
        except SyscallError:
            return True
        return not stat.S_ISREG(status.mode)

    # Here-documents.

    def _text(self, redirection: Redirection, fd: int, saved: Saved | None) -> Body[None]:
        expander = self._shell.expander
        document = redirection.document
        if document is None:
            text = (yield from expander.single(redirection.target)) + "\n"
        elif document.body is None:
            text = ""
        else:
            text = yield from expander.quoted_parts(document.body.parts)
        data = encode(text)
        reader, writer = yield from Pipe()
        if len(data) < PIPE_SIZE:
            yield from Write(writer, data)
        else:
            yield from Fork(lambda: _feed(reader, writer, data))
        yield from Close(writer)
        yield from self._move(reader, fd, saved)


def _feed(reader: int, writer: int, data: bytes) -> Body[int]:
    yield from Close(reader)
    for start in range(0, len(data), PIPE_SIZE // 2):
        yield from Write(writer, data[start : start + PIPE_SIZE // 2])
    return 0
