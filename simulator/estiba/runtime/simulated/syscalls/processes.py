"""Calls about processes, signals, users and time. All raise SyscallError."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from .base import Body, Syscall


class Action(Enum):
    """What a signal does when no handler catches it."""

    DEFAULT = "default"
    IGNORE = "ignore"


Disposition = Action | Callable[[int], None]
"""A handler is a plain function of the signal number:

it leaves a note, the program reads it later.
"""


@dataclass(slots=True)
class Fork(Syscall[int]):
    """A child with copies of our descriptors, directory, user, environment and signal actions;
    answers its pid.

    The child runs `body`, called in it (a generator cannot be copied, so the child says what it
    will do). What the two must not share, `body` must copy.
    """

    body: Callable[[], Body[int]]


@dataclass(slots=True)
class Execve(Syscall[NoReturn]):
    """Become another program.

    Comes back only as SyscallError. `path` is used as it is: no PATH search.
    """

    path: str
    argv: Sequence[str]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WaitStatus:
    """How a child changed: it exited with a status, was killed or stopped by a signal, or
    continued.
    """

    pid: int
    status: int = 0
    signal: int = 0
    stopped: bool = False
    continued: bool = False

    @property
    def shell_status(self) -> int:
        """128 + n after signal n, as shells tell it."""
        return 128 + self.signal if self.signal else self.status


@dataclass(slots=True)
class Waitpid(Syscall["WaitStatus | None"]):
    """Wait for a child (-1 any, 0 of our group, < -1 of that group).

    None only with `nohang`. ECHILD without children.
    """

    pid: int = -1
    nohang: bool = False
    untraced: bool = False


@dataclass(slots=True)
class Exit(Syscall[NoReturn]):
    """End the process here. Returning the status from the program does the same."""

    status: int = 0


@dataclass(slots=True)
class Kill(Syscall[None]):
    """Signal 0 only asks. pid 0 is our group, -1 everybody but us and pid 1, < -1 that group."""

    pid: int
    signal: int


@dataclass(slots=True)
class Sigaction(Syscall[Disposition]):
    """Set what a signal does; answers what it did.

    With a handler a waiting call fails with EINTR, unless `restart`.
    """

    signal: int
    action: Disposition
    restart: bool = False


@dataclass(slots=True)
class Pause(Syscall[NoReturn]):
    """Wait until a handler has run: always ends in EINTR."""


@dataclass(slots=True)
class Nanosleep(Syscall[None]):
    """Units: seconds."""

    seconds: float


@dataclass(slots=True)
class Alarm(Syscall[float]):
    """SIGALRM after so many seconds (0 cancels); answers what was left of the last one."""

    seconds: float


@dataclass(slots=True)
class SchedYield(Syscall[None]):
    """Let others run. A loop that makes no other call must do this."""


@dataclass(slots=True)
class Getpid(Syscall[int]):
    """As the container numbers its processes."""


@dataclass(slots=True)
class Getppid(Syscall[int]):
    pass


@dataclass(slots=True)
class Getuid(Syscall[int]):
    """Real and effective user are one here."""


@dataclass(slots=True)
class Getgid(Syscall[int]):
    pass


@dataclass(slots=True)
class Getgroups(Syscall[tuple[int, ...]]):
    """Supplementary groups."""


@dataclass(slots=True)
class Setuid(Syscall[None]):
    uid: int


@dataclass(slots=True)
class Setgid(Syscall[None]):
    gid: int


@dataclass(slots=True)
class Setgroups(Syscall[None]):
    groups: tuple[int, ...]


@dataclass(slots=True)
class Setpgid(Syscall[None]):
    """0 is us; a group of 0 is the process's own pid."""

    pid: int = 0
    group: int = 0


@dataclass(slots=True)
class Getpgid(Syscall[int]):
    pid: int = 0


@dataclass(slots=True)
class Setsid(Syscall[int]):
    pass


@dataclass(slots=True)
class Getsid(Syscall[int]):
    pid: int = 0


@dataclass(slots=True)
class Chdir(Syscall[None]):
    path: str


@dataclass(slots=True)
class Getcwd(Syscall[str]):
    pass


@dataclass(slots=True)
class Chroot(Syscall[None]):
    path: str


@dataclass(slots=True)
class Umask(Syscall[int]):
    """Set (None: only ask); answers the one before."""

    mask: int | None = None


@dataclass(slots=True)
class Time(Syscall[int]):
    """Units: nanoseconds since the epoch."""


@dataclass(frozen=True, slots=True)
class CpuTimes:
    """Units: seconds, of this process and of its ended children."""

    user: float
    system: float
    children_user: float
    children_system: float


@dataclass(slots=True)
class Times(Syscall[CpuTimes]):
    pass


@dataclass(frozen=True, slots=True)
class SystemName:
    """What `uname -a` prints."""

    sysname: str
    nodename: str
    release: str
    version: str
    machine: str
    domainname: str = "(none)"


@dataclass(slots=True)
class Uname(Syscall[SystemName]):
    pass


@dataclass(slots=True)
class Sethostname(Syscall[None]):
    """EPERM without privileges."""

    name: str


@dataclass(slots=True)
class Getrlimit(Syscall[tuple[int, int]]):
    """Soft and hard limit by `ulimit`'s letter (`n`: open files); -1 is unlimited."""

    resource: str


@dataclass(slots=True)
class Setrlimit(Syscall[None]):
    resource: str
    soft: int
    hard: int
