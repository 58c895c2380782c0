"""A layer tar becomes a tree."""

from __future__ import annotations

from collections.abc import Iterable

from .archive import Layer


def read_layer(chunks: Iterable[bytes]) -> Layer:
    """Read a layer tar, plain or compressed. Raises: DamagedArchive, UnsafeLayer."""
    raise NotImplementedError
