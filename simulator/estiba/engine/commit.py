"""`docker commit`: a container's writable layer becomes the top layer of a new image.

Source: Docker Engine 20.10, daemon/commit.go and image/image.go, behaviour as recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Conflict, Failure, InvalidInput
from ..layer import Layer, write_layer
from ..layer.reading import size_of
from ..spec import (
    ContainerConfig,
    Digest,
    HistoryEntry,
    ImageConfig,
    ImageFields,
    InvalidReference,
    Platform,
    Reference,
    Rule,
    normalize,
)
from ..spec.gotime import format_time
from ..store import ImageRecord
from ..store.references import TagWithDigest
from ..trace.containers import ContainerCommitted
from .builder.changes import changed
from .container import Container
from .merging import completed
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

EMPTY_TAR = Digest.of(bytes(1024))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What an image adds to its parent besides a layer.

    `config` is what its containers start with, `container_config` what the step itself ran with.
    """

    config: ContainerConfig
    container_config: ContainerConfig
    container: str = ""
    author: str = ""
    comment: str = ""


class Committing(Generic[M]):
    """Makes images from writable snapshots."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def commit(
        self,
        name: str,
        *,
        repository: str = "",
        tag: str = "",
        comment: str = "",
        author: str = "",
        changes: Sequence[str] = (),
        config: ContainerConfig | None = None,
        pause: bool = True,
    ) -> ImageRecord:
        """`POST /commit`.

        Raises: NoSuchContainer, Conflict, InvalidInput for a bad change, Failure for a bad name.
        """
        engine = self._engine
        if not name:
            raise InvalidInput('invalid name or ID supplied: ""')
        container = engine.containers.get(name)
        if container.state is State.DEAD:
            raise Conflict(f"You cannot commit container {container.id} which is Dead")
        own = replace(container.config, hostname=container.hostname)
        new = changed(config or own, changes)
        step = Step(
            config=completed(new, own),
            container_config=own,
            container=container.id,
            author=author,
            comment=comment,
        )
        record = self._paused(container, step) if pause else self._commit(container, step)
        reference = _reference(repository, tag)  # a name that is refused leaves the image
        if reference is not None:
            engine.tags.point(reference, record)
        shown = reference.familiar if reference is not None else ""
        engine.emit(
            container.event(
                ContainerCommitted, comment=comment, image_id=record.id, image_reference=shown
            )
        )
        return record

    def _paused(self, container: Container[M], step: Step) -> ImageRecord:
        if container.state is not State.RUNNING:
            return self._commit(container, step)
        self._engine.lifecycle.pause(container)
        try:
            return self._commit(container, step)
        finally:
            self._engine.lifecycle.unpause(container)

    def _commit(self, container: Container[M], step: Step) -> ImageRecord:
        parent = Digest(container.image_id) if container.image_id else None
        return self.add(container.id, parent, container.chain_id, step, "commit")

    def add(
        self, key: str, parent: Digest | None, chain: Digest | None, step: Step, how: str
    ) -> ImageRecord:
        """An image whose top layer is the snapshot `key`, standing on a chain.

        The parent may be gone by now, if the chain is still held; then the image has none.
        """
        engine = self._engine
        images = engine.stores.images
        known = images.get(parent) if parent is not None and parent in images else None
        layer = layer_of(engine, key)
        held: Digest | None = None
        try:
            if layer.diff_id != EMPTY_TAR:
                chain = held = engine.layers.add(layer, chain).chain_id
            config = self._child(known, step, layer.diff_id)
            return engine.images.add(config, chain, how, parent=known.id if known else None)
        finally:
            engine.layers.release(held)

    def _child(self, parent: ImageRecord | None, step: Step, diff_id: Digest) -> ImageConfig:
        engine = self._engine
        created = format_time(engine.clock.now_ns())
        empty = diff_id == EMPTY_TAR
        below = parent.config if parent is not None else None
        entry = HistoryEntry(
            created=created,
            created_by=" ".join(step.container_config.cmd or ()),
            author=step.author,
            comment=step.comment,
            empty_layer=empty,
        )
        own = engine.config
        fields = ImageFields(
            platform=below.platform if below else Platform("linux", own.architecture, own.variant),
            created=created,
            author=step.author,
            config=step.config,
            container=step.container,
            container_config=step.container_config,
            docker_version=own.server_version,
            history=(*(below.history if below else ()), entry),
            diff_ids=(*(below.diff_ids if below else ()), *(() if empty else (diff_id,))),
        )
        return ImageConfig.create(fields)


def layer_of(engine: Engine[M], key: str) -> Layer:
    """A writable snapshot as a layer, hashed."""
    tree = engine.host.snapshotter.upper(key)
    archive = write_layer(tree)
    return Layer(tree, archive.digest, size_of(tree), archive)


def _reference(repository: str, tag: str) -> Reference | None:
    if not repository:
        return None
    try:
        reference = normalize(repository, Rule.ENGINE)
        reference = reference.name_only().with_tag(tag) if tag else reference
    except InvalidReference as error:
        raise Failure(str(error)) from None
    if reference.digest is not None:
        raise TagWithDigest
    return reference
