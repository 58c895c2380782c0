"""Containers on networks: joining and leaving as they start and end, connect and disconnect by
hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import Conflict, EstibaError, Failure, Forbidden, InvalidInput
from ..network import mac_address
from ..trace.networks import NetworkConnected, NetworkDisconnected
from .container import Container, Endpoint
from .network import Network

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

BUILTIN = ("default", "bridge", "host", "none")


class NetworkNotRunning(Conflict):
    """The container whose network is to be shared does not run."""

    def __init__(self, container_id: str) -> None:
        super().__init__(f"cannot join network of a non running container: {container_id}")


class NotConnected(Failure):
    def __init__(self, container: Container[Any], network: str) -> None:
        article = "" if container.running else "the "
        super().__init__(f"container {container.id} is not connected to {article}network {network}")


class Endpoints(Generic[M]):
    """Gives containers their addresses and takes them back."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def join(self, container: Container[M]) -> None:
        """Connect a container that starts to its networks and publish its ports.

        Raises: NoSuchNetwork, NetworkNotRunning, Failure; nothing stays connected then.
        """
        mode = container.network_mode
        if mode.startswith("container:"):
            other = self._engine.containers.get(mode.partition(":")[2])
            if not other.running:
                raise NetworkNotRunning(other.id)
            return
        container.sandbox_id = self._engine.ids.hex64()
        for endpoint in container.endpoints.values():
            endpoint.leave()  # of an engine that died it may show what it had then
        try:
            for endpoint in container.endpoints.values():
                self._attach(container, endpoint)
            self._publish(container)
        except EstibaError:
            self.leave(container)
            raise

    def leave(self, container: Container[M]) -> None:
        """Give back ports and addresses when a container ends."""
        if container.listeners is not None:
            self._engine.ports.withdraw(container)
        for endpoint in container.endpoints.values():
            if endpoint.id:
                self._detach(container, endpoint)

    def connect(
        self, network: Network, container: Container[M], given: Mapping[str, Any] | None
    ) -> None:
        """`docker network connect`. Raises: Forbidden, InvalidInput, Conflict."""
        endpoint = Endpoint(network.name, network.id)
        if given:
            fill_endpoint(endpoint, given)
        self._check_connect(network, container)
        _check_endpoint(network, endpoint)
        if container.process is not None:
            self._attach(container, endpoint)
            if container.listeners is None:
                container.endpoints[network.name] = endpoint
                self._publish(container)
        container.endpoints[network.name] = endpoint
        container.touch()

    def disconnect(self, network: Network, container: Container[M]) -> None:
        """`docker network disconnect`. Raises: NotConnected, Conflict."""
        if container.network_mode == "host" and network.driver == "host":
            raise Conflict(
                "container cannot be disconnected from host network or connected to host network"
            )
        endpoint = container.endpoints.get(network.name)
        if endpoint is None:
            raise NotConnected(container, network.name)
        if endpoint.id and container.running:
            self._detach(container, endpoint)
        del container.endpoints[network.name]
        container.touch()

    def resolve(self, container_id: str, name: str) -> str | None:
        """The address a name has for a container: that of a member of a network people made.

        Source: Docker, the embedded server at 127.0.0.11. On the default bridge names are not
        known.
        """
        container = self._engine.containers.find(container_id)
        for endpoint in container.endpoints.values() if container is not None else ():
            if not endpoint.id:
                continue
            network = self._engine.networks.get(endpoint.network_id)
            if network.predefined:
                continue
            wanted = self._linked(endpoint, name)
            for member, place in network.members.values():
                if wanted in (member.name, member.id) or wanted in (place.aliases or ()):
                    return place.address
        return None

    def _linked(self, endpoint: Endpoint, name: str) -> str:
        """What an alias of a link of this endpoint stands for; any other name as it is."""
        for link in endpoint.links or ():
            target, _, alias = link.partition(":")
            if name == (alias or target):
                return target
        return name

    def _publish(self, container: Container[M]) -> None:
        """Ports lead through the first bridge that has a way out."""
        for endpoint in container.endpoints.values():
            if endpoint.address and not self._engine.networks.get(endpoint.network_id).internal:
                self._engine.ports.publish(container, endpoint)
                return

    def _attach(self, container: Container[M], endpoint: Endpoint) -> None:
        engine = self._engine
        network = engine.networks.get(endpoint.network)
        _check_endpoint(network, endpoint)
        endpoint.network_id = network.id
        if not network.predefined:
            short = container.id[:12]
            aliases = endpoint.aliases or ()
            endpoint.aliases = aliases if short in aliases else (*aliases, short)
        if network.subnet is not None:
            wanted = (endpoint.ipam or {}).get("IPv4Address", "")
            endpoint.address = network.subnet.allocate(wanted)
            endpoint.gateway = network.subnet.gateway if not network.internal else ""
            endpoint.prefix_length = network.subnet.prefix_length
            endpoint.mac = endpoint.wanted_mac or mac_address(endpoint.address)
        endpoint.id = engine.ids.hex64()
        network.members[container.id] = (container, endpoint)
        engine.emit(
            NetworkConnected(
                network.id, network.name, network.driver, container.id, endpoint.address
            )
        )

    def _detach(self, container: Container[M], endpoint: Endpoint) -> None:
        engine = self._engine
        network = engine.networks.get(endpoint.network_id)
        network.members.pop(container.id, None)
        if network.subnet is not None and endpoint.address:
            network.subnet.release(endpoint.address)
        endpoint.leave()
        engine.emit(NetworkDisconnected(network.id, network.name, network.driver, container.id))

    def _check_connect(self, network: Network, container: Container[M]) -> None:
        mode = container.network_mode
        if network.name in container.endpoints:
            raise Forbidden(
                f"endpoint with name {container.name} already exists in network {network.name}"
            )
        if mode.startswith("container:") or mode == "host":
            raise InvalidInput(
                "container sharing network namespace with another container or host cannot be"
                " connected to any other network"
            )
        if mode == "none" or network.driver == "null":
            raise InvalidInput(
                "container cannot be connected to multiple networks with one of the networks in"
                " private (none) mode"
            )
        if network.driver == "host":
            raise InvalidInput(
                "container cannot be disconnected from host network or connected to host network"
            )


def _check_endpoint(network: Network, endpoint: Endpoint) -> None:
    address = (endpoint.ipam or {}).get("IPv4Address")
    if address and network.predefined:
        raise InvalidInput("user specified IP address is supported on user defined networks only")
    if address and not any(entry.get("Subnet") for entry in network.given):
        raise InvalidInput(
            "user specified IP address is supported only when connecting to networks with user"
            " configured subnets"
        )
    if endpoint.aliases and network.predefined:
        raise InvalidInput(
            "network-scoped alias is supported only for containers in user defined networks"
        )


def fill_endpoint(endpoint: Endpoint, given: Mapping[str, Any]) -> None:
    """Take over what a client asks of an endpoint; empty is as good as not given."""
    ipam = given.get("IPAMConfig")
    endpoint.ipam = (
        {key: value for key, value in ipam.items() if value} if ipam is not None else None
    )
    for key, name in (("Aliases", "aliases"), ("Links", "links")):
        words = given.get(key)
        setattr(endpoint, name, None if words is None else tuple(words))
    endpoint.driver_options = given.get("DriverOpts")
    endpoint.wanted_mac = endpoint.mac = given.get("MacAddress") or ""
