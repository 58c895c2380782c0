"""The upper side of a union mount: the one writable tree of a container."""

from __future__ import annotations

import stat
from collections.abc import Callable
from typing import TypeVar

from .inode import Directory, Entry, Inode, RegularFile, Symlink, Whiteout
from .tree import Tree, number


class UpperTree:
    """What one container changed. Nearly nothing while unused: even its root is made at the first change.

    `note` is told of every inode that changed, by whoever changed it; None where nobody keeps the tree.
    An inode that lost its last name has no links.
    """

    __slots__ = ("_numbered", "note", "root")

    def __init__(self, root: Directory | None = None, numbered: int = 0) -> None:
        self.root = root
        self.note: Callable[[Inode], None] | None = None
        self._numbered = numbered

    @classmethod
    def of(cls, tree: Tree) -> UpperTree:
        """A writable copy of a frozen tree; data are shared until written."""
        return cls(_copy(tree.root, {}, is_upper=True), tree.count)

    def make_root(self, mtime_ns: int) -> None:
        """Have an empty root, where there is no lower tree to copy it from."""
        self.root = Directory(stat.S_IFDIR | 0o755, 0, 0, mtime_ns)
        self.root.is_upper = True
        self.root.ino = self.next_number()
        self.changed(self.root)

    def changed(self, *inodes: Inode) -> None:
        """Tell who keeps the tree, if anybody does."""
        if self.note is not None:
            for inode in inodes:
                self.note(inode)

    @property
    def is_used(self) -> bool:
        """Whether anything ever changed."""
        return self.root is not None

    def next_number(self) -> int:
        """A number for one more inode, counted from 1."""
        self._numbered += 1
        return self._numbered

    def size(self) -> int:
        """Apparent size as `docker ps --size` counts: each file once, whole; a symlink's target;
        nothing else.

        Units: bytes. Source: Docker 20.10, SizeRw of overlay2: the size of the upper directory, by
        inode.
        """
        seen: set[int] = set()
        total, stack = 0, [self.root] if self.root else []
        while stack:
            for entry in stack.pop().entries.values():
                if isinstance(entry, Directory):
                    stack.append(entry)
                elif isinstance(entry, RegularFile | Symlink) and id(entry) not in seen:
                    total += entry.size
                    if entry.nlink > 1:
                        seen.add(id(entry))
        return total

    def freeze(self) -> Tree:
        """The present state as a tree that never changes; later changes of the upper do not reach it."""
        root = self.root or Directory(stat.S_IFDIR | 0o755)
        frozen = _copy(root, {})
        return Tree(frozen, number(frozen))


def _copy(root: Directory, linked: dict[int, Inode], *, is_upper: bool = False) -> Directory:
    """A deep copy; hard links stay links, contents become immutable and shared."""
    made = _copy_inode(root, is_upper)
    stack = [(root, made)]
    while stack:
        source, target = stack.pop()
        for name, entry in source.entries.items():
            copied: Entry
            if isinstance(entry, Whiteout):
                copied = entry
            elif isinstance(entry, Directory):
                copied = _copy_inode(entry, is_upper)
                stack.append((entry, copied))
            else:
                copied = linked.get(id(entry)) or _copy_inode(entry, is_upper)
                if entry.nlink > 1:
                    linked[id(entry)] = copied
            target.entries[name] = copied
    return made


InodeT = TypeVar("InodeT", bound=Inode)


def _copy_inode(source: InodeT, is_upper: bool) -> InodeT:
    made = source.copy()
    made.nlink, made.ino, made.is_upper = source.nlink, source.ino, is_upper
    if isinstance(made, Directory) and isinstance(source, Directory):
        made.opaque = source.opaque
    return made
