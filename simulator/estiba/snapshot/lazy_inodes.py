"""Inodes for what is on a disk: read when somebody asks, never before."""

from __future__ import annotations

import os
from collections.abc import Callable

from ..filesystem import Content, Directory, Entry, RegularFile
from ..filesystem.content import Storage


class LazyFile(RegularFile):
    """A file whose bytes come from `read`. Its copies hold them."""

    __slots__ = ("_data", "_read", "_size")

    def __init__(self, found: os.stat_result, read: Callable[[], Content]) -> None:
        self._read, self._size = read, found.st_size
        self._data: Content | Storage | None = None
        super().__init__(found.st_mode, found.st_uid, found.st_gid, found.st_mtime_ns)
        self._data = None

    @property
    def data(self) -> Content | Storage:
        if self._data is None:
            self._data = self._read()
        return self._data

    @data.setter
    def data(self, data: Content | Storage) -> None:
        self._data = data

    @property
    def size(self) -> int:
        return self._size if self._data is None else self._data.size

    def copy(self) -> RegularFile:  # type: ignore[override]
        made = RegularFile(self.mode, self.uid, self.gid, self.mtime_ns, self.content)
        made._copied(self)
        return made


class LazyDirectory(Directory):
    """A directory whose entries come from `read`. Its copies have none, as all copies of directories."""

    __slots__ = ("_entries", "_read")

    def __init__(self, found: os.stat_result, read: Callable[[], dict[str, Entry]]) -> None:
        self._read = read
        self._entries: dict[str, Entry] | None = None
        super().__init__(found.st_mode, found.st_uid, found.st_gid, found.st_mtime_ns)
        self._entries = None

    @property
    def entries(self) -> dict[str, Entry]:
        if self._entries is None:
            self._entries = self._read()
        return self._entries

    @entries.setter
    def entries(self, entries: dict[str, Entry]) -> None:
        self._entries = entries

    def copy(self) -> Directory:  # type: ignore[override]
        made = Directory(self.mode, self.uid, self.gid, self.mtime_ns)
        made._copied(self)
        return made
