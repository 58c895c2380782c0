"""The trees and files of the Linux host: directories of the disk, and unions that the kernel mounts.

Outdoor: it works on the disk. A container that runs is looked into through its first process, which sees everything
mounted in it; one that does not is mounted for as long as somebody looks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ..errors import InvalidInput
from ..filesystem import Tree
from ..linux.overlay import Overlay, in_user_namespace
from ..snapshot.kernel_view import KernelView
from .copying import fill_volume, make_directory
from .init_tree import init_tree

Mount = Overlay | Path


class KernelTrees:
    """`places.Trees[Overlay | Path]`. `running` tells the first process of a container that runs."""

    def __init__(self, volumes: Path, running: Callable[[str], int | None]) -> None:
        self._volumes = volumes
        self._running = running
        self._rootless = in_user_namespace()

    def make_volume(self, name: str) -> Mount:
        place = self._volumes / name / "_data"
        place.mkdir(parents=True, exist_ok=True)
        return place

    def drop_volume(self, name: str, mount: Mount) -> None:
        shutil.rmtree(self._volumes / name, ignore_errors=True)

    def save(self) -> None:
        """Volumes are on the disk as they are."""

    def retain(self, names: Iterable[str]) -> None:
        kept = set(names)
        for place in self._volumes.iterdir() if self._volumes.exists() else ():
            if place.name not in kept:
                shutil.rmtree(place, ignore_errors=True)

    def size(self, mount: Mount) -> int:
        """Bytes of its files, hard links once."""
        seen: set[tuple[int, int]] = set()
        total = 0
        for directory, _, names in os.walk(str(mount)):
            for name in names:
                found = os.lstat(os.path.join(directory, name))
                if (found.st_dev, found.st_ino) not in seen:
                    seen.add((found.st_dev, found.st_ino))
                    total += found.st_size
        return total

    def fill(self, mount: Mount, root: Mount, path: str) -> int:
        return fill_volume(self._look(mount), self._look(root), path)

    def make_directory(self, root: Mount, path: str) -> bool:
        return make_directory(self._look(root), path)

    def make_mount_points(self, root: Mount, targets: Sequence[str]) -> None:
        """The first process makes them, in its own namespace."""

    def init_layer(self, image: Callable[[], Mount] | None, now_ns: int) -> Tree:
        return init_tree(None if image is None else self._look(image()), now_ns)

    def namespace(
        self, root: Mount, mounts: Sequence[tuple[str, Mount | bytes, bool]]
    ) -> KernelView:
        pid = self._running(root.name) if isinstance(root, Overlay) else None
        if pid is not None:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
            return KernelView(os.open(f"/proc/{pid}/root", flags))
        return KernelView(
            self._open(root),
            [
                (target, self._open(source) if isinstance(source, Overlay) else source, read_only)
                for target, source, read_only in mounts
            ],
        )

    def _look(self, mount: Mount) -> KernelView:
        return self.namespace(mount, ())

    def _open(self, mount: Mount) -> int:
        if isinstance(mount, Overlay):
            return mount.open(in_user_namespace=self._rootless)
        return os.open(mount, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


class KernelPaths:
    """`places.HostPaths[Path]`: the machine's own files, as they are."""

    def exists(self, path: str) -> bool:
        return os.path.lexists(path)

    def make_directory(self, path: str) -> None:
        try:
            os.makedirs(path, exist_ok=True)
        except OSError as error:
            raise InvalidInput(
                f"error while creating mount source path '{path}': mkdir {path}:"
                f" {(error.strerror or '').lower()}"
            ) from None

    def mount(self, path: str) -> Path:
        return Path(path)

    def release(self, path: str) -> None:
        """What was written there is there."""
