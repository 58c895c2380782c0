"""Documents on the disk. They are not held in memory: whoever put them has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .database import Database


class DiskDocuments:
    """`Documents` as rows of JSON."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, kind: str, key: str, value: Any) -> None:
        self._database.write(
            "INSERT INTO documents (kind, key, value) VALUES (?, ?, ?)"
            " ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value",
            (kind, key, json.dumps(value, separators=(",", ":"))),
        )

    def remove(self, kind: str, key: str) -> None:
        self._database.write("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key))

    def clear(self, kind: str) -> None:
        self._database.write("DELETE FROM documents WHERE kind = ?", (kind,))

    def items(self, kind: str) -> Iterator[tuple[str, Any]]:
        rows = self._database.rows(
            "SELECT key, value FROM documents WHERE kind = ? ORDER BY sequence", (kind,)
        )
        return ((key, json.loads(value)) for key, value in rows)
