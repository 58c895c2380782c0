"""Published ports, where programs of the workstation find them: `curl localhost:8080`."""

from __future__ import annotations

from ..network.ports import Connect
from ..runtime.simulated.container import Container
from ..runtime.simulated.sockets import Listener
from ..tasks import Duplex


class PublishedPort(Listener):
    """A port of the workstation that leads into a container of the house."""

    __slots__ = ("_connect",)

    def __init__(self, machine: Container, address: str, port: int, connect: Connect) -> None:
        super().__init__(machine, address, port)
        self._connect = connect

    def offer(self, peer: str) -> Duplex:
        """A connection into the container; one that has ended already when nothing listens there."""
        inside = self._connect()
        if inside is None:
            inside, other = Duplex.pair()
            other.outgoing.close()
        return inside


class WorkstationPublisher:
    """`network.Publisher` over the sockets of the workstation's machine."""

    def __init__(self, machine: Container) -> None:
        self._machine = machine

    def listen(self, protocol: str, address: str, port: int, connect: Connect) -> PublishedPort:
        listener = PublishedPort(self._machine, address, port, connect)
        if protocol == "tcp":
            if self._machine.listeners is None:
                self._machine.listeners = {}
            self._machine.listeners.setdefault(port, listener)
        return listener
