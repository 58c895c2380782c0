"""TCP, as far as processes see it: listeners of a container, and connections."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ...filesystem import Stat
from ...filesystem.flags import O_RDWR
from ...tasks import Disconnected, Duplex, Signal, Work
from .descriptions import Description, make_stat
from .syscalls import SyscallError
from .syscalls.errnos import ENOTCONN, EPIPE
from .syscalls.signals import SIGPIPE

if TYPE_CHECKING:
    from .container import Container
    from .process import SimulatedProcess

S_IFSOCK = 0o140000


class Listener(Description):
    """A socket that waits for connections to a port.

    It leaves the container's table when closed.
    """

    __slots__ = ("_container", "address", "backlog", "changed", "ino", "port")

    def __init__(self, container: Container, address: str, port: int) -> None:
        self.ino = container.kernel.new_ino()
        super().__init__(f"socket:[{self.ino}]", O_RDWR)
        self._container = container
        self.address = address
        self.port = port
        self.backlog: deque[tuple[Duplex, str]] = deque()
        self.changed = Signal()

    def offer(self, peer: str) -> Duplex:
        """A new connection; answers the caller's end."""
        ours, theirs = Duplex.pair()
        self.backlog.append((theirs, peer))
        self.changed.fire()
        return ours

    def read(self, process: SimulatedProcess, size: int) -> bytes:
        raise SyscallError(ENOTCONN)

    def can_read(self) -> bool:
        return bool(self.backlog)

    def changes(self) -> tuple[Signal, ...]:
        return (self.changed,)

    def stat(self) -> Stat:
        return make_stat(S_IFSOCK | 0o777, ino=self.ino)

    def close(self) -> None:
        listeners = self._container.listeners
        if listeners is not None and listeners.get(self.port) is self:
            del listeners[self.port]
        for duplex, _ in self.backlog:
            duplex.outgoing.close()
            duplex.incoming.cancel()


class Connection(Description):
    """One end of a connection."""

    __slots__ = ("_duplex", "_ino", "_rest", "peer")

    def __init__(self, duplex: Duplex, ino: int, peer: str) -> None:
        super().__init__(f"socket:[{ino}]", O_RDWR)
        self._duplex = duplex
        self._ino = ino
        self._rest = b""
        self.peer = peer

    def read(self, process: SimulatedProcess, size: int) -> Work[bytes]:
        incoming = self._duplex.incoming
        while not self.can_read():
            yield from process.block(incoming.changed)
        data = self._rest or incoming.poll() or b""
        self._rest = data[size:]
        return data[:size]

    def write(self, process: SimulatedProcess, data: bytes) -> Work[int]:
        try:
            yield from self._duplex.outgoing.write(data)
        except Disconnected:
            process.raise_signal(SIGPIPE)
            raise SyscallError(EPIPE) from None
        return len(data)

    def shutdown(self) -> None:
        self._duplex.outgoing.close()

    def can_read(self) -> bool:
        return bool(self._rest) or self._duplex.incoming.ready

    def changes(self) -> tuple[Signal, ...]:
        return (self._duplex.incoming.changed, self._duplex.outgoing.changed)

    def stat(self) -> Stat:
        return make_stat(S_IFSOCK | 0o777, ino=self._ino)

    def close(self) -> None:
        self._duplex.outgoing.close()
        self._duplex.incoming.cancel()
