"""A home as one archive, and back.

The archive holds the database and the blobs it speaks of. While it is made the database is copied as it
was at one moment, and the blobs get second names, so that a daemon can go on meanwhile.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..errors import Conflict, EstibaError, Failure
from ..store.disk.blobs import BLOBS, DiskBlobs
from ..store.disk.database import FILE, Database
from ..store.disk.files import sync_directory
from ..store.disk.lock import HomeLock
from .fsck import Fsck, NothingThere
from .sparse import add_sparse

LEFT_OVER = "upkeep-"
"""How directories begin that are of no use once the command that made them has ended."""
MEMBER = re.compile(rf"{re.escape(FILE)}|{BLOBS}/[0-9a-f]{{64}}")
ATTEMPTS = 5


class NotEmpty(Conflict):
    """The home already holds something."""

    hint = "Throw away what is there with estiba reset, or restore into another ESTIBA_HOME."

    def __init__(self, home: Path) -> None:
        super().__init__(f"{home} is not empty")


class BadBackup(Failure):
    """An archive that cannot be restored; nothing was changed."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(f"{path}: {reason}")


def backup(home: Path, path: Path) -> int:
    """Write the archive, compressed if its name ends in `gz`; its size in bytes.

    Raises: NothingThere, DamagedStore, Failure when it cannot be written.
    """
    if not (home / FILE).exists():
        raise NothingThere(home)
    part = path.with_name(f"{path.name}.part")
    try:
        with _place(home) as place, open(part, "wb") as out:
            _take(home, place)
            _write(place, out, packed=path.name.endswith("gz"))
            out.flush()
            os.fsync(out.fileno())
        part.rename(path)
        return path.stat().st_size
    except OSError as error:
        raise Failure(f"{path}: {(error.strerror or str(error)).lower()}") from None
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _place(home: Path) -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix=LEFT_OVER, dir=home))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _take(home: Path, place: Path) -> None:
    """Copy the database, and link the blobs it speaks of; again if one was removed in between."""
    for attempt in range(ATTEMPTS):
        shutil.rmtree(place / BLOBS, ignore_errors=True)
        (place / BLOBS).mkdir(parents=True)
        (place / FILE).unlink(missing_ok=True)
        database = Database(home / FILE, read_only=True)
        try:
            database.copy_to(place / FILE)
        finally:
            database.close()
        try:
            for name in blobs_of(place / FILE):
                os.link(home / BLOBS / name, place / BLOBS / name)
        except FileNotFoundError as error:
            if attempt == ATTEMPTS - 1:
                raise Failure(f"{error.filename} is not there: see estiba fsck") from None
            continue
        return


def blobs_of(path: Path) -> list[str]:
    """The names of the blobs that a database speaks of."""
    database = Database(path, read_only=True)
    try:
        rows = database.rows("SELECT DISTINCT blob FROM layers WHERE blob IS NOT NULL")
        return sorted(blob.partition(":")[2] for (blob,) in rows)
    finally:
        database.close()


def _write(place: Path, out: IO[bytes], *, packed: bool) -> None:
    form = tarfile.PAX_FORMAT
    with (
        tarfile.open(fileobj=out, mode="w:gz", format=form, compresslevel=1)
        if packed
        else tarfile.open(fileobj=out, mode="w", format=form)
    ) as tar:
        add_sparse(tar, place / FILE, FILE)
        for path in sorted((place / BLOBS).iterdir()):
            add_sparse(tar, path, f"{BLOBS}/{path.name}")


def restore(home: Path, path: Path) -> str:
    """Read an archive into an empty home, once it was found to be whole; what it holds, in a line.

    Raises: NotEmpty, HomeTaken, BadBackup; nothing was changed then.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = HomeLock(home)
    try:
        if (home / FILE).exists() or any((home / BLOBS).glob("*")):
            raise NotEmpty(home)
        with _place(home) as place:
            _unpack(path, place)
            summary = _checked(path, place)
            _move_in(place, home)
        return summary
    finally:
        lock.close()


def _unpack(path: Path, place: Path) -> None:
    blobs = DiskBlobs(place)
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                data = tar.extractfile(member) if member.isreg() else None
                if data is None or not MEMBER.fullmatch(member.name):
                    raise BadBackup(path, f"no backup of estiba: it holds {member.name!r}")
                spool = blobs.spool()
                while piece := data.read(1 << 20):
                    spool.write(piece)
                spool.file().moved(place / member.name)
    except (tarfile.TarError, EOFError, OSError) as error:
        reason = error.strerror.lower() if isinstance(error, OSError) and error.strerror else error
        raise BadBackup(path, str(reason).partition(":\n")[0]) from None
    finally:
        blobs.close()


def _checked(path: Path, place: Path) -> str:
    try:
        fsck = Fsck(place)
        *wrong, summary = fsck.run()
    except NothingThere:
        raise BadBackup(path, f"no backup of estiba: it holds no {FILE}") from None
    except EstibaError as error:
        raise BadBackup(path, str(error).replace(f"{place}/", "")) from None
    if wrong:
        raise BadBackup(path, wrong[0].replace(f"{place}/", ""))
    return summary


def _move_in(place: Path, home: Path) -> None:
    """The database last: without it there is nothing, with it everything."""
    (home / BLOBS).mkdir(parents=True, exist_ok=True)
    for path in (place / BLOBS).iterdir():
        path.rename(home / BLOBS / path.name)
    sync_directory(home / BLOBS)
    (place / FILE).rename(home / FILE)
    sync_directory(home)
