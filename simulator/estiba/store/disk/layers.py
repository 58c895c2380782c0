"""Layers on the disk: rows, and a blob for each. Who holds them is not kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ...filesystem.tree import Tree
from ...layer import Archive, read_tree
from ...spec import Digest
from ..layers import LayerRecord, MemoryLayers
from .blobs import DiskBlobs
from .database import Database

COLUMNS = "chain_id, diff_id, parent, size, total_size, cache_id, blob, blob_size"


class DiskLayers(MemoryLayers):
    """A `LayerStore` whose trees are read from their blobs when somebody looks into them."""

    def __init__(self, database: Database, blobs: DiskBlobs) -> None:
        super().__init__()
        self._database = database
        self._blobs = blobs
        self._digests: dict[Digest, Digest] = {}
        for row in database.rows(f"SELECT {COLUMNS} FROM layers ORDER BY sequence"):
            record, digest, size = layer_row(row)
            if digest is not None:
                self._digests[record.chain_id] = digest
                blobs.use(digest)
                record = self._stored(record, digest, size)
            super().add(record)
        for chain_id in self._holders:
            self._holders[chain_id] -= 1  # the caller of `add` was nobody

    def add(self, record: LayerRecord) -> LayerRecord:
        if record.chain_id in self:
            return super().add(record)
        if record.parent is not None:
            self.get(record.parent)
        digest, size = None, 0
        if record.archive is not None:
            digest, size = self._blobs.keep(record.archive)
            self._digests[record.chain_id] = digest
            record = self._stored(record, digest, size)
        self._database.write(
            f"INSERT INTO layers ({COLUMNS}, stand_in) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.chain_id,
                record.diff_id,
                record.parent,
                record.size,
                record.total_size,
                record.cache_id,
                digest,
                size,
                digest not in (None, record.diff_id),
            ),
        )
        return super().add(record)

    def _stored(self, record: LayerRecord, digest: Digest, size: int) -> LayerRecord:
        """The record with its bytes and files where they lie."""
        content = self._blobs.content(digest, size)
        tree = self._blobs.trees.get(digest)
        if tree is None:
            tree = self._blobs.trees[digest] = Tree.lazily(lambda: read_tree(content))
        return replace(record, archive=Archive((content,), digest), tree=tree)

    def _drop(self, record: LayerRecord) -> None:
        super()._drop(record)
        self._database.write("DELETE FROM layers WHERE chain_id = ?", (record.chain_id,))
        digest = self._digests.pop(record.chain_id, None)
        if digest is not None:
            self._blobs.release(digest)


def layer_row(row: tuple[Any, ...]) -> tuple[LayerRecord, Digest | None, int]:
    """A layer without its bytes, and the name and size of its blob. Raises: InvalidDigest."""
    chain_id, diff_id, parent, size, total_size, cache_id, blob, blob_size = row
    record = LayerRecord(
        chain_id=Digest(chain_id),
        diff_id=Digest(diff_id),
        parent=None if parent is None else Digest(parent),
        size=size,
        total_size=total_size,
        cache_id=cache_id,
    )
    return record, None if blob is None else Digest(blob), blob_size or 0
