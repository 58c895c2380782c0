"""What a host must offer beside snapshots and processes: volumes, and its own files for bind
mounts."""

from __future__ import annotations

from typing import Protocol, TypeVar

from ..errors import NotSupported

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


class VolumeKeeper(Protocol[M]):
    """Makes the trees of volumes."""

    def make(self, name: str) -> M:
        """An empty tree."""
        ...

    def size(self, mount: M) -> int:
        """Units: bytes."""
        ...

    def fill(self, mount: M, root: M, path: str) -> int:
        """Copy what a container's tree has at a path into an empty volume. How many entries
        came."""
        ...


class HostPaths(Protocol[M_co]):
    """The files of the machine the engine runs on."""

    def exists(self, path: str) -> bool: ...

    def make_directory(self, path: str) -> None: ...

    def mount(self, path: str) -> M_co | bytes:
        """What a bind mount of this path shows: a tree, or the content of one file."""
        ...


class NoVolumes:
    """A host without volumes."""

    def make(self, name: str) -> object:
        raise NotSupported("this host has no volumes")

    def size(self, mount: object) -> int:
        return 0

    def fill(self, mount: object, root: object, path: str) -> int:
        return 0


class NoPaths:
    """A host that shows none of its files."""

    def exists(self, path: str) -> bool:
        return False

    def make_directory(self, path: str) -> None:
        raise NotSupported("this host shows none of its files")

    def mount(self, path: str) -> bytes:
        raise NotSupported("this host shows none of its files")
