"""The layer Docker puts between an image and a container's own: where the runtime mounts things.

It holds empty files and directories such as /dev, /proc and /etc/hosts, so that they neither are in the
image nor show in `docker diff`. All containers of an image share one. Source: Docker, `setupInitLayer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..spec import Digest

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class InitLayers(Generic[M]):
    """One layer on top of each chain that has containers."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._held: dict[Digest | None, tuple[Digest | None, int]] = {}

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
        image = None if chain_id is None else host.snapshotter.view(chain_id)
        tree = host.trees.init_layer(image, self._engine.clock.now_ns())
        if tree is None:
            return chain_id
        top = Digest.of(f"init {chain_id}".encode())
        host.snapshotter.add_layer(top, chain_id, tree)
        return top

    def _drop_useless(self) -> None:
        """Forget those that nobody stands on and whose image is gone."""
        layers = self._engine.stores.layers
        for chain_id, (top, holders) in list(self._held.items()):
            if not holders and chain_id is not None and chain_id not in layers:
                del self._held[chain_id]
                if top is not None and top != chain_id:
                    self._engine.host.snapshotter.remove_layer(top)
