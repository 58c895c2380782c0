"""What a container sees: its namespaces, and what is mounted where.

Source: namespaces(7); OCI runtime-spec, config-linux.md, and the mounts Docker adds to every container.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .facts import ContainerFacts, ImageFacts

NAMESPACES = ("mnt", "pid", "net", "uts", "ipc", "cgroup", "user")
STANDARD = (
    ("proc", "/proc", "proc", True),
    ("tmpfs", "/dev", "tmpfs", True),
    ("sysfs", "/sys", "sysfs", False),
)
"""(kind, destination, source, writable) of what every container has.

Simplified: what is mounted below /dev and /sys is left out.
"""


@dataclass(frozen=True, slots=True)
class Namespace:
    """One namespace. `owner`: `own`, `host`, or the name of another container."""

    kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class Mounted:
    """One mount. `kind`: `overlay`, `proc`, `tmpfs`, `sysfs`, `file` (Docker's own), `volume`, `bind`."""

    kind: str
    destination: str
    source: str
    writable: bool


@dataclass(frozen=True, slots=True)
class MountsScene:
    """A container from inside. `layers`: read-only layers below its root."""

    container_id: str
    name: str
    image: str
    state: str
    pid: int
    hostname: str
    address: str
    layers: int
    namespaces: tuple[Namespace, ...]
    mounts: tuple[Mounted, ...]
    ports: tuple[str, ...] = ()


def mounts_scene(
    container: ContainerFacts,
    image: ImageFacts | None = None,
    files: Mapping[str, str] | None = None,
) -> MountsScene:
    """`files` are those Docker puts over the image's: destination to source, such as /etc/hosts."""
    layers = len(image.layers) if image else 0
    mounts = [Mounted("overlay", "/", container.image, not container.read_only)]
    taken = {one.destination for one in container.mounts}
    mounts += [
        Mounted(kind, place, source, writable or container.privileged)
        for kind, place, source, writable in STANDARD
        if place not in taken
    ]
    mounts += [
        Mounted("file", place, source, True)
        for place, source in (files or {}).items()
        if source and place not in taken
    ]
    mounts += [
        Mounted(one.kind, one.destination, one.source, one.writable) for one in container.mounts
    ]
    return MountsScene(
        container.container_id,
        container.name,
        container.image,
        container.state,
        container.pid,
        container.hostname,
        container.address,
        layers,
        tuple(Namespace(kind, container.namespaces.get(kind, "own")) for kind in NAMESPACES),
        tuple(mounts),
        container.ports,
    )
