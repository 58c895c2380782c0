"""A tree becomes a layer tar."""

from __future__ import annotations

from ..filesystem import Tree
from .archive import Archive


def write_layer(tree: Tree) -> Archive:
    """The tar Docker writes when it commits the tree."""
    raise NotImplementedError
