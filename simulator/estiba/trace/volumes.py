"""What happens to volumes. Source: Docker, "docker events", volumes."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class VolumeEvent:
    """What all of them carry."""

    name: ClassVar[str] = "volume"
    volume: str
    driver: str


class VolumeCreated(VolumeEvent):
    __slots__ = ()
    name: ClassVar[str] = "volume.created"


class VolumeReused(VolumeEvent):
    """Somebody asked to create a volume that is there already. Docker tells it as a creation."""

    __slots__ = ()
    name: ClassVar[str] = "volume.reused"


@dataclass(frozen=True, slots=True)
class VolumeMounted(VolumeEvent):
    """A container that starts has it at `destination`, as it was asked for."""

    name: ClassVar[str] = "volume.mounted"
    container: str
    destination: str
    writable: bool
    propagation: str = ""


@dataclass(frozen=True, slots=True)
class VolumeUnmounted(VolumeEvent):
    name: ClassVar[str] = "volume.unmounted"
    container: str


@dataclass(frozen=True, slots=True)
class VolumeFilled(VolumeEvent):
    """A new volume got what the image holds at the place it is mounted over. Units: `files`,
    entries."""

    name: ClassVar[str] = "volume.filled"
    container: str
    destination: str
    files: int


@dataclass(frozen=True, slots=True)
class VolumeDestroyed(VolumeEvent):
    """`quiet`: by a prune, which Docker tells as a whole only."""

    name: ClassVar[str] = "volume.destroyed"
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class VolumesPruned:
    """Units: `reclaimed`, bytes."""

    name: ClassVar[str] = "volume.pruned"
    reclaimed: int
