"""`docker run --init`: a first process that passes signals on and reaps.

Source: tini's README. Simplified: no options.
"""

from __future__ import annotations

from functools import partial

from .program import Process, program
from .search import find_command
from .streams import print_err
from .syscalls import (
    Body,
    Execve,
    Fork,
    Isatty,
    Kill,
    Pause,
    Setpgid,
    Sigaction,
    SyscallError,
    Tcsetpgrp,
    Waitpid,
    signals,
)
from .syscalls.errnos import EACCES, EINTR, ENOENT, ESRCH

PATH = "/sbin/docker-init"
KEPT: tuple[int, ...] = (
    signals.SIGKILL,
    signals.SIGSTOP,
    signals.SIGCHLD,
    signals.SIGTTIN,
    signals.SIGTTOU,
)
KEPT += (signals.SIGSEGV, signals.SIGFPE, signals.SIGILL, signals.SIGBUS, signals.SIGABRT)


@program("docker-init", "tini")
def tini(process: Process, args: list[str]) -> Body[int]:
    """Run a command as our only child; end as it ends."""
    command = args[1:] if args[:1] == ["--"] else args
    caught: list[int] = []
    for number in range(1, 32):
        if number not in KEPT:
            yield from Sigaction(number, caught.append)
    yield from Sigaction(signals.SIGCHLD, _nothing)
    child = yield from Fork(partial(_run, process, command))
    while True:
        status = yield from Waitpid(-1, nohang=True)
        while status is not None:
            if status.pid == child:
                return status.shell_status
            status = yield from Waitpid(-1, nohang=True)
        if not caught:
            yield from _pause()
        while caught:
            yield from _pass_on(child, caught.pop(0))


def _nothing(number: int) -> None:
    """Only wakes us."""


def _pause() -> Body[None]:
    try:
        yield from Pause()
    except SyscallError as error:
        if error.errno != EINTR:
            raise


def _pass_on(child: int, number: int) -> Body[None]:
    try:
        yield from Kill(child, number)
    except SyscallError as error:
        if error.errno != ESRCH:
            raise


def _run(process: Process, command: list[str]) -> Body[int]:
    yield from Setpgid(0, 0)
    if (yield from Isatty(0)):
        yield from Tcsetpgrp(0, 0)
    try:
        path = yield from find_command(command[0], process.environment.get("PATH", ""))
        yield from Execve(path, command, process.environment)
    except SyscallError as error:
        yield from print_err(f"[FATAL tini (7)] exec {command[0]} failed: {error.strerror}\n")
        return {ENOENT: 127, EACCES: 126}.get(error.errno, 1)
    return 0
