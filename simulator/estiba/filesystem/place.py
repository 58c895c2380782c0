"""Places: where a path led, and what is there."""

from __future__ import annotations

from .errors import Errno, FilesystemError
from .inode import Inode, Stat
from .merged import MergedDirectory
from .union import Node, UnionMount


class Mount:
    """A file system at a point of a namespace. `root` is what shows there: a directory, or a file by its name."""

    __slots__ = ("at", "dev", "filesystem", "over", "parent", "read_only", "root")

    def __init__(
        self,
        filesystem: UnionMount,
        root: MergedDirectory | tuple[MergedDirectory, str],
        *,
        dev: int,
        read_only: bool = False,
    ) -> None:
        self.filesystem = filesystem
        self.root = root
        self.dev = dev
        self.read_only = read_only
        self.parent: Mount | None = None
        self.at: tuple[MergedDirectory, str] | None = None
        """The name in the parent mount that it covers."""
        self.over: dict[MergedDirectory, dict[str, list[Mount]]] = {}
        """What is mounted over names in this one, the last on top."""

    def attach(self, directory: MergedDirectory, name: str, mount: Mount) -> None:
        """Cover a name of this mount by another mount."""
        mount.parent, mount.at = self, (directory, name)
        self.over.setdefault(directory, {}).setdefault(name, []).append(mount)

    def detach(self, directory: MergedDirectory, name: str) -> None:
        """Take the last mount over a name away."""
        points = self.over[directory]
        points[name].pop()
        if not points[name]:
            del points[name]
        if not points:
            del self.over[directory]

    def place(self) -> Place:
        """What shows at the mount point."""
        if isinstance(self.root, MergedDirectory):
            return Place(self, self.root, ".", self.root)
        directory, name = self.root
        return Place(self, directory, name, self.filesystem.lookup(directory, name))


class Place:
    """A name in a directory of a mount, and what is under it: None if nothing is.

    `name` is "." or ".." (and `directory` what that names) where the path ended so, "/" for the root.
    """

    __slots__ = ("directory", "is_mount_point", "mount", "name", "node", "slash")

    def __init__(
        self, mount: Mount, directory: MergedDirectory, name: str, node: Node | None
    ) -> None:
        self.mount = mount
        self.directory = directory
        self.name = name
        self.node = node
        self.slash = False
        """Whether the path ended in a slash."""
        self.is_mount_point = False

    @property
    def found(self) -> Node:
        """What is there. Raises: FilesystemError (ENOENT)."""
        if self.node is None:
            raise FilesystemError(Errno.ENOENT)
        return self.node

    @property
    def inode(self) -> Inode:
        """The inode whose attributes show. Raises: FilesystemError (ENOENT)."""
        node = self.found
        return node.inode if isinstance(node, MergedDirectory) else node

    @property
    def path(self) -> str:
        """The path inside the file system, for events."""
        if isinstance(self.node, MergedDirectory):
            return self.node.path
        return self.directory.child_path(self.name)

    def changing(self, *, with_data: bool = True) -> Inode:
        """The inode to change: in the upper tree, copied up if it must be."""
        node, filesystem = self.found, self.mount.filesystem
        if isinstance(node, MergedDirectory):
            made: Inode = filesystem.copy_up_directory(node)
        elif node.is_upper:
            made = node
        else:
            made = filesystem.copy_up(self.directory, self.name, node, with_data=with_data)
            self.node = made
        filesystem.upper.changed(made)
        return made

    def stat(self) -> Stat:
        node, mount = self.node, self.mount
        if isinstance(node, MergedDirectory):
            inode: Inode = node.inode
            number = mount.filesystem.directory_number(node)
            nlink = node.link_count
        elif node is None:
            raise FilesystemError(Errno.ENOENT)
        else:
            inode, nlink = node, node.nlink
            number = mount.filesystem.inode_number(self.directory, self.name, node)
        return Stat(
            inode.mode,
            number,
            nlink,
            inode.uid,
            inode.gid,
            inode.size,
            inode.mtime_ns,
            inode.rdev,
            mount.dev,
        )

    def require_writable(self) -> None:
        """Raises: FilesystemError (EROFS)."""
        if self.mount.read_only:
            raise FilesystemError(Errno.EROFS)
