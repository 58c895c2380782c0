"""`docker update`."""

from __future__ import annotations

from typing import Any

from .container_config import parse_restart
from .errors import CommandFailed
from .flags import Options
from .places import place
from .session import Session

FIELDS = (
    ("CpuShares", "cpu-shares"),
    ("Memory", "memory"),
    ("NanoCpus", "cpus"),
    ("BlkioWeight", "blkio-weight"),
    ("CpuPeriod", "cpu-period"),
    ("CpuQuota", "cpu-quota"),
    ("CpuRealtimePeriod", "cpu-rt-period"),
    ("CpuRealtimeRuntime", "cpu-rt-runtime"),
    ("CpusetCpus", "cpuset-cpus"),
    ("CpusetMems", "cpuset-mems"),
    ("MemoryReservation", "memory-reservation"),
    ("MemorySwap", "memory-swap"),
)
REST: dict[str, Any] = {
    "CgroupParent": "",
    "BlkioWeightDevice": None,
    "BlkioDeviceReadBps": None,
    "BlkioDeviceWriteBps": None,
    "BlkioDeviceReadIOps": None,
    "BlkioDeviceWriteIOps": None,
    "Devices": None,
    "DeviceCgroupRules": None,
    "DeviceRequests": None,
    "MemorySwappiness": None,
    "OomKillDisable": None,
    "Ulimits": None,
    "CpuCount": 0,
    "CpuPercent": 0,
    "IOMaximumIOps": 0,
    "IOMaximumBandwidth": 0,
}


def update(session: Session, options: Options) -> int:
    if not options.given:
        raise CommandFailed("you must provide one or more flags when using this command")
    body = {**REST, **{name: options[flag] for name, flag in FIELDS}}
    body["RestartPolicy"] = parse_restart(options["restart"])
    body["PidsLimit"] = options["pids-limit"] or None
    if options["kernel-memory"]:
        body["KernelMemory"] = options["kernel-memory"]
    warnings: list[str] = []
    problems: list[str] = []
    for name in options.arguments:
        try:
            answer = session.client.json("POST", place("container", name, "/update"), None, body)
        except CommandFailed as error:
            problems.append(error.message)
        else:
            session.line(name)
            warnings += answer.get("Warnings") or ()
    if warnings:
        session.line("\n".join(warnings))
    if problems:
        raise CommandFailed("\n".join(problems))
    return 0
