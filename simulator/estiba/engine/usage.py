"""`docker system df`: what images, containers and volumes take, and how much of it is shared."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

from ..spec import Digest
from ..store import ImageRecord, LayerRecord
from .listing import PsQuery

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


def layers_of(engine: Engine[M], record: ImageRecord) -> tuple[LayerRecord, ...]:
    """An image's layers, top first."""
    return () if record.chain_id is None else engine.stores.layers.chain(record.chain_id)


def images_usage(engine: Engine[M]) -> list[dict[str, Any]]:
    """The image list with what each shares with others, and how many containers use it."""
    rows = engine.images.list()
    shown = {row["Id"]: engine.stores.images.get(row["Id"]) for row in rows}
    holders: Counter[Digest] = Counter()
    for record in shown.values():
        holders.update(layer.chain_id for layer in layers_of(engine, record))
    for row in rows:
        layers = layers_of(engine, shown[row["Id"]])
        row["SharedSize"] = sum(layer.size for layer in layers if holders[layer.chain_id] > 1)
        row["Containers"] = sum(1 for _ in engine.containers.using(row["Id"]))
    return rows


def layers_size(engine: Engine[M]) -> int:
    """All layers of images that the list shows, each once. Units: bytes."""
    stores = engine.stores
    sizes: dict[Digest, int] = {}
    for record in stores.images:
        if stores.references.of(record.id) or not stores.images.children(record.id):
            sizes.update((layer.chain_id, layer.size) for layer in layers_of(engine, record))
    return sum(sizes.values())


def disk_usage(engine: Engine[M]) -> dict[str, Any]:
    """`GET /system/df`. The classic builder keeps no cache of its own."""
    containers = json.loads(engine.listing.rows(PsQuery(all=True, size=True)))
    return {
        "LayersSize": layers_size(engine),
        "Images": images_usage(engine),
        "Containers": containers,
        "Volumes": [
            {
                **volume.to_json(),
                "UsageData": {
                    "RefCount": len(volume.users),
                    "Size": engine.volumes.size(volume),
                },
            }
            for volume in engine.volumes.all()
        ],
        "BuildCache": None,
        "BuilderSize": 0,
    }
