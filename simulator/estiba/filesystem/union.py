"""The union mount: lower trees that never change, and an upper tree that takes every change.

Works on directories and names, not on paths; `namespace` walks the paths. Rules of overlayfs as
Docker mounts it (`redirect_dir=off`, `index=off`):

- A change to something lower copies it up first, whole, with the directories above it. With O_TRUNC no data travels.
- Removing a name that lower trees have leaves a whiteout. A directory made over a whiteout is opaque.
- A directory that has a lower part cannot be renamed (EXDEV). A hard link breaks when its file is copied up.
- A file opened for reading before its copy-up reads what is written later.

Source: Linux, Documentation/filesystems/overlayfs.rst.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from typing import TypeAlias

from ..trace import Event
from ..trace.files import (
    DirectoryMadeOpaque,
    FileChanged,
    FileCopiedUp,
    FileCreated,
    FileEvent,
    FileLinked,
    FileLookedUp,
    FileRemoved,
    FileRenamed,
    FileTruncated,
    FileWhitedOut,
)
from .changes import Change
from .changes import changes as compare
from .content import EMPTY
from .errors import Errno, FilesystemError
from .inode import WHITEOUT, Directory, DirEntry, Inode, RegularFile, Stat, Whiteout
from .lower import LowerDirectory, LowerStack
from .merged import MergedDirectory
from .open_file import OpenFile
from .tree import Tree
from .upper import UpperTree

Node: TypeAlias = MergedDirectory | Inode

KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "character-device",
    stat.S_IFBLK: "block-device",
}


def _never() -> int:
    return 0


class UnionMount:
    """Lower trees (topmost first) and an upper tree, seen as one.

    `now` gives times of modification; `emit` is told what happens; `trace_lookups` tells look-ups
    too.
    Raises, in every method: FilesystemError with the number the kernel would give.
    """

    __slots__ = ("__weakref__", "_emit", "_lower", "_trace_lookups", "name", "now", "root", "upper")

    def __init__(
        self,
        lowers: LowerStack | Sequence[Tree] = (),
        upper: UpperTree | None = None,
        emit: Callable[[Event], None] | None = None,
        *,
        name: str = "",
        now: Callable[[], int] = _never,
        trace_lookups: bool = False,
    ) -> None:
        self._lower = lowers if isinstance(lowers, LowerStack) else LowerStack(lowers)
        self.upper = UpperTree() if upper is None else upper
        self._emit = emit
        self.name = name
        self.now = now
        self._trace_lookups = trace_lookups
        if self._lower.root is None and self.upper.root is None:
            self._make_root()
        self.root = MergedDirectory(None, "", self.upper.root, self._lower_root())

    def _make_root(self) -> None:
        root = self.upper.root = Directory(stat.S_IFDIR | 0o755, 0, 0, self.now())
        root.ino = self.upper.next_number()

    def _lower_root(self) -> LowerDirectory | None:
        upper = self.upper.root
        return None if upper is not None and upper.opaque else self._lower.root

    # -- looking ---------------------------------------------------------------------------------

    def lookup(self, directory: MergedDirectory, name: str) -> Node | None:
        """What a directory shows under a name, None for nothing."""
        known = directory.directories.get(name)
        found = self._find(directory, name) if known is None else known
        if self._trace_lookups:
            self._tell_lookup(directory, name)
        return found

    def _find(self, directory: MergedDirectory, name: str) -> Node | None:
        upper = directory.upper.entries.get(name) if directory.upper is not None else None
        if isinstance(upper, Whiteout):
            return None
        if upper is not None and not isinstance(upper, Directory):
            return upper
        lower = directory.lower.lookup(name) if directory.lower is not None else None
        if upper is None:
            if not isinstance(lower, LowerDirectory):
                return lower
        elif upper.opaque or not isinstance(lower, LowerDirectory):
            lower = None
        made = MergedDirectory(directory, name, upper, lower)
        directory.directories[name] = made
        return made

    def _tell_lookup(self, directory: MergedDirectory, name: str) -> None:
        parts = [directory.upper] if directory.upper is not None else []
        parts += directory.lower.parts if directory.lower is not None else ()
        for index, part in enumerate(parts):
            entry = part.entries.get(name)
            if entry is not None:
                layer = None if isinstance(entry, Whiteout) else index + (directory.upper is None)
                self.tell(FileLookedUp, directory.child_path(name), layer=layer, searched=index + 1)
                return
        path = directory.child_path(name)
        self.tell(FileLookedUp, path, layer=None, searched=len(parts))

    def names(self, directory: MergedDirectory) -> list[str]:
        """The names a directory shows, sorted."""
        lower = directory.lower.listing() if directory.lower is not None else {}
        if directory.upper is None:
            return sorted(lower)
        shown = set(lower)
        for name, entry in directory.upper.entries.items():
            if isinstance(entry, Whiteout):
                shown.discard(name)
            else:
                shown.add(name)
        return sorted(shown)

    def listing(self, directory: MergedDirectory) -> tuple[DirEntry, ...]:
        found = []
        for name in self.names(directory):
            node = self.lookup(directory, name)
            if node is not None:
                inode = node.inode if isinstance(node, MergedDirectory) else node
                found.append(DirEntry(name, inode.kind, self.number(directory, name, node)))
        return tuple(found)

    def number(self, parent: MergedDirectory | None, name: str, node: Node) -> int:
        """The inode number, the same before and after a copy-up."""
        if isinstance(node, MergedDirectory):
            if node.lower is not None:
                return node.lower.bases[0] + node.lower.parts[0].ino
            return node.inode.ino
        upper = parent.upper if parent is not None else None
        if upper is not None and upper.entries.get(name) is node:
            return node.ino
        if parent is not None and parent.lower is not None:
            return parent.lower.inode_number(name, node)
        return node.ino

    def stat(self, parent: MergedDirectory | None, name: str, node: Node) -> Stat:
        if isinstance(node, MergedDirectory):
            found = self.stat_inode(node.inode, self.number(parent, name, node))
            return found._replace(nlink=1) if node.is_merge else found
        return self.stat_inode(node, self.number(parent, name, node))

    def stat_inode(self, inode: Inode, ino: int) -> Stat:
        return Stat(
            inode.mode,
            ino,
            inode.nlink,
            inode.uid,
            inode.gid,
            inode.size,
            inode.mtime_ns,
            inode.rdev,
            0,
        )

    def changes(self) -> tuple[Change, ...]:
        """What `docker diff` shows."""
        return compare(self)

    def size(self) -> int:
        """Apparent bytes of the upper tree, as `docker ps -s` counts."""
        return self.upper.size()

    # -- copy-up -----------------------------------------------------------------------------------

    def own_directory(self, directory: MergedDirectory) -> Directory:
        """The upper part of a directory, copied up with those above it if need be."""
        if directory.is_removed:
            raise FilesystemError(Errno.ENOENT)
        if directory.upper is not None:
            return directory.upper
        made = directory.inode.copy()
        made.ino = self.number(directory.parent, directory.name, directory)
        if directory.parent is None:
            self.upper.root = made
        else:
            parent = self.own_directory(directory.parent)
            parent.entries[directory.name] = made
        directory.upper = made
        self.tell(FileCopiedUp, directory.path, size=0)
        return made

    def own(self, directory: MergedDirectory, name: str, *, data: bool = True) -> Inode:
        """The inode of a name in the upper tree, copied up if need be; without its data if not asked."""
        node = self.lookup(directory, name)
        if node is None:
            raise FilesystemError(Errno.ENOENT)
        if isinstance(node, MergedDirectory):
            return self.own_directory(node)
        upper = self.own_directory(directory)
        if upper.entries.get(name) is node:
            return node
        made = node.copy()
        made.ino = self.number(directory, name, node)
        if isinstance(made, RegularFile) and not data:
            made.data = EMPTY
        upper.entries[name] = made
        for file in (directory.open_lower or {}).pop(name, ()):
            file.inode, file.lower_home = made, None
        size = made.size if isinstance(made, RegularFile) else 0
        self.tell(FileCopiedUp, directory.child_path(name), size=size)
        return made

    # -- changing ----------------------------------------------------------------------------------

    def create(self, directory: MergedDirectory, name: str, inode: Inode) -> None:
        """Put a new inode under a name that is free."""
        upper = self.own_directory(directory)
        inode.ino = self._lower.count + self.upper.next_number()
        inode.mtime_ns = upper.mtime_ns = self.now()
        self._place(directory, upper, name, inode)
        self.tell(FileCreated, directory.child_path(name), kind=KINDS[inode.kind])

    def _place(self, directory: MergedDirectory, upper: Directory, name: str, inode: Inode) -> None:
        """Put an inode into the upper part; a directory over something lower becomes opaque."""
        upper.entries[name] = inode
        if isinstance(inode, Directory):
            upper.nlink += 1
            if self._lower_has(directory, name) and not inode.opaque:
                inode.opaque = True
                self.tell(DirectoryMadeOpaque, directory.child_path(name))

    @staticmethod
    def _lower_has(directory: MergedDirectory, name: str) -> bool:
        return directory.lower is not None and directory.lower.lookup(name) is not None

    def remove(self, directory: MergedDirectory, name: str) -> None:
        """Take a name away; a directory must be empty (ENOTEMPTY)."""
        node = self.lookup(directory, name)
        if node is None:
            raise FilesystemError(Errno.ENOENT)
        if isinstance(node, MergedDirectory) and self.names(node):
            raise FilesystemError(Errno.ENOTEMPTY)
        self.own_directory(directory).mtime_ns = self.now()
        self._take_away(directory, name, node)
        self.tell(FileRemoved, directory.child_path(name))

    def _take_away(self, directory: MergedDirectory, name: str, node: Node) -> None:
        """Drop a name from the upper part; what lower trees have under it gets a whiteout."""
        upper = self.own_directory(directory)
        entry = upper.entries.pop(name, None)
        if isinstance(entry, Directory):
            upper.nlink -= 1
        elif isinstance(entry, Inode):
            entry.nlink -= 1
        if isinstance(node, MergedDirectory):
            node.is_removed = True
            del directory.directories[name]
        if self._lower_has(directory, name):
            upper.entries[name] = WHITEOUT
            self.tell(FileWhitedOut, directory.child_path(name))

    def link(
        self, directory: MergedDirectory, name: str, target: MergedDirectory, new: str
    ) -> None:
        """Give a file one more name."""
        inode = self.own(directory, name)
        upper = self.own_directory(target)
        upper.mtime_ns = self.now()
        inode.nlink += 1
        upper.entries[new] = inode
        self.tell(FileLinked, target.child_path(new), target=directory.child_path(name))

    def rename(
        self, directory: MergedDirectory, name: str, target: MergedDirectory, new: str
    ) -> None:
        """Move a name; what is under the new one is replaced."""
        node = self.lookup(directory, name)
        if node is None:
            raise FilesystemError(Errno.ENOENT)
        there = self.lookup(target, new)
        if node is there and not isinstance(node, MergedDirectory):
            return
        self._check_rename(node, there, target)
        if isinstance(node, MergedDirectory) and node.lower is not None:
            raise FilesystemError(Errno.EXDEV)
        if node is there:
            return
        old_path, new_path = directory.child_path(name), target.child_path(new)
        inode = self.own(directory, name)
        now = self.now()
        if there is not None:
            self._take_away(target, new, there)
        source_upper, target_upper = self.own_directory(directory), self.own_directory(target)
        source_upper.mtime_ns = target_upper.mtime_ns = now
        del source_upper.entries[name]
        if isinstance(inode, Directory):
            source_upper.nlink -= 1
        if self._lower_has(directory, name):
            source_upper.entries[name] = WHITEOUT
            self.tell(FileWhitedOut, old_path)
        self._place(target, target_upper, new, inode)
        if isinstance(node, MergedDirectory):
            del directory.directories[name]
            node.parent, node.name = target, new
            target.directories[new] = node
        self.tell(FileRenamed, old_path, to=new_path)

    def _check_rename(self, node: Node, there: Node | None, target: MergedDirectory) -> None:
        if isinstance(node, MergedDirectory):
            if target.is_within(node):
                raise FilesystemError(Errno.EINVAL)
            if there is not None and not isinstance(there, MergedDirectory):
                raise FilesystemError(Errno.ENOTDIR)
            if there is not None and there is not node and self.names(there):
                raise FilesystemError(Errno.ENOTEMPTY)
        elif isinstance(there, MergedDirectory):
            raise FilesystemError(Errno.EISDIR)

    def open(
        self, directory: MergedDirectory, name: str, node: Node, flags: int, *, write: bool
    ) -> OpenFile:
        """Open what is under a name; for writing it is copied up first."""
        ino = self.number(directory, name, node)
        if isinstance(node, MergedDirectory):
            return OpenFile(self, node.inode, flags, ino, node.path)
        inode = node
        path = directory.child_path(name) if write else ""
        if write and isinstance(node, RegularFile):
            inode = self.own(directory, name)
        elif directory.upper is None or directory.upper.entries.get(name) is not node:
            file = OpenFile(self, node, flags, ino, path)
            if directory.open_lower is None:
                directory.open_lower = {}
            file.lower_home = directory.open_lower.setdefault(name, [])
            file.lower_home.append(file)
            return file
        return OpenFile(self, inode, flags, ino, path)

    def truncate(self, directory: MergedDirectory, name: str, size: int) -> None:
        inode = self.own(directory, name, data=size > 0)
        if not isinstance(inode, RegularFile):
            raise FilesystemError(Errno.EINVAL)
        inode.storage.truncate(size)
        inode.mtime_ns = self.now()
        self.tell(FileTruncated, directory.child_path(name), size=size)

    def change(
        self,
        directory: MergedDirectory | None,
        name: str,
        node: Node,
        attribute: str,
        apply: Callable[[Inode], None],
    ) -> None:
        """Copy up and change an attribute: mode, owner, times or xattr."""
        if isinstance(node, MergedDirectory):
            apply(self.own_directory(node))
            self.tell(FileChanged, node.path, attribute=attribute)
        elif directory is not None:
            apply(self.own(directory, name))
            self.tell(FileChanged, directory.child_path(name), attribute=attribute)

    def tell(self, event: type[FileEvent], path: str, **facts: object) -> None:
        """Emit an event of this mount, if anybody listens."""
        if self._emit is not None:
            self._emit(event(self.name, path, **facts))


Filesystem: TypeAlias = UnionMount


class MemoryFilesystem(UnionMount):
    """A tree in memory with nothing below it: a volume, a tmpfs, one small file."""

    __slots__ = ()

    def __init__(
        self,
        tree: Tree | None = None,
        *,
        emit: Callable[[Event], None] | None = None,
        name: str = "",
        now: Callable[[], int] = _never,
    ) -> None:
        upper = UpperTree() if tree is None else UpperTree.of(tree)
        super().__init__((), upper, emit, name=name, now=now)
