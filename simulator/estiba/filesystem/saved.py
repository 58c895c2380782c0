"""What is kept of a writable tree: its inodes as plain values, and who keeps them.

Inodes are named by their numbers, as in the tree. A directory holds the numbers of its entries, so a
tree is whole when every number one of its directories names was saved too. The root is the lowest
number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .content import EMPTY, Content


@dataclass(frozen=True, slots=True)
class SavedInode:
    """One inode. `mode` includes the type; `entries` are a directory's, None for a whiteout.

    Units: `mtime_ns`, nanoseconds since the epoch.
    """

    number: int
    mode: int
    uid: int = 0
    gid: int = 0
    mtime_ns: int = 0
    nlink: int = 1
    rdev: int = 0
    target: str = ""
    opaque: bool = False
    xattrs: Mapping[str, bytes] = field(default_factory=dict)
    entries: Mapping[str, int | None] = field(default_factory=dict)
    content: Content = EMPTY


class TreeKeeper(Protocol):
    """Keeps writable trees by name. What was saved lasts from the next commit of the stores on."""

    def save(self, tree: str, changed: Iterable[SavedInode], removed: Iterable[int]) -> None:
        """Keep inodes that are new or changed, and forget those that are gone.

        Pieces of content that were saved before, in whatever tree, are not stored again.
        """
        ...

    def load(self, tree: str) -> Iterable[SavedInode]:
        """All inodes of a tree, by number; contents are read when they are asked for."""
        ...

    def forget(self, tree: str) -> None:
        """Drop a tree; nothing happens when there is none."""
        ...

    def names(self) -> Iterable[str]:
        """The trees there are."""
        ...
