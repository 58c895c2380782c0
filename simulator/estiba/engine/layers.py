"""Layers and their holders: a chain lives while an image or a container holds its top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..layer import chain_id
from ..spec import Digest
from ..store import LayerRecord

if TYPE_CHECKING:
    from ..layer import Layer
    from .engine import Engine

M = TypeVar("M")


class Layers(Generic[M]):
    """Holds and releases chains, in the store and in the snapshotter together.

    A container holds its image's chain from creation to removal: the layers outlive a forced `rmi`.
    """

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def add(self, layer: Layer, parent: Digest | None, digest: Digest | None = None) -> LayerRecord:
        """Put a layer above its parent, held once for the caller. `digest` is that of its blob."""
        engine = self._engine
        chain = chain_above(parent, layer.diff_id)
        store = engine.stores.layers
        if chain in store:
            store.hold(chain)
            return store.get(chain)
        below = 0 if parent is None else store.get(parent).total_size
        record = store.add(
            LayerRecord(
                chain_id=chain,
                diff_id=layer.diff_id,
                parent=parent,
                size=layer.size,
                total_size=below + layer.size,
                cache_id=engine.ids.hex64(),
                archive=layer.archive,
                tree=layer.tree,
            )
        )
        engine.host.snapshotter.add_layer(chain, parent, record.tree or layer.tree)
        from ..trace.images import LayerApplied  # noqa: PLC0415  (slow to load)

        engine.emit(
            LayerApplied(
                diff_id=layer.diff_id,
                chain_id=chain,
                parent=parent,
                size=layer.size,
                digest=digest,
            )
        )
        return record

    def restore(self) -> None:
        """Show the snapshotter what the store has, and hold it for the images that are here."""
        stores = self._engine.stores
        for record in stores.layers:
            if record.tree is not None:
                self._engine.host.snapshotter.add_layer(record.chain_id, record.parent, record.tree)
        for image in stores.images:
            self.hold(image.chain_id)

    def sweep(self) -> None:
        """Free what nobody holds."""
        for record in self._engine.stores.layers.sweep():
            self._engine.host.snapshotter.remove_layer(record.chain_id)

    def hold(self, chain: Digest | None) -> None:
        """Add a holder. None is the empty chain of an image from scratch."""
        if chain is not None:
            self._engine.stores.layers.hold(chain)

    def release(self, chain: Digest | None) -> tuple[Digest, ...]:
        """Take a holder away; the chain IDs freed by it, top first."""
        if chain is None:
            return ()
        engine = self._engine
        freed = engine.stores.layers.release(chain)
        if not freed:
            return ()
        from ..trace.images import LayerDeleted  # noqa: PLC0415  (slow to load)

        for record in freed:
            engine.host.snapshotter.remove_layer(record.chain_id)
            engine.emit(
                LayerDeleted(chain_id=record.chain_id, diff_id=record.diff_id, size=record.size)
            )
        return tuple(record.chain_id for record in freed)

    def size(self, chain: Digest | None) -> int:
        """Bytes of all layers of a chain."""
        return 0 if chain is None else self._engine.stores.layers.get(chain).total_size

    def driver_data(self, chain: Digest | None) -> dict[str, str] | None:
        """`GraphDriver.Data` of an image: the directories of its top layer and those below."""
        if chain is None:
            return None
        root = f"{self._engine.config.root_dir}/{self._engine.config.driver}"
        top, *lower = (
            f"{root}/{record.cache_id}" for record in self._engine.stores.layers.chain(chain)
        )
        data = {"LowerDir": ":".join(f"{path}/diff" for path in lower)} if lower else {}
        return data | {
            "MergedDir": f"{top}/merged",
            "UpperDir": f"{top}/diff",
            "WorkDir": f"{top}/work",
        }


def chain_above(parent: Digest | None, diff_id: Digest) -> Digest:
    """The chain ID of a layer on a chain."""
    return diff_id if parent is None else chain_id((parent, diff_id))
