"""What checks stand on: the rows and files of a home, and what is known to be usable so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..store.disk.blobs import BLOBS
from ..store.disk.database import Database


@dataclass(slots=True)
class Ground:
    """Checks add what they found good; later ones rely on it. Units: `bytes`, read and compared."""

    home: Path
    database: Database
    counts: dict[str, int] = field(default_factory=dict)
    bytes: int = 0
    blobs: set[str] = field(default_factory=set)
    layers: dict[str, int] = field(default_factory=dict)
    """Usable layers by chain ID: the size of the chain."""
    images: set[str] = field(default_factory=set)
    containers: set[str] = field(default_factory=set)
    volumes: set[str] = field(default_factory=set)

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def blob(self, name: str) -> Path:
        """Where the blob of a digest lies."""
        return self.home / BLOBS / name.partition(":")[2]

    def is_current(self, name: str) -> bool:
        """Does a layer have this blob by now? A daemon may have removed it since the check began."""
        database = Database(self.database.path, read_only=True)
        try:
            return database.row("SELECT 1 FROM layers WHERE blob = ?", (name,)) is not None
        finally:
            database.close()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be as it is: where, what, and what would be done about it."""

    where: str
    what: str
    cure: str
    repair: Callable[[Database], None]

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def delete(table: str, column: str, value: object) -> Callable[[Database], None]:
    """The repair that takes rows away."""

    def repair(database: Database) -> None:
        database.write(f"DELETE FROM {table} WHERE {column} = ?", (value,))

    return repair
