"""`docker tag`: one more name for an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Failure
from ..spec import InvalidReference, Reference, Rule, normalize
from ..store import ImageRecord
from ..trace.images import ImageTagged
from .images import labels_of

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class Tags(Generic[M]):
    """Gives names."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def tag(self, name: str, repository: str, tag: str = "") -> None:
        """Raises: NoSuchImage, Failure for a bad name, AmbiguousTag, TagWithDigest."""
        record = self._engine.images.get(name)
        try:
            reference = normalize(repository, Rule.ENGINE)
            if tag:
                reference = reference.name_only().with_tag(tag)
        except InvalidReference as error:
            raise Failure(str(error)) from None
        self.point(reference, record)

    def point(self, reference: Reference, record: ImageRecord) -> None:
        """Let a tag lead to an image, whatever it led to before; `latest` is meant without one.

        Raises: AmbiguousTag, TagWithDigest.
        """
        engine = self._engine
        previous = engine.stores.references.add_tag(reference, record.id)
        engine.stores.images.set_last_tagged(record.id, engine.clock.now_ns())
        engine.emit(
            ImageTagged(
                image_id=record.id,
                reference=reference.familiar,
                previous=previous,
                labels=labels_of(record),
            )
        )
