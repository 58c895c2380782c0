"""Ports published on the host: who holds which number, and what listens there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..errors import Failure
from ..tasks import Duplex

EPHEMERAL = (32768, 60999)
"""Linux's default net.ipv4.ip_local_port_range, from which Docker takes ports nobody named."""

Connect = Callable[[], Duplex | None]
"""Reaches the container's port; None when nothing listens there."""


class PortTaken(Failure):
    """Another container has published this port."""

    def __init__(self, address: str, port: int) -> None:
        super().__init__(f"Bind for {address}:{port} failed: port is already allocated")
        self.address, self.port = address, port


class PortsExhausted(Failure):
    def __init__(self) -> None:
        super().__init__("all ports are allocated")


class AddressInUse(Failure):
    """Something else on the host listens there already, or we may not. `reason` is the system's
    word for it."""

    def __init__(self, protocol: str, address: str, port: int, reason: str) -> None:
        family = "6" if ":" in address else "4"
        shown = f"[{address}]" if family == "6" else address
        where = f"{protocol}{family} {shown}:{port}"
        super().__init__(f"Error starting userland proxy: listen {where}: bind: {reason}")


class PortAllocator:
    """Numbers given out per address and protocol.

    A named port is taken or refused; without a name the next one after the last given is tried, so
    that a number just freed is not reused at once. Source: libnetwork, portallocator.
    """

    def __init__(self, low: int = EPHEMERAL[0], high: int = EPHEMERAL[1]) -> None:
        self._low, self._high = low, high
        self._taken: dict[tuple[str, str], set[int]] = {}
        self._last: dict[tuple[str, str], int] = {}

    def take(self, address: str, protocol: str, port: int = 0, last: int = 0) -> int:
        """A port: the named one, one of a range, or an ephemeral one. Raises: PortTaken,
        PortsExhausted."""
        key = (address, protocol)
        taken = self._taken.setdefault(key, set())
        if port and port >= last:
            if port in taken:
                raise PortTaken(address, port)
            taken.add(port)
            return port
        low, high = (port, last) if port else (self._low, self._high)
        candidate = self._last.get(key, high) if not port else high
        for _ in range(high - low + 1):
            candidate = candidate + 1 if candidate < high else low
            if candidate not in taken:
                taken.add(candidate)
                if not port:
                    self._last[key] = candidate
                return candidate
        raise PortsExhausted

    def give_back(self, address: str, protocol: str, port: int) -> None:
        self._taken.get((address, protocol), set()).discard(port)


class Listener(Protocol):
    """A published port that is open."""

    def close(self) -> None: ...


class Publisher(Protocol):
    """Opens ports on the host. Raises: AddressInUse."""

    def listen(self, protocol: str, address: str, port: int, connect: Connect) -> Listener: ...


class MemoryListener:
    __slots__ = ("_key", "_publisher", "connect")

    def __init__(
        self, publisher: MemoryPublisher, key: tuple[str, str, int], connect: Connect
    ) -> None:
        self._publisher, self._key, self.connect = publisher, key, connect

    def close(self) -> None:
        self._publisher.forget(self._key)


class MemoryPublisher:
    """Published ports inside this process: nobody outside can reach them, `connect` can."""

    def __init__(self) -> None:
        self._listeners: dict[tuple[str, str, int], MemoryListener] = {}

    def listen(self, protocol: str, address: str, port: int, connect: Connect) -> MemoryListener:
        any_address = "::" if ":" in address else "0.0.0.0"
        if self._holds(protocol, address, any_address, port):
            raise AddressInUse(protocol, address, port, "address already in use")
        key = (protocol, address, port)
        listener = self._listeners[key] = MemoryListener(self, key, connect)
        return listener

    def connect(
        self, port: int, *, protocol: str = "tcp", address: str = "127.0.0.1"
    ) -> Duplex | None:
        """What a client on the host gets at this address and port."""
        for candidate in (address, "0.0.0.0"):
            if (listener := self._listeners.get((protocol, candidate, port))) is not None:
                return listener.connect()
        return None

    def forget(self, key: tuple[str, str, int]) -> None:
        self._listeners.pop(key, None)

    def _holds(self, protocol: str, address: str, any_address: str, port: int) -> bool:
        held = self._listeners
        if (protocol, address, port) in held or (protocol, any_address, port) in held:
            return True
        if address != any_address:
            return False
        return any(
            p == protocol and n == port and (":" in a) == (":" in address) for p, a, n in held
        )
