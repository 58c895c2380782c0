"""What changed in a turn, written at its end; and everything, read when the engine comes up.

Containers change several times in a turn: they are noted, and written once as they are at its end.
Volumes and networks are written when they are made and when they go.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .. import network, volumes
from ..container import Container
from ..logs import log_limit
from . import containers
from .logs import LogRows
from .reading import read
from .recovery import recover

if TYPE_CHECKING:
    from ..engine import Engine

M = TypeVar("M")

KIND = "container"


class Records(Generic[M]):
    """The documents of an engine whose stores last."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._changed: dict[str, Container[M]] = {}
        self._rows: dict[str, LogRows] = {}
        self._longer: dict[str, Container[M]] = {}
        """Containers whose logs have grown."""

    def keep(self, container: Container[M]) -> None:
        """Let a container last, with its files and volumes."""
        container.marks = self._changed
        self._engine.host.snapshotter.keep(container.id)
        for point in container.mounts:
            if point.kind == "volume":
                self._engine.volumes.keep(self._engine.volumes.get(point.volume))
        self.keep_log(container)
        container.touch()

    def keep_log(self, container: Container[M]) -> None:
        """Let what it writes last, if it lasts itself."""
        if container.marks is not None and container.log is not None:
            self._rows.setdefault(container.id, LogRows(container.id))
            container.log.note = partial(self._longer.__setitem__, container.id, container)
            container.log.note()

    def checkpoint(self) -> None:
        """Write what changed. Nothing is durable before the stores commit."""
        for container in self._changed.values():
            if self._engine.containers.has(container):
                self._put(container)
            else:
                self._remove(container)
        self._changed.clear()
        documents = self._engine.stores.documents
        for container in self._longer.values():
            if container.log is not None and container.id in self._rows:
                self._rows[container.id].save(container.log, documents)
        self._longer.clear()

    def _put(self, container: Container[M]) -> None:
        value = containers.document(container)
        self._engine.stores.documents.put(KIND, container.id, value)

    def _remove(self, container: Container[M]) -> None:
        documents = self._engine.stores.documents
        documents.remove(KIND, container.id)
        rows = self._rows.pop(container.id, None)
        if rows is not None:
            documents.clear(rows.kind)

    def restore(self) -> None:
        """Read everything, and bring the containers into a state they can be in now."""
        engine = self._engine
        engine.layers.restore()
        self._restore_networks()
        documents = engine.stores.documents
        for volume, _ in read(documents, volumes.KIND, self._volume):
            engine.volumes.adopt(volume)
        for container, value in read(documents, KIND, containers.ContainerReader().read):
            self._adopt(container, logged=value["logged"])
        engine.layers.sweep()
        engine.init_layers.sweep()
        engine.host.snapshotter.retain([one.id for one in engine.containers.all()])
        engine.host.trees.retain([one.name for one in engine.volumes.all()])
        recover(engine)

    def _volume(self, name: str, value: dict[str, Any]) -> volumes.Volume[M]:
        return volumes.restored(name, value, self._engine.host.trees.make_volume(name))

    def _restore_networks(self) -> None:
        """All but the default bridge, which Docker makes anew each time."""
        networks = self._engine.networks
        for kept, value in read(self._engine.stores.documents, network.KIND, network.restored):
            networks.adopt(kept, value)
        for one in networks.all():
            if one.predefined and one is not networks.bridge:
                networks.keep(one)

    def _adopt(self, container: Container[M], *, logged: bool) -> None:
        engine = self._engine
        engine.containers.reserve(container.name, container.id)
        engine.layers.hold(container.chain_id)
        engine.host.snapshotter.adopt(container.id, engine.init_layers.hold(container.chain_id))
        container.marks = self._changed
        if logged:
            rows = self._rows[container.id] = LogRows(container.id)
            limit = log_limit(container.host["LogConfig"]["Config"])
            container.log = rows.log(limit, engine.stores.documents)
            container.log.note = partial(self._longer.__setitem__, container.id, container)
        for point in container.mounts:
            if point.kind == "volume":
                engine.volumes.get(point.volume).users[container.id] = None
        engine.containers.add(container)
        for alias, child in (container.links or {}).items():
            engine.containers.link_name(container.name, alias, child)
