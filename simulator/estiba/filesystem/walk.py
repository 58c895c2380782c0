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
SURELY_SHORT = NAME_MAX // 4


class Follow(IntEnum):
    """What a path is for, and so what to do with a symlink at its end."""

    NEVER = 0
    """Name it, even before a slash: for calls that change names."""
    RENAME = 1
    """Likewise; the length of the last name is looked at later."""
    CREATE_NEW = 2
    """Likewise; a slash after the last name is refused (EISDIR): O_CREAT with O_EXCL or O_NOFOLLOW."""
    SLASH = 3
    """Follow it only before a slash."""
    ALWAYS = 4
    CREATE = 5
    """Follow it; a slash after the last name, a symlink's too, is refused (EISDIR): O_CREAT."""


CREATES = (Follow.CREATE, Follow.CREATE_NEW)
ALWAYS, SLASH = int(Follow.ALWAYS), int(Follow.SLASH)


class Mounts:
    """The mounts of a namespace: the root, and what is mounted over names in it and in others."""

    __slots__ = ("root",)

    def __init__(self, root: Mount) -> None:
        self.root = root

    def walk(self, path: str, cwd: str, credentials: Credentials, follow: Follow) -> Place:
        """Find the place a path names; its last name may be missing.

        Raises: FilesystemError (ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG, EISDIR).
        """
        place = self._start(path, cwd)
        mount, node = place.mount, place.node
        pending = split(path)
        slash = path[-1] == "/"
        links = 0
        while pending:
            name = pending.pop()
            directory = node
            if type(directory) is not MergedDirectory:
                raise FilesystemError(Errno.ENOENT if directory is None else Errno.ENOTDIR)
            if credentials.uid:
                _require_search(directory, credentials)
            if slash and not pending and follow in CREATES and name not in DOTS:
                raise FilesystemError(Errno.EISDIR)
            if len(name) > SURELY_SHORT and (pending or follow != Follow.RENAME):
                _require_short(name)
            if name in DOTS or (mount.over and directory in mount.over):
                place = _step(mount, directory, name)
                mount, node = place.mount, place.node
            else:
                node = mount.filesystem.lookup(directory, name)
                if not pending:
                    place = Place(mount, directory, name, node)
            if type(node) is Symlink and (
                pending or follow >= ALWAYS or (slash and follow == SLASH)
            ):
                links += 1
                if links > MAX_SYMLINKS:
                    raise FilesystemError(Errno.ELOOP)
                slash = slash or (not pending and node.target[-1] == "/")
                pending += split(node.target)
                at_root = node.target[0] == "/"
                place = self.root.place() if at_root else Place(mount, directory, ".", directory)
                mount, node = place.mount, place.node
        return _ended(place, follow) if slash else place

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


def _step(mount: Mount, directory: MergedDirectory, name: str) -> Place:
    """One name further, where it may lead to another mount."""
    if name == ".":
        return Place(mount, directory, name, directory)
    if name == "..":
        if directory is mount.root:
            if mount.parent is None or mount.at is None:
                return Place(mount, directory, name, directory)
            above, mount = mount.at[0], mount.parent
        else:
            above = directory.parent or directory
        return Place(mount, above, name, above)
    mounted = mount.over[directory].get(name)
    if not mounted:
        return Place(mount, directory, name, mount.filesystem.lookup(directory, name))
    place = mounted[-1].place()
    place.is_mount_point = True
    return place


def _ended(place: Place, follow: Follow) -> Place:
    """A path that ended in a slash led here."""
    place.slash = True
    if (
        follow >= Follow.SLASH
        and place.node is not None
        and not isinstance(place.node, MergedDirectory)
    ):
        raise FilesystemError(Errno.ENOTDIR)
    return place


def _require_search(directory: MergedDirectory, credentials: Credentials) -> None:
    if not may(credentials, directory.inode, X_OK):
        raise FilesystemError(Errno.EACCES)


def _require_short(name: str) -> None:
    if is_long(name):
        raise FilesystemError(Errno.ENAMETOOLONG)


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
    return len(name) > SURELY_SHORT and name_length(name) > NAME_MAX
