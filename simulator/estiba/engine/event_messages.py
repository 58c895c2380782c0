"""From the facts of the trace to the messages of `docker events`: a table.

What has no row here is not shown by Docker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..trace import Record, containers, images, networks, volumes

NS_PER_S = 1_000_000_000

Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """One line of `docker events`. Units: `time_ns`, nanoseconds since the epoch."""

    kind: str
    action: str
    id: str
    attributes: Attributes
    time_ns: int

    def to_json(self) -> dict[str, Any]:
        value: dict[str, Any] = {}
        if self.kind in ("container", "image"):
            value["status"] = self.action
            value["id"] = self.id
            if self.kind == "container" and (image := self.attributes.get("image")):
                value["from"] = image
        attributes = {name: self.attributes[name] for name in sorted(self.attributes)}
        return value | {
            "Type": self.kind,
            "Action": self.action,
            "Actor": {"ID": self.id, "Attributes": attributes},
            "scope": "local",
            "time": self.time_ns // NS_PER_S,
            "timeNano": self.time_ns,
        }


Row = Callable[[Any], tuple[str, str, str, Attributes]]
"""From an event to kind, action, ID and attributes."""


def message_of(record: Record) -> Message | None:
    """What Docker says of it, or None."""
    row = ROWS.get(type(record.event))
    if row is None:
        return None
    kind, action, ident, attributes = row(record.event)
    return Message(kind, action, ident, attributes, record.time_ns) if action else None


def _container(action: str, **fields: str) -> Row:
    """A row for containers; `fields` maps attributes to fields of the event."""

    def row(event: Any) -> tuple[str, str, str, Attributes]:
        attributes = dict(event.labels)
        attributes |= {"image": event.image, "name": event.container_name}
        attributes |= {name: str(getattr(event, field)) for name, field in fields.items()}
        return "container", action.format(event=event), event.container, attributes

    return row


def _network(action: str, *, container: bool = False) -> Row:
    def row(event: Any) -> tuple[str, str, str, Attributes]:
        attributes = {"name": event.network_name, "type": event.driver}
        if container:
            attributes["container"] = event.container
        return "network", action, event.network, attributes

    return row


def _volume(action: str) -> Row:
    def row(event: Any) -> tuple[str, str, str, Attributes]:
        if getattr(event, "quiet", False):
            return "volume", "", "", {}
        attributes = {"driver": event.driver}
        if action in ("mount", "unmount"):
            attributes["container"] = event.container
        if action == "mount":
            attributes |= {
                "destination": event.destination,
                "read/write": "true" if event.writable else "false",
                "propagation": event.propagation,
            }
        return "volume", action, event.volume, attributes

    return row


def _image(action: str) -> Row:
    """A row for images by ID; steps Docker does not tell (`quiet`) have no action."""

    def row(event: Any) -> tuple[str, str, str, Attributes]:
        if getattr(event, "quiet", False):
            return "image", "", "", {}
        attributes = dict(getattr(event, "labels", ()))
        attributes["name"] = event.reference if action == "tag" else event.image_id
        return "image", action, event.image_id, attributes

    return row


def _transfer(action: str) -> Row:
    def row(event: Any) -> tuple[str, str, str, Attributes]:
        return "image", action, event.reference, {**dict(event.labels), "name": event.repository}

    return row


def _prune(kind: str) -> Row:
    def row(event: Any) -> tuple[str, str, str, Attributes]:
        return kind, "prune", "", {"reclaimed": str(getattr(event, "reclaimed", 0))}

    return row


EXEC = {"execID": "exec_id"}

ROWS: dict[type[Any], Row] = {
    containers.ContainerCreated: _container("create"),
    containers.ContainerAttached: _container("attach"),
    containers.ContainerDetached: _container("detach"),
    containers.ContainerStarted: _container("start"),
    containers.ContainerDied: _container("die", exitCode="exit_code"),
    containers.ContainerKilled: _container("kill", signal="signal"),
    containers.ContainerStopped: _container("stop"),
    containers.ContainerRestarted: _container("restart"),
    containers.ContainerPaused: _container("pause"),
    containers.ContainerUnpaused: _container("unpause"),
    containers.ContainerRenamed: _container("rename", oldName="old_name"),
    containers.ContainerResized: _container("resize", height="height", width="width"),
    containers.ContainerUpdated: _container("update"),
    containers.ContainerListed: _container("top"),
    containers.ContainerExported: _container("export"),
    containers.ContainerArchived: _container("archive-path"),
    containers.ContainerExtracted: _container("extract-to-dir"),
    containers.ContainerDestroyed: _container("destroy"),
    containers.ContainerCommitted: _container(
        "commit", comment="comment", imageID="image_id", imageRef="image_reference"
    ),
    containers.HealthChanged: _container("health_status: {event.status}"),
    containers.ExecCreated: _container("exec_create: {event.command}", **EXEC),
    containers.ExecStarted: _container("exec_start: {event.command}", **EXEC),
    containers.ExecDetached: _container("exec_detach", **EXEC),
    containers.ExecDied: _container("exec_die", exitCode="exit_code", **EXEC),
    containers.ContainersPruned: _prune("container"),
    networks.NetworkCreated: _network("create"),
    networks.NetworkConnected: _network("connect", container=True),
    networks.NetworkDisconnected: _network("disconnect", container=True),
    networks.NetworkDestroyed: _network("destroy"),
    networks.NetworksPruned: _prune("network"),
    volumes.VolumeCreated: _volume("create"),
    volumes.VolumeReused: _volume("create"),
    volumes.VolumeMounted: _volume("mount"),
    volumes.VolumeUnmounted: _volume("unmount"),
    volumes.VolumeDestroyed: _volume("destroy"),
    volumes.VolumesPruned: _prune("volume"),
    images.ImagePulled: _transfer("pull"),
    images.ImagePushed: _transfer("push"),
    images.ImageTagged: _image("tag"),
    images.ImageUntagged: _image("untag"),
    images.ImageDeleted: _image("delete"),
    images.ImageSaved: _image("save"),
    images.ImageLoaded: _image("load"),
    images.ImageImported: _image("import"),
    images.ImagesPruned: _prune("image"),
}
