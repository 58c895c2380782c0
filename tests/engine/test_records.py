"""Records as documents: each field comes back, also the rare ones."""

from __future__ import annotations

import json
from typing import Any

from estiba.engine.container import Container, Endpoint, Health, MountPoint
from estiba.engine.host_config import HostConfig
from estiba.engine.records.containers import ContainerReader, document
from estiba.engine.states import State
from estiba.spec import ContainerConfig, Digest
from estiba.spec.container_config import HealthConfig

CONFIG = ContainerConfig(
    hostname="h",
    exposed_ports=("9/udp", "1/tcp"),
    env=("A=1", "B="),
    cmd=(),
    entrypoint=("a b",),
    healthcheck=HealthConfig(test=("CMD", "x"), interval_ns=5),
    volumes=("/b", "/a"),
    labels={"z": "1", "a": "2"},
    stop_timeout=0,
    on_build=None,
)
ENDPOINT = Endpoint(
    "net",
    "id",
    "e",
    "10.0.0.2",
    24,
    "10.0.0.1",
    "02:42",
    "02:43",
    ("x",),
    ("y:z",),
    {"IPv4Address": "10.0.0.2", "LinkLocalIPs": ["169.254.1.1"]},
    {"o": "1"},
)
MOUNT = MountPoint(
    "volume", "/a", "/s", "v", "local", "z", False, "shared", True, True, (("o", "1"), ("p", "2"))
)
FIELDS: dict[str, Any] = {
    "image_id": "sha256:" + "1" * 64,
    "chain_id": Digest("sha256:" + "2" * 64),
    "state": State.PAUSED,
    "exit_code": 7,
    "error": "it failed",
    "started_ns": 11,
    "finished_ns": 12,
    "has_run": True,
    "oom_killed": True,
    "manually_stopped": True,
    "restart_count": 3,
    "mounts": (MOUNT, MountPoint("tmpfs", "/t")),
    "endpoints": {"net": ENDPOINT, "bridge": Endpoint("default")},
    "links": {"b": "1", "a": "2"},
    "ports": {"80/tcp": [{"HostIp": "", "HostPort": "8080"}], "9/udp": None},
    "sandbox_id": "s",
    "health": Health("healthy", 2, [{"Start": "x", "ExitCode": 0}]),
}


def make(container_id: str = "1" * 64) -> Container[Any]:
    host = HostConfig.from_json({"Binds": ["v:/a"], "RestartPolicy": {"Name": "always"}})
    container: Container[Any] = Container(container_id, "name", CONFIG, host, 5)
    for name, value in FIELDS.items():
        setattr(container, name, value)
    return container


def read(container: Container[Any], reader: ContainerReader) -> Container[Any]:
    return reader.read(container.id, json.loads(json.dumps(document(container))))


def test_every_field_comes_back() -> None:
    container = make()
    found = read(container, ContainerReader())
    assert {name: getattr(found, name) for name in FIELDS} == FIELDS
    for name in ("id", "name", "created_ns", "config", "host", "hostname"):
        assert getattr(found, name) == getattr(container, name)
    assert list(found.links or ()) == ["b", "a"]
    assert list(found.endpoints) == ["net", "bridge"]


def test_a_container_without_anything_comes_back() -> None:
    host = HostConfig.from_json(None)
    empty: Container[Any] = Container("2" * 64, "n", ContainerConfig(), host, 0)
    found = read(empty, ContainerReader())
    for name in (*FIELDS, "config", "host"):
        assert getattr(found, name) == getattr(empty, name), name


def test_settings_that_were_alike_are_shared_again() -> None:
    reader = ContainerReader()
    one, other = read(make("1" * 64), reader), read(make("2" * 64), reader)
    assert one.config is other.config
    assert one.host is other.host
