"""The build cache: an image built on the same parent by the same step is used again.

Two steps are the same when their settings are: command, environment, labels, ports, entrypoint,
volumes and the like. For COPY and ADD the sums of the files are part of the command.
Simplified: `--cache-from` an image that was pulled finds nothing; Docker compares histories too.
Source: Docker Engine 20.10, image/cache and runconfig/compare.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from ...spec import ContainerConfig, Digest
from ...store import ImageRecord

if TYPE_CHECKING:
    from ..engine import Engine

M = TypeVar("M")


class Cache(Generic[M]):
    """Looks for earlier results. After a miss there are none: the new image has no children."""

    def __init__(
        self, engine: Engine[M], *, used: bool = True, sources: Iterable[ImageRecord] = ()
    ) -> None:
        self._engine = engine
        self._used = used
        self._sources = tuple(sources)

    def find(self, parent: Digest | None, config: ContainerConfig) -> ImageRecord | None:
        """The latest image that this step made before."""
        if not self._used:
            return None
        same = [
            one
            for one in self._children(parent)
            if equal(one.config.container_config, config) and self._trusted(one)
        ]
        return max(same, key=lambda one: one.config.created_ns, default=None)

    def _trusted(self, record: ImageRecord) -> bool:
        """With `--cache-from` only those images and what they were built on count."""
        images = self._engine.stores.images
        for source in self._sources:
            place: ImageRecord | None = source
            while place is not None:
                if place.id == record.id:
                    return True
                place = images.get(place.parent) if place.parent is not None else None
        return not self._sources

    def _children(self, parent: Digest | None) -> list[ImageRecord]:
        images = self._engine.stores.images
        if parent is None:
            return [record for record in images if record.parent is None]
        return [images.get(child) for child in images.children(parent)]


def equal(one: ContainerConfig, other: ContainerConfig) -> bool:
    """Are the settings of two steps the same?"""
    if one.open_stdin or other.open_stdin:
        return False
    return _key(one) == _key(other)


def _key(config: ContainerConfig) -> tuple[object, ...]:
    return (
        config.attach_stdout,
        config.attach_stderr,
        config.user,
        config.tty,
        config.cmd or (),
        config.env or (),
        dict(config.labels or {}),
        set(config.exposed_ports),
        config.entrypoint or (),
        set(config.volumes or ()),
    )
