"""Containers as documents.

Containers created alike share their settings, and do so again when they come back: a thousand of
them stay small.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from ...spec import ContainerConfig, Digest
from ...spec.container_config import HealthConfig
from ..container import Container, Endpoint, Health, MountPoint
from ..host_config import DEFAULTS, HostConfig
from ..states import State
from .plain import made, plain
from .reading import VERSION

M = TypeVar("M")

FIELDS = (
    "image_id",
    "exit_code",
    "error",
    "started_ns",
    "finished_ns",
    "has_run",
    "oom_killed",
    "manually_stopped",
    "restart_count",
    "sandbox_id",
    "links",
    "ports",
)
"""What is JSON as it is."""


def document(container: Container[Any]) -> dict[str, Any]:
    """Everything that outlives the engine: not its processes, nor who watches them."""
    health = container.health
    return {
        "version": VERSION,
        "name": container.name,
        "created_ns": container.created_ns,
        "config": _config(container.config),
        "host": dict(container.host.json),
        **{name: getattr(container, name) for name in FIELDS},
        "chain_id": container.chain_id,
        "state": container.state.value,
        "mounts": [plain(point) for point in container.mounts],
        "endpoints": [plain(endpoint) for endpoint in container.endpoints.values()],
        "places": list(container.endpoints),
        "health": None if health is None else plain(health),
        "logged": container.log is not None,
    }


def _config(config: ContainerConfig) -> dict[str, Any]:
    value = plain(config)
    if config.healthcheck is not None:
        value["healthcheck"] = plain(config.healthcheck)
    return value


class ContainerReader:
    """Makes containers of documents."""

    def __init__(self) -> None:
        self._configs: dict[str, ContainerConfig] = {}
        self._hosts: dict[str, HostConfig] = {}

    def read(self, container_id: str, value: dict[str, Any]) -> Container[Any]:
        """The container as it was when the document was written."""
        container: Container[Any] = Container(
            container_id,
            value["name"],
            self._config(value["config"]),
            self._host(value["host"]),
            value["created_ns"],
        )
        for name in FIELDS:
            if name in value:
                setattr(container, name, value[name])
        container.chain_id = None if value["chain_id"] is None else Digest(value["chain_id"])
        container.state = State(value["state"])
        container.mounts = tuple(made(MountPoint, point) for point in value["mounts"])
        endpoints = (_endpoint(one) for one in value["endpoints"])
        container.endpoints = dict(zip(value["places"], endpoints, strict=True))
        if value["health"] is not None:
            container.health = Health(**value["health"])
        return container

    def _config(self, value: dict[str, Any]) -> ContainerConfig:
        key = json.dumps(value)
        known = self._configs.get(key)
        if known is None:
            check = value.get("healthcheck")
            if check is not None:
                value = {**value, "healthcheck": made(HealthConfig, check)}
            known = self._configs[key] = made(ContainerConfig, value)
        return known

    def _host(self, value: dict[str, Any]) -> HostConfig:
        key = json.dumps(value)
        known = self._hosts.get(key)
        if known is None:
            known = self._hosts[key] = HostConfig.of({**value} if value else dict(DEFAULTS))
        return known


def _endpoint(value: dict[str, Any]) -> Endpoint:
    endpoint = made(Endpoint, value)
    endpoint.ipam, endpoint.driver_options = value.get("ipam"), value.get("driver_options")
    return endpoint
