"""A directory as one mount shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import Errno, FilesystemError
from .inode import Directory
from .lower import LowerDirectory

if TYPE_CHECKING:
    from .place import Place


class MergedDirectory:
    """The upper part (None until copied up) over the lower part (None where nothing lies below).

    It stays the same object for as long as the directory exists in this mount, through copy-up and
    rename: working directories, mount points and open directories hold on to it. `parent` is None
    for the root only.
    """

    __slots__ = ("directories", "is_removed", "lower", "name", "open_lower", "parent", "upper")

    def __init__(
        self,
        parent: MergedDirectory | None,
        name: str,
        upper: Directory | None,
        lower: LowerDirectory | None,
    ) -> None:
        self.parent = parent
        self.name = name
        self.upper = upper
        self.lower = lower
        self.directories: dict[str, MergedDirectory] = {}
        """The directories inside that were looked up before."""
        self.open_lower: dict[str, list[Place]] | None = None
        """Places open on lower inodes, by name: a copy-up takes them along."""
        self.is_removed = False

    @property
    def inode(self) -> Directory:
        """The part whose attributes show."""
        if self.upper is not None:
            return self.upper
        if self.lower is None:
            raise FilesystemError(Errno.EIO, self.path)
        return self.lower.parts[0]

    @property
    def is_merge(self) -> bool:
        """Whether more than one tree has a part in it: such a directory counts one link.

        The root's upper part counts before it is made: a mount always has one.
        """
        if self.lower is None:
            return False
        return self.upper is not None or self.parent is None or len(self.lower.parts) > 1

    @property
    def link_count(self) -> int:
        """What `stat` tells: a merged directory counts one, others themselves and their directories."""
        if self.is_merge:
            return 1
        return 0 if self.is_removed and self.upper is not None else self.inode.nlink

    @property
    def path(self) -> str:
        """Where it is in its mount; the root is "/"."""
        names: list[str] = []
        directory = self
        while directory.parent is not None:
            names.append(directory.name)
            directory = directory.parent
        return "/" + "/".join(reversed(names))

    def child_path(self, name: str) -> str:
        path = self.path
        return path + name if path == "/" else f"{path}/{name}"

    def is_within(self, other: MergedDirectory) -> bool:
        """Whether it is the other one, or lies below it."""
        directory: MergedDirectory | None = self
        while directory is not None:
            if directory is other:
                return True
            directory = directory.parent
        return False
