"""Facts about simulated processes. `container` is its id, `pid` the number inside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ProcessStarted:
    """The runtime put a process into a container: its first one, or one that `exec` added."""

    name: ClassVar[str] = "process.started"
    container: str
    pid: int
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KernelCalled:
    """A system call that made a container's surroundings, before its program ran. Told only when asked for.

    `call` is the call with its arguments, as `strace` would show it. Only the Linux host has any.
    """

    name: ClassVar[str] = "kernel.called"
    container: str
    call: str


@dataclass(frozen=True, slots=True)
class ProcessForked:
    name: ClassVar[str] = "process.forked"
    container: str
    pid: int
    child: int


@dataclass(frozen=True, slots=True)
class ProcessExecuted:
    """A process became another program."""

    name: ClassVar[str] = "process.executed"
    container: str
    pid: int
    path: str
    args: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProcessSignalled:
    """A signal was sent; whether it had an effect is told by what follows."""

    name: ClassVar[str] = "process.signalled"
    container: str
    pid: int
    signal: int


@dataclass(frozen=True, slots=True)
class ProcessExited:
    """`code` is the exit status, or 128 + n after signal n."""

    name: ClassVar[str] = "process.exited"
    container: str
    pid: int
    code: int
