"""Stores that survive: what the memory stores hold, written through to one home directory.

`open_stores` loads them; `commit` makes a turn durable at once. `database` has the rows, `blobs` the
bytes of layers, `keeper` writable trees, `lock` keeps a second daemon out.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...errors import EstibaError
from .. import Stores
from .blobs import BLOBS, DiskBlobs
from .database import FILE, DamagedStore, Database, NewerStore
from .documents import DiskDocuments
from .images import DiskImages
from .keeper import DiskKeeper
from .layers import DiskLayers
from .lock import HomeLock, HomeTaken
from .references import DiskBlobSums, DiskReferences

__all__ = ["DamagedStore", "HomeLock", "HomeTaken", "NewerStore", "open_stores", "refuse_loss"]


def open_stores(home: Path) -> Stores:
    """The stores of a home, made if need be; nobody else has them until `close`.

    Raises: HomeTaken, DamagedStore, NewerStore; nothing is changed then.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = HomeLock(home)
    try:
        return _opened(home, lock)
    except BaseException:
        lock.close()
        raise


def _opened(home: Path, lock: HomeLock) -> Stores:
    refuse_loss(home)
    database = Database(home / FILE)
    try:
        blobs = DiskBlobs(home)
        stores = _loaded(database, blobs)
        blobs.sweep()
    except BaseException:
        database.close()
        raise
    keeper = DiskKeeper(database)

    def commit() -> None:
        keeper.drop_unused()
        if database.changed:
            blobs.settle()
            database.commit()
            blobs.drop_unused()

    def close() -> None:
        database.close()
        blobs.close()
        lock.close()

    return replace(stores, trees=keeper, durable=True, commit=commit, close=close)


def refuse_loss(home: Path) -> None:
    """An empty database beside blobs is a loss, no new home: nothing may be swept.

    Raises: DamagedStore.
    """
    path = home / FILE
    blobs = home / BLOBS
    if (not path.exists() or not path.stat().st_size) and blobs.is_dir() and any(blobs.iterdir()):
        raise DamagedStore(path, "it is empty, and there are blobs it should tell of")


def _loaded(database: Database, blobs: DiskBlobs) -> Stores:
    try:
        return Stores(
            images=DiskImages(database),
            layers=DiskLayers(database, blobs),
            references=DiskReferences(database),
            blob_sums=DiskBlobSums(database),
            documents=DiskDocuments(database),
            blobs=blobs,
        )
    except DamagedStore:
        raise
    except (EstibaError, ValueError, KeyError, TypeError) as error:
        raise DamagedStore(database.path, error) from None
