"""The trees of a simulated host: volumes are filesystems in memory, containers union mounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..filesystem import Errno, Filesystem, FilesystemError, MemoryFilesystem, MountNamespace
from ..trace import Event
from .copying import copy_attributes, copy_tree

S_IFMT, S_IFDIR = 0o170000, 0o040000


class MemoryTrees:
    """`places.Trees` over `filesystem`. `now_ns` and `emit` are handed on to volumes."""

    def __init__(
        self,
        now_ns: Callable[[], int] | None = None,
        emit: Callable[[Event], None] | None = None,
    ) -> None:
        self._now_ns = now_ns
        self._emit = emit

    def make_volume(self, name: str) -> Filesystem:
        return MemoryFilesystem(emit=self._emit, now_ns=self._now_ns, label=name)

    def size(self, mount: Filesystem) -> int:
        return mount.size()

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
        if _is_directory(tree, path):
            return False
        place = ""
        for name in path.strip("/").split("/"):
            place = f"{place}/{name}"
            if not _is_directory(tree, place):
                tree.mkdir(place, 0o755)
        return True

    def namespace(
        self, root: Filesystem, mounts: Sequence[tuple[str, Filesystem | bytes, bool]]
    ) -> MountNamespace:
        tree = MountNamespace(root)
        for target, source, read_only in mounts:
            tree.mount(target, source, read_only=read_only)
        return tree


def _is_directory(tree: MountNamespace, path: str) -> bool:
    """Is it there? Raises: FilesystemError when it is something else."""
    try:
        found = tree.stat(path)
    except FilesystemError as error:
        if error.errno == Errno.ENOENT:
            return False
        raise
    if found.mode & S_IFMT != S_IFDIR:
        raise FilesystemError(Errno.ENOTDIR, path)
    return True
