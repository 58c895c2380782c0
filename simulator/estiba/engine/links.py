"""Links: the old way in which one container of the default bridge finds another by an alias."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from ..errors import EstibaError, Failure, InvalidInput
from .container import Container
from .ports import port_number

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class LinkedContainerMissing(InvalidInput):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"could not get container for {name}: {reason}")


class Links(Generic[M]):
    """Registers links and knows what a linked container brings."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def register(self, container: Container[M]) -> None:
        """Take over `HostConfig.Links`. Raises: LinkedContainerMissing, Failure."""
        links: dict[str, str] = {}
        for text in container.host["Links"]:
            name, _, alias = text.partition(":")
            if ":" in alias:
                raise Failure(f"bad format for links: {text}")
            child = self._child(name)
            alias = (alias or name).lstrip("/")
            links[alias] = child.id
            self._engine.containers.link_name(container.name, alias, child.id)
        container.links = links

    def remove(self, container: Container[M], alias: str) -> None:
        """`docker rm --link parent/alias`. Raises: Failure."""
        if container.links is None or alias not in container.links:
            raise Failure(f"Could not get link {container.name}/{alias}")
        del container.links[alias]
        container.touch()
        self._engine.containers.free(f"{container.name}/{alias}")

    def hosts(self, container: Container[M]) -> list[tuple[str, str]]:
        """Lines of /etc/hosts: address and names. Raises: Failure when a linked one does not
        run."""
        return [
            (address, " ".join(dict.fromkeys((alias, child.hostname, child.name))))
            for alias, child, address in self._reached(container)
        ]

    def environment(self, container: Container[M]) -> list[str]:
        """Variables that tell of the linked containers: ports, name, environment. Raises: Failure
        when one does not run. Source: Docker, "Legacy container links"."""
        found: list[str] = []
        for alias, child, address in self._reached(container):
            prefix = alias.upper().replace("-", "_")
            found += _port_variables(prefix, address, child.config.exposed_ports)
            found.append(f"{prefix}_NAME=/{container.name}/{alias}")
            for variable in child.config.env or ():
                name, equals, _ = variable.partition("=")
                if equals and name not in ("HOME", "PATH"):
                    found.append(f"{prefix}_ENV_{variable}")
        return found

    def _reached(self, container: Container[M]) -> Iterator[tuple[str, Container[M], str]]:
        """Alias, container and address of those that can be reached."""
        for alias, child_id in (container.links or {}).items():
            child = self._engine.containers.get(child_id)
            endpoint = child.endpoints.get("bridge")
            if not child.running:
                raise Failure(
                    f"Cannot link to a non running container: /{child.name} AS"
                    f" /{container.name}/{alias}"
                )
            if endpoint is not None and endpoint.address:
                yield alias, child, endpoint.address

    def _child(self, name: str) -> Container[M]:
        try:
            return self._engine.containers.get(name)
        except EstibaError as error:
            raise LinkedContainerMissing(name, str(error)) from None


class _Port(NamedTuple):
    number: int
    other: bool
    """Not TCP, which comes first."""
    protocol: str


def _port_variables(prefix: str, address: str, exposed: Iterable[str]) -> Iterator[str]:
    """The lowest port, ranges of three or more in a row, then each port alone."""
    parts = (port.partition("/") for port in exposed)
    ports = sorted(_Port(port_number(n), p not in ("", "tcp"), p or "tcp") for n, _, p in parts)
    if ports:
        number, _, protocol = ports[0]
        yield f"{prefix}_PORT={protocol}://{address}:{number}"
    first = 0
    while first < len(ports):
        last = _end_of_row(ports, first)
        if last > first + 1:
            yield from _range_variables(prefix, address, ports[first], ports[last])
        first = last + 1 if last > first + 1 else first + 1
    for number, _, protocol in ports:
        name = f"{prefix}_PORT_{number}_{protocol.upper()}"
        yield f"{name}={protocol}://{address}:{number}"
        yield from (f"{name}_ADDR={address}", f"{name}_PORT={number}", f"{name}_PROTO={protocol}")


def _end_of_row(ports: list[_Port], first: int) -> int:
    last = first
    while (
        last + 1 < len(ports) and ports[last + 1].number <= ports[first].number + last + 1 - first
    ):
        last += 1
    return last


def _range_variables(prefix: str, address: str, low: _Port, high: _Port) -> Iterator[str]:
    protocol = low.protocol
    name = f"{prefix}_PORT_{low.number}_{protocol.upper()}"
    yield f"{name}_START={protocol}://{address}:{low.number}"
    yield from (f"{name}_ADDR={address}", f"{name}_PROTO={protocol}")
    yield f"{name}_PORT_START={low.number}"
    yield f"{name}_END={protocol}://{address}:{high.number}"
    yield f"{name}_PORT_END={high.number}"
