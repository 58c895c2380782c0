"""`docker ps`: which containers, and one row each.

A row changes only when its container does, but for the age in STATUS: it is kept as two pieces of
JSON with room for the status between them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import EstibaError
from .container import Container
from .inspect_container import root_size
from .ports import listed
from .ps_filters import PsFilters
from .states import ENDED, status_text

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NS_PER_S = 1_000_000_000

Summary = tuple[str, bytes, bytes]
"""The image name shown, and the row's JSON before and after the status."""


@dataclass(frozen=True, slots=True)
class PsQuery:
    """What `docker ps` asks for. `limit` 0: all."""

    all: bool = False
    size: bool = False
    limit: int = 0
    filters: Mapping[str, list[str]] | None = None


class Listing(Generic[M]):
    """Rows for `docker ps`."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def rows(self, query: PsQuery) -> bytes:
        """The rows as a JSON array, newest first. Raises: InvalidFilter and its kin."""
        now_ns = self._engine.clock.now_ns()
        shown: dict[tuple[str, str], str] = {}
        rows = []
        for container in self.select(query):
            head, tail = self._pieces(container, shown)
            if query.size:
                head = self._with_size(container, head)
            rows.append(b"".join((head, _quoted(status(container, now_ns)), tail)))
        return b"[" + b",".join(rows) + b"]\n"

    def select(self, query: PsQuery) -> list[Container[M]]:
        """The containers themselves, newest first."""
        engine = self._engine
        checked = PsFilters(engine, query.filters) if query.filters else None
        everything = query.all or query.limit > 0 or (checked is not None and checked.wants_all)
        found: Iterable[Container[M]] = (
            engine.containers.newest_first() if everything else self._running()
        )
        if checked is not None:
            found = checked.select(found)
        if query.limit > 0:
            return [container for container, _ in zip(found, range(query.limit), strict=False)]
        return list(found)

    def _running(self) -> list[Container[M]]:
        running = self._engine.containers.running.values()
        return sorted(running, key=lambda container: container.created_ns, reverse=True)

    def _pieces(
        self, container: Container[M], shown: dict[tuple[str, str], str]
    ) -> tuple[bytes, bytes]:
        key = (container.image, container.image_id)
        image = shown.get(key)
        if image is None:
            image = shown[key] = self.image_shown(container)
        summary: Summary | None = container.summary
        if summary is None or summary[0] != image:
            summary = container.summary = (image, *_row(self._engine, container, image))
        return summary[1], summary[2]

    def image_shown(self, container: Container[M]) -> str:
        """The reference a container was created from, or the image's ID once that means another."""
        if container.image == container.image_id:
            return container.image
        try:
            current = str(self._engine.images.get(container.image).id)
        except EstibaError:
            current = ""
        return container.image if current == container.image_id else container.image_id

    def _with_size(self, container: Container[M], head: bytes) -> bytes:
        written = self._engine.host.snapshotter.size(container.id)
        total = written + root_size(self._engine, container)
        sizes = f'"SizeRw":{written},' if written else ""
        sizes += f'"SizeRootFs":{total},' if total else ""
        before, labels, after = head.partition(b'"Labels":')
        return before + sizes.encode() + labels + after


def status(container: Container[Any], now_ns: int) -> str:
    """The STATUS column."""
    since_ns = container.finished_ns if container.state in ENDED else container.started_ns
    health = container.health.status if container.health is not None else ""
    return status_text(container.state, now_ns - since_ns, container.exit_code, health)


def command_shown(command: tuple[str, ...]) -> str:
    """The COMMAND column: arguments with a space get single quotes, nothing else is escaped.

    >>> command_shown(("sh", "-c", "exit 3"))
    "sh -c 'exit 3'"
    """
    path, *args = command
    return " ".join((path, *(f"'{arg}'" if " " in arg else arg for arg in args)))


def _row(engine: Engine[M], container: Container[M], image: str) -> tuple[bytes, bytes]:
    labels = container.config.labels or {}
    head = {
        "Id": container.id,
        "Names": names(engine, container),
        "Image": image,
        "ImageID": container.image_id,
        "Command": command_shown(container.command),
        "Created": container.created_ns // NS_PER_S,
        "Ports": listed(container),
        "Labels": {name: labels[name] for name in sorted(labels)},
        "State": container.state.value,
    }
    tail = {
        "HostConfig": {"NetworkMode": container.network_mode},
        "NetworkSettings": {
            "Networks": {name: e.to_json() for name, e in sorted(container.endpoints.items())}
        },
        "Mounts": [point.to_json(listed=True) for point in container.mounts],
    }
    return _dumped(head)[:-1] + b',"Status":', b"," + _dumped(tail)[1:]


def names(engine: Engine[M], container: Container[M]) -> list[str]:
    """Its name and those that links gave it."""
    return [f"/{container.name}", *engine.containers.link_names(container.id)]


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _quoted(text: str) -> bytes:
    return b'"%s"' % text.encode()
