"""Facts through the Docker Engine API: of our engine in this process, of our daemon, or of a real Docker."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from ..cli.client import Client, encode_filters
from ..cli.errors import EngineError
from ..http import Transport
from ..layer import chain_ids
from ..projections.scenes import ContainerFacts, ImageFacts, Inventory, LayerFacts, MountFacts
from ..spec import Digest
from ..spec.gotime import parse_time
from .archive import read_saved
from .steps import Step, layer_steps

KINDS = {0: "C", 1: "A", 2: "D"}
NOT_FOUND = 404
NAMELESS = "<none>"
MODES = {
    "pid": "PidMode",
    "net": "NetworkMode",
    "uts": "UTSMode",
    "ipc": "IpcMode",
    "cgroup": "CgroupnsMode",
}
DOCKER_FILES = {
    "/etc/resolv.conf": "ResolvConfPath",
    "/etc/hostname": "HostnamePath",
    "/etc/hosts": "HostsPath",
}


class EngineFacts:
    """Asks one engine. Raises: EngineError in Docker's words, Unavailable when nobody answers."""

    def __init__(self, transport: Transport) -> None:
        self.client = Client(transport)

    def image(self, name: str) -> ImageFacts:
        """One image; nobody has looked inside its layers yet."""
        return self._image(self._get(f"/images/{_name(name)}/json"))

    def image_if_here(self, name: str) -> ImageFacts | None:
        """One image, None where it is gone: a container lives on when its image was removed by force."""
        try:
            return self.image(name)
        except EngineError as error:
            if error.status != NOT_FOUND:
                raise
            return None

    def look_inside(self, image: ImageFacts) -> ImageFacts:
        """The image with the files of its layers: its archive is fetched, as `docker save` does."""
        saved = read_saved(self._chunks(f"/images/{image.image_id}/get")).images[0]
        files = {layer.chain_id: layer.files for layer in saved.layers}
        layers = tuple(replace(one, files=files.get(one.chain_id)) for one in image.layers)
        return replace(image, layers=layers, stand_in=saved.stand_in)

    def images(self) -> tuple[ImageFacts, ...]:
        """What `docker images` lists; a parent is the nearest ancestor that is listed too."""
        listed = {str(row["Id"]) for row in self._get("/images/json")}
        parents = {
            str(row["Id"]): str(row.get("ParentId") or "")
            for row in self._get("/images/json", {"all": "1"})
        }
        found = []
        for image_id in [one for one in parents if one in listed]:
            facts = self._image(self._get(f"/images/{image_id}/json"))
            found.append(replace(facts, parent=_nearest(facts.parent, parents, listed)))
        return tuple(found)

    def containers(self) -> tuple[ContainerFacts, ...]:
        """All containers with the sizes of their writable layers, newest first."""
        rows = self._get("/containers/json", {"all": "1", "size": "1"})
        return tuple(
            ContainerFacts(
                str(row["Id"]),
                _bare((row.get("Names") or ["/?"])[0]),
                str(row.get("ImageID", "")),
                str(row.get("Image", "")),
                str(row.get("State", "")),
                int(row.get("SizeRw") or 0),
            )
            for row in rows
        )

    def inventory(self) -> Inventory:
        """Everything for the picture of who shares what."""
        return Inventory(self.images(), self.containers(), "engine")

    def describe(self, name: str) -> dict[str, Any]:
        """What `docker inspect` tells of a container."""
        value = self._get(f"/containers/{_name(name)}/json", {"size": "1"})
        return dict(value)

    def has_container(self, name: str) -> bool:
        try:
            self._get(f"/containers/{_name(name)}/json")
        except EngineError as error:
            if error.status != NOT_FOUND:
                raise
            return False
        return True

    def container(self, name: str) -> ContainerFacts:
        """One container with what `docker diff` tells."""
        value = self.describe(name)
        changes = self._get(f"/containers/{value['Id']}/changes") or []
        told = tuple((KINDS.get(row["Kind"], "?"), str(row["Path"])) for row in changes)
        return replace(self._container(value), changes=told)

    def past(self, value: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The events of a container that the engine still knows, oldest first."""
        now_ns = parse_time(str(self._get("/info")["SystemTime"]))
        filters = encode_filters([("container", str(value["Id"])), ("type", "container")])
        query = {
            "since": "0",
            "until": f"{now_ns // 10**9}.{now_ns % 10**9:09}",
            "filters": filters,
        }
        body = self.client.bytes("GET", "/events", query)
        return [json.loads(line) for line in body.splitlines() if line.strip()]

    def _get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return self.client.get(path, query)

    def _image(self, value: Mapping[str, Any]) -> ImageFacts:
        diff_ids = [Digest(one) for one in (value.get("RootFS") or {}).get("Layers") or ()]
        rows = self._get(f"/images/{value['Id']}/history")
        steps = [
            Step(str(row["CreatedBy"] or row.get("Comment") or ""), int(row["Size"]))
            for row in reversed(rows)
        ]
        made, others = layer_steps(steps, len(diff_ids))
        layers = tuple(
            LayerFacts(diff_id, chain, step.size, step.created_by)
            for diff_id, chain, step in zip(diff_ids, chain_ids(diff_ids), made, strict=True)
        )
        names = value.get("RepoTags") or value.get("RepoDigests") or ()
        return ImageFacts(
            str(value["Id"]),
            tuple(name for name in names if not name.startswith(NAMELESS)),
            layers,
            tuple(step.created_by for step in others),
            str(value.get("Parent") or ""),
        )

    def _chunks(self, path: str) -> Iterator[bytes]:
        """A body piece by piece, so that a big image is never held as a whole."""
        body = self.client.ask("GET", path).body
        while (chunk := body.poll()) is not None:
            if chunk:
                yield chunk
            else:
                self.client.transport.wait(body)

    def _container(self, value: Mapping[str, Any]) -> ContainerFacts:
        state, config = value.get("State") or {}, value.get("Config") or {}
        host = value.get("HostConfig") or {}
        network = value.get("NetworkSettings") or {}
        addresses = (one.get("IPAddress", "") for one in (network.get("Networks") or {}).values())
        return ContainerFacts(
            str(value["Id"]),
            _bare(str(value.get("Name", ""))),
            str(value.get("Image", "")),
            str(config.get("Image", "")),
            str(state.get("Status", "")),
            int(value.get("SizeRw") or 0),
            None,
            _mounts(value, host),
            self._namespaces(host),
            str(config.get("Hostname", "")),
            next(filter(None, addresses), ""),
            int(state.get("Pid") or 0),
            bool(host.get("ReadonlyRootfs")),
            bool(host.get("Privileged")),
            tuple(_ports(network.get("Ports") or {})),
        )

    def _namespaces(self, host: Mapping[str, Any]) -> dict[str, str]:
        """Simplified: Docker does not tell here of `userns-remap`, so root inside is root outside."""
        owners = {kind: self._owner(str(host.get(key) or "")) for kind, key in MODES.items()}
        return {"mnt": "own", **owners, "user": "host"}

    def _owner(self, mode: str) -> str:
        """Whose namespace a mode means."""
        kind, _, other = mode.partition(":")
        if kind == "container":
            return _bare(str(self.describe(other).get("Name", other)))
        return "host" if mode == "host" else "own"


def docker_files(value: Mapping[str, Any]) -> dict[str, str]:
    """The files Docker puts over the image's: place in the container to source."""
    return {place: str(value.get(key) or "") for place, key in DOCKER_FILES.items()}


def _nearest(parent: str, parents: Mapping[str, str], listed: set[str]) -> str:
    while parent and parent not in listed:
        parent = parents.get(parent, "")
    return parent


def _mounts(value: Mapping[str, Any], host: Mapping[str, Any]) -> tuple[MountFacts, ...]:
    found = [
        MountFacts(
            str(one.get("Type", "bind")),
            str(one.get("Name") or one.get("Source") or ""),
            str(one.get("Destination", "")),
            bool(one.get("RW")),
        )
        for one in value.get("Mounts") or ()
    ]
    places = {one.destination for one in found}
    found += [
        MountFacts("tmpfs", "", place) for place in host.get("Tmpfs") or () if place not in places
    ]
    return tuple(found)


def _ports(ports: Mapping[str, Any]) -> Iterator[str]:
    for inside, bindings in ports.items():
        if not bindings:
            yield inside
        for one in bindings or ():
            yield f"{one['HostIp']}:{one['HostPort']}->{inside}"


def _bare(name: str) -> str:
    return name.removeprefix("/")


def _name(name: str) -> str:
    return quote(name, safe="/:@")
