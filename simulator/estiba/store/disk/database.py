"""The database of a home: one SQLite file, one writer, one transaction between two commits.

What is written waits in the open transaction, where it is seen at once, until `commit` makes it
durable. Nothing of a transaction that was not committed is there after a crash.
Source: SQLite, "Write-Ahead Logging"; "PRAGMA synchronous".
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from weakref import finalize

from ...errors import Failure
from .schema import APPLICATION, MIGRATIONS, VERSION

FILE = "estiba.db"
LOG_MAX = 16 << 20
"""How long the write-ahead log stays after a long transaction. Units: bytes."""


class DamagedStore(Failure):
    """A file of the store that cannot be used."""

    hint = "See what can be saved with estiba fsck, or put a backup back with estiba restore."

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


class NewerStore(DamagedStore):
    """A database that a later release wrote."""

    hint = "Use that release, or another ESTIBA_HOME."

    def __init__(self, path: Path, version: int) -> None:
        super().__init__(
            path, f"written by a newer estiba (format {version}, this one knows {VERSION})"
        )


class OlderStore(DamagedStore):
    """A database that an earlier release wrote, where it must not be changed."""

    hint = "Start the daemon once."

    def __init__(self, path: Path, version: int) -> None:
        super().__init__(
            path, f"written by an older estiba (format {version}); its daemon brings it up to date"
        )


class Database:
    """Rows in, rows out. Raises: DamagedStore from every call."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        with translated(path):
            mode = "ro" if read_only else "rwc"
            if not read_only:
                os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            address = f"{path.absolute().as_uri()}?mode={mode}"
            self._connection = sqlite3.connect(
                address,
                uri=True,
                isolation_level=None,
                check_same_thread=False,  # what collects garbage may be another thread
            )
            finalize(self, self._connection.close)
            try:
                self._open(read_only)
            except BaseException:
                self._connection.close()
                raise

    def _open(self, read_only: bool) -> None:
        """Check whose file it is before anything is changed, then bring it up to date."""
        (version,) = self._one("PRAGMA user_version")
        (application,) = self._one("PRAGMA application_id")
        (tables,) = self._one("SELECT count(*) FROM sqlite_master")
        if application != APPLICATION and (tables or application or version):
            raise DamagedStore(self.path, "not a database of estiba")
        if version > VERSION:
            raise NewerStore(self.path, version)
        if read_only:
            if version < VERSION:
                raise OlderStore(self.path, version)
            return
        for statement in ("journal_mode=WAL", "synchronous=FULL", f"journal_size_limit={LOG_MAX}"):
            self._connection.execute(f"PRAGMA {statement}")
        if version < VERSION:
            self._migrate(version)

    def _migrate(self, version: int) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for number in range(version, VERSION):
            for statement in MIGRATIONS[number]:
                self._connection.execute(statement)
        self._connection.execute(f"PRAGMA application_id={APPLICATION}")
        self._connection.execute(f"PRAGMA user_version={VERSION}")
        self._connection.execute("COMMIT")

    def _one(self, sql: str) -> tuple[int]:
        found: tuple[int] = self._connection.execute(sql).fetchone()
        return found

    def stand_still(self) -> None:
        """See from now on what is committed now, whatever others write."""
        with translated(self.path):
            self._connection.execute("BEGIN")
            self._one("SELECT count(*) FROM sqlite_master")

    @property
    def changed(self) -> bool:
        """Is there anything to commit?"""
        return self._connection.in_transaction

    def write(self, sql: str, values: tuple[Any, ...] = ()) -> None:
        """Change rows; durable from the next `commit` on."""
        with translated(self.path):
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(sql, values)

    def write_all(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        for row in rows:
            self.write(sql, row)

    def rows(self, sql: str, values: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
        with translated(self.path):
            for row in self._connection.execute(sql, values):  # noqa: UP028  (it has a close)
                yield row

    def row(self, sql: str, values: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
        with translated(self.path):
            found: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
            return found

    def commit(self) -> None:
        if self._connection.in_transaction:
            with translated(self.path):
                self._connection.execute("COMMIT")

    def copy_to(self, path: Path) -> None:
        """A consistent copy of what is committed, while others go on writing."""
        with translated(self.path), contextlib.closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")

    def compact(self) -> None:
        """Give back the room of rows that are gone."""
        with translated(self.path):
            self._connection.execute("VACUUM")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go; what was not committed is gone."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        self._connection.close()


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors, and rows that make no sense, as one line that names the file."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise DamagedStore(path, error) from None
