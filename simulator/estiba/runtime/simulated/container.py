"""What the processes of one container share: the namespaces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ...filesystem import ROOT, Credentials, MountNamespace
from ..capabilities import DEFAULT

if TYPE_CHECKING:
    from .descriptions import Pipe
    from .kernel import Kernel
    from .process import SimulatedProcess
    from .sockets import Listener
    from .terminal import Terminal


class MountRow(NamedTuple):
    """A mount as /proc/mounts tells it."""

    device: str
    target: str
    kind: str
    options: str


@dataclass(slots=True, eq=False)
class Container:
    """The namespaces of a container: mounts, process numbers, host name, network; and its freezer.

    `shim` is the host's pid of what started it, the parent `docker top` shows.
    """

    kernel: Kernel
    id: str
    mounts: MountNamespace
    hostname: str
    shim: int
    domainname: str = ""
    privileged: bool = False
    address: str = ""
    network: str = "bridge"
    memory: int | None = None
    pids: int | None = None
    capabilities: frozenset[str] = DEFAULT
    limits: dict[str, tuple[int, int]] | None = None
    root_credentials: Credentials = ROOT
    processes: dict[int, SimulatedProcess] = field(default_factory=dict)
    next_number: int = 1
    frozen: bool = False
    listeners: dict[int, Listener] | None = None
    mount_table: list[MountRow] = field(default_factory=list)
    fifos: dict[tuple[int, int], Pipe] = field(default_factory=dict)
    terminals: list[Terminal] | None = None
    read: int = 0
    written: int = 0

    @property
    def init(self) -> SimulatedProcess | None:
        """The first process, number 1; None when the container has stopped."""
        return self.processes.get(1)

    def members(self, group: int) -> list[SimulatedProcess]:
        """The living processes of a process group."""
        return [
            process
            for process in self.processes.values()
            if process.group == group and process.exit is None
        ]

    def read_file(self, path: str) -> bytes:
        """A whole file, read by the kernel itself. Raises: FilesystemError."""
        opened = self.mounts.open(path, 0)
        try:
            return opened.read(opened.stat().size)
        finally:
            opened.close()
