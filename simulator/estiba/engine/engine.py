"""The engine: puts the concepts together over one host and one set of stores.

Each concept is a class that takes the engine and lives in the module of its name: `images.Images`,
`containers.Containers`, `networks.Networks` ... Concepts reach one another through the engine
(`engine.images.get(...)`), never by import, so that no order of construction matters after
`__init__`.
Whatever waits is a `Work`; whatever happens is emitted to `engine.recorder`.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from ..distribution import Hub
from ..store import Stores
from ..tasks import Scheduler
from ..trace import Clock, Event, Ids, Recorder
from .attach import Attaching
from .builder.building import Building
from .commit import Committing
from .config import EngineConfig
from .container_archive import ContainerArchives
from .containers import Containers
from .create import Creation
from .endpoints import Endpoints
from .events import Events
from .execs import Execs
from .health import HealthChecks
from .host import Host
from .images import Images
from .import_image import Importing
from .init_layers import InitLayers
from .layers import Layers
from .lifecycle import Lifecycle
from .links import Links
from .listing import Listing
from .load import Loading
from .networks import Networks
from .ports import Ports
from .pull import Pulling
from .push import Pushing
from .removal import Removal
from .remove import ImageRemoval
from .runs import Runs
from .save import Saving
from .tags import Tags
from .volumes import Volumes
from .waits import Waits

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
        self.tags: Tags[M] = Tags(self)
        self.image_removal: ImageRemoval[M] = ImageRemoval(self)
        self.pulling: Pulling[M] = Pulling(self)
        self.pushing: Pushing[M] = Pushing(self)
        self.saving: Saving[M] = Saving(self)
        self.loading: Loading[M] = Loading(self)
        self.importing: Importing[M] = Importing(self)
        self.committing: Committing[M] = Committing(self)
        self.building: Building[M] = Building(self)
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
        self.archives: ContainerArchives[M] = ContainerArchives(self)

    def emit(self, event: Event) -> None:
        """Tell the trace."""
        self.recorder.emit(event)
