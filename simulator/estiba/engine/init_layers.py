"""The layer Docker puts between an image and a container's own: where the runtime mounts things.

It holds empty files and directories such as /dev, /proc and /etc/hosts, so that they neither are in the
image nor show in `docker diff`. All containers of an image share one. Source: Docker, `setupInitLayer`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from ..spec import Digest
from ..store import Documents

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

KIND = "init layer"


class InitLayers(Generic[M]):
    """One layer on top of each chain that has containers."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._held: dict[Digest | None, tuple[Digest | None, int]] = {}
        self._made_ns = {key: value["made_ns"] for key, value in self._documents.items(KIND)}

    @property
    def _documents(self) -> Documents:
        return self._engine.stores.documents

    def hold(self, chain_id: Digest | None) -> Digest | None:
        """The chain a container stands on: the image's with this layer on top."""
        held = self._held.get(chain_id)
        top, holders = (self._make(chain_id), 0) if held is None else held
        self._held[chain_id] = top, holders + 1
        return top

    def release(self, chain_id: Digest | None) -> None:
        """A container stands on it no more. It is kept for the next one while the image's layers are
        here."""
        top, holders = self._held[chain_id]
        self._held[chain_id] = top, holders - 1
        if holders == 1:
            self._drop_useless()

    def _make(self, chain_id: Digest | None) -> Digest | None:
        host = self._engine.host
        self._drop_useless()
        image = None if chain_id is None else partial(host.snapshotter.view, chain_id)
        tree = host.trees.init_layer(image, self._time(str(chain_id)))
        if tree is None:
            return chain_id
        top = Digest.of(f"init {chain_id}".encode())
        host.snapshotter.add_layer(top, chain_id, tree)
        return top

    def _time(self, key: str) -> int:
        """When the layer was made: it has the same times whenever it is made again."""
        made_ns: int | None = self._made_ns.get(key)
        if made_ns is None:
            made_ns = self._made_ns[key] = self._engine.clock.now_ns()
            self._documents.put(KIND, key, {"made_ns": made_ns})
        return made_ns

    def sweep(self) -> None:
        """Forget the times of those whose image is gone."""
        known = {str(record.chain_id) for record in self._engine.stores.layers}
        for key in self._made_ns.keys() - known - {str(chain_id) for chain_id in self._held}:
            del self._made_ns[key]
            self._documents.remove(KIND, key)

    def _drop_useless(self) -> None:
        """Forget those that nobody stands on and whose image is gone."""
        layers = self._engine.stores.layers
        for chain_id, (top, holders) in list(self._held.items()):
            if not holders and chain_id is not None and chain_id not in layers:
                del self._held[chain_id]
                self._made_ns.pop(str(chain_id), None)
                self._documents.remove(KIND, str(chain_id))
                if top is not None and top != chain_id:
                    self._engine.host.snapshotter.remove_layer(top)
