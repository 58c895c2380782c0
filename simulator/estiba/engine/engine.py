"""The engine: puts the concepts together over one host and one set of stores.

Each concept is a class that takes the engine and lives in the module of its name: `images.Images`,
`containers.Containers`, `networks.Networks` ... Concepts reach one another through the engine
(`engine.images.get(...)`), never by import, so that no order of construction matters after
`__init__`.
Whatever waits is a `Work`; whatever happens is emitted to `engine.recorder`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..store import Stores
from ..tasks import Scheduler
from ..trace import Clock, Event, Ids, Recorder
from .attach import Attaching
from .config import EngineConfig
from .containers import Containers
from .create import Creation
from .endpoints import Endpoints
from .events import Events
from .execs import Execs
from .health import HealthChecks
from .host import Host
from .images import Images
from .init_layers import InitLayers
from .layers import Layers
from .lifecycle import Lifecycle
from .links import Links
from .listing import Listing
from .networks import Networks
from .ports import Ports
from .removal import Removal
from .remove import ImageRemoval
from .runs import Runs
from .tags import Tags
from .volumes import Volumes
from .waits import Waits

if TYPE_CHECKING:
    from ..distribution import Hub
    from .builder.building import Building
    from .commit import Committing
    from .container_archive import ContainerArchives
    from .import_image import Importing
    from .load import Loading
    from .pull import Pulling
    from .push import Pushing
    from .save import Saving

M = TypeVar("M")

LATER = {
    "pulling": ("pull", "Pulling"),
    "pushing": ("push", "Pushing"),
    "saving": ("save", "Saving"),
    "loading": ("load", "Loading"),
    "importing": ("import_image", "Importing"),
    "committing": ("commit", "Committing"),
    "building": ("builder.building", "Building"),
    "archives": ("container_archive", "ContainerArchives"),
}
"""Concepts that many sessions never need: made, and their modules loaded, when first asked for."""


class Engine(Generic[M]):
    """Everything Docker means, over one host."""

    pulling: Pulling[M]
    pushing: Pushing[M]
    saving: Saving[M]
    loading: Loading[M]
    importing: Importing[M]
    committing: Committing[M]
    building: Building[M]
    archives: ContainerArchives[M]

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
        self.tags: Tags[M] = Tags(self)
        self.image_removal: ImageRemoval[M] = ImageRemoval(self)
        self.events: Events[M] = Events(self)
        self.networks: Networks[M] = Networks(self)
        self.volumes: Volumes[M] = Volumes(self)
        self.init_layers: InitLayers[M] = InitLayers(self)
        self.containers: Containers[M] = Containers(self)
        self.creation: Creation[M] = Creation(self)
        self.lifecycle: Lifecycle[M] = Lifecycle(self)
        self.runs: Runs[M] = Runs(self)
        self.removal: Removal[M] = Removal(self)
        self.waits: Waits[M] = Waits(self)
        self.endpoints: Endpoints[M] = Endpoints(self)
        self.links: Links[M] = Links(self)
        self.ports: Ports[M] = Ports(self)
        self.execs: Execs[M] = Execs(self)
        self.attaching: Attaching[M] = Attaching(self)
        self.health: HealthChecks[M] = HealthChecks(self)
        self.listing: Listing[M] = Listing(self)

    def __getattr__(self, name: str) -> Any:
        try:
            module, concept = LATER[name]
        except KeyError:
            raise AttributeError(name) from None
        made = getattr(import_module(f"..{module}", __name__), concept)(self)
        setattr(self, name, made)
        return made

    def emit(self, event: Event) -> None:
        """Tell the trace."""
        self.recorder.emit(event)
