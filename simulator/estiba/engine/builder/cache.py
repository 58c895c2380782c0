"""The build cache: an image built on the same parent by the same step is used again.

Two steps are the same when their settings are: command, environment, labels, ports, entrypoint,
volumes and the like. For COPY and ADD the sums of the files are part of the command.
With `--cache-from` only the images it names count: what they were built on here, or, for an image
that came from elsewhere, as much of its history and layers as the build repeats.
Source: Docker Engine 20.10, image/cache and runconfig/compare.go.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from ...layer import chain_id
from ...spec import ContainerConfig, Digest, ImageConfig, ImageFields
from ...store import ImageRecord

if TYPE_CHECKING:
    from ..engine import Engine

M = TypeVar("M")


class Cache(Generic[M]):
    """Looks for earlier results. After a miss there are none: the new image has no children.

    `sources`: the images of `--cache-from`; None if there was no such option.
    """

    def __init__(
        self,
        engine: Engine[M],
        *,
        used: bool = True,
        sources: Iterable[ImageRecord] | None = None,
    ) -> None:
        self._engine = engine
        self._used = used
        self._sources = None if sources is None else tuple(sources)

    def find(self, parent: Digest | None, config: ContainerConfig) -> ImageRecord | None:
        """The latest image that this step made before."""
        if not self._used or self._sources == ():
            return None
        same = [one for one in self._children(parent) if equal(one.config.container_config, config)]
        found = max(same, key=lambda one: one.config.created_ns, default=None)
        if self._sources is None or (found is not None and self._trusted(found)):
            return found
        return self._from_elsewhere(parent, config, self._sources)

    def _trusted(self, record: ImageRecord) -> bool:
        """Is it one of the sources, or what one was built on?"""
        images = self._engine.stores.images
        for source in self._sources or ():
            place: ImageRecord | None = source
            while place is not None:
                if place.id == record.id:
                    return True
                place = images.get(place.parent) if place.parent is not None else None
        return False

    def _children(self, parent: Digest | None) -> list[ImageRecord]:
        images = self._engine.stores.images
        if parent is None:
            return [record for record in images if record.parent is None]
        return [images.get(child) for child in images.children(parent)]

    def _from_elsewhere(
        self, parent: Digest | None, config: ContainerConfig, sources: Iterable[ImageRecord]
    ) -> ImageRecord | None:
        """The first source that goes on from the parent by this step: itself, or cut off there."""
        images = self._engine.stores.images
        below = images.get(parent) if parent is not None else None
        step = " ".join(config.cmd or ())
        for source in sources:
            if not goes_on(source.config, below.config if below else None, step):
                continue
            done = len(below.config.history) if below else 0
            if len(source.config.history) == done + 1:
                if parent is not None:
                    images.set_parent(source.id, parent)
                return source
            self._sources = (source,)
            return self._cut(source, done, parent, config)
        return None

    def _cut(
        self, source: ImageRecord, done: int, parent: Digest | None, config: ContainerConfig
    ) -> ImageRecord:
        """The source as it was after one more step."""
        history = source.config.history[: done + 1]
        layers = sum(not entry.empty_layer for entry in history)
        diff_ids = source.config.diff_ids[:layers]
        fields = ImageFields(
            platform=source.config.platform,
            created=history[-1].created,
            author=source.config.author,
            config=config,
            docker_version=self._engine.config.server_version,
            history=history,
            diff_ids=diff_ids,
        )
        chain = chain_id(diff_ids) if diff_ids else None
        return self._engine.images.add(ImageConfig.create(fields), chain, "build", parent=parent)


def goes_on(source: ImageConfig, below: ImageConfig | None, step: str) -> bool:
    """Does an image begin as another one and go on by a step?"""
    history = below.history if below else ()
    diff_ids = below.diff_ids if below else ()
    return (
        len(source.history) > len(history)
        and source.history[: len(history)] == history
        and source.diff_ids[: len(diff_ids)] == diff_ids
        and source.history[len(history)].created_by == step
    )


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
