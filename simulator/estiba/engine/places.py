"""What a host must offer beside snapshots and processes: trees to look into, and its own files.

`M` is the kind of mount the host's snapshotter hands out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..errors import NotSupported

if TYPE_CHECKING:
    from ..filesystem import Tree

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


class Trees(Protocol[M]):
    """Makes the trees of volumes, and looks into those of containers."""

    def make_volume(self, name: str) -> M:
        """An empty tree, or the one that was kept under this name."""
        ...

    def drop_volume(self, name: str, mount: M) -> None:
        """It is not kept any more."""
        ...

    def save(self) -> None:
        """Hand what changed in volumes to whoever makes it durable."""
        ...

    def retain(self, names: Iterable[str]) -> None:
        """Forget what was kept of all other volumes."""
        ...

    def size(self, mount: M) -> int:
        """Bytes of its files."""
        ...

    def fill(self, mount: M, root: M, path: str) -> int:
        """Copy what a container's tree has at a path into an empty volume. How many entries
        came."""
        ...

    def make_directory(self, root: M, path: str) -> bool:
        """Make a directory and those above it; False if it was there.

        Raises: FilesystemError when something else is in the way.
        """
        ...

    def make_mount_points(self, root: M, targets: Sequence[str]) -> None:
        """Make the directories that will be mounted on, where the runtime does not do it itself."""
        ...

    def init_layer(self, image: Callable[[], M] | None, now_ns: int) -> Tree | None:
        """The layer between an image and its containers; None for a host that needs none.

        Nobody looks at the image before somebody looks into the layer.
        """
        ...

    def namespace(self, root: M, mounts: Sequence[tuple[str, M | bytes, bool]]) -> Any:
        """A container's tree with its mounts (target, source, read only): a MountNamespace."""
        ...


class HostPaths(Protocol[M_co]):
    """The files of the machine the engine runs on."""

    def exists(self, path: str) -> bool: ...

    def make_directory(self, path: str) -> None: ...

    def mount(self, path: str) -> M_co | bytes:
        """What a bind mount of this path shows: a tree, or the content of one file."""
        ...

    def release(self, path: str) -> None:
        """Whoever mounted it is done: what was written there must be on the disk now."""
        ...


class NoTrees:
    """A host without volumes, whose trees cannot be looked into."""

    def make_volume(self, name: str) -> object:
        raise NotSupported("this host has no volumes")

    def drop_volume(self, name: str, mount: object) -> None:
        """There is none."""

    def save(self) -> None:
        """There is nothing to save."""

    def retain(self, names: Iterable[str]) -> None:
        """Nothing was kept."""

    def size(self, mount: object) -> int:
        return 0

    def fill(self, mount: object, root: object, path: str) -> int:
        return 0

    def make_directory(self, root: object, path: str) -> bool:
        return False

    def make_mount_points(self, root: object, targets: Sequence[str]) -> None:
        """There are none."""

    def init_layer(self, image: object, now_ns: int) -> None:
        """None is needed."""

    def namespace(self, root: object, mounts: Sequence[tuple[str, object, bool]]) -> Any:
        raise NotSupported("this host's trees cannot be looked into")


class NoPaths:
    """A host that shows none of its files."""

    def exists(self, path: str) -> bool:
        return False

    def make_directory(self, path: str) -> None:
        raise NotSupported("this host shows none of its files")

    def mount(self, path: str) -> bytes:
        raise NotSupported("this host shows none of its files")

    def release(self, path: str) -> None:
        """Nothing was mounted."""
