"""The lower side of union mounts: a stack of trees seen as one, made once and shared by all
containers on it.

A name is looked for from the topmost tree down. The first tree that has it decides: a whiteout
hides it, anything but a directory is the answer, and a directory is merged with those below until
one is opaque, or something else, or a whiteout, ends the stack. Nothing is merged before it is
asked for.
Source: Linux, Documentation/filesystems/overlayfs.rst, "Merged directories", "Whiteouts and opaque
directories".
"""

from __future__ import annotations

from collections.abc import Sequence

from .inode import Directory, Entry, Inode, Whiteout
from .tree import Tree


class LowerDirectory:
    """One directory as the stack shows it: its parts, topmost first. `bases` makes inode numbers unique."""

    __slots__ = ("_directories", "_listing", "bases", "parts")

    def __init__(self, parts: tuple[Directory, ...], bases: tuple[int, ...]) -> None:
        self.parts = parts
        self.bases = bases
        self._directories: dict[str, LowerDirectory] = {}
        self._listing: dict[str, Inode] | None = None

    @property
    def inode(self) -> Directory:
        """The part whose attributes show."""
        return self.parts[0]

    def lookup(self, name: str) -> LowerDirectory | Inode | None:
        """What the stack has under a name."""
        directory = self._directories.get(name)
        if directory is not None:
            return directory
        found: list[int] = []
        for index, part in enumerate(self.parts):
            entry = part.entries.get(name)
            if entry is None:
                continue
            if not isinstance(entry, Directory):
                if found or isinstance(entry, Whiteout):
                    break
                return entry
            found.append(index)
            if entry.opaque:
                break
        return self._merge(name, found) if found else None

    def _merge(self, name: str, found: list[int]) -> LowerDirectory:
        parts = tuple(_directory(self.parts[index].entries[name]) for index in found)
        made = LowerDirectory(parts, tuple(self.bases[index] for index in found))
        self._directories[name] = made
        return made

    def listing(self) -> dict[str, Inode]:
        """All names with what is under them; kept, so do not change it."""
        if self._listing is None:
            merged: dict[str, Entry] = {}
            for part in reversed(self.parts):
                merged.update(part.entries)
            self._listing = {n: e for n, e in merged.items() if not isinstance(e, Whiteout)}
        return self._listing

    def inode_number(self, name: str, inode: Inode) -> int:
        """The number of what is found under a name, unique in the stack."""
        for part, base in zip(self.parts, self.bases, strict=True):
            if part.entries.get(name) is inode:
                return base + inode.ino
        return inode.ino


class LowerStack:
    """Lower trees, topmost first, as one. Make it once for all mounts on the same trees."""

    __slots__ = ("_layers", "count", "root", "trees")

    def __init__(self, trees: Sequence[Tree]) -> None:
        self.trees = tuple(trees)
        bases, self.count = [], 0
        for tree in self.trees:
            bases.append(self.count)
            self.count += tree.count
        parts: list[Directory] = []
        for tree in self.trees:
            parts.append(tree.root)
            if tree.root.opaque:
                break
        used = tuple(bases[: len(parts)])
        self.root = LowerDirectory(tuple(parts), used) if parts else None
        self._layers: dict[int, int] = {}

    def layer_of(self, part: Directory) -> int:
        """Which tree a directory is of: 1 is the topmost. For the story only: the first call walks the trees."""
        if not self._layers:
            for layer, tree in enumerate(self.trees, 1):
                self._layers[id(tree.root)] = layer
                for _, entry in tree.walk():
                    if isinstance(entry, Directory):
                        self._layers[id(entry)] = layer
        return self._layers[id(part)]


def _directory(entry: Entry) -> Directory:
    if not isinstance(entry, Directory):
        raise TypeError(f"a merged part is a directory, not {entry!r}")
    return entry
