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
from .config import EngineConfig
from .events import Events
from .host import Host
from .images import Images
from .layers import Layers
from .networks import Networks

if TYPE_CHECKING:
    from ..distribution import Hub
    from .attach import Attaching
    from .builder.building import Building
    from .commit import Committing
    from .container_archive import ContainerArchives
    from .containers import Containers
    from .create import Creation
    from .endpoints import Endpoints
    from .execs import Execs
    from .health import HealthChecks
    from .import_image import Importing
    from .init_layers import InitLayers
    from .lifecycle import Lifecycle
    from .links import Links
    from .listing import Listing
    from .load import Loading
    from .ports import Ports
    from .pull import Pulling
    from .push import Pushing
    from .records import Records
    from .removal import Removal
    from .remove import ImageRemoval
    from .runs import Runs
    from .save import Saving
    from .tags import Tags
    from .volumes import Volumes
    from .waits import Waits

M = TypeVar("M")

LATER = {
    "volumes": ("volumes", "Volumes"),
    "containers": ("containers", "Containers"),
    "ports": ("ports", "Ports"),
    "tags": ("tags", "Tags"),
    "image_removal": ("remove", "ImageRemoval"),
    "init_layers": ("init_layers", "InitLayers"),
    "creation": ("create", "Creation"),
    "lifecycle": ("lifecycle", "Lifecycle"),
    "runs": ("runs", "Runs"),
    "removal": ("removal", "Removal"),
    "waits": ("waits", "Waits"),
    "endpoints": ("endpoints", "Endpoints"),
    "links": ("links", "Links"),
    "execs": ("execs", "Execs"),
    "attaching": ("attach", "Attaching"),
    "health": ("health", "HealthChecks"),
    "listing": ("listing", "Listing"),
    "pulling": ("pull", "Pulling"),
    "pushing": ("push", "Pushing"),
    "saving": ("save", "Saving"),
    "loading": ("load", "Loading"),
    "importing": ("import_image", "Importing"),
    "committing": ("commit", "Committing"),
    "building": ("builder.building", "Building"),
    "archives": ("container_archive", "ContainerArchives"),
    "records": ("records", "Records"),
}
"""Concepts that need nothing to happen before they are asked: made, and loaded, at that moment."""


class Engine(Generic[M]):
    """Everything Docker means, over one host."""

    tags: Tags[M]
    image_removal: ImageRemoval[M]
    init_layers: InitLayers[M]
    creation: Creation[M]
    lifecycle: Lifecycle[M]
    runs: Runs[M]
    removal: Removal[M]
    waits: Waits[M]
    endpoints: Endpoints[M]
    links: Links[M]
    execs: Execs[M]
    attaching: Attaching[M]
    health: HealthChecks[M]
    listing: Listing[M]
    volumes: Volumes[M]
    containers: Containers[M]
    ports: Ports[M]
    pulling: Pulling[M]
    pushing: Pushing[M]
    saving: Saving[M]
    loading: Loading[M]
    importing: Importing[M]
    committing: Committing[M]
    building: Building[M]
    archives: ContainerArchives[M]
    records: Records[M]

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
        self.is_stopping = False
        """Containers that end now do not restart by themselves."""
        self.layers: Layers[M] = Layers(self)
        self.images: Images[M] = Images(self)
        self.events: Events[M] = Events(self)
        self.networks: Networks[M] = Networks(self)

    def __getattr__(self, name: str) -> Any:
        try:
            module, concept = LATER[name]
        except KeyError:
            raise AttributeError(name) from None
        made = getattr(import_module(f"..{module}", __name__), concept)(self)
        setattr(self, name, made)
        return made

    def checkpoint(self) -> None:
        """Make all that has changed durable, at once, where anything is. Nothing when nothing has."""
        if self.stores.durable:
            self.records.checkpoint()
            self.host.snapshotter.save()
            self.host.trees.save()
            self.stores.commit()

    def restore(self) -> None:
        """Take up what was made durable before, and start the containers that come up by themselves."""
        if self.stores.durable:
            self.records.restore()
            self.checkpoint()

    def emit(self, event: Event) -> None:
        """Tell the trace."""
        self.recorder.emit(event)
