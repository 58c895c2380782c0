"""The client's files in memory, for tests, notebooks and the browser."""

from __future__ import annotations

import errno
import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .files import FileStat


@dataclass(slots=True)
class _Node:
    stat: FileStat
    data: bytes = b""
    target: str = ""


class MemoryFiles:
    """Files in memory, for tests and the browser. `contents` maps paths to bytes."""

    def __init__(self, contents: Mapping[str, bytes] | None = None, *, cwd: str = "/") -> None:
        self._nodes: dict[str, _Node] = {"/": self._node(stat.S_IFDIR | 0o755)}
        self._has_links = False
        self.cwd = cwd
        self._make_parents(posixpath.join(self._absolute(cwd), "x"))
        for path, data in (contents or {}).items():
            self._make_parents(self._absolute(path))
            self.write(path, data)

    @staticmethod
    def _node(mode: int, data: bytes = b"", target: str = "") -> _Node:
        return _Node(FileStat(mode, len(data) or len(target)), data, target)

    def _absolute(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.cwd, path)) if path else ""

    def _make_parents(self, path: str) -> None:
        parent = posixpath.dirname(path)
        if parent not in self._nodes:
            self._make_parents(parent)
            self._nodes[parent] = self._node(stat.S_IFDIR | 0o755)

    def _place(self, path: str, *, follow: bool = True, hops: int = 0) -> str:
        """The path with its links resolved, whether it exists or not (its parent must)."""
        if not path:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        if hops > 40:
            raise OSError(errno.ELOOP, "Too many levels of symbolic links", path)
        whole = self._absolute(path)
        if whole == "/" or (not self._has_links and whole in self._nodes):
            return whole
        parent = self._place(posixpath.dirname(whole), hops=hops + 1)
        if not (node := self._nodes.get(parent)) or not node.stat.is_directory:
            code = errno.ENOTDIR if node else errno.ENOENT
            raise OSError(code, os.strerror(code), path)
        place = posixpath.join(parent, posixpath.basename(whole))
        found = self._nodes.get(place)
        if follow and found and found.stat.is_link:
            return self._place(posixpath.join(parent, found.target), hops=hops + 1)
        return place

    def _find(self, path: str, *, follow: bool = True) -> _Node:
        node = self._nodes.get(self._place(path, follow=follow))
        if node is None:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)
        return node

    def stat(self, path: str) -> FileStat:
        return self._find(path).stat

    def lstat(self, path: str) -> FileStat:
        return self._find(path, follow=False).stat

    def read(self, path: str) -> bytes:
        node = self._find(path)
        if node.stat.is_directory:
            raise IsADirectoryError(errno.EISDIR, "Is a directory", path)
        return node.data

    def write(self, path: str, data: bytes, mode: int = 0o666) -> None:
        place = self._place(path)
        old = self._nodes.get(place)
        if old is not None and old.stat.is_directory:
            raise IsADirectoryError(errno.EISDIR, "Is a directory", path)
        kept = old.stat.mode if old else stat.S_IFREG | (mode & 0o755)
        self._nodes[place] = self._node(kept, data)

    def chunks(self, path: str) -> Iterator[bytes]:
        return iter((self.read(path),))

    def fill(self, path: str, chunks: Iterable[bytes], mode: int = 0o666) -> None:
        self.write(path, b"".join(chunks), mode)

    def append(self, path: str, data: bytes) -> None:
        self.write(path, self.read(path) + data)

    def listdir(self, path: str) -> list[str]:
        place = self._place(path)
        if not self._find(path).stat.is_directory:
            raise NotADirectoryError(errno.ENOTDIR, "Not a directory", path)
        return sorted(
            p.rpartition("/")[2] for p in self._nodes if posixpath.dirname(p) == place != p
        )

    def readlink(self, path: str) -> str:
        return self._find(path, follow=False).target

    def _new(self, path: str, node: _Node) -> None:
        place = self._place(path, follow=False)
        if place in self._nodes:
            raise FileExistsError(errno.EEXIST, "File exists", path)
        self._nodes[place] = node

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        self._new(path, self._node(stat.S_IFDIR | (mode & 0o755)))

    def symlink(self, target: str, path: str) -> None:
        self._has_links = True
        self._new(path, self._node(stat.S_IFLNK | 0o777, target=target))

    def link(self, existing: str, path: str) -> None:
        self._new(path, self._find(existing, follow=False))

    def mkfifo(self, path: str, mode: int) -> None:
        self._new(path, self._node(stat.S_IFIFO | mode))

    def remove(self, path: str) -> None:
        place = self._place(path, follow=False)
        if self._find(path, follow=False).stat.is_directory and self.listdir(path):
            raise OSError(errno.ENOTEMPTY, "Directory not empty", path)
        del self._nodes[place]

    def set_attributes(
        self, path: str, *, mode: int | None = None, mtime_ns: int | None = None,
        owner: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        node = self._find(path, follow=False)
        if mode is not None:
            node.stat = node.stat._replace(mode=stat.S_IFMT(node.stat.mode) | mode)
        if mtime_ns is not None:
            node.stat = node.stat._replace(mtime_ns=mtime_ns)
        if owner is not None:
            node.stat = node.stat._replace(uid=owner[0], gid=owner[1])
