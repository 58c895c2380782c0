"""`docker import`: a flat file tree becomes an image of one layer without history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Failure, InvalidInput
from ..filesystem.content import Content
from ..layer import DamagedArchive, Layer
from ..spec import (
    ContainerConfig,
    HistoryEntry,
    ImageConfig,
    ImageFields,
    Platform,
    Reference,
    Rule,
    normalize,
)
from ..spec.gotime import format_time
from ..spec.unreachable import no_answer
from ..store import Blobs
from ..trace.images import ImageImported
from .builder.changes import changed
from .load import archive_error
from .progress import Progress

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class Importing(Generic[M]):
    """Imports trees."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def check(
        self, repository: str, tag: str, changes: Sequence[str]
    ) -> tuple[Reference | None, ContainerConfig]:
        """What can be refused before the data. Raises: InvalidInput."""
        reference: Reference | None = None
        if repository:
            reference = normalize(repository, Rule.ENGINE)
            if reference.digest is not None:
                raise InvalidInput("cannot import digest reference")
            if tag:
                reference = reference.with_tag(tag)
        return reference, changed(ContainerConfig(), changes)

    def import_image(
        self,
        source: str,
        archive: Content,
        name: tuple[Reference | None, ContainerConfig],
        progress: Progress,
        *,
        message: str = "",
    ) -> None:
        """`POST /images/create?fromSrc=`. Raises: BadArchive, Failure for an address."""
        if source != "-":
            raise Failure(
                no_answer(
                    source if "://" in source else f"http://{source}",
                    online=self._engine.config.online,
                )
            )
        engine = self._engine
        reference, config = name
        layer = _read(engine.stores.blobs, archive)
        chain = engine.layers.add(layer, None).chain_id
        try:
            comment = message or f"Imported from {source}"
            made = self._config(layer, config, comment)
            record = engine.images.add(made, chain, "import")
        finally:
            engine.layers.release(chain)
        if reference is not None:
            engine.tags.point(reference, record)
        engine.emit(ImageImported(image_id=record.id))
        progress.message(record.id)

    def _config(self, layer: Layer, config: ContainerConfig, comment: str) -> ImageConfig:
        own = self._engine.config
        created = format_time(self._engine.clock.now_ns())
        return ImageConfig.create(
            ImageFields(
                platform=Platform("linux", own.architecture, own.variant),
                created=created,
                comment=comment,
                config=config,
                docker_version=own.server_version,
                history=(HistoryEntry(created=created, comment=comment),),
                diff_ids=(layer.diff_id,),
            )
        )


def _read(blobs: Blobs, archive: Content) -> Layer:
    try:
        return blobs.read_layer(archive.chunks())
    except DamagedArchive as error:
        raise archive_error(error) from None
