"""Writable trees that are kept: what changed in which since the last save, and how they come back.

A turn of the engine changes a few inodes of a few trees; only those are saved, each once, as they are
when the turn ends. A tree nobody keeps notes nothing.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable
from functools import partial

from .inode import WHITEOUT, Directory, Entry, Inode, RegularFile, Special, Symlink, Whiteout
from .saved import SavedInode, TreeKeeper
from .upper import UpperTree


class KeptTrees:
    """The trees of one keeper by name: those of one kind, `prefix`, which the names here are without."""

    def __init__(self, keeper: TreeKeeper, prefix: str = "") -> None:
        self._keeper = keeper
        self._prefix = prefix
        self._changed: dict[str, set[Inode]] = {}
        self._stored = {
            name.removeprefix(prefix) for name in keeper.names() if name.startswith(prefix)
        }

    def __contains__(self, name: object) -> bool:
        """Was anything of it saved?"""
        return name in self._stored

    def keep(self, name: str, upper: UpperTree) -> None:
        """Keep a tree from now on, with all that is in it."""
        upper.note = partial(self._note, name)
        for inode in _inodes(upper):
            upper.note(inode)

    def load(self, name: str) -> UpperTree:
        """The tree as it was saved, kept on; an empty one if nothing was."""
        stored = self._keeper.load(self._prefix + name) if name in self._stored else ()
        upper = restored(stored)
        upper.note = partial(self._note, name)
        return upper

    def save(self) -> None:
        """Hand what changed to the keeper."""
        while self._changed:
            name, inodes = self._changed.popitem()
            self._keeper.save(
                self._prefix + name,
                [saved(inode) for inode in inodes if inode.nlink],
                {inode.ino for inode in inodes if not inode.nlink}
                - {inode.ino for inode in inodes if inode.nlink},
            )
            self._stored.add(name)

    def forget(self, name: str, upper: UpperTree | None = None) -> None:
        """The tree goes; what still happens in it is nobody's business."""
        if upper is not None:
            upper.note = None
        self._changed.pop(name, None)
        if name in self._stored:
            self._stored.discard(name)
            self._keeper.forget(self._prefix + name)

    def retain(self, names: Iterable[str]) -> None:
        """Forget all others."""
        for name in self._stored.difference(names):
            self.forget(name)

    def _note(self, name: str, inode: Inode) -> None:
        changed = self._changed.get(name)
        if changed is None:
            changed = self._changed[name] = set()
        changed.add(inode)


def saved(inode: Inode) -> SavedInode:
    """An inode as it is now."""
    value = partial(
        SavedInode,
        inode.ino,
        inode.mode,
        inode.uid,
        inode.gid,
        inode.mtime_ns,
        inode.nlink,
        xattrs=dict(inode.xattrs or ()),
    )
    match inode:
        case RegularFile():
            return value(content=inode.content)
        case Directory():
            return value(
                opaque=inode.opaque,
                entries={
                    name: None if isinstance(entry, Whiteout) else entry.ino
                    for name, entry in inode.entries.items()
                },
            )
        case Symlink():
            return value(target=inode.target)
    return value(rdev=inode.rdev)


def restored(inodes: Iterable[SavedInode]) -> UpperTree:
    """The tree that was saved so; empty without inodes."""
    found = {value.number: (value, _made(value)) for value in inodes}
    for value, made in found.values():
        if isinstance(made, Directory):
            entries: dict[str, Entry] = made.entries
            for name, number in value.entries.items():
                entries[name] = WHITEOUT if number is None else found[number][1]
    if not found:
        return UpperTree()
    root = found[min(found)][1]
    if not isinstance(root, Directory):
        raise TypeError(f"the root of a tree is a directory, not {root!r}")
    return UpperTree(root, max(found))


def _made(value: SavedInode) -> Inode:
    made = _bare(value)
    made.mode = value.mode
    made.ino, made.nlink, made.is_upper = value.number, value.nlink, True
    made.xattrs = dict(value.xattrs) or None
    return made


def _bare(value: SavedInode) -> Inode:
    owner = (value.uid, value.gid, value.mtime_ns)
    kind = stat.S_IFMT(value.mode)
    if kind == stat.S_IFREG:
        return RegularFile(value.mode, *owner, value.content)
    if kind == stat.S_IFLNK:
        return Symlink(value.target, *owner)
    if kind != stat.S_IFDIR:
        return Special(value.mode, *owner, value.rdev)
    made = Directory(value.mode, *owner)
    made.opaque = value.opaque
    return made


def _inodes(upper: UpperTree) -> Iterable[Inode]:
    stack: list[Entry] = [upper.root] if upper.root is not None else []
    while stack:
        entry = stack.pop()
        if isinstance(entry, Inode):
            yield entry
        if isinstance(entry, Directory):
            stack.extend(entry.entries.values())
