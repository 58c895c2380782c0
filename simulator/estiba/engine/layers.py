"""Layers under their holders: images and containers hold the top of a chain, and a chain lives while held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..spec import Digest

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class Layers(Generic[M]):
    """Holds and releases chains in the store and in the snapshotter together.

    A container holds its image's chain from creation to removal, so the layers outlive a forced `rmi`.
    """

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def hold(self, chain_id: Digest | None) -> None:
        """Add a holder. None is the empty chain of an image from scratch."""
        if chain_id is not None:
            self._engine.stores.layers.hold(chain_id)

    def release(self, chain_id: Digest | None) -> tuple[Digest, ...]:
        """Take a holder away; the chain IDs freed by it, top first."""
        if chain_id is None:
            return ()
        freed = self._engine.stores.layers.release(chain_id)
        for record in freed:
            self._engine.host.snapshotter.remove_layer(record.chain_id)
        return tuple(record.chain_id for record in freed)
