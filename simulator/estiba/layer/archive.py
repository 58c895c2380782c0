"""An archive as its exact bytes, without keeping what need not be kept.

Headers, padding and small files are bytes; file data are `Content`, shared with the tree the
archive was read into or written from, so a hole costs nothing and a layer is never held twice.
Because every byte has its place, the digest over `chunks()` is that of the original stream.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..filesystem.content import Content
from ..filesystem.tree import Tree
from ..spec import Digest

Segment = bytes | Content


class Archive:
    """The bytes of an uncompressed tar. Units: `size`, bytes."""

    __slots__ = ("_digest", "_make", "_segments", "_size")

    def __init__(self, segments: Iterable[Segment], digest: Digest | None = None) -> None:
        self._segments: tuple[Segment, ...] | None = tuple(segments)
        self._make: Callable[[], Iterable[Segment]] = tuple
        self._size: int | None = None
        self._digest = digest

    @classmethod
    def lazily(cls, make: Callable[[], Iterable[Segment]]) -> Archive:
        """An archive whose segments are made when first asked for."""
        archive = cls(())
        archive._segments, archive._make = None, make
        return archive

    @property
    def segments(self) -> tuple[Segment, ...]:
        if self._segments is None:
            self._segments = tuple(self._make())
        return self._segments

    @property
    def size(self) -> int:
        if self._size is None:
            self._size = sum(len(segment) for segment in self.segments)
        return self._size

    @property
    def digest(self) -> Digest:
        """The diff ID. Computed once."""
        if self._digest is None:
            hashing = hashlib.sha256()
            for chunk in self.chunks():
                hashing.update(chunk)
            self._digest = Digest.of_hash(hashing)
        return self._digest

    @property
    def known_digest(self) -> Digest | None:
        """The diff ID if it need not be computed any more."""
        return self._digest

    def chunks(self) -> Iterator[bytes]:
        """All bytes, in order."""
        for segment in self.segments:
            if isinstance(segment, bytes):
                yield segment
            else:
                yield from segment.chunks()


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer unpacked: its tree, its diff ID, and the archive that has that diff ID.

    A recorded layer's diff ID is that of the original; its archive is written from the stand-in
    tree.
    Units: `size`, bytes: the sum of its regular files, each hard-linked one once.
    """

    tree: Tree
    diff_id: Digest
    size: int
    archive: Archive
