"""The engine: puts the concepts together over one host and one set of stores.

Each concept is a class that takes the engine and lives in the module of its name: `images.Images`,
`containers.Containers`, `networks.Networks` ... Concepts reach one another through the engine
(`engine.images.get(...)`), never by import, so that no order of construction matters after `__init__`.
Whatever waits is a `Work`; whatever happens is emitted to `engine.recorder`.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from ..distribution import Hub
from ..store import Stores
from ..tasks import Scheduler
from ..trace import Clock, Event, Ids, Recorder
from .config import EngineConfig
from .host import Host
from .images import Images
from .layers import Layers

M = TypeVar("M")


class Engine(Generic[M]):
    """Everything Docker means, over one host."""

    def __init__(
        self,
        host: Host[M],
        *,
        stores: Stores,
        hub: Hub,
        scheduler: Scheduler,
        clock: Clock,
        ids: Ids,
        recorder: Recorder,
        config: EngineConfig | None = None,
    ) -> None:
        self.host = host
        self.stores = stores
        self.hub = hub
        self.scheduler = scheduler
        self.clock = clock
        self.ids = ids
        self.recorder = recorder
        self.config = config or EngineConfig()
        self.layers: Layers[M] = Layers(self)
        self.images: Images[M] = Images(self)

    def emit(self, event: Event) -> None:
        """Tell the trace."""
        self.recorder.emit(event)
