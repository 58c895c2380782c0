"""The store: what the engine keeps of images, layers, names and blobs, behind one Protocol each.

Entry points: `Stores`, `memory_stores`; `ImageStore`, `LayerStore`, `ReferenceStore`, `BlobSums`;
`PrefixIndex`.
"""

from __future__ import annotations

from dataclasses import dataclass

from .blob_sums import BlobSum, BlobSums, MemoryBlobSums
from .images import ImageRecord, ImageStore, ImageUnknown, MemoryImages
from .layers import LayerRecord, LayerStore, LayerUnknown, MemoryLayers
from .prefix_index import PrefixIndex
from .references import MemoryReferences, ReferenceStore

__all__ = [
    "BlobSum",
    "BlobSums",
    "ImageRecord",
    "ImageStore",
    "ImageUnknown",
    "LayerRecord",
    "LayerStore",
    "LayerUnknown",
    "MemoryBlobSums",
    "MemoryImages",
    "MemoryLayers",
    "MemoryReferences",
    "PrefixIndex",
    "ReferenceStore",
    "Stores",
    "memory_stores",
]


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of one engine."""

    images: ImageStore
    layers: LayerStore
    references: ReferenceStore
    blob_sums: BlobSums


def memory_stores() -> Stores:
    """Empty stores that last as long as the process."""
    return Stores(MemoryImages(), MemoryLayers(), MemoryReferences(), MemoryBlobSums())
