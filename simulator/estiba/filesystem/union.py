"""The union mount: one upper tree over lower trees, looked at and copied up. `naming` changes its names.

Theory. A name is in the merged view if the upper part of its directory has it (and it is no whiteout), or else
the lower part has it. Lower trees never change: whatever is to change is copied up first, its parents too, with
owner, mode, times and extended attributes. Copy-up is by file: all data or, when it is being truncated, none.
As Docker mounts it: no redirects (a directory with a lower part cannot be renamed, EXDEV) and no index (a lower
file's hard links part at copy-up). A file opened before its copy-up follows it, as since Linux 4.19; only shared
memory maps did not, and there are none here.
Source: Linux, Documentation/filesystems/overlayfs.rst.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..trace import Event
from ..trace.files import FileCopiedUp, FileLookedUp
from .changes import Change, changes
from .content import EMPTY
from .errors import Errno, FilesystemError
from .inode import Directory, Inode, RegularFile, Whiteout
from .lower import LowerDirectory, LowerStack
from .merged import MergedDirectory
from .tree import Tree
from .upper import UpperTree

Node: TypeAlias = MergedDirectory | Inode
EPOCH_NS = 1_000_000_000_000_000_000


class UnionMount:
    """An upper tree over lower ones. Without lower trees it is a file system in memory.

    `emit` gets the events of `trace.files`, `label` is the mount's name in them; `now_ns` gives times of
    modification (default: a count that never repeats). Share one `LowerStack` between mounts of one image.
    """

    __slots__ = (
        "__weakref__",
        "emit",
        "label",
        "now_ns",
        "root",
        "stack",
        "tells_lookups",
        "upper",
    )

    def __init__(
        self,
        lowers: LowerStack | Sequence[Tree] = (),
        upper: UpperTree | None = None,
        emit: Callable[[Event], None] | None = None,
        *,
        now_ns: Callable[[], int] | None = None,
        label: str = "",
        tells_lookups: bool = False,
    ) -> None:
        self.stack = lowers if isinstance(lowers, LowerStack) else LowerStack(lowers)
        self.upper = UpperTree() if upper is None else upper
        self.emit = emit
        self.label = label
        self.now_ns = now_ns or _Count().__next__
        self.tells_lookups = tells_lookups
        if self.stack.root is None and self.upper.root is None:
            self.upper.make_root(self.now_ns())
        top = self.upper.root
        hidden = top is not None and top.opaque
        self.root = MergedDirectory(None, "", top, None if hidden else self.stack.root)

    def lookup(self, directory: MergedDirectory, name: str) -> Node | None:
        """What the merged view has under a name of a directory."""
        if self.tells_lookups:
            self._tell_lookup(directory, name)
        known = directory.directories.get(name)
        if known is not None:
            return known
        lower = directory.lower
        if directory.upper is not None:
            entry = directory.upper.entries.get(name)
            if entry is not None:
                if isinstance(entry, Directory):
                    return self._adopt(directory, name, entry)
                return None if isinstance(entry, Whiteout) else entry
        if lower is None:
            return None
        below = lower.lookup(name)
        if isinstance(below, LowerDirectory):
            made = directory.directories[name] = MergedDirectory(directory, name, None, below)
            return made
        return below

    def _adopt(self, directory: MergedDirectory, name: str, upper: Directory) -> MergedDirectory:
        below = None
        if directory.lower is not None and not upper.opaque:
            below = directory.lower.lookup(name)
        lower = below if isinstance(below, LowerDirectory) else None
        made = directory.directories[name] = MergedDirectory(directory, name, upper, lower)
        return made

    def listing(self, directory: MergedDirectory) -> dict[str, Inode]:
        """All names of a directory, each with the inode that shows. Do not change it."""
        if directory.upper is None:
            return directory.lower.listing() if directory.lower else {}
        merged = dict(directory.lower.listing()) if directory.lower else {}
        for name, entry in directory.upper.entries.items():
            if isinstance(entry, Whiteout):
                merged.pop(name, None)
            else:
                merged[name] = entry
        return merged

    def is_empty(self, directory: MergedDirectory) -> bool:
        return not self.listing(directory)

    def copy_up_directory(self, directory: MergedDirectory) -> Directory:
        """The upper part of a directory, made now with those of its parents if there is none."""
        if directory.upper is not None:
            return directory.upper
        if directory.lower is None:
            raise FilesystemError(Errno.EIO, directory.path)
        made = directory.lower.inode.copy()
        made.ino = directory.lower.bases[0] + directory.lower.inode.ino
        made.is_upper = True
        if directory.parent is None:
            self.upper.root = made
        elif directory.is_removed:
            raise FilesystemError(Errno.ENOTDIR, directory.path)  # what the kernel says
        else:
            parent = self.copy_up_directory(directory.parent)
            parent.entries[directory.name] = made
            parent.nlink += 1
            self.upper.changed(parent)
            if self.emit is not None:
                self.emit(FileCopiedUp(self.label, directory.path, 0))
        directory.upper = made
        self.upper.changed(made)
        return made

    def copy_up(
        self, directory: MergedDirectory, name: str, inode: Inode, *, with_data: bool = True
    ) -> Inode:
        """The upper inode of a name that is no directory; open files on the lower one go along.

        An open file whose lower inode lost its name cannot be copied up. Raises: FilesystemError, as
        the kernel (EEXIST; ENOENT if the directory is gone too).
        """
        if inode.is_upper:
            return inode
        if directory.is_removed or not self._shows(directory, name, inode):
            raise FilesystemError(Errno.ENOENT if directory.is_removed else Errno.EEXIST)
        made = inode.copy()
        if isinstance(made, RegularFile) and not with_data:
            made.data = EMPTY
        made.is_upper = True
        keeps_number = inode.nlink == 1
        number = self.inode_number(directory, name, inode) if keeps_number else self.new_number()
        made.ino = number
        parent = self.copy_up_directory(directory)
        parent.entries[name] = made
        self.upper.changed(parent, made)
        if self.emit is not None:
            size = made.size if isinstance(made, RegularFile) else 0
            self.emit(FileCopiedUp(self.label, directory.child_path(name), size))
        self.settle(directory, name, made)
        return made

    @staticmethod
    def settle(directory: MergedDirectory, name: str, made: Inode | None) -> None:
        """Point what is open on the lower inode of a name to the copy, or leave it there for good (None)."""
        places = directory.open_lower.pop(name, ()) if directory.open_lower else ()
        if made is not None:
            for place in places:
                place.node = made

    @staticmethod
    def _shows(directory: MergedDirectory, name: str, inode: Inode) -> bool:
        if directory.upper is not None and name in directory.upper.entries:
            return directory.upper.entries[name] is inode
        return directory.lower is not None and directory.lower.lookup(name) is inode

    def inode_number(self, directory: MergedDirectory, name: str, inode: Inode) -> int:
        """The number `stat` tells for what is under a name."""
        if inode.is_upper or directory.lower is None:
            return inode.ino
        return directory.lower.inode_number(name, inode)

    def directory_number(self, directory: MergedDirectory) -> int:
        if directory.upper is not None or directory.lower is None:
            return directory.inode.ino
        return directory.lower.bases[0] + directory.lower.inode.ino

    def new_number(self) -> int:
        """A number for a new inode, unused in this mount."""
        return self.stack.count + self.upper.next_number()

    def changes(self) -> tuple[Change, ...]:
        """What `docker diff` shows."""
        return changes(self)

    def size(self) -> int:
        """What `docker ps --size` counts. Units: bytes."""
        return self.upper.size()

    def _tell_lookup(self, directory: MergedDirectory, name: str) -> None:
        parts: list[tuple[int, Directory]] = []
        if directory.upper is not None:
            parts.append((0, directory.upper))
        if directory.lower is not None:
            parts += [(self.stack.layer_of(part), part) for part in directory.lower.parts]
        layer, searched = None, 0
        for at, part in parts:
            searched += 1
            entry = part.entries.get(name)
            if entry is not None:
                layer = None if isinstance(entry, Whiteout) else at
                break
        if self.emit is not None:
            self.emit(FileLookedUp(self.label, directory.child_path(name), layer, searched))


class MemoryFilesystem(UnionMount):
    """A volume or a tmpfs: an upper tree over nothing; a copy of a tree, or one that was kept."""

    __slots__ = ()

    def __init__(
        self,
        tree: Tree | None = None,
        emit: Callable[[Event], None] | None = None,
        *,
        now_ns: Callable[[], int] | None = None,
        label: str = "",
        upper: UpperTree | None = None,
    ) -> None:
        if tree is not None:
            upper = UpperTree.of(tree)
        super().__init__((), upper, emit, now_ns=now_ns, label=label)


Filesystem: TypeAlias = UnionMount


class _Count:
    """Times when nobody gives any: each a bit more than a millisecond after the one before."""

    __slots__ = ("_last",)

    def __init__(self) -> None:
        self._last = EPOCH_NS

    def __next__(self) -> int:
        self._last += 1_000_001
        return self._last
