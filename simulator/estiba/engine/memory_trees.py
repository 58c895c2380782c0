"""The trees of a simulated host: volumes are filesystems in memory, containers union mounts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence

from ..filesystem import (
    Filesystem,
    FilesystemError,
    MemoryFilesystem,
    MountNamespace,
    Tree,
)
from ..filesystem.kept import KeptTrees
from ..trace import Event
from .copying import fill_volume, make_directory
from .init_tree import init_tree


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
        return fill_volume(MountNamespace(mount), MountNamespace(root), path)

    def make_directory(self, root: Filesystem, path: str) -> bool:
        return make_directory(MountNamespace(root), path)

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
