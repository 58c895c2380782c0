"""A writable tree over layers, by path: as much of a mount as building images needs."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from typing import Any, NamedTuple

from estiba.filesystem.content import Content
from estiba.filesystem.errors import FilesystemError
from estiba.filesystem.inode import Directory, Inode, RegularFile, Symlink, Whiteout
from estiba.filesystem.tree import Tree, TreeBuilder

ENOENT, EEXIST, ENOTDIR = 2, 17, 20


class SmallStat(NamedTuple):
    mode: int
    uid: int
    gid: int
    size: int
    mtime_ns: int
    rdev: int


class SmallEntry(NamedTuple):
    name: str


class SmallFile:
    """An open file."""

    def __init__(self, data: bytes, done: Any = None) -> None:
        self._data, self._place, self._done = data, 0, done

    def read(self, size: int) -> bytes:
        chunk = self._data[self._place : self._place + size]
        self._place += len(chunk)
        return chunk

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def content(self) -> Content:
        return Content.of(self._data)

    def fill(self, content: Content) -> None:
        self._data = bytes(content)

    def close(self) -> None:
        if self._done is not None:
            self._done(self._data)


class SmallMount:
    """Lower trees, topmost first, and what was changed above them. Symlinks are not followed."""

    def __init__(self, lowers: Sequence[Tree]) -> None:
        self._lowers = lowers
        self._upper: dict[str, Inode] = {}

    def tree(self) -> Tree:
        """The changes as a layer."""
        builder = TreeBuilder()
        for path in sorted(self._upper):
            made = self._upper[path]
            owner = (made.mode & 0o7777, made.uid, made.gid, made.mtime_ns)
            if isinstance(made, Directory):
                builder.directory(path, *owner)
            elif isinstance(made, RegularFile):
                builder.file(path, made.content, *owner)
            elif isinstance(made, Symlink):
                builder.symlink(path, made.target, made.uid, made.gid, made.mtime_ns)
        return builder.build()

    def _find(self, path: str) -> Inode:
        path = path.strip("/")
        if path in self._upper:
            return self._upper[path]
        for tree in self._lowers:
            entry = tree.get(path)
            if isinstance(entry, Whiteout):
                break
            if entry is not None:
                return entry
        raise FilesystemError(ENOENT, path)

    def _own(self, path: str) -> Inode:
        found = self._find(path)
        if path.strip("/") not in self._upper:
            found = self._upper[path.strip("/")] = found.copy()
        return found

    def lstat(self, path: str) -> SmallStat:
        found = self._find(path)
        size = found.size if isinstance(found, RegularFile) else 0
        return SmallStat(found.mode, found.uid, found.gid, size, found.mtime_ns, found.rdev)

    stat = lstat

    def resolve(self, path: str) -> str:
        return path

    def readlink(self, path: str) -> str:
        found = self._find(path)
        assert isinstance(found, Symlink)
        return found.target

    def readdir(self, path: str) -> list[SmallEntry]:
        names: set[str] = set()
        prefix = path.strip("/") + "/" if path.strip("/") else ""
        for tree in self._lowers:
            entry = tree.get(path.strip("/"))
            if isinstance(entry, Directory):
                names.update(entry.entries)
        for known in self._upper:
            if known.startswith(prefix):
                names.add(known[len(prefix) :].partition("/")[0])
        return [SmallEntry(name) for name in names]

    def open(self, path: str, flags: int, mode: int = 0o666) -> SmallFile:
        if not flags:
            found = self._find(path)
            assert isinstance(found, RegularFile)
            return SmallFile(bytes(found.content))

        def done(data: bytes) -> None:
            made = RegularFile(stat.S_IFREG | mode, 0, 0, 0, Content.of(data))
            self._upper[path.strip("/")] = made

        return SmallFile(b"", done)

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        self._upper[path.strip("/")] = Directory(stat.S_IFDIR | mode)

    def symlink(self, target: str, path: str) -> None:
        self._upper[path.strip("/")] = Symlink(target)

    def unlink(self, path: str) -> None:
        self._upper.pop(path.strip("/"), None)

    def chmod(self, path: str, mode: int) -> None:
        found = self._own(path)
        found.mode = stat.S_IFMT(found.mode) | mode

    def chown(self, path: str, uid: int, gid: int, *, follow: bool = True) -> None:
        found = self._own(path)
        found.uid, found.gid = uid, gid

    def utimens(self, path: str, mtime_ns: int) -> None:
        self._own(path).mtime_ns = mtime_ns
