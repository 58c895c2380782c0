"""Walking a path: symlinks, `..`, mount points, and who may pass.

Source: Linux, path_resolution(7), fs/namei.c.
"""

from __future__ import annotations

from dataclasses import dataclass

from .credentials import Credentials, may
from .errors import Errno, FilesystemError
from .flags import MAX_SYMLINKS, NAME_MAX, PATH_MAX, X_OK
from .inode import Inode, Stat, Symlink
from .merged import MergedDirectory
from .union import Node, UnionMount


@dataclass(slots=True)
class Mount:
    """Something mounted at a path: a whole tree, or one file of a tree (`file` names it)."""

    filesystem: UnionMount
    read_only: bool
    number: int
    file: str = ""

    def place(self, path: str, name: str) -> Place:
        """What the mount point itself shows."""
        root = self.filesystem.root
        if not self.file:
            return Place(self, None, name, root, path)
        return Place(self, root, self.file, self.filesystem.lookup(root, self.file), path)


@dataclass(slots=True)
class Place:
    """Where a path leads: a name in a directory of a mount, and what is there (None: nothing yet).

    `parent` is None at the root of a mount. `path` has no symlinks, and begins with a slash.
    """

    mount: Mount
    parent: MergedDirectory | None
    name: str
    node: Node | None
    path: str
    trailing: bool = False
    last: str = ""
    """The last component as it was written: "." and ".." are special to some calls."""

    @property
    def filesystem(self) -> UnionMount:
        return self.mount.filesystem

    @property
    def inode(self) -> Inode:
        node = self.node
        if node is None:
            raise FilesystemError(Errno.ENOENT, self.path)
        return node.inode if isinstance(node, MergedDirectory) else node

    def stat(self) -> Stat:
        if self.node is None:
            raise FilesystemError(Errno.ENOENT, self.path)
        found = self.filesystem.stat(self.parent, self.name, self.node)
        return found._replace(dev=self.mount.number)


class Walker:
    """Walks paths over a table of mounts by path; "/" is always among them."""

    def __init__(self, root: UnionMount) -> None:
        self.mounts: dict[str, Mount] = {"/": Mount(root, False, 46)}
        self._root = Place(self.mounts["/"], None, "", root.root, "/")

    def walk(self, path: str, cwd: str, credentials: Credentials, *, follow: bool = True) -> Place:
        """Where a path leads. With `follow`, a symlink at its end is followed too.

        Raises: FilesystemError (ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG).
        """
        if not path:
            raise FilesystemError(Errno.ENOENT, path)
        if len(path) >= PATH_MAX:
            raise FilesystemError(Errno.ENAMETOOLONG, path)
        full = path if path.startswith("/") else f"{cwd}/{path}"
        return self._walk(path, full, credentials, follow)

    def _walk(self, path: str, full: str, credentials: Credentials, follow: bool) -> Place:
        pending = [name for name in reversed(full.split("/")) if name and name != "."]
        directory_wanted = path.endswith(("/", "/.", "/..")) or path in (".", "..")
        way: list[Place] = []
        here = self._root
        links = 0
        while pending:
            name = pending.pop()
            here = self._must_be_directory(here, path, credentials)
            if name == "..":
                here = way.pop() if way else self._root
                continue
            found = self._step(here, name, path)
            inode = found.node
            if isinstance(inode, Symlink) and (pending or follow or directory_wanted):
                links += 1
                if links > MAX_SYMLINKS:
                    raise FilesystemError(Errno.ELOOP, path)
                if inode.target.startswith("/"):
                    way, here = [], self._root
                pending += [n for n in reversed(inode.target.split("/")) if n and n != "."]
                directory_wanted = directory_wanted or (inode.target.endswith("/") and not pending)
                continue
            if found.node is None and pending:
                raise FilesystemError(Errno.ENOENT, path)
            way.append(here)
            here = found
        if directory_wanted and here.node is not None and not _is_directory(here):
            raise FilesystemError(Errno.ENOTDIR, path)
        return self._ended(here, path, directory_wanted)

    @staticmethod
    def _ended(here: Place, path: str, directory_wanted: bool) -> Place:
        last = path.rstrip("/").rpartition("/")[2]
        node, parent = here.node, here.parent
        return Place(here.mount, parent, here.name, node, here.path, directory_wanted, last)

    def _must_be_directory(self, here: Place, path: str, credentials: Credentials) -> Place:
        node = here.node
        if not isinstance(node, MergedDirectory):
            raise FilesystemError(Errno.ENOTDIR, path)
        if credentials.uid and not may(credentials, node.inode, X_OK):
            raise FilesystemError(Errno.EACCES, path)
        return here

    def _step(self, here: Place, name: str, path: str) -> Place:
        if len(name) > NAME_MAX or (
            not name.isascii() and len(name.encode("utf-8", "surrogateescape")) > NAME_MAX
        ):
            raise FilesystemError(Errno.ENAMETOOLONG, path)
        directory = here.node
        assert isinstance(directory, MergedDirectory)
        full = f"{here.path}/{name}" if here.path != "/" else f"/{name}"
        if len(self.mounts) > 1:
            mount = self.mounts.get(full)
            if mount is not None:
                return mount.place(full, name)
        node = here.mount.filesystem.lookup(directory, name)
        return Place(here.mount, directory, name, node, full)


def _is_directory(place: Place) -> bool:
    return isinstance(place.node, MergedDirectory)
