"""Where COPY and ADD take files from: the build context, or the tree of an image.

Paths are taken from the root of the source and never lead out of it; symlinks are followed inside.
"""

from __future__ import annotations

import hashlib
import posixpath
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from ...filesystem.content import Content
from ...filesystem.errors import FilesystemError
from ...filesystem.inode import Directory, RegularFile, Symlink, Whiteout
from ...filesystem.tree import Tree
from ...layer import header as tar
from ...layer.writing import GROUPS, USERS

LINKS_MAX = 40
READ_ONLY = 0


@dataclass(frozen=True, slots=True)
class Item:
    """A file, directory, symlink or device of a source. `mode` has the type.

    `on_disk`: from a mounted image. Docker sums such files up with type bits and owners' names.
    `implied`: a directory that no entry of the context's archive told of; its path is its sum.
    Units: `size` bytes, `mtime_ns` nanoseconds since the epoch.
    """

    path: str
    mode: int
    uid: int
    gid: int
    size: int
    mtime_ns: int
    target: str = ""
    rdev: int = 0
    content: Callable[[], Content] = Content
    on_disk: bool = False
    implied: bool = False

    @property
    def is_directory(self) -> bool:
        return stat.S_ISDIR(self.mode)

    @property
    def is_file(self) -> bool:
        return stat.S_ISREG(self.mode)


class Source(Protocol):
    """A tree to copy from. Paths have no slash in front; the root is ""."""

    def item(self, path: str) -> Item | None:
        """What is at a path, symlinks followed; None if there is nothing."""
        ...

    def children(self, item: Item) -> list[Item]:
        """The entries of a directory by name, symlinks as they are."""
        ...


class TreeSource:
    """A build context, unpacked. `implied`: directories without an entry of their own."""

    def __init__(self, tree: Tree, implied: frozenset[str] = frozenset()) -> None:
        self._tree = tree
        self._implied = implied

    def item(self, path: str) -> Item | None:
        return self._find(path, LINKS_MAX)

    def children(self, item: Item) -> list[Item]:
        directory = self._tree.get(item.path)
        if not isinstance(directory, Directory):
            return []
        paths = [f"{item.path}/{name}" if item.path else name for name in directory.entries]
        found = [self._made(path) for path in sorted(paths)]
        return [one for one in found if one is not None]

    def _find(self, path: str, left: int) -> Item | None:
        done = ""
        parts = [part for part in posixpath.normpath("/" + path).split("/") if part]
        for place, part in enumerate(parts):
            here = f"{done}/{part}" if done else part
            entry = self._tree.get(here)
            if isinstance(entry, Symlink) and left:
                rest = "/".join(parts[place + 1 :])
                return self._find(posixpath.join("/" + done, entry.target, rest), left - 1)
            done = here
        return self._made(done)

    def _made(self, path: str) -> Item | None:
        entry = self._tree.get(path)
        if entry is None or isinstance(entry, Whiteout):
            return None
        target = entry.target if isinstance(entry, Symlink) else ""
        return Item(
            path,
            entry.mode,
            entry.uid,
            entry.gid,
            entry.size if isinstance(entry, RegularFile) else 0,
            entry.mtime_ns,
            target,
            entry.rdev,
            (lambda: entry.content) if isinstance(entry, RegularFile) else Content,
            implied=path in self._implied,
        )


def date_implied(tree: Tree, now_ns: int) -> frozenset[str]:
    """Directories that an archive only implies are made when it is unpacked; their paths.

    They are told by their time, which nobody gave. Units: `now_ns`, nanoseconds since the epoch.
    """
    found = [
        (path, entry)
        for path, entry in tree.walk()
        if isinstance(entry, Directory) and not entry.mtime_ns
    ]
    for _, entry in found:
        entry.mtime_ns = now_ns
    return frozenset(path for path, _ in found)


class NamespaceSource:
    """The tree of an image, mounted. `namespace` is a MountNamespace."""

    def __init__(self, namespace: Any) -> None:
        self._namespace = namespace

    def item(self, path: str) -> Item | None:
        full = "/" + path
        try:
            found = self._namespace.stat(full)
        except FilesystemError:
            return None
        return self._made(self._namespace.resolve(full).lstrip("/"), found)

    def children(self, item: Item) -> list[Item]:
        found: list[Item] = []
        for entry in sorted(self._namespace.readdir(f"/{item.path}"), key=lambda one: one.name):
            if entry.name not in (".", ".."):
                path = f"{item.path}/{entry.name}" if item.path else entry.name
                found.append(self._made(path, self._namespace.lstat(f"/{path}")))
        return found

    def _made(self, path: str, found: Any) -> Item:
        target = self._namespace.readlink(f"/{path}") if stat.S_ISLNK(found.mode) else ""
        return Item(
            path,
            found.mode,
            found.uid,
            found.gid,
            found.size if stat.S_ISREG(found.mode) else 0,
            found.mtime_ns,
            target,
            found.rdev,
            lambda: self._read(path),
            True,
        )

    def _read(self, path: str) -> Content:
        file = self._namespace.open(f"/{path}", READ_ONLY)
        try:
            content: Content = file.content()
        finally:
            file.close()
        return content


def file_hash(item: Item) -> str:
    """The sum of one file: its header without the times, and its content.

    Source: Docker, pkg/tarsum, version 1.
    """
    hashing = hashlib.sha256()
    for name, value in _header(item):
        hashing.update(f"{name}{value}".encode("utf-8", "surrogateescape"))
    if item.is_file:
        for chunk in item.content().chunks():
            hashing.update(chunk)
    return hashing.hexdigest()


def _header(item: Item) -> tuple[tuple[str, object], ...]:
    kinds = {
        stat.S_IFREG: tar.REGULAR,
        stat.S_IFDIR: tar.DIRECTORY,
        stat.S_IFLNK: tar.SYMLINK,
        stat.S_IFIFO: tar.FIFO,
        stat.S_IFCHR: tar.CHARACTER,
        stat.S_IFBLK: tar.BLOCK_DEVICE,
    }
    return (
        ("name", item.path + ("/" if item.is_directory else "")),
        ("mode", item.mode if item.on_disk else stat.S_IMODE(item.mode)),
        ("uid", item.uid),
        ("gid", item.gid),
        ("size", item.size),
        ("typeflag", kinds.get(stat.S_IFMT(item.mode), tar.REGULAR)),
        ("linkname", item.target),
        ("uname", USERS.get(item.uid, "") if item.on_disk else ""),
        ("gname", GROUPS.get(item.gid, "") if item.on_disk else ""),
        ("devmajor", item.rdev >> 8),
        ("devminor", item.rdev & 0xFF),
    )


def many_hash(prefix: str, sums: Iterable[str]) -> str:
    """The sum of several: `dir:...` or `multi:...`."""
    return f"{prefix}:{hashlib.sha256(','.join(sums).encode()).hexdigest()}"


def source_hash(source: Source, item: Item) -> str:
    """The sum that stands in the history: `file:...`, or `dir:...` of all that is below."""
    if not item.is_directory:
        return f"file:{file_hash(item)}"
    return many_hash("dir", sorted(_sum(source, one) for one in walk(source, item) if one.path))


def _sum(source: Source, item: Item) -> str:
    """The sum of what a path means, symlinks followed; of a broken one its path."""
    if stat.S_ISLNK(item.mode):
        meant = source.item(item.path)
        return item.path if meant is None else file_hash(meant)
    return item.path if item.implied else file_hash(item)


def walk(source: Source, item: Item) -> Iterator[Item]:
    """A directory and all below it."""
    yield item
    for child in source.children(item):
        if child.is_directory:
            yield from walk(source, child)
        else:
            yield child
