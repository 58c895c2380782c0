"""The snapshot port: mountable trees with parents.

Lower trees are kept once per chain ID and shared by all; each container has an upper tree of its
own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from ..filesystem import Change, Tree
from ..spec import Digest

M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


class Snapshotter(Protocol[M_co]):
    """Makes and keeps snapshots. `key` names a container's writable snapshot."""

    def add_layer(self, chain_id: Digest, parent: Digest | None, tree: Tree) -> None:
        """Keep an unpacked layer under its chain ID. Idempotent."""
        ...

    def remove_layer(self, chain_id: Digest) -> None:
        """Drop a layer that nothing stands on."""
        ...

    def prepare(self, key: str, parent: Digest | None) -> None:
        """Make an empty writable layer above a chain. Raises: NotFound."""
        ...

    def mount(self, key: str) -> M_co:
        """The merged view, writable."""
        ...

    def view(self, chain_id: Digest) -> M_co:
        """The merged view of a chain, read only."""
        ...

    def changes(self, key: str) -> tuple[Change, ...]:
        """What `docker diff` shows, in its order."""
        ...

    def size(self, key: str) -> int:
        """Apparent bytes in the writable layer. Units: bytes."""
        ...

    def upper(self, key: str) -> Tree:
        """The writable layer as a layer tree, for commit."""
        ...

    def remove(self, key: str) -> None: ...

    def keep(self, key: str) -> None:
        """Let a writable layer outlive the process: as it is at each `save`."""
        ...

    def save(self) -> None:
        """Hand what changed in kept layers to whoever makes it durable."""
        ...

    def adopt(self, key: str, parent: Digest | None) -> None:
        """Go on with a kept layer above a chain, which must be here when it is looked at."""
        ...

    def retain(self, keys: Iterable[str]) -> None:
        """Forget the kept layers of all others."""
        ...
