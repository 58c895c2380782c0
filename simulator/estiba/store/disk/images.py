"""Images on the disk: what `MemoryImages` holds, written through."""

from __future__ import annotations

import json
from typing import Any

from ...spec import Digest, ImageConfig
from ..images import ImageRecord, MemoryImages
from .database import Database


class DiskImages(MemoryImages):
    """An `ImageStore` whose rows are read at the start."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        rows = database.rows(
            "SELECT id, config, recorded, chain_id, size, facts, last_tagged_ns FROM images"
            " ORDER BY sequence"
        )
        for row in rows:
            super().add(image_record(row))
        for image, parent in database.rows("SELECT image, parent FROM parents ORDER BY sequence"):
            super().set_parent(Digest(image), Digest(parent))

    def add(self, record: ImageRecord) -> bool:
        if record.id in self:
            return False
        self._database.write(
            "INSERT INTO images (id, config, recorded, chain_id, size, facts, last_tagged_ns)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                record.id,
                record.config.raw,
                record.config.recorded,
                record.chain_id,
                record.size,
                json.dumps(record.facts),
                record.last_tagged_ns,
            ),
        )
        return super().add(record)

    def set_parent(self, image_id: Digest, parent: Digest) -> None:
        super().set_parent(image_id, parent)
        self._database.write("DELETE FROM parents WHERE image = ?", (image_id,))
        self._database.write(
            "INSERT INTO parents (image, parent) VALUES (?, ?)", (image_id, parent)
        )

    def set_last_tagged(self, image_id: Digest, time_ns: int) -> None:
        super().set_last_tagged(image_id, time_ns)
        self._database.write(
            "UPDATE images SET last_tagged_ns = ? WHERE id = ?", (time_ns, image_id)
        )

    def remove(self, image_id: Digest) -> ImageRecord:
        removed = super().remove(image_id)
        self._database.write("DELETE FROM images WHERE id = ?", (image_id,))
        self._database.write(
            "DELETE FROM parents WHERE image = ? OR parent = ?", (image_id, image_id)
        )
        return removed


def image_record(row: tuple[Any, ...]) -> ImageRecord:
    """An image without its parent. Raises: InvalidConfig, InvalidDigest, ValueError."""
    image_id, raw, recorded, chain_id, size, facts, last_tagged_ns = row
    config = ImageConfig.from_json(raw)
    if recorded:
        config = config.recorded_as(Digest(image_id))
    elif config.id != image_id:
        raise ValueError(f"the configuration of image {image_id} is that of {config.id}")
    return ImageRecord(
        id=Digest(image_id),
        config=config,
        chain_id=None if chain_id is None else Digest(chain_id),
        size=size,
        last_tagged_ns=last_tagged_ns,
        recorded=bool(recorded),
        facts=tuple((name, basis, how) for name, basis, how in json.loads(facts)),
    )
