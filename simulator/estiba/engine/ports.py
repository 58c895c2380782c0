"""Published ports: who asked for which, and opening them on the host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from ..errors import EstibaError, Failure
from ..network import AddressInUse, Listener, MemoryPublisher, PortAllocator, Publisher
from ..network.ports import Connect
from ..trace.networks import PortPublished
from .container import Container, Endpoint

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

EVERYWHERE = ("0.0.0.0", "::")
TRIES = 10
LAST_PORT = 65535

Published = dict[str, list[dict[str, str]] | None]
"""What leads to each port of a container: `NetworkSettings.Ports`."""

Opened = tuple[str, str, int, Listener]
"""Address, protocol, host port, and what listens there."""


class Binding(NamedTuple):
    """One port to publish. `first` 0: any port; `last` 0: `first` alone."""

    key: str
    address: str
    first: int
    last: int
    inside: int
    protocol: str


class Ports(Generic[M]):
    """Opens and closes the ports of containers. `publisher` may be replaced before anything
    runs."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._allocator = PortAllocator()
        self.publisher: Publisher = MemoryPublisher()

    def publish(self, container: Container[M], endpoint: Endpoint) -> None:
        """Open what the container publishes. Raises: Failure, and then nothing stays open."""
        found: Published = {}
        for port in container.config.exposed_ports:
            found[_key(port)] = None
        container.listeners = []
        container.ports = found
        try:
            for binding in sorted(_bindings(container), key=_order):
                self._open(container, binding, found)
        except EstibaError as error:
            self.withdraw(container)
            raise Failure(
                f"driver failed programming external connectivity on endpoint {container.name}"
                f" ({endpoint.id}): {error}"
            ) from None

    def withdraw(self, container: Container[M]) -> None:
        """Close them all."""
        self._close(container.listeners or ())
        container.listeners = None
        container.ports = None

    def _open(self, container: Container[M], binding: Binding, found: Published) -> None:
        """Open one binding; a port nobody named is another one, if the host has it in use."""
        tries = 1 if binding.first else TRIES
        for left in reversed(range(tries)):
            opened: list[Opened] = []
            try:
                for address in (binding.address,) if binding.address else EVERYWHERE:
                    port = opened[0][2] if opened else binding.first
                    opened.append(self._listen(container, binding, address, port))
            except AddressInUse:
                self._close(opened)
                if not left:
                    raise
            except EstibaError:
                self._close(opened)
                raise
            else:
                break
        assert container.listeners is not None
        container.listeners += opened
        entries = found.get(binding.key)
        if entries is None:
            entries = found[binding.key] = []
        for address, protocol, port, _ in opened:
            entries.append({"HostIp": address, "HostPort": str(port)})
            self._engine.emit(PortPublished(container.id, address, port, binding.inside, protocol))

    def _listen(self, container: Container[M], binding: Binding, address: str, port: int) -> Opened:
        last = binding.last if port == binding.first else 0
        port = self._allocator.take(address, binding.protocol, port, last)
        try:
            connect = self._connect(container, binding.inside)
            listener = self.publisher.listen(binding.protocol, address, port, connect)
        except EstibaError:
            self._allocator.give_back(address, binding.protocol, port)
            raise
        return address, binding.protocol, port, listener

    def _close(self, opened: Iterable[Opened]) -> None:
        for address, protocol, port, listener in opened:
            self._allocator.give_back(address, protocol, port)
            listener.close()

    def _connect(self, container: Container[M], port: int) -> Connect:
        runtime, container_id = self._engine.host.runtime, container.id
        return lambda: runtime.connect(container_id, port)


def port_number(text: str) -> int:
    """The number of a port that was exposed; 0 for what is none, as Docker counts."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    return number if number <= LAST_PORT else 0


def _key(port: str) -> str:
    return port if "/" in port else f"{port}/tcp"


def _bindings(container: Container[Any]) -> Iterator[Binding]:
    asked = container.host.port_bindings
    for port, entries in asked.items():
        for entry in entries or ({"HostIp": "", "HostPort": ""},):
            yield _binding(port, entry["HostIp"], entry["HostPort"])
    if container.host["PublishAllPorts"]:
        known = {_key(port) for port in asked}
        for port in container.config.exposed_ports:
            if _key(port) not in known:
                yield _binding(port, "", "")


def _binding(port: str, address: str, host_port: str) -> Binding:
    number, _, protocol = _key(port).partition("/")
    low, _, high = host_port.partition("-")
    key = f"{number}/{protocol}"
    return Binding(
        key, address, int(low or 0), int(high or 0), port_number(number), protocol.lower()
    )


def _order(binding: Binding) -> tuple[int, int, bool]:
    return binding.first, binding.inside, binding.protocol != "tcp"


def listed(container: Container[Any]) -> list[dict[str, Any]]:
    """The `Ports` of one row of `docker ps`."""
    rows: list[dict[str, Any]] = []
    for key in sorted(container.ports or ()):
        number, _, protocol = key.partition("/")
        entries = (container.ports or {})[key]
        for entry in entries or ():
            rows.append(
                {
                    "IP": entry["HostIp"],
                    "PrivatePort": port_number(number),
                    "PublicPort": int(entry["HostPort"]),
                    "Type": protocol,
                }
            )
        if not entries:
            rows.append({"PrivatePort": port_number(number), "Type": protocol})
    return rows
