"""Path walk: from names to places, through symlinks, `..` and mounts.

Source: Linux, path_resolution(7); Documentation/filesystems/path-lookup.rst.
"""

from __future__ import annotations

from enum import IntEnum

from .credentials import Credentials, may
from .errors import Errno, FilesystemError
from .flags import MAX_SYMLINKS, NAME_MAX, PATH_MAX, X_OK
from .inode import Symlink
from .merged import MergedDirectory
from .place import Mount, Place

DOTS = (".", "..")


class Follow(IntEnum):
    """What to do with a symlink at the end of the path."""

    NEVER = 0
    """Name it, even before a slash: for calls that change names."""
    SLASH = 1
    """Follow it only before a slash."""
    ALWAYS = 2


class Mounts:
    """The mounts of a namespace: the root, and what is mounted over names."""

    __slots__ = ("over", "root")

    def __init__(self, root: Mount) -> None:
        self.root = root
        self.over: dict[tuple[MergedDirectory, str], list[Mount]] = {}

    def walk(
        self,
        path: str,
        cwd: str,
        credentials: Credentials,
        follow: Follow,
        *,
        creates: bool = False,
        renames: bool = False,
    ) -> Place:
        """Find the place a path names; its last name may be missing.

        With `creates` (O_CREAT) a slash after the last name is refused, a symlink's too (EISDIR). With
        `renames` the length of the last name is not looked at yet.
        Raises: FilesystemError (ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG).
        """
        place = self._start(path, cwd)
        pending = split(path)
        slash = path[-1] == "/"
        links = 0
        while pending:
            name = pending.pop()
            directory = place.node
            if not isinstance(directory, MergedDirectory):
                raise FilesystemError(Errno.ENOENT if directory is None else Errno.ENOTDIR)
            if credentials.uid and not may(credentials, directory.inode, X_OK):
                raise FilesystemError(Errno.EACCES)
            if creates and slash and not pending and name not in DOTS:
                raise FilesystemError(Errno.EISDIR)
            if (pending or not renames) and is_long(name):
                raise FilesystemError(Errno.ENAMETOOLONG)
            above = place
            place = self._step(place.mount, directory, name)
            node = place.node
            if type(node) is Symlink and (pending or follow == 2 or (slash and follow)):
                links += 1
                if links > MAX_SYMLINKS:
                    raise FilesystemError(Errno.ELOOP)
                if not pending and node.target[-1] == "/":
                    slash = True
                place = self.root.place() if node.target[0] == "/" else above
                pending += split(node.target)
        if slash:
            place.slash = True
            if follow and place.node is not None and not isinstance(place.node, MergedDirectory):
                raise FilesystemError(Errno.ENOTDIR)
        return place

    def _start(self, path: str, cwd: str) -> Place:
        if not path:
            raise FilesystemError(Errno.ENOENT)
        if len(path) * 4 >= PATH_MAX and name_length(path) >= PATH_MAX:
            raise FilesystemError(Errno.ENAMETOOLONG)
        if path[0] == "/" or cwd == "/":
            place = self.root.place()
            place.name = "/"
            return place
        place = self.walk(cwd, "/", Credentials(), Follow.ALWAYS)
        if not isinstance(place.found, MergedDirectory):
            raise FilesystemError(Errno.ENOTDIR)
        return place

    def _step(self, mount: Mount, directory: MergedDirectory, name: str) -> Place:
        if name == ".":
            return Place(mount, directory, name, directory)
        if name == "..":
            return self._climb(mount, directory)
        if self.over:
            mounted = self.over.get((directory, name))
            if mounted:
                place = mounted[-1].place()
                place.is_mount_point = True
                return place
        return Place(mount, directory, name, mount.filesystem.lookup(directory, name))

    def _climb(self, mount: Mount, directory: MergedDirectory) -> Place:
        if directory is mount.root and mount.parent is not None and mount.at is not None:
            directory, mount = mount.at[0], mount.parent
            return Place(mount, directory, "..", directory)
        parent = directory if directory is mount.root else directory.parent or directory
        return Place(mount, parent, "..", parent)

    def absolute(self, place: Place) -> str:
        """The path of a place from the root of the namespace, without symlinks."""
        mount, names = place.mount, []
        if isinstance(place.node, MergedDirectory):
            directory = place.node
        elif isinstance(mount.root, MergedDirectory):
            directory = place.directory
            names.append(place.name)
        elif mount.parent is not None and mount.at is not None:
            (directory, name), mount = mount.at, mount.parent
            names.append(name)
        while directory is not self.root.root:
            if directory is mount.root and mount.parent is not None and mount.at is not None:
                (directory, name), mount = mount.at, mount.parent
                names.append(name)
            elif directory.parent is None:
                break
            else:
                names.append(directory.name)
                directory = directory.parent
        return "/" + "/".join(reversed(names))


def split(path: str) -> list[str]:
    """The names of a path, last first."""
    names = [name for name in path.split("/") if name]
    names.reverse()
    return names


def name_length(name: str) -> int:
    """How long a name is to the kernel. Units: bytes."""
    return len(name.encode("utf-8", "surrogateescape"))


def is_long(name: str) -> bool:
    """Whether it is longer than a name may be."""
    return len(name) * 4 > NAME_MAX and name_length(name) > NAME_MAX
