"""Layers: trees as tar archives, and what stacks of them are called.

Entry points: `read_layer` and `write_layer` (layer tar and tree), `write_archive` and
`extract_archive` (`docker cp`, export, import, build contexts), `chain_id`.
"""

from .archive import Archive, Layer
from .chain import chain_id, chain_ids
from .errors import DamagedArchive, UnsafeLayer
from .reading import read_layer
from .transfer import extract_archive, write_archive
from .writing import write_layer

__all__ = [
    "Archive",
    "DamagedArchive",
    "Layer",
    "UnsafeLayer",
    "chain_id",
    "chain_ids",
    "extract_archive",
    "read_layer",
    "write_archive",
    "write_layer",
]
