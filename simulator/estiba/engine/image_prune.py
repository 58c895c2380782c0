"""`docker image prune`: images without a name, or with `dangling=false` all that no container uses.

Source: Docker Engine 20.10, daemon/images/image_prune.go, behaviour as recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import EstibaError
from ..spec import Digest
from ..store import ImageRecord
from .filters import Filters, InvalidFilter

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

ACCEPTED = ("dangling", "label", "label!", "until")


def prune_images(engine: Engine[M], filters: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """`POST /images/prune`. What is in use is left alone without a word. Raises: InvalidFilter."""
    wanted = Filters(filters, ACCEPTED)
    dangling_only = _dangling(wanted)
    until_ns = wanted.until_ns(engine.clock.now_ns())
    done: list[dict[str, str]] = []
    layers_before = {record.chain_id: record.size for record in engine.stores.layers}
    chosen = [
        record.id
        for record in engine.stores.images
        if record.config.created_ns <= until_ns
        and _labels_match(wanted, record)
        and _names(engine, record, dangling_only) is not None
    ]
    for image_id in chosen:
        if image_id in engine.stores.images:
            record = engine.stores.images.get(image_id)
            for name in _names(engine, record, dangling_only) or ():
                done.extend(_try_remove(engine, name))
    reclaimed = _reclaimed(layers_before, done)
    from ..trace.images import ImagesPruned  # noqa: PLC0415  (slow to load)

    engine.emit(ImagesPruned(deleted=len(done), reclaimed=reclaimed))
    return {"ImagesDeleted": done or None, "SpaceReclaimed": reclaimed}


def _labels_match(filters: Filters, record: ImageRecord) -> bool:
    config = record.config.config
    return config is None or filters.labels_match(config.labels)


def _dangling(filters: Filters) -> bool:
    if "dangling" not in filters:
        return True
    values = filters.get("dangling")
    if "false" in values or "0" in values:
        return False
    if "true" in values or "1" in values:
        return True
    raise InvalidFilter("dangling", f"[{' '.join(values)}]")


def _names(engine: Engine[M], record: ImageRecord, dangling_only: bool) -> list[str] | None:
    """What to remove an image by: its names, or its ID if it has none; None leaves it alone."""
    names = engine.stores.references.of(record.id)
    children = engine.stores.images.children(record.id)
    if children and (dangling_only or not names):
        return None
    if dangling_only and any(name.digest is None for name in names):
        return None
    return [name.familiar for name in names] or [record.id.encoded]


def _try_remove(engine: Engine[M], name: str) -> list[dict[str, str]]:
    try:
        return engine.image_removal.remove(name)
    except EstibaError:
        return []


def _reclaimed(layers_before: Mapping[Digest, int], done: Iterable[Mapping[str, str]]) -> int:
    deleted = {Digest(item["Deleted"]) for item in done if "Deleted" in item}
    return sum(size for chain, size in layers_before.items() if chain in deleted)
