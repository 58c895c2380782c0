"""The store: what the engine keeps of images, layers, names and blobs, behind one Protocol each.

Entry points: `Stores`, `memory_stores`; `ImageStore`, `LayerStore`, `ReferenceStore`, `BlobSums`,
`Documents`; `PrefixIndex`. `disk.open_stores` gives stores that survive the process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .blob_sums import BlobSum, BlobSums, MemoryBlobSums
from .blobs import Blobs, MemoryBlobs, MemorySpool, Spool
from .documents import Documents, NoDocuments
from .images import ImageRecord, ImageStore, ImageUnknown, MemoryImages
from .layers import LayerRecord, LayerStore, LayerUnknown, MemoryLayers
from .prefix_index import PrefixIndex
from .references import MemoryReferences, ReferenceStore

if TYPE_CHECKING:
    from ..filesystem.saved import TreeKeeper

__all__ = [
    "BlobSum",
    "BlobSums",
    "Blobs",
    "Documents",
    "ImageRecord",
    "ImageStore",
    "ImageUnknown",
    "LayerRecord",
    "LayerStore",
    "LayerUnknown",
    "MemoryBlobSums",
    "MemoryBlobs",
    "MemoryImages",
    "MemoryLayers",
    "MemoryReferences",
    "MemorySpool",
    "NoDocuments",
    "PrefixIndex",
    "ReferenceStore",
    "Spool",
    "Stores",
    "memory_stores",
]


def _nothing() -> None:
    return


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one engine.

    `commit` makes all that was changed since the last one durable at once, `close` lets go without
    it. Where nothing is `durable` there is nothing to serialise, and no `trees` that are kept.
    """

    images: ImageStore
    layers: LayerStore
    references: ReferenceStore
    blob_sums: BlobSums
    documents: Documents
    blobs: Blobs
    trees: TreeKeeper | None = None
    durable: bool = False
    commit: Callable[[], None] = _nothing
    close: Callable[[], None] = _nothing


def memory_stores() -> Stores:
    """Empty stores that last as long as the process."""
    return Stores(
        MemoryImages(),
        MemoryLayers(),
        MemoryReferences(),
        MemoryBlobSums(),
        NoDocuments(),
        MemoryBlobs(),
    )
