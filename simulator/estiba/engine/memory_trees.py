"""The trees of a simulated host: volumes are filesystems in memory, containers union mounts."""

from __future__ import annotations

from collections.abc import Sequence

from ..filesystem import Errno, Filesystem, FilesystemError, MemoryFilesystem, MountNamespace
from .copying import copy_attributes, copy_tree

S_IFMT, S_IFDIR, S_IFREG = 0o170000, 0o040000, 0o100000


class MemoryTrees:
    """`places.Trees` over `filesystem`."""

    def make_volume(self, name: str) -> Filesystem:
        return MemoryFilesystem()

    def size(self, mount: Filesystem) -> int:
        return _size(MountNamespace(mount), "/")

    def fill(self, mount: Filesystem, root: Filesystem, path: str) -> int:
        """As Docker: only an empty volume is filled, and it takes over the directory's
        attributes."""
        volume, tree = MountNamespace(mount), MountNamespace(root)
        if any(entry.name not in (".", "..") for entry in volume.readdir("/")):
            return 0
        try:
            found = tree.stat(path)
        except FilesystemError:
            return 0
        if found.mode & S_IFMT != S_IFDIR:
            return 0
        count = copy_tree(tree, path, volume)
        copy_attributes(found, volume, "/")
        return count

    def make_directory(self, root: Filesystem, path: str) -> bool:
        tree = MountNamespace(root)
        try:
            if tree.stat(path).mode & S_IFMT != S_IFDIR:
                raise FilesystemError(Errno.ENOTDIR, path)
            return False
        except FilesystemError as error:
            if error.errno != Errno.ENOENT:
                raise
        place = ""
        for name in path.strip("/").split("/"):
            place = f"{place}/{name}"
            try:
                tree.mkdir(place, 0o755)
            except FilesystemError as error:
                if error.errno != Errno.EEXIST:
                    raise
        return True

    def namespace(
        self, root: Filesystem, mounts: Sequence[tuple[str, Filesystem | bytes, bool]]
    ) -> MountNamespace:
        tree = MountNamespace(root)
        for target, source, read_only in mounts:
            tree.mount(target, source, read_only=read_only)
        return tree


def _size(tree: MountNamespace, path: str) -> int:
    """Bytes of the files below a directory."""
    total = 0
    for entry in tree.readdir(path):
        if entry.name in (".", ".."):
            continue
        place = f"{path.rstrip('/')}/{entry.name}"
        found = tree.lstat(place)
        if found.mode & S_IFMT == S_IFDIR:
            total += _size(tree, place)
        elif found.mode & S_IFMT == S_IFREG:
            total += found.size
    return total
