"""What clients of other API versions get, and what they mean. The engine's own answers are those of 1.41.

Source: Docker Engine API, version history; what dockerd 20.10 does for 1.24 to 1.41 was asked of it.
"""

from __future__ import annotations

from typing import Any

Version = tuple[int, ...]
NO_NAMES = (["<none>:<none>"], ["<none>@<none>"])


def image_row(row: dict[str, Any], version: Version) -> dict[str, Any]:
    """One row of the image list."""
    if version >= (1, 43) and (row["RepoTags"], row["RepoDigests"]) == NO_NAMES:
        row = {**row, "RepoTags": [], "RepoDigests": []}
    return _without(row, "VirtualSize") if version >= (1, 44) else row


def image(value: dict[str, Any], version: Version) -> dict[str, Any]:
    """An image as inspect shows it."""
    if version >= (1, 44):
        value = _without(value, "VirtualSize")
    return _without(value, "Container", "ContainerConfig") if version >= (1, 45) else value


def container(value: dict[str, Any], version: Version) -> dict[str, Any]:
    """A container as inspect shows it."""
    if version < (1, 44):
        return value
    host = value["HostConfig"]
    if host["NetworkMode"] == "default":
        host = {**host, "NetworkMode": "bridge"}
    networks = {
        name: {**endpoint, "DNSNames": _dns_names(value, name, endpoint)}
        for name, endpoint in value["NetworkSettings"]["Networks"].items()
    }
    settings = {**value["NetworkSettings"], "Networks": networks}
    config = _without(value["Config"], "MacAddress")
    return {**value, "HostConfig": host, "Config": config, "NetworkSettings": settings}


def container_row(row: dict[str, Any], version: Version) -> dict[str, Any]:
    """One row of the container list."""
    if version >= (1, 44) and row["HostConfig"]["NetworkMode"] == "default":
        return {**row, "HostConfig": {**row["HostConfig"], "NetworkMode": "bridge"}}
    return row


def info(value: dict[str, Any], version: Version) -> dict[str, Any]:
    """What the engine says of itself. Clients before 1.25 know an execution driver, and names of
    security options alone."""
    if version >= (1, 25):
        return value
    names = [option.partition("name=")[2].partition(",")[0] for option in value["SecurityOptions"]]
    return {**value, "ExecutionDriver": "<not supported>", "SecurityOptions": names}


def disk_usage(value: dict[str, Any], kinds: list[str], version: Version) -> dict[str, Any]:
    """Disk usage, from 1.42 on only of what is asked for."""
    images = [image_row(row, version) for row in value["Images"] or ()]
    value = {**value, "Images": images}
    if version < (1, 42) or not kinds:
        return value
    known = {"Containers": "container", "Volumes": "volume", "BuildCache": "build-cache"}
    found = {key: item for key, item in value.items() if known.get(key, "image") in kinds}
    return {"LayersSize": 0, **dict.fromkeys(("Images", *known)), **found}


def create_body(body: dict[str, Any], version: Version) -> dict[str, Any]:
    """The body of `create` without what the client's version had not, and with its defaults."""
    host = body.get("HostConfig")
    if host is None or version >= (1, 42):
        return body if host is None else {**body, "HostConfig": _without(host, "KernelMemory")}
    host = dict(host)
    if version < (1, 25):
        host["AutoRemove"] = False  # the client removes it
    if version < (1, 40):
        host["KernelMemoryTCP"] = 0
        host["IpcMode"] = host.get("IpcMode") or "shareable"
    return {**body, "HostConfig": host}


def _dns_names(value: dict[str, Any], network: str, endpoint: dict[str, Any]) -> list[str] | None:
    if network in ("bridge", "host", "none"):
        return None
    own = (value["Name"].lstrip("/"), *(endpoint["Aliases"] or ()), value["Id"][:12])
    return list(dict.fromkeys(own))


def _without(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in names}
