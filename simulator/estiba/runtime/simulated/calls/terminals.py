"""Carrying out the calls about terminals."""

from __future__ import annotations

from ..process import SimulatedProcess, handles
from ..syscalls import SyscallError, Termios
from ..syscalls import terminals as calls
from ..syscalls.errnos import ENOTTY
from ..terminal import Terminal, TerminalFile


def _terminal(process: SimulatedProcess, fd: int) -> Terminal:
    description = process.file(fd)
    if not isinstance(description, TerminalFile):
        raise SyscallError(ENOTTY)
    return description.terminal


@handles(calls.Isatty)
def isatty(process: SimulatedProcess, call: calls.Isatty) -> bool:
    return isinstance(process.files.get(call.fd), TerminalFile)


@handles(calls.Ttyname)
def ttyname(process: SimulatedProcess, call: calls.Ttyname) -> str:
    return _terminal(process, call.fd).name


@handles(calls.Tcgetattr)
def tcgetattr(process: SimulatedProcess, call: calls.Tcgetattr) -> Termios:
    return _terminal(process, call.fd).settings


@handles(calls.Tcsetattr)
def tcsetattr(process: SimulatedProcess, call: calls.Tcsetattr) -> None:
    _terminal(process, call.fd).change(call.settings, flush=call.flush)


@handles(calls.Tcgetpgrp)
def tcgetpgrp(process: SimulatedProcess, call: calls.Tcgetpgrp) -> int:
    terminal = _terminal(process, call.fd)
    if terminal.session != process.session:
        raise SyscallError(ENOTTY)
    return terminal.foreground


@handles(calls.Tcsetpgrp)
def tcsetpgrp(process: SimulatedProcess, call: calls.Tcsetpgrp) -> None:
    terminal = _terminal(process, call.fd)
    if terminal.session != process.session:
        raise SyscallError(ENOTTY)
    terminal.foreground = call.group
    terminal.changed.fire()


@handles(calls.Getwinsize)
def getwinsize(process: SimulatedProcess, call: calls.Getwinsize) -> tuple[int, int]:
    terminal = _terminal(process, call.fd)
    return terminal.rows, terminal.columns


@handles(calls.Setwinsize)
def setwinsize(process: SimulatedProcess, call: calls.Setwinsize) -> None:
    _terminal(process, call.fd).resize(call.rows, call.columns)
