"""The runtime port: what runs the processes of containers.

The engine decides, the runtime runs. Both adapters (simulated kernel, Linux namespaces) keep this
contract;
`M` is the kind of mount their snapshotter hands out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from ..errors import InvalidInput, NotFound
from ..tasks import Channel, Duplex, Signal

M = TypeVar("M")


class ExecutableNotFound(NotFound):
    """The program is not in the container's tree or PATH. `str()` is what runc says after `exec:
    `.
    """


class ExecutableDenied(InvalidInput):
    """The program is there but cannot be executed (mode, directory, format)."""


class NoSuchDirectory(InvalidInput):
    """The working directory does not exist or is not a directory."""


class UnknownUser(InvalidInput):
    """`--user` names somebody who is not in the container's /etc/passwd or /etc/group."""


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """What to execute. `user` is Docker's `user[:group]`, looked up inside the container; "" is
    root. `groups` are names or numbers of more groups.
    """

    args: tuple[str, ...]
    env: tuple[str, ...] = ()
    cwd: str = "/"
    user: str = ""
    tty: bool = False
    rows: int = 0
    columns: int = 0
    privileged: bool = False
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bind(Generic[M]):
    """A mount over the container's tree: a volume, or one file such as /etc/hosts.

    `source` is a mount of the same kind, or the content of a small file the engine provides.
    """

    target: str
    source: M | bytes
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class ContainerSpec(Generic[M]):
    """What a runtime must know of a container.

    Units: memory, swap and shared memory in bytes; quota and period in microseconds; None and 0 for no limit.
    """

    id: str
    root: M
    process: ProcessSpec
    hostname: str
    domainname: str = ""
    binds: tuple[Bind[M], ...] = ()
    tmpfs: tuple[str, ...] = ()
    read_only: bool = False
    init: bool = False
    memory: int | None = None
    pids: int | None = None
    network: str = "bridge"
    ip_address: str = ""
    sysctls: dict[str, str] = field(default_factory=dict)
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Soft and hard limit by Docker's `--ulimit` name (`nofile`); -1 is unlimited."""
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    memory_swap: int = 0
    cpu_quota: int = 0
    cpu_period: int = 0
    cpu_shares: int = 0
    shm_size: int = 64 << 20
    oom_score: int = 0
    security_options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stdio:
    """The three standard streams of a process. With a tty only stdin and stdout are used.

    `stdin` None is /dev/null; its close is end of file (no tty) or hang-up of the feeding side
    (tty: the terminal stays).
    The runtime closes `stdout` and `stderr` when the last process holding them is gone.
    """

    stdin: Channel | None
    stdout: Channel
    stderr: Channel


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One line of `docker top`, as `ps -ef` prints it. `name` is that of the program or script."""

    user: str
    pid: int
    parent: int
    started_ns: int
    tty: str
    cpu_s: float
    command: str
    name: str


@dataclass(frozen=True, slots=True)
class Usage:
    """A sample for `docker stats`. Units: bytes, seconds of CPU."""

    memory: int
    memory_limit: int
    cpu_s: float
    pids: int
    read: int = 0
    written: int = 0


class Process(Protocol):
    """A started process of a container: its first one, or one that `exec` added."""

    @property
    def pid(self) -> int:
        """The process number as the host sees it."""
        ...

    @property
    def exit_code(self) -> int | None:
        """None while it runs; 128 + n after signal n."""
        ...

    @property
    def exited(self) -> Signal:
        """Fires once, when `exit_code` is set."""
        ...

    def resize(self, rows: int, columns: int) -> None: ...


class Runtime(Protocol[M]):
    """Runs containers. One `id` has at most one running first process."""

    def start(self, spec: ContainerSpec[M], stdio: Stdio) -> Process:
        """Make the namespaces, mount, execute.

        Raises: ExecutableNotFound, ExecutableDenied, NoSuchDirectory, UnknownUser.
        """
        ...

    def execute(self, container: str, process: ProcessSpec, stdio: Stdio) -> Process:
        """Add a process to a running container. Raises: as `start`, and NotFound if it does not
        run.
        """
        ...

    def resume(self, container: str, process: ProcessSpec, stdio: Stdio) -> Process | None:
        """The first process of a container that outlived the engine that started it, if there is one."""
        ...

    def kill(self, container: str, signal: int) -> None:
        """Send a signal to the first process."""
        ...

    def heeds(self, container: str, signal: int) -> bool:
        """Does the first process do anything about this signal? If not, nobody need wait for it."""
        ...

    def pause(self, container: str) -> None: ...

    def unpause(self, container: str) -> None: ...

    def processes(self, container: str) -> tuple[ProcessRow, ...]: ...

    def usage(self, container: str) -> Usage: ...

    def connect(self, container: str, port: int) -> Duplex | None:
        """A connection to whatever listens on this TCP port inside; None if nothing does."""
        ...
