"""Layers: trees as tar archives, and what stacks of them are called.

Entry points: `read_layer` and `write_layer` (layer tar and tree), `write_archive` and
`extract_archive` (`docker cp`, export, import, build contexts), `chain_id`.

The names below are loaded when first used, so that a command pays only for what it needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .archive import Archive, Layer
    from .chain import chain_id, chain_ids
    from .errors import BrokenLink, DamagedArchive, UnsafeLayer
    from .reading import read_layer, read_tree
    from .transfer import CannotOverwrite, extract_archive, write_archive
    from .writing import write_layer

__all__ = [
    "Archive",
    "BrokenLink",
    "CannotOverwrite",
    "DamagedArchive",
    "Layer",
    "UnsafeLayer",
    "chain_id",
    "chain_ids",
    "extract_archive",
    "read_layer",
    "read_tree",
    "write_archive",
    "write_layer",
]

_HOMES = {
    "archive": ("Archive", "Layer"),
    "chain": ("chain_id", "chain_ids"),
    "errors": ("BrokenLink", "DamagedArchive", "UnsafeLayer"),
    "reading": ("read_layer", "read_tree"),
    "transfer": ("CannotOverwrite", "extract_archive", "write_archive"),
    "writing": ("write_layer",),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            value = globals()[name] = getattr(import_module(f".{module}", __name__), name)
            return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
