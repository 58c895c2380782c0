"""`docker version`, `docker info`: what the engine says of itself, and how many things it has."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from ..spec.gotime import format_time
from .config import API_VERSION, MINIMUM_API_VERSION
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

MACHINES = {"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "arm": "armv7l"}
LOG_DRIVERS = (
    "awslogs fluentd gcplogs gelf journald json-file local logentries splunk syslog".split()
)
NETWORK_DRIVERS = "bridge host ipvlan macvlan null overlay".split()


def version(engine: Engine[M]) -> dict[str, Any]:
    """`GET /version`."""
    config = engine.config
    details = {
        "ApiVersion": API_VERSION,
        "Arch": config.architecture,
        "BuildTime": config.build_time,
        "Experimental": "false",
        "GitCommit": config.git_commit,
        "GoVersion": config.go_version,
        "KernelVersion": config.kernel_version,
        "MinAPIVersion": MINIMUM_API_VERSION,
        "Os": "linux",
    }
    others = [
        {"Name": name, "Version": number, "Details": {"GitCommit": commit}}
        for name, number, commit in config.components
    ]
    own = {"Name": "Engine", "Version": config.server_version, "Details": details}
    return {
        "Platform": {"Name": config.product},
        "Components": [own, *others],
        "Version": config.server_version,
        "ApiVersion": API_VERSION,
        "MinAPIVersion": MINIMUM_API_VERSION,
        "GitCommit": config.git_commit,
        "GoVersion": config.go_version,
        "Os": "linux",
        "Arch": config.architecture,
        "KernelVersion": config.kernel_version,
        "BuildTime": config.build_time,
    }


def info(engine: Engine[M]) -> dict[str, Any]:
    """`GET /info`."""
    return {**_counts(engine), **_machine(engine), **_settings(engine), **_runtimes(engine)}


def engine_id(name: str) -> str:
    """Twelve groups of four letters, as Docker's key ID; the same for the same host name."""
    letters = base64.b32encode(hashlib.sha256(name.encode()).digest()[:30]).decode()
    return ":".join(letters[at : at + 4] for at in range(0, 48, 4))


def _counts(engine: Engine[M]) -> dict[str, Any]:
    running = engine.containers.running.values()
    paused = sum(1 for container in running if container.state is State.PAUSED)
    return {
        "ID": engine_id(engine.config.name),
        "Containers": len(engine.containers),
        "ContainersRunning": len(running) - paused,
        "ContainersPaused": paused,
        "ContainersStopped": len(engine.containers) - len(running),
        "Images": len(engine.stores.images),
        "Driver": engine.config.driver,
        "DriverStatus": [
            ["Backing Filesystem", "extfs"],
            ["Supports d_type", "true"],
            ["Native Overlay Diff", "true"],
            ["userxattr", "false"],
        ],
        "Plugins": {
            "Volume": ["local"],
            "Network": NETWORK_DRIVERS,
            "Authorization": None,
            "Log": LOG_DRIVERS,
        },
    }


def _machine(engine: Engine[M]) -> dict[str, Any]:
    limits = (
        "MemoryLimit SwapLimit KernelMemory KernelMemoryTCP CpuCfsPeriod CpuCfsQuota CPUShares "
        "CPUSet PidsLimit IPv4Forwarding BridgeNfIptables BridgeNfIp6tables"
    ).split()
    config = engine.config
    return {
        **dict.fromkeys(limits, True),
        "Debug": False,
        "NFd": 22,
        "OomKillDisable": True,
        "NGoroutines": 35,
        "SystemTime": format_time(engine.clock.now_ns()),
        "LoggingDriver": "json-file",
        "CgroupDriver": "cgroupfs",
        "CgroupVersion": "1",
        "NEventsListener": engine.events.listeners,
        "KernelVersion": config.kernel_version,
        "OperatingSystem": config.operating_system,
        "OSVersion": config.os_version,
        "OSType": "linux",
        "Architecture": MACHINES.get(config.architecture, config.architecture),
    }


def _settings(engine: Engine[M]) -> dict[str, Any]:
    config = engine.config
    hub = {"Name": "docker.io", "Mirrors": [], "Secure": True, "Official": True}
    return {
        "IndexServerAddress": "https://index.docker.io/v1/",
        "RegistryConfig": {
            "AllowNondistributableArtifactsCIDRs": [],
            "AllowNondistributableArtifactsHostnames": [],
            "InsecureRegistryCIDRs": list(config.insecure_registries),
            "IndexConfigs": {"docker.io": hub},
            "Mirrors": [],
        },
        "NCPU": config.cpus,
        "MemTotal": config.memory,
        "GenericResources": None,
        "DockerRootDir": config.root_dir,
        "HttpProxy": "",
        "HttpsProxy": "",
        "NoProxy": "",
        "Name": config.name,
        "Labels": list(config.labels),
        "ExperimentalBuild": False,
        "ServerVersion": config.server_version,
    }


def _runtimes(engine: Engine[M]) -> dict[str, Any]:
    commits = {name: commit for name, _, commit in engine.config.components}
    names = ("io.containerd.runc.v2", "io.containerd.runtime.v1.linux", "runc")
    return {
        "Runtimes": {name: {"path": "runc"} for name in names},
        "DefaultRuntime": "runc",
        "Swarm": {
            "NodeID": "",
            "NodeAddr": "",
            "LocalNodeState": "inactive",
            "ControlAvailable": False,
            "Error": "",
            "RemoteManagers": None,
        },
        "LiveRestoreEnabled": False,
        "Isolation": "",
        "InitBinary": "docker-init",
        "ContainerdCommit": _commit(commits.get("containerd", "")),
        "RuncCommit": _commit(commits.get("runc", "")),
        "InitCommit": _commit(commits.get("docker-init", "")),
        "SecurityOptions": ["name=seccomp,profile=default"],
        "Warnings": None,
    }


def _commit(commit: str) -> dict[str, str]:
    return {"ID": commit, "Expected": commit}
