"""What bind mounts show of the workstation: its directories, shared with the shell while they last."""

from __future__ import annotations

from collections.abc import Callable

from ..engine.copying import copy_tree, make_directory
from ..filesystem import Filesystem, FilesystemError, MemoryFilesystem, MountNamespace
from .files import WorkstationFiles


class WorkstationPaths:
    """`engine.places.HostPaths` over the tree of the shell.

    A directory that a container mounts becomes a file system of its own, which shell and containers
    have in common from then on. A single file is a copy.
    """

    def __init__(self, files: WorkstationFiles, now_ns: Callable[[], int]) -> None:
        self._files = files
        self._now_ns = now_ns
        self._shared: dict[str, Filesystem] = {}

    def exists(self, path: str) -> bool:
        try:
            self._files.tree.lstat(path)
        except FilesystemError:
            return False
        return True

    def make_directory(self, path: str) -> None:
        make_directory(self._files.tree, path)

    def mount(self, path: str) -> Filesystem | bytes:
        if not self._files.stat(path).is_directory:
            return self._files.read(path)
        place = self._files.tree.resolve(path)
        shared = self._shared.get(place)
        if shared is None:
            shared = MemoryFilesystem(now_ns=self._now_ns, label=place)
            copy_tree(self._files.tree, place, MountNamespace(shared))
            self._files.tree.mount(place, shared)
            self._shared[place] = shared
        return shared

    def release(self, path: str) -> None:
        """What was written shows on the workstation already."""
