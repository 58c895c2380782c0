"""Bytes on their way in: uploads while they come, archives while they are read.

Where the stores are durable, neither stands in memory: what comes is written to the disk as it comes,
and what is read of it are headers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..filesystem.content import Content
    from ..filesystem.tree import Tree
    from ..layer import Layer


class Spool(Protocol):
    """Takes bytes and gives them back as a content, which lasts as long as somebody has it."""

    def write(self, data: bytes) -> None:
        """Raises: EstibaError when there is no room."""
        ...

    def content(self) -> Content:
        """All that was written. Nothing can be added after that."""
        ...


class Blobs(Protocol):
    """Brings in uploads and layers."""

    def spool(self) -> Spool:
        """A place for an upload."""
        ...

    def read_layer(self, chunks: Iterable[bytes]) -> Layer:
        """A layer out of its tar, compressed or not. Raises: DamagedArchive, UnsafeLayer."""
        ...

    def read_tree(self, archive: Content) -> Tree:
        """The files of an archive that was spooled. Raises: DamagedArchive, UnsafeLayer."""
        ...


class MemorySpool:
    """A `Spool` in memory; blocks of zeros cost nothing."""

    def __init__(self) -> None:
        from ..filesystem.content import BLANK_MIN  # noqa: PLC0415  (few commands upload)

        self._blank_min = BLANK_MIN
        self._pieces: list[bytes | int] = []

    def write(self, data: bytes) -> None:
        blank = len(data) >= self._blank_min and not data[0] and data.count(0) == len(data)
        self._pieces.append(len(data) if blank else data)

    def content(self) -> Content:
        from ..filesystem.content import Content  # noqa: PLC0415

        return Content(self._pieces)


class MemoryBlobs:
    """`Blobs` in memory."""

    def spool(self) -> MemorySpool:
        return MemorySpool()

    def read_layer(self, chunks: Iterable[bytes]) -> Layer:
        from ..layer import read_layer  # noqa: PLC0415  (few commands read layers)

        return read_layer(chunks)

    def read_tree(self, archive: Content) -> Tree:
        return self.read_layer(archive.chunks()).tree
