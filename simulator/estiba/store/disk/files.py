"""Files of the store that are read in pieces, through few descriptors."""

from __future__ import annotations

import contextlib
import os
from collections import OrderedDict
from pathlib import Path
from weakref import finalize

from .database import DamagedStore

OPEN_MAX = 64


class OpenFiles:
    """The descriptors that are open: those used last."""

    def __init__(self, limit: int = OPEN_MAX) -> None:
        self._limit = limit
        self._open: OrderedDict[int, int] = OrderedDict()

    def descriptor(self, file: StoredFile) -> int:
        """Raises: DamagedStore when the file is gone."""
        key = id(file)
        known = self._open.get(key)
        if known is not None:
            self._open.move_to_end(key)
            return known
        try:
            opened = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise DamagedStore(file.path, error.strerror) from None
        self._open[key] = opened
        while len(self._open) > self._limit:
            os.close(self._open.popitem(last=False)[1])
        return opened

    def take(self, file: StoredFile) -> int:
        """The descriptor of a file, from now on the caller's to close."""
        descriptor = self.descriptor(file)
        del self._open[id(file)]
        return descriptor

    def forget(self, key: int) -> None:
        descriptor = self._open.pop(key, None)
        if descriptor is not None:
            os.close(descriptor)

    def close(self) -> None:
        while self._open:
            os.close(self._open.popitem()[1])


class StoredFile:
    """A file that does not change: `Readable`. Units: `size`, bytes.

    A temporary one is removed when nobody knows it any more, unless it was `moved` to stay.
    """

    __slots__ = ("__weakref__", "_files", "_kept", "_temporary", "path", "size")

    def __init__(self, files: OpenFiles, path: Path, size: int, *, temporary: bool = False) -> None:
        self.path = path
        self.size = size
        self._files = files
        self._kept: int | None = None
        self._temporary = finalize(self, _remove, path) if temporary else None
        finalize(self, files.forget, id(self))

    @property
    def temporary(self) -> bool:
        return self._temporary is not None

    def read(self, offset: int, size: int) -> bytes:
        descriptor = self._files.descriptor(self) if self._kept is None else self._kept
        data = os.pread(descriptor, size, offset)
        while len(data) < size:
            more = os.pread(descriptor, size - len(data), offset + len(data))
            if not more:
                raise DamagedStore(self.path, f"it ends at byte {offset + len(data)}")
            data += more
        return data

    def sync(self) -> None:
        """Have the bytes on the disk."""
        os.fsync(self._files.descriptor(self))

    def moved(self, path: Path) -> None:
        """Give it its name for good."""
        os.rename(self.path, path)
        self.path = path
        if self._temporary is not None:
            self._temporary.detach()
            self._temporary = None

    def remove(self) -> None:
        """Take the name away. Who still reads it can go on, as always on Unix."""
        with contextlib.suppress(DamagedStore):
            self._kept = self._files.take(self)
            finalize(self, os.close, self._kept)
        _remove(self.path)


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def sync_directory(path: Path) -> None:
    """Have the names in a directory on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
