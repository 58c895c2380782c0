"""`docker create`: from a request and an image to a container that has not run yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import EstibaError, Failure, InvalidInput, NotFound
from ..filesystem.errors import FilesystemError
from ..spec import ContainerConfig, InvalidConfig
from ..spec.platform import Platform
from ..store import ImageRecord
from ..trace.containers import ContainerCreated
from . import merging, validation
from .container import Container, Endpoint
from .endpoints import fill_endpoint
from .host_config import DEFAULTS, HostConfig
from .limits import discarded
from .log_options import check_options
from .mounting import MountPlan

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


WRAPPER = "ContainerConfigWrapper"
"""How Docker calls the body of `create`, which its decoder names in errors."""


BESIDE_CONFIG = {"HostConfig", "NetworkingConfig", "Cpuset"}
MOVED = (
    ("Memory", "Memory"),
    ("MemorySwap", "MemorySwap"),
    ("CpuShares", "CpuShares"),
    ("Cpuset", "CpusetCpus"),
    ("VolumeDriver", "VolumeDriver"),
)
"""Settings that clients older than API 1.18 put beside HostConfig, and their names inside."""


NO_NAMES = ("default", "bridge")
"""The network where links are entries of /etc/hosts; elsewhere they are names of an endpoint."""


class EmptyConfig(InvalidInput):
    def __init__(self) -> None:
        super().__init__("Config cannot be empty in order to create a container")


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """What a client asks for. Equal requests may share one value: it is never changed.

    `merged` remembers, by image, what came of it, so that containers alike share their settings.
    """

    config: ContainerConfig
    host: HostConfig
    endpoints: Mapping[str, Any] = field(default_factory=dict)
    more_endpoints: Mapping[str, Any] = field(default_factory=dict)
    """Networks beside the one of the network mode."""
    merged: dict[str, ContainerConfig] = field(default_factory=dict, compare=False)

    @classmethod
    def from_json(cls, body: Mapping[str, Any] | None, *, several: bool = False) -> CreateRequest:
        """Read the body of `POST /containers/create`; whether it may name `several` networks depends
        on the version. Raises: EmptyConfig, InvalidInput."""
        body = body or {}
        try:
            host = HostConfig.from_json(_host_settings(body))
            config = ContainerConfig.from_json(body)
        except InvalidConfig as error:
            raise Failure(str(error).replace("field Config.", f"field {WRAPPER}.")) from None
        validation.check_modes(config, host)
        if not body.keys() - DEFAULTS.keys() - BESIDE_CONFIG:
            raise EmptyConfig
        networking = body.get("NetworkingConfig") or {}
        endpoints: dict[str, Any] = networking.get("EndpointsConfig") or {}
        more: dict[str, Any] = {}
        if several and len(endpoints) > 1:
            first = host.network_mode if host.network_mode in endpoints else next(iter(endpoints))
            more = {name: given for name, given in endpoints.items() if name != first}
            endpoints = {first: endpoints[first]}
        return cls(config, host, endpoints, more)


def _host_settings(body: Mapping[str, Any]) -> dict[str, Any] | None:
    """HostConfig; where there is none, its fields from beside it. Source: dockerd 20.10,
    `getHostConfig`."""
    host = body.get("HostConfig")
    if host is None:
        host = {key: body[key] for key in body.keys() & DEFAULTS.keys()}
    for key, inside in MOVED:
        if body.get(key) and not host.get(inside):
            host = {**host, inside: body[key]}
    return host or body.get("HostConfig")


class Creation(Generic[M]):
    """Makes containers."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._ready: set[tuple[str, str]] = set()
        self._suitable: set[str] = set()

    def check(self, request: CreateRequest) -> None:
        """What is refused whatever the image. Raises: InvalidInput."""
        engine = self._engine
        validation.check_settings(request.config, request.host, engine.config, engine.host.paths)
        validation.check_endpoints(request.endpoints)

    def create(
        self, request: CreateRequest, name: str = "", platform: str = "", *, lasts: bool = True
    ) -> tuple[Container[M], list[str]]:
        """A new container, and warnings. The request must have been checked.

        With `lasts` it outlives the engine, if anything does.

        Raises: NoSuchImage, NoCommand, InvalidName, NameInUse, and what goes wrong with mounts.
        """
        engine = self._engine
        image = engine.images.get(request.config.image) if request.config.image else None
        if image is not None and platform:
            self._check_platform(request.config.image, image, platform)
        config = self._merge(request, image)
        check_options(request.host.log_driver, request.host["LogConfig"]["Config"])
        self._check_shared(request.host)
        cannot, warnings = discarded(request.host.json)
        if request.host.network_mode == "host" and request.host.port_bindings:
            warnings.append("Published ports are discarded when using host network mode")
        container_id = engine.ids.hex64()
        name = engine.containers.reserve(name, container_id)
        cannot |= self._shared(request.host)
        host = request.host.with_fields(**cannot) if cannot else request.host
        container: Container[M] = Container(container_id, name, config, host, engine.clock.now_ns())
        if host.network_mode == "host" and not config.hostname:
            container.hostname = engine.config.name
        if image is not None:
            container.image_id = str(image.id)
            container.chain_id = image.chain_id
        try:
            self._furnish(container, request)
        except EstibaError:
            self.discard(container)
            raise
        engine.containers.add(container)
        if lasts and engine.stores.durable:
            engine.records.keep(container)
        engine.emit(container.event(ContainerCreated))
        return container, warnings + self._warnings(image, platform)

    def _check_shared(self, host: HostConfig) -> None:
        """Raises: InvalidInput, Failure."""
        validation.check_security(host)
        for key in ("IpcMode", "PidMode") if not host["SecurityOpt"] else ():
            kind, _, name = host[key].partition(":")
            if kind == "container" and self._engine.containers.find(name) is None:
                raise InvalidInput(f"No such container: {name}")
        if host["StorageOpt"]:
            raise Failure(
                "--storage-opt is supported only for overlay over xfs with 'pquota' mount option"
            )

    def _shared(self, host: HostConfig) -> dict[str, str]:
        """Whose IPC and processes are shared, by ID."""
        found = {}
        for key in ("IpcMode", "PidMode"):
            kind, _, name = host[key].partition(":")
            other = self._engine.containers.find(name) if kind == "container" else None
            if other is not None:
                found[key] = f"container:{other.id}"
        return found

    def discard(self, container: Container[M]) -> None:
        """Give back what a container holds: volumes, snapshot, layers, its name."""
        engine = self._engine
        for mount in container.mounts:
            if mount.kind == "volume":
                engine.volumes.release(mount.volume, container.id, remove=mount.anonymous)
                if not mount.anonymous:
                    engine.volumes.keep(engine.volumes.get(mount.volume))
        engine.host.snapshotter.remove(container.id)
        engine.layers.release(container.chain_id)
        engine.init_layers.release(container.chain_id)
        engine.containers.free(container.name)

    def _check_platform(self, name: str, image: ImageRecord, text: str) -> None:
        wanted = Platform.parse(text)
        actual = image.config.platform
        if not wanted.matches(actual):
            raise NotFound(
                f"image with reference {name} was found but does not match the specified platform:"
                f" wanted {wanted}, actual: {actual}"
            )

    def _merge(self, request: CreateRequest, image: ImageRecord | None) -> ContainerConfig:
        key = str(image.id) if image is not None else ""
        merged = request.merged.get(key)
        if merged is None:
            own = None if image is None else image.config.config
            merged = merging.merge(request.config, own)
            validation.check_config(merged)
            request.merged[key] = merged
        return merged

    def _furnish(self, container: Container[M], request: CreateRequest) -> None:
        engine = self._engine
        engine.layers.hold(container.chain_id)
        engine.host.snapshotter.prepare(container.id, engine.init_layers.hold(container.chain_id))
        if container.host.has_mounts or container.config.volumes:
            MountPlan(engine, container).carry_out()
        if container.host["Links"] and container.network_mode in NO_NAMES:
            engine.links.register(container)
        if container.config.working_dir:
            self._make_working_directory(container)
        self._set_endpoint(container, request.endpoints)

    def _make_working_directory(self, container: Container[M]) -> None:
        key = (container.image_id, container.config.working_dir)
        if key in self._ready and not container.mounts:
            return
        mount = self._engine.host.snapshotter.mount(container.id)
        try:
            if self._engine.host.trees.make_directory(mount, container.config.working_dir):
                return
        except FilesystemError as error:
            raise Failure(
                f"Cannot mkdir: {container.config.working_dir} is not a directory"
            ) from error
        if not container.mounts:
            self._ready.add(key)

    def _set_endpoint(self, container: Container[M], asked: Mapping[str, Any]) -> None:
        mode = container.network_mode
        if mode.startswith("container:"):
            other = self._engine.containers.find(mode.partition(":")[2])
            if other is not None:
                container.host = container.host.with_fields(NetworkMode=f"container:{other.id}")
            return
        name = "bridge" if mode == "default" else mode
        given = asked.get(name) or asked.get(mode) or {}
        if asked and not given and mode not in asked:
            name, given = next(iter(asked.items()))
        endpoint = Endpoint(name)
        if given:
            fill_endpoint(endpoint, given)
        endpoint.wanted_mac = container.config.mac_address or endpoint.wanted_mac
        container.endpoints = {name: endpoint}

    def _warnings(self, image: ImageRecord | None, platform: str) -> list[str]:
        if image is None or platform or str(image.id) in self._suitable:
            return []
        machine = self._engine.config
        own = Platform("linux", machine.architecture, machine.variant)
        wanted = image.config.platform
        if not wanted.architecture or any(wanted.matches(runs) for runs in own.runs()):
            self._suitable.add(str(image.id))
            return []
        return [
            f"The requested image's platform ({wanted}) does not match the detected host platform"
            f" ({own}) and no specific platform was requested"
        ]
