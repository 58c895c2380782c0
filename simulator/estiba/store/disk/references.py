"""Names and blob sums on the disk: what the memory stores hold, written through."""

from __future__ import annotations

from ...spec import Digest, Reference, Rule, normalize
from ..blob_sums import BlobSum, MemoryBlobSums
from ..references import MemoryReferences, plain
from .database import Database


class DiskReferences(MemoryReferences):
    """A `ReferenceStore` whose rows are read at the start."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database: Database | None = None
        for name, image_id in database.rows("SELECT name, image FROM names"):
            self._add(normalize(name, Rule.ENGINE), Digest(image_id))
        self._database = database

    def _add(self, reference: Reference, image_id: Digest) -> None:
        super()._add(reference, image_id)
        if self._database is not None:
            self._database.write(
                "INSERT OR REPLACE INTO names (name, image) VALUES (?, ?)",
                (str(reference), image_id),
            )

    def remove(self, reference: Reference) -> bool:
        found = super().remove(reference)
        if found and self._database is not None:
            self._database.write("DELETE FROM names WHERE name = ?", (str(plain(reference)),))
        return found


class DiskBlobSums(MemoryBlobSums):
    """`BlobSums` whose rows are read at the start."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        rows = database.rows(
            "SELECT diff_id, digest, size, media_type, repository FROM blob_sums ORDER BY sequence"
        )
        for diff_id, digest, size, media_type, repository in rows:
            super().add(Digest(diff_id), BlobSum(Digest(digest), size, media_type, repository))

    def add(self, diff_id: Digest, blob: BlobSum) -> None:
        super().add(diff_id, blob)
        self._database.write(
            "INSERT OR REPLACE INTO blob_sums (diff_id, digest, size, media_type, repository)"
            " VALUES (?, ?, ?, ?, ?)",
            (diff_id, blob.digest, blob.size, blob.media_type, blob.repository),
        )
