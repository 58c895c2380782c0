"""The trees of a simulated host: volumes are filesystems in memory, containers union mounts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence

from ..filesystem import (
    Errno,
    Filesystem,
    FilesystemError,
    MemoryFilesystem,
    MountNamespace,
    Tree,
)
from ..filesystem.kept import KeptTrees
from ..trace import Event
from .copying import copy_attributes, copy_tree
from .init_tree import init_tree

S_IFMT, S_IFDIR = 0o170000, 0o040000


class MemoryTrees:
    """`places.Trees` over `filesystem`. `now_ns` and `emit` are handed on to volumes, which are `kept`."""

    def __init__(
        self,
        now_ns: Callable[[], int] | None = None,
        emit: Callable[[Event], None] | None = None,
        kept: KeptTrees | None = None,
    ) -> None:
        self._now_ns = now_ns
        self._emit = emit
        self._kept = kept

    def make_volume(self, name: str) -> Filesystem:
        upper = None if self._kept is None else self._kept.load(name)
        return MemoryFilesystem(emit=self._emit, now_ns=self._now_ns, label=name, upper=upper)

    def drop_volume(self, name: str, mount: Filesystem) -> None:
        if self._kept is not None:
            self._kept.forget(name, mount.upper)

    def save(self) -> None:
        if self._kept is not None:
            self._kept.save()

    def retain(self, names: Iterable[str]) -> None:
        if self._kept is not None:
            self._kept.retain(names)

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

    def make_mount_points(self, root: Filesystem, targets: Sequence[str]) -> None:
        for target in targets:
            with contextlib.suppress(FilesystemError):
                self.make_directory(root, target)

    def init_layer(self, image: Callable[[], Filesystem] | None, now_ns: int) -> Tree:
        return Tree.lazily(
            lambda: init_tree(None if image is None else MountNamespace(image()), now_ns)
        )

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


class MemoryPaths:
    """The directories of a host without a disk: made when first mounted, and kept."""

    def __init__(self, now_ns: Callable[[], int] | None = None) -> None:
        self._now_ns = now_ns
        self._directories: dict[str, Filesystem] = {}

    def exists(self, path: str) -> bool:
        return path in self._directories

    def make_directory(self, path: str) -> None:
        self._directories[path] = MemoryFilesystem(now_ns=self._now_ns, label=path)

    def mount(self, path: str) -> Filesystem:
        return self._directories[path]

    def release(self, path: str) -> None:
        """They stay as they are."""
