"""Removing what nobody uses, and removing everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from ..store.disk import refuse_loss
from ..store.disk.blobs import BLOBS, TEMPORARY, DiskBlobs
from ..store.disk.database import FILE, Database
from ..store.disk.keeper import DiskKeeper
from ..store.disk.layers import DiskLayers
from ..store.disk.lock import HomeLock
from .backup import LEFT_OVER


def clean(home: Path) -> Iterator[tuple[Path, int]]:
    """Remove files that nothing speaks of, and give back what the database no longer needs.

    Answers each file with the bytes freed. Raises: HomeTaken, DamagedStore.
    """
    lock = HomeLock(home)
    try:
        refuse_loss(home)
        yield from _left_over(home)
        if (home / FILE).exists():
            yield from _strays(home)
            freed = _compacted(home)
            if freed > 0:
                yield home / FILE, freed
    finally:
        lock.close()


def _left_over(home: Path) -> Iterator[tuple[Path, int]]:
    """Directories of backups and restores that were interrupted."""
    for place in sorted(home.glob(f"{LEFT_OVER}*")):
        files = [path for path in place.rglob("*") if path.is_file()]
        size = sum(path.stat().st_blocks * 512 for path in files if path.stat().st_nlink == 1)
        shutil.rmtree(place)
        yield place, size


def _strays(home: Path) -> Iterator[tuple[Path, int]]:
    database = Database(home / FILE)
    try:
        blobs = DiskBlobs(home)
        DiskLayers(database, blobs)
        for path in list(blobs.strays()):
            size = path.stat().st_blocks * 512
            path.unlink()
            yield path, size
        DiskKeeper(database).drop_unused()
        database.commit()
    finally:
        database.close()


def _compacted(home: Path) -> int:
    """Rewrite the database without the room of rows that are gone. Units: bytes."""
    before = (home / FILE).stat().st_size
    database = Database(home / FILE)
    try:
        database.compact()
    finally:
        database.close()
    return before - (home / FILE).stat().st_size


def throw_away(home: Path) -> None:
    """Remove all that was kept. The blobs lose their place first, in one step. Raises: HomeTaken."""
    lock = HomeLock(home)
    try:
        doomed = home / f"{LEFT_OVER}reset"
        shutil.rmtree(doomed, ignore_errors=True)
        doomed.mkdir()
        for name in (Path(BLOBS).parts[0], TEMPORARY):
            if (home / name).exists():
                (home / name).rename(doomed / name)
        for suffix in ("", "-wal", "-shm"):
            (home / f"{FILE}{suffix}").unlink(missing_ok=True)
        for place in home.glob(f"{LEFT_OVER}*"):
            shutil.rmtree(place)
    finally:
        lock.close()
