"""What happens to containers, and to the programs added by `exec`.

Every event names its container by ID, name and the image reference it was created from, and
carries the container's labels, because `docker events` shows them. Source: Docker, "docker
events", containers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

NO_LABELS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class ContainerEvent:
    """What all of them carry."""

    name: ClassVar[str] = "container"
    container: str
    container_name: str
    image: str
    labels: Mapping[str, str] = field(default_factory=lambda: NO_LABELS)


class ContainerCreated(ContainerEvent):
    """A container came to be: its record and an empty writable layer. Nothing runs."""

    __slots__ = ()
    name: ClassVar[str] = "container.created"


class ContainerAttached(ContainerEvent):
    """A client joined its standard streams to the container's."""

    __slots__ = ()
    name: ClassVar[str] = "container.attached"


class ContainerDetached(ContainerEvent):
    """A client left by the detach keys; the container runs on."""

    __slots__ = ()
    name: ClassVar[str] = "container.detached"


class ContainerStarted(ContainerEvent):
    """The first process runs."""

    __slots__ = ()
    name: ClassVar[str] = "container.started"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerDied(ContainerEvent):
    """The first process ended, and with it the container's process namespace."""

    name: ClassVar[str] = "container.died"
    exit_code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerKilled(ContainerEvent):
    """A signal was sent to the first process (which need not die of it)."""

    name: ClassVar[str] = "container.killed"
    signal: int


class ContainerStopped(ContainerEvent):
    """`stop` or `restart` reached its goal: the container does not run."""

    __slots__ = ()
    name: ClassVar[str] = "container.stopped"


class ContainerRestarted(ContainerEvent):
    """`restart` stopped and started it again."""

    __slots__ = ()
    name: ClassVar[str] = "container.restarted"


class ContainerPaused(ContainerEvent):
    """Its processes are frozen."""

    __slots__ = ()
    name: ClassVar[str] = "container.paused"


class ContainerUnpaused(ContainerEvent):
    """Its processes go on."""

    __slots__ = ()
    name: ClassVar[str] = "container.unpaused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRenamed(ContainerEvent):
    name: ClassVar[str] = "container.renamed"
    old_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerResized(ContainerEvent):
    """Its terminal has another size. Units: characters."""

    name: ClassVar[str] = "container.resized"
    height: int
    width: int


class ContainerUpdated(ContainerEvent):
    """Its resource limits or restart policy changed."""

    __slots__ = ()
    name: ClassVar[str] = "container.updated"


class ContainerListed(ContainerEvent):
    """`top` looked at its processes."""

    __slots__ = ()
    name: ClassVar[str] = "container.listed"


class ContainerExported(ContainerEvent):
    """Its whole tree was written to an archive."""

    __slots__ = ()
    name: ClassVar[str] = "container.exported"


class ContainerArchived(ContainerEvent):
    """A path was copied out of it (`docker cp`)."""

    __slots__ = ()
    name: ClassVar[str] = "container.archived"


class ContainerExtracted(ContainerEvent):
    """An archive was unpacked into it (`docker cp`)."""

    __slots__ = ()
    name: ClassVar[str] = "container.extracted"


class ContainerDestroyed(ContainerEvent):
    """The record and the writable layer are gone."""

    __slots__ = ()
    name: ClassVar[str] = "container.destroyed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerCommitted(ContainerEvent):
    """Its writable layer became an image."""

    name: ClassVar[str] = "container.committed"
    comment: str
    image_id: str
    image_reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChanged(ContainerEvent):
    """A health check led to another status: starting, healthy or unhealthy."""

    name: ClassVar[str] = "container.health-changed"
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecCreated(ContainerEvent):
    """A command to run beside the first process was set up."""

    name: ClassVar[str] = "exec.created"
    exec_id: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecStarted(ContainerEvent):
    name: ClassVar[str] = "exec.started"
    exec_id: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecDetached(ContainerEvent):
    name: ClassVar[str] = "exec.detached"
    exec_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecDied(ContainerEvent):
    name: ClassVar[str] = "exec.died"
    exec_id: str
    exit_code: int


@dataclass(frozen=True, slots=True)
class ContainersPruned:
    """`container prune` went through. Units: `reclaimed`, bytes."""

    name: ClassVar[str] = "container.pruned"
    reclaimed: int
