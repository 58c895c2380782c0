"""Bytes that stay where they are: a part of a file of the machine, read when somebody asks.

A region stands in a `Content` wherever a piece of `bytes` can, so that a layer's files cost no memory.
"""

from __future__ import annotations

from typing import Protocol


class Readable(Protocol):
    """Something with bytes at offsets, which never change."""

    def read(self, offset: int, size: int) -> bytes:
        """Exactly that many bytes. Raises: EstibaError when they are not there any more."""
        ...


class Region:
    """`size` bytes of a source from `start` on. Units: bytes."""

    __slots__ = ("_size", "source", "start")

    def __init__(self, source: Readable, start: int, size: int) -> None:
        self.source = source
        self.start = start
        self._size = size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        """The bytes of a part, read now. Steps are not supported."""
        start, stop, _ = part.indices(self._size)
        return self.source.read(self.start + start, stop - start) if stop > start else b""

    def cut(self, start: int, stop: int) -> Region:
        """A part as a region of its own; nothing is read."""
        start, stop, _ = slice(start, stop).indices(self._size)
        return Region(self.source, self.start + start, max(0, stop - start))

    def __repr__(self) -> str:
        return f"Region({self.start}, {self._size} bytes)"
