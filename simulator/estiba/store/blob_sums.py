"""Blob sums: under which digests a layer travelled, and where from.

A registry names a layer by the digest of its compressed bytes, the store by its diff ID.
Remembering the pairs lets a pull say `Already exists` without fetching, and a push `Mounted from`
another repository.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..spec import Digest

REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class BlobSum:
    """A layer's blob as one repository has it. Units: `size`, compressed bytes."""

    digest: Digest
    size: int
    media_type: str
    repository: str


class BlobSums(Protocol):
    """Pairs of diff ID and blob."""

    def add(self, diff_id: Digest, blob: BlobSum) -> None: ...

    def of(self, diff_id: Digest) -> tuple[BlobSum, ...]:
        """The blobs of a layer, the latest first."""
        ...

    def diff_id(self, digest: Digest) -> Digest | None:
        """The layer a blob unpacks to, if one was ever unpacked here."""
        ...


class MemoryBlobSums:
    """`BlobSums` in memory."""

    def __init__(self) -> None:
        self._blobs: dict[Digest, list[BlobSum]] = {}
        self._diff_ids: dict[Digest, Digest] = {}

    def add(self, diff_id: Digest, blob: BlobSum) -> None:
        blobs = self._blobs.setdefault(diff_id, [])
        if blob in blobs:
            blobs.remove(blob)
        blobs.insert(0, blob)
        del blobs[REMEMBERED:]
        self._diff_ids[blob.digest] = diff_id

    def of(self, diff_id: Digest) -> tuple[BlobSum, ...]:
        return tuple(self._blobs.get(diff_id, ()))

    def diff_id(self, digest: Digest) -> Digest | None:
        return self._diff_ids.get(digest)
