"""The record of one container: what it was created with, and where it is in its life.

Slots, and nothing made before it is needed: a thousand idle containers stay small. Settings are
values shared with other containers of the same request; only what differs is held here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from ..runtime import Process
from ..spec import ContainerConfig, Digest
from ..trace.containers import NO_LABELS, ContainerEvent
from .host_config import HostConfig
from .logs import Log
from .states import ALIVE, State, after
from .streams import Streams

M = TypeVar("M")
E = TypeVar("E", bound=ContainerEvent)


@dataclass(frozen=True, slots=True)
class MountPoint:
    """One mount of a container: what is mounted where. `raw` is the text it was asked for with."""

    kind: str
    destination: str
    source: str = ""
    volume: str = ""
    driver: str = ""
    mode: str = ""
    writable: bool = True
    propagation: str = ""
    copy: bool = False
    anonymous: bool = False
    options: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()

    def to_json(self, *, listed: bool = False) -> dict[str, Any]:
        """As inspect shows it. Lists know no source of a volume nobody gave a place (it has no
        mode either)."""
        value: dict[str, Any] = {"Type": self.kind}
        if self.volume:
            value["Name"] = self.volume
        unplaced = listed and self.anonymous and not self.mode
        value["Source"] = "" if unplaced else self.source
        value["Destination"] = self.destination
        if self.driver:
            value["Driver"] = self.driver
        value["Mode"] = self.mode
        value["RW"] = self.writable
        value["Propagation"] = self.propagation
        return value


@dataclass(slots=True)
class Endpoint:
    """A container's place on one network. Address and identity are there while it runs."""

    network: str
    network_id: str = ""
    id: str = ""
    address: str = ""
    prefix_length: int = 0
    gateway: str = ""
    mac: str = ""
    wanted_mac: str = ""
    aliases: tuple[str, ...] | None = None
    links: tuple[str, ...] | None = None
    ipam: dict[str, Any] | None = None
    driver_options: dict[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "IPAMConfig": self.ipam,
            "Links": None if self.links is None else list(self.links),
            "Aliases": None if self.aliases is None else list(self.aliases),
            "NetworkID": self.network_id,
            "EndpointID": self.id,
            "Gateway": self.gateway,
            "IPAddress": self.address,
            "IPPrefixLen": self.prefix_length,
            "IPv6Gateway": "",
            "GlobalIPv6Address": "",
            "GlobalIPv6PrefixLen": 0,
            "MacAddress": self.mac,
            "DriverOpts": self.driver_options,
        }

    def leave(self) -> None:
        """Forget what holds only while the container runs."""
        self.id = self.address = self.gateway = self.mac = ""
        self.prefix_length = 0


@dataclass(slots=True)
class Health:
    """What the health checks have found so far. `log` keeps the last five."""

    status: str = "starting"
    failing_streak: int = 0
    log: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "Status": self.status,
            "FailingStreak": self.failing_streak,
            "Log": list(self.log),
        }


Waiter = Callable[[int], None]
"""Called once with the exit code."""


class Container(Generic[M]):
    """A container. Only the engine changes it; `state` follows the table of `states`.

    `marks` is where it notes that it changed, None if it is not to outlive the engine. One that
    `stays` is not removed at its end although `--rm` says so: somebody restarts or removes it.
    """

    __slots__ = (
        "chain_id",
        "config",
        "created_ns",
        "endpoints",
        "error",
        "execs",
        "exit_code",
        "finished_ns",
        "has_run",
        "health",
        "host",
        "hostname",
        "id",
        "image_id",
        "links",
        "listeners",
        "log",
        "manually_stopped",
        "marks",
        "mounted",
        "mounts",
        "name",
        "oom_killed",
        "pid",
        "ports",
        "process",
        "restart_count",
        "restart_delay_ns",
        "sandbox_id",
        "started_ns",
        "state",
        "stays",
        "streams",
        "summary",
        "waiters",
    )

    def __init__(
        self, id: str, name: str, config: ContainerConfig, host: HostConfig, created_ns: int
    ) -> None:
        self.id = id
        self.name = name
        self.config = config
        self.host = host
        self.created_ns = created_ns
        self.hostname = config.hostname or id[:12]
        self.image_id = ""
        self.chain_id: Digest | None = None
        self.state = State.CREATED
        self.exit_code = 0
        self.error = ""
        self.pid = 0
        self.started_ns = 0
        self.finished_ns = 0
        self.has_run = False
        self.oom_killed = False
        self.manually_stopped = False
        self.stays = False
        self.restart_count = 0
        self.restart_delay_ns = 0
        self.mounts: tuple[MountPoint, ...] = ()
        self.mounted = False
        self.endpoints: dict[str, Endpoint] = {}
        self.links: dict[str, str] | None = None
        self.ports: dict[str, list[dict[str, str]] | None] | None = None
        self.listeners: list[Any] | None = None
        self.sandbox_id = ""
        self.process: Process | None = None
        self.streams: Streams | None = None
        self.log: Log | None = None
        self.execs: dict[str, Any] | None = None
        self.health: Health | None = None
        self.waiters: list[tuple[str, Waiter]] | None = None
        self.summary: Any = None
        self.marks: dict[str, Container[M]] | None = None

    @property
    def running(self) -> bool:
        """What Docker calls running: also when paused, or waiting to restart."""
        return self.state in ALIVE

    @property
    def image(self) -> str:
        """The reference it was created from."""
        return self.config.image

    @property
    def command(self) -> tuple[str, ...]:
        """Entrypoint and command together: what is executed."""
        return (self.config.entrypoint or ()) + (self.config.cmd or ())

    @property
    def network_mode(self) -> str:
        return self.host.network_mode

    def move(self, action: str) -> None:
        """Take a step of the table. Raises: IllegalTransition."""
        self.state = after(self.state, action)
        self.touch()

    def touch(self) -> None:
        """Something that is shown, or outlives the engine, has changed."""
        self.summary = None
        if self.marks is not None:
            self.marks[self.id] = self

    def event(self, kind: type[E], **fields: Any) -> E:
        """An event about this container."""
        return kind(self.id, self.name, self.image, self.config.labels or NO_LABELS, **fields)
