"""What happens to networks and published ports. Source: Docker, "docker events", networks."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class NetworkEvent:
    """What all of them carry. `driver` is what Docker calls the network's type."""

    name: ClassVar[str] = "network"
    network: str
    network_name: str
    driver: str


class NetworkCreated(NetworkEvent):
    __slots__ = ()
    name: ClassVar[str] = "network.created"


@dataclass(frozen=True, slots=True)
class NetworkConnected(NetworkEvent):
    """A container got an endpoint, and with it an address."""

    name: ClassVar[str] = "network.connected"
    container: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class NetworkDisconnected(NetworkEvent):
    """A container lost its endpoint; the address is free again."""

    name: ClassVar[str] = "network.disconnected"
    container: str


class NetworkDestroyed(NetworkEvent):
    __slots__ = ()
    name: ClassVar[str] = "network.destroyed"


@dataclass(frozen=True, slots=True)
class NetworksPruned:
    name: ClassVar[str] = "network.pruned"


@dataclass(frozen=True, slots=True)
class PortPublished:
    """A port of the host leads into a container from now on."""

    name: ClassVar[str] = "port.published"
    container: str
    address: str
    port: int
    container_port: int
    protocol: str
