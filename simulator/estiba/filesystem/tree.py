"""Trees: the files of one layer, immutable, and how they are built."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .content import EMPTY, Content
from .errors import Errno, FilesystemError
from .inode import WHITEOUT, Directory, Entry, Inode, RegularFile, Special, Symlink, Whiteout


class Tree:
    """The files of one layer, shared by everything that stands on it and never changed.

    Entries may be whiteouts and directories may be opaque; both speak of the trees below.
    """

    __slots__ = ("__weakref__", "_make", "count", "root")
    _make: Callable[[], Tree]

    def __init__(self, root: Directory, count: int) -> None:
        self.root = root
        self.count = count
        """How many inodes; they are numbered from 1."""

    @classmethod
    def lazily(cls, make: Callable[[], Tree]) -> Tree:
        """A tree that is made when somebody first looks into it."""
        tree = cls.__new__(cls)
        tree._make = make
        return tree

    def __getattr__(self, name: str) -> Any:
        if name not in ("root", "count"):
            raise AttributeError(name)
        made = self._make()
        self.root, self.count = made.root, made.count
        return getattr(made, name)

    def get(self, path: str) -> Entry | None:
        """The entry at a path, symlinks not followed; None if there is none."""
        entry: Entry | None = self.root
        for name in _names(path):
            if not isinstance(entry, Directory):
                return None
            entry = entry.entries.get(name)
        return entry

    def walk(self) -> Iterator[tuple[str, Entry]]:
        """Every path (no leading slash) with its entry, parents first, by name; the root is not among them."""
        stack = [("", self.root)]
        while stack:
            path, entry = stack.pop()
            if path:
                yield path, entry
            if isinstance(entry, Directory):
                prefix = f"{path}/" if path else ""
                for name in sorted(entry.entries, reverse=True):
                    stack.append((prefix + name, entry.entries[name]))  # type: ignore[arg-type]


class TreeBuilder:
    """Builds a `Tree`. Paths are taken relative to the root; missing parents are made, 0755 root.

    An entry put over an existing one replaces it; a directory over a directory replaces the
    attributes only.
    Raises: FilesystemError (ENOTDIR for a path through something that is no directory, EEXIST
    never).
    """

    def __init__(self, *, mtime_ns: int = 0) -> None:
        self._mtime_ns = mtime_ns
        self._root: Directory | None = Directory(stat.S_IFDIR | 0o755, 0, 0, mtime_ns)

    def directory(
        self,
        path: str,
        mode: int = 0o755,
        uid: int = 0,
        gid: int = 0,
        mtime_ns: int | None = None,
        xattrs: Mapping[str, bytes] | None = None,
    ) -> Directory:
        """Add a directory, or change the attributes of one; the root too."""
        mtime_ns = self._mtime_ns if mtime_ns is None else mtime_ns
        made = Directory(stat.S_IFDIR | stat.S_IMODE(mode), uid, gid, mtime_ns)
        names = _names(path)
        old: Entry | None = self._top
        if names:
            old = self._parent(names).entries.get(names[-1])
        if isinstance(old, Directory):
            old.mode, old.uid, old.gid, old.mtime_ns = made.mode, uid, gid, mtime_ns
            made = old
        else:
            self._put(names, made)
        made.xattrs = dict(xattrs) if xattrs else None
        return made

    def file(
        self,
        path: str,
        content: Content | bytes = EMPTY,
        mode: int = 0o644,
        uid: int = 0,
        gid: int = 0,
        mtime_ns: int | None = None,
        xattrs: Mapping[str, bytes] | None = None,
    ) -> RegularFile:
        data = Content.of(content) if isinstance(content, bytes) else content
        mode = stat.S_IFREG | stat.S_IMODE(mode)
        made = RegularFile(mode, uid, gid, self._mtime_ns if mtime_ns is None else mtime_ns, data)
        made.xattrs = dict(xattrs) if xattrs else None
        self._put(_names(path), made)
        return made

    def symlink(
        self, path: str, target: str, uid: int = 0, gid: int = 0, mtime_ns: int | None = None
    ) -> Symlink:
        made = Symlink(target, uid, gid, self._mtime_ns if mtime_ns is None else mtime_ns)
        self._put(_names(path), made)
        return made

    def node(
        self,
        path: str,
        mode: int,
        rdev: int = 0,
        uid: int = 0,
        gid: int = 0,
        mtime_ns: int | None = None,
    ) -> Special:
        """Add a fifo, socket or device; `mode` includes the type."""
        made = Special(mode, uid, gid, self._mtime_ns if mtime_ns is None else mtime_ns, rdev)
        self._put(_names(path), made)
        return made

    def hardlink(self, path: str, target: str) -> Inode:
        """Add a second name for what is at `target`. Raises: FilesystemError (ENOENT; EPERM for a directory)."""
        inode = self.get(target)
        if inode is None or isinstance(inode, Whiteout):
            raise FilesystemError(Errno.ENOENT, target)
        if isinstance(inode, Directory):
            raise FilesystemError(Errno.EPERM, target)
        if self.get(path) is not inode:
            inode.nlink += 1
            self._put(_names(path), inode)
        return inode

    def whiteout(self, path: str) -> None:
        """Hide this name of the trees below. An entry of that name in this tree stays."""
        names = _names(path)
        if names and names[-1] not in (parent := self._parent(names)).entries:
            parent.entries[names[-1]] = WHITEOUT

    def opaque(self, path: str) -> None:
        """Hide what the trees below have in this directory."""
        names = _names(path)
        entry = self.get(path)
        if not isinstance(entry, Directory):
            entry = self.directory("/".join(names))
        entry.opaque = True

    def get(self, path: str) -> Entry | None:
        return Tree(self._top, 0).get(path)

    def remove(self, path: str) -> None:
        """Take an entry away again, with all below it."""
        names = _names(path)
        if names:
            self._drop(self._parent(names), names[-1])

    def build(self) -> Tree:
        """The tree. The builder is finished with that."""
        root, self._root = self._top, None
        return Tree(root, number(root))

    @property
    def _top(self) -> Directory:
        if self._root is None:
            raise RuntimeError("this builder has built its tree")
        return self._root

    def _parent(self, names: list[str]) -> Directory:
        directory = self._top
        for depth, name in enumerate(names[:-1], 1):
            entry = directory.entries.get(name)
            if entry is None or isinstance(entry, Whiteout):
                entry = Directory(stat.S_IFDIR | 0o755, 0, 0, self._mtime_ns)
                directory.entries[name] = entry
                directory.nlink += 1
            if not isinstance(entry, Directory):
                raise FilesystemError(Errno.ENOTDIR, "/".join(names[:depth]))
            directory = entry
        return directory

    def _put(self, names: list[str], made: Inode) -> None:
        if not names:
            raise FilesystemError(Errno.EISDIR, "/")
        parent = self._parent(names)
        self._drop(parent, names[-1])
        parent.entries[names[-1]] = made
        if isinstance(made, Directory):
            parent.nlink += 1

    def _drop(self, parent: Directory, name: str) -> None:
        entry = parent.entries.pop(name, None)
        if entry is None or isinstance(entry, Whiteout):
            return
        if not isinstance(entry, Directory):
            entry.nlink -= 1
            return
        parent.nlink -= 1
        for below in list(entry.entries):
            self._drop(entry, below)


def number(root: Directory) -> int:
    """Number the inodes of a tree from 1, the root first; answer how many."""
    root.ino = count = 1
    seen = {id(root)}
    stack = [root]
    while stack:
        for name, entry in sorted(stack.pop().entries.items()):  # noqa: B007
            if isinstance(entry, Whiteout) or id(entry) in seen:
                continue
            count += 1
            entry.ino = count
            seen.add(id(entry))
            if isinstance(entry, Directory):
                stack.append(entry)
    return count


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name and name != "."]
