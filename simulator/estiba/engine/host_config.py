"""How a container sits on its host: Docker's `HostConfig`.

Most of its sixty fields are only carried and shown; the fields here are the ones the engine acts
on. `json` is the whole object as `docker inspect` prints it. Both are shared between containers
created with the same request and never changed: an update makes another value.
Source: Docker Engine API 1.41, "HostConfig".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..spec.gojson import sorted_keys

MASKED_PATHS = [
    "/proc/asound",
    "/proc/acpi",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/sys/firmware",
]
READONLY_PATHS = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

SHM_SIZE = 64 << 20
DEFAULT_RUNTIME = "runc"

DEFAULTS: dict[str, Any] = {
    "Binds": None,
    "ContainerIDFile": "",
    "LogConfig": {"Type": "", "Config": None},
    "NetworkMode": "default",
    "PortBindings": None,
    "RestartPolicy": {"Name": "", "MaximumRetryCount": 0},
    "AutoRemove": False,
    "VolumeDriver": "",
    "VolumesFrom": None,
    "CapAdd": None,
    "CapDrop": None,
    "CgroupnsMode": "",
    "Dns": None,
    "DnsOptions": None,
    "DnsSearch": None,
    "ExtraHosts": None,
    "GroupAdd": None,
    "IpcMode": "",
    "Cgroup": "",
    "Links": None,
    "OomScoreAdj": 0,
    "PidMode": "",
    "Privileged": False,
    "PublishAllPorts": False,
    "ReadonlyRootfs": False,
    "SecurityOpt": None,
    "StorageOpt": None,
    "Tmpfs": None,
    "UTSMode": "",
    "UsernsMode": "",
    "ShmSize": 0,
    "Sysctls": None,
    "Runtime": "",
    "ConsoleSize": [0, 0],
    "Isolation": "",
    "CpuShares": 0,
    "Memory": 0,
    "NanoCpus": 0,
    "CgroupParent": "",
    "BlkioWeight": 0,
    "BlkioWeightDevice": None,
    "BlkioDeviceReadBps": None,
    "BlkioDeviceWriteBps": None,
    "BlkioDeviceReadIOps": None,
    "BlkioDeviceWriteIOps": None,
    "CpuPeriod": 0,
    "CpuQuota": 0,
    "CpuRealtimePeriod": 0,
    "CpuRealtimeRuntime": 0,
    "CpusetCpus": "",
    "CpusetMems": "",
    "Devices": None,
    "DeviceCgroupRules": None,
    "DeviceRequests": None,
    "KernelMemory": 0,
    "KernelMemoryTCP": 0,
    "MemoryReservation": 0,
    "MemorySwap": 0,
    "MemorySwappiness": None,
    "OomKillDisable": None,
    "PidsLimit": None,
    "Ulimits": None,
    "CpuCount": 0,
    "CpuPercent": 0,
    "IOMaximumIOps": 0,
    "IOMaximumBandwidth": 0,
    "Mounts": None,
    "MaskedPaths": None,
    "ReadonlyPaths": None,
    "Init": None,
}
"""Every field in Docker's order, with the value Go gives it when nobody sets it."""

OMITTED_EMPTY = ("StorageOpt", "Tmpfs", "Sysctls", "Mounts", "Init")
"""Fields that are not printed when empty (an `Init` of false is)."""


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """When a container that ended starts again by itself."""

    name: str = ""
    maximum: int = 0

    @property
    def none(self) -> bool:
        return self.name in ("", "no")


@dataclass(frozen=True, slots=True)
class HostConfig:
    """The settings the engine acts on, and all of them as JSON."""

    json: Mapping[str, Any]
    network_mode: str
    restart: RestartPolicy
    auto_remove: bool
    log_driver: str
    has_mounts: bool

    @classmethod
    def from_json(cls, given: Mapping[str, Any] | None) -> HostConfig:
        """Complete what a client sent, whose types have been checked."""
        fields = dict(DEFAULTS)
        for name, value in (given or {}).items():
            if value is not None and name in fields:
                fields[name] = _kept(name, value)
        _adapt(fields)
        if given is not None:
            fields["Runtime"] = fields["Runtime"] or DEFAULT_RUNTIME
        return cls.of(fields)

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> HostConfig:
        policy = fields["RestartPolicy"]
        return cls(
            fields,
            fields["NetworkMode"] or "default",
            RestartPolicy(policy.get("Name") or "", policy.get("MaximumRetryCount") or 0),
            fields["AutoRemove"],
            fields["LogConfig"]["Type"],
            bool(fields["Binds"] or fields.get("Mounts") or fields["VolumesFrom"]),
        )

    def with_fields(self, **changes: Any) -> HostConfig:
        """The same with other values for some fields, named as in JSON."""
        return HostConfig.of({**self.json, **changes})

    @property
    def port_bindings(self) -> Mapping[str, list[dict[str, str]] | None]:
        return self.json["PortBindings"] or {}

    def __getitem__(self, name: str) -> Any:
        return self.json.get(name)


def _kept(name: str, value: Any) -> Any:
    if name == "LogConfig":
        options = value.get("Config")
        return {"Type": value.get("Type") or "", "Config": options and sorted_keys(options)}
    if name == "Ulimits":
        return [{key: limit.get(key) for key in ("Name", "Hard", "Soft")} for limit in value]
    if name == "RestartPolicy":
        return {
            "Name": value.get("Name") or "",
            "MaximumRetryCount": value.get("MaximumRetryCount") or 0,
        }
    if name == "PortBindings":
        return {port: value[port] and [_binding(b) for b in value[port]] for port in sorted(value)}
    return value


def _binding(given: Mapping[str, str]) -> dict[str, str]:
    return {"HostIp": given.get("HostIp") or "", "HostPort": given.get("HostPort") or ""}


def _adapt(fields: dict[str, Any]) -> None:
    """What the daemon fills in when it keeps a new container's settings."""
    log = fields["LogConfig"]
    fields["LogConfig"] = {"Type": log["Type"] or "json-file", "Config": log["Config"] or {}}
    fields["CgroupnsMode"] = fields["CgroupnsMode"] or "host"
    fields["IpcMode"] = fields["IpcMode"] or "private"
    fields["ShmSize"] = fields["ShmSize"] or SHM_SIZE
    fields["NetworkMode"] = fields["NetworkMode"] or "default"
    if fields["MemorySwappiness"] == -1:
        fields["MemorySwappiness"] = None
    if fields["PidsLimit"] is not None and fields["PidsLimit"] <= 0:
        fields["PidsLimit"] = None
    fields["OomKillDisable"] = bool(fields["OomKillDisable"])
    if fields["Memory"] > 0 and fields["MemorySwap"] == 0:
        fields["MemorySwap"] = 2 * fields["Memory"]
    if not fields["SecurityOpt"] and (
        fields["Privileged"] or "host" in (fields["IpcMode"], fields["PidMode"])
    ):
        fields["SecurityOpt"] = ["label=disable"]
    if not fields["Privileged"]:
        if fields["MaskedPaths"] is None:
            fields["MaskedPaths"] = MASKED_PATHS
        if fields["ReadonlyPaths"] is None:
            fields["ReadonlyPaths"] = READONLY_PATHS
    for name in OMITTED_EMPTY:
        if not fields[name] and fields[name] is not False:
            del fields[name]
