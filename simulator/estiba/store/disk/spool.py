"""A temporary file that takes bytes as they come; whole blocks of zeros stay holes of it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import BinaryIO
from weakref import finalize

from ...errors import Failure
from ...filesystem.content import EMPTY, Content
from ...filesystem.region import Region
from .files import OpenFiles, StoredFile

BLOCK = 65536
BUFFERED = 1 << 20
_ZEROS = bytes(BLOCK)


class NoRoom(Failure):
    """The disk takes no more. The reason is the system's."""

    def __init__(self, path: Path, reason: str | None) -> None:
        super().__init__(f"write {path}: {(reason or 'error').lower()}")


class DiskSpool:
    """A `Spool`. Nothing remains of it if its content is never taken, or never used."""

    def __init__(self, files: OpenFiles, path: Path) -> None:
        self._files = files
        self._path = path
        try:
            self._stream = open(path, "xb", buffering=BUFFERED)  # noqa: SIM115  (closed in content)
        except OSError as error:
            raise NoRoom(path, error.strerror) from None
        finalize(self, _abandon, self._stream)
        self._file = StoredFile(files, path, 0, temporary=True)

    def write(self, data: bytes) -> None:
        if len(data) <= BLOCK:
            self._put(data)
        else:
            view = memoryview(data)
            for at in range(0, len(data), BLOCK):
                self._put(view[at : at + BLOCK])

    def _put(self, block: bytes | memoryview) -> None:
        if len(block) == BLOCK and not block[0] and bytes(block) == _ZEROS:
            self.skip(BLOCK)
            return
        try:
            self._stream.write(block)
        except OSError as error:
            raise NoRoom(self._path, error.strerror) from None
        self._file.size += len(block)

    def skip(self, size: int) -> None:
        """Leave a hole."""
        self._stream.seek(size, os.SEEK_CUR)
        self._file.size += size

    def content(self) -> Content:
        file = self.file()
        return Content((Region(file, 0, file.size),)) if file.size else EMPTY

    def file(self) -> StoredFile:
        """The file with all that was written."""
        try:
            self._stream.truncate(self._file.size)
            self._stream.close()
        except OSError as error:
            raise NoRoom(self._path, error.strerror) from None
        return self._file


def _abandon(stream: BinaryIO) -> None:
    """Close without caring whether the rest can be written: nobody wants it."""
    with contextlib.suppress(OSError):
        stream.close()
