"""`docker inspect` of a container: every field, in the order of Docker 20.10."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from ..spec.gotime import ZERO_TIME, format_time
from .container import Container, Endpoint
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NOWHERE = Endpoint("")


def inspect(engine: Engine[M], container: Container[M], *, size: bool = False) -> dict[str, Any]:
    """The whole description. With `size` the writable layer and the whole tree are measured."""
    place = f"{engine.config.root_dir}/containers/{container.id}"
    placed = bool(container.sandbox_id)
    keeps_log = container.has_run and container.host.log_driver == "json-file"
    path, *args = container.command
    value: dict[str, Any] = {
        "Id": container.id,
        "Created": format_time(container.created_ns),
        "Path": path,
        "Args": args,
        "State": state(container),
        "Image": container.image_id,
        "ResolvConfPath": f"{place}/resolv.conf" if placed else "",
        "HostnamePath": f"{place}/hostname" if placed else "",
        "HostsPath": f"{place}/hosts" if placed else "",
        "LogPath": f"{place}/{container.id}-json.log" if keeps_log else "",
        "Name": f"/{container.name}",
        "RestartCount": container.restart_count,
        "Driver": engine.config.driver,
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "",
        "ExecIDs": engine.execs.running_ids(container),
        "HostConfig": _host_config(engine, container),
        "GraphDriver": graph_driver(engine, container),
    }
    if size:
        written = engine.host.snapshotter.size(container.id)
        value["SizeRw"] = written
        value["SizeRootFs"] = written + root_size(engine, container)
    value["Mounts"] = [point.to_json() for point in container.mounts]
    value["Config"] = {**container.config.to_json(), "Hostname": container.hostname}
    value["NetworkSettings"] = _network_settings(container)
    return value


def state(container: Container[Any]) -> dict[str, Any]:
    """The `State` of a container."""
    value: dict[str, Any] = {
        "Status": container.state.value,
        "Running": container.running,
        "Paused": container.state is State.PAUSED,
        "Restarting": container.state is State.RESTARTING,
        "OOMKilled": container.oom_killed,
        "Dead": container.state is State.DEAD,
        "Pid": container.pid,
        "ExitCode": container.exit_code,
        "Error": container.error,
        "StartedAt": _time(container.started_ns),
        "FinishedAt": _time(container.finished_ns),
    }
    if container.health is not None:
        value["Health"] = container.health.to_json()
    return value


def root_size(engine: Engine[M], container: Container[M]) -> int:
    """Bytes of the layers below the writable one."""
    if container.chain_id is None:
        return 0
    return engine.stores.layers.get(container.chain_id).total_size


def graph_driver(engine: Engine[M], container: Container[M]) -> dict[str, Any]:
    """Where overlay2 keeps its layers."""
    base = f"{engine.config.root_dir}/{engine.config.driver}"
    own = hashlib.sha256(f"mount {container.id}".encode()).hexdigest()
    lower = [f"{base}/{own}-init/diff"]
    if container.chain_id is not None:
        chain = engine.stores.layers.chain(container.chain_id)
        lower += [f"{base}/{record.cache_id}/diff" for record in chain]
    return {
        "Data": {
            "LowerDir": ":".join(lower),
            "MergedDir": f"{base}/{own}/merged",
            "UpperDir": f"{base}/{own}/diff",
            "WorkDir": f"{base}/{own}/work",
        },
        "Name": engine.config.driver,
    }


def _host_config(engine: Engine[M], container: Container[M]) -> dict[str, Any]:
    value = dict(container.host.json)
    if not value["Runtime"]:
        if container.sandbox_id:
            value["Runtime"] = "runc"
        else:
            del value["Runtime"]
    value["Links"] = [
        f"/{child.name}:/{container.name}/{alias}"
        for alias, child_id in (container.links or {}).items()
        if (child := engine.containers.find(child_id)) is not None
    ] or None
    return value


def _network_settings(container: Container[Any]) -> dict[str, Any]:
    own = container.endpoints.get("bridge", NOWHERE)
    sandbox = container.sandbox_id
    key = ""
    if sandbox:
        key = "default" if container.network_mode == "host" else sandbox[:12]
        key = f"/var/run/docker/netns/{key}"
    return {
        "Bridge": "",
        "SandboxID": sandbox,
        "HairpinMode": False,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "Ports": {port: (container.ports or {})[port] for port in sorted(container.ports or {})},
        "SandboxKey": key,
        "SecondaryIPAddresses": None,
        "SecondaryIPv6Addresses": None,
        "EndpointID": own.id,
        "Gateway": own.gateway,
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "IPAddress": own.address,
        "IPPrefixLen": own.prefix_length,
        "IPv6Gateway": "",
        "MacAddress": own.mac,
        "Networks": {name: e.to_json() for name, e in sorted(container.endpoints.items())},
    }


def _time(ns: int) -> str:
    return format_time(ns) if ns else ZERO_TIME
