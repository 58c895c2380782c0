"""`docker history`: the steps an image was made by, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import Failure
from ..spec import HistoryEntry
from ..store import ImageRecord

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NS_PER_S = 1_000_000_000
MISSING = "<missing>"


class TooManyLayers(Failure):
    def __init__(self) -> None:
        super().__init__("too many non-empty layers in History section")


def history(engine: Engine[M], name: str) -> list[dict[str, Any]]:
    """`GET /images/{name}/history`. An ID stands where the image of that step is here.

    Raises: NoSuchImage, InvalidReference, TooManyLayers.
    """
    record = engine.images.get(name)
    steps = [
        _step(entry, size)
        for entry, size in zip(record.config.history, _sizes(engine, record), strict=True)
    ]
    steps.reverse()
    for step, image in zip(steps, _ancestors(engine, record), strict=False):
        step["Id"] = image.id
        tags = [r.familiar for r in engine.stores.references.of(image.id) if r.digest is None]
        step["Tags"] = tags or None
    return steps


def _step(entry: HistoryEntry, size: int) -> dict[str, Any]:
    return {
        "Comment": entry.comment,
        "Created": entry.created_ns // NS_PER_S,
        "CreatedBy": entry.created_by,
        "Id": MISSING,
        "Size": size,
        "Tags": None,
    }


def _sizes(engine: Engine[M], record: ImageRecord) -> Iterator[int]:
    chain = () if record.chain_id is None else engine.stores.layers.chain(record.chain_id)
    sizes = [layer.size for layer in reversed(chain)]
    used = 0
    for entry in record.config.history:
        if entry.empty_layer:
            yield 0
            continue
        if used == len(sizes):
            raise TooManyLayers
        yield sizes[used]
        used += 1


def _ancestors(engine: Engine[M], record: ImageRecord) -> Iterator[ImageRecord]:
    yield record
    while record.parent is not None:
        record = engine.stores.images.get(record.parent)
        yield record
