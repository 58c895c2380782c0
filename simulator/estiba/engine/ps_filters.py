"""The filters of `docker ps`. Source: Docker 20.10, daemon/list.go; its messages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import EstibaError, Failure, InvalidInput
from ..spec.gotext import parse_int
from .container import Container
from .filters import Filters, InvalidFilter
from .ports import port_number
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

ACCEPTED = (
    "ancestor",
    "before",
    "exited",
    "expose",
    "health",
    "id",
    "is-task",
    "isolation",
    "label",
    "name",
    "network",
    "publish",
    "since",
    "status",
    "volume",
)
STATES = frozenset(state.value for state in State)
HEALTH = ("starting", "healthy", "unhealthy", "none")

PortRange = tuple[int, int, str]


class PsFilters(Generic[M]):
    """Checks filters once and picks the containers that pass."""

    def __init__(self, engine: Engine[M], given: Mapping[str, list[str]]) -> None:
        self._engine = engine
        self._filters = filters = Filters(given, ACCEPTED)
        try:
            self._codes = [parse_int(text, function="Atoi") for text in filters.get("exited")]
        except InvalidInput as error:
            raise Failure(str(error)) from None
        for text in filters.get("status"):
            if text not in STATES:
                raise InvalidFilter("status", text)
        self._task = filters.flag("is-task") if "is-task" in filters else None
        for text in filters.get("health"):
            if text not in HEALTH:
                raise InvalidInput(f"Unrecognised filter value for health: {text}")
        self._before = self._one("before")
        self._since = self._one("since")
        self._images = self._ancestors()
        self._ids = self._identified()
        self._published = [_ports("publish", text) for text in filters.get("publish")]
        self._exposed = [_ports("expose", text) for text in filters.get("expose")]
        self._names = [_expression(text) for text in filters.get("name")]

    @property
    def wants_all(self) -> bool:
        """A status filter looks at stopped containers too."""
        return "status" in self._filters

    def select(self, containers: Iterable[Container[M]]) -> Iterator[Container[M]]:
        """Those that pass; the order must be newest first."""
        waiting = self._before is not None
        for container in containers:
            if container is self._since:
                return
            if waiting:
                waiting = container is not self._before
            elif self._passes(container):
                yield container

    def _passes(self, container: Container[M]) -> bool:
        filters = self._filters
        return (
            (not self._names or self._named(container))
            and (self._ids is None or container.id in self._ids)
            and filters.labels_match(container.config.labels)
            and filters.exact("isolation", container.host["Isolation"] or "default")
            and self._task is not True
            and (self._images is None or container.image_id in self._images)
            and filters.exact("status", container.state.value)
            and (not self._codes or self._exited(container))
            and filters.exact("health", _health(container))
            and ("volume" not in filters or self._mounts(container))
            and ("network" not in filters or self._networked(container))
            and (not self._published or _any_port(self._published, _published(container)))
            and (not self._exposed or _any_port(self._exposed, _exposed(container)))
        )

    def _named(self, container: Container[M]) -> bool:
        texts = (container.name, f"/{container.name}")
        return any(name is not None and name.search(text) for name in self._names for text in texts)

    def _exited(self, container: Container[M]) -> bool:
        ended = not container.running and container.started_ns
        return bool(ended) and container.exit_code in self._codes

    def _mounts(self, container: Container[M]) -> bool:
        wanted = self._filters.get("volume")
        return any(
            point.volume in wanted or point.destination in wanted or point.source in wanted
            for point in container.mounts
        )

    def _networked(self, container: Container[M]) -> bool:
        wanted = self._filters.get("network")
        return any(
            name == text or (endpoint.network_id and endpoint.network_id.startswith(text))
            for name, endpoint in container.endpoints.items()
            for text in wanted
        )

    def _one(self, name: str) -> Container[M] | None:
        found = None
        for text in self._filters.get(name):
            found = self._engine.containers.find(text)
            if found is None:
                raise Failure(f"no such container {text}")
        return found

    def _identified(self) -> set[str] | None:
        """The containers whose ID begins so, where it is one; what is ambiguous finds nothing."""
        if "id" not in self._filters:
            return None
        everything = [container.id for container in self._engine.containers.all()]
        found: set[str] = set()
        for text in self._filters.get("id"):
            begins = [full for full in everything if full.startswith(text)]
            found.update(begins if len(begins) == 1 else ())
        return found

    def _ancestors(self) -> set[str] | None:
        """Every image asked for, and all that were built on one of them."""
        wanted = self._filters.get("ancestor")
        if not wanted:
            return None
        images: set[str] = set()
        for text in wanted:
            try:
                todo = [self._engine.images.get(text).id]
            except EstibaError:
                continue
            while todo:
                image_id = todo.pop()
                images.add(str(image_id))
                todo += self._engine.stores.images.children(image_id)
        return images


def _expression(text: str) -> re.Pattern[str] | None:
    """A name filter; a broken expression matches nothing."""
    try:
        return re.compile(text)
    except re.error:
        return None


def _health(container: Container[Any]) -> str:
    return container.health.status if container.health is not None else "none"


def _ports(name: str, text: str) -> PortRange:
    numbers, _, protocol = text.partition("/")
    low, _, high = numbers.partition("-")
    try:
        first = parse_int(low, function="ParseUint")
        last = parse_int(high, function="ParseUint") if high else first
    except InvalidInput as error:
        raise Failure(f"error while looking up for {name} {text}: {error}") from None
    return first, last, protocol or "tcp"


def _any_port(wanted: list[PortRange], ports: Iterable[tuple[int, str]]) -> bool:
    return any(
        low <= number <= high and protocol == kind
        for number, protocol in ports
        for low, high, kind in wanted
    )


def _published(container: Container[Any]) -> Iterator[tuple[int, str]]:
    for key, entries in (container.ports or {}).items():
        for entry in entries or ():
            yield int(entry["HostPort"]), key.partition("/")[2]


def _exposed(container: Container[Any]) -> Iterator[tuple[int, str]]:
    for port in container.config.exposed_ports:
        number, _, protocol = port.partition("/")
        yield port_number(number), protocol or "tcp"
