"""Limits of memory, CPU and block devices: what is refused, and what is discarded with a warning.

The kernel of the machine has no weights for block devices (they went with its CFQ scheduler).
Source: Docker 20.10, daemon_unix.go, verifyPlatformContainerResources: messages and their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InvalidInput
from .config import EngineConfig

LEAST_MEMORY = 6 << 20
NANO = 1_000_000_000
NO_WEIGHT = (
    "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded."
)
NO_DEVICE_WEIGHT = (
    "Your kernel does not support Block I/O weight_device or the cgroup is not mounted. "
    "Weight-device discarded."
)
KERNEL_MEMORY = (
    "Specifying a kernel memory limit is deprecated and will be removed in a future release."
)
NEVER_KILLED = (
    "OOM killer is disabled for the container, but no memory limit is set, this can result in the "
    "system running out of resources."
)


def discarded(fields: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What this machine cannot do, put back to nothing, and all warnings about limits."""
    changes: dict[str, Any] = {}
    warnings = []
    if fields["KernelMemory"]:
        warnings.append(KERNEL_MEMORY)
    if fields["OomKillDisable"] and not fields["Memory"]:
        warnings.append(NEVER_KILLED)
    if fields["BlkioWeight"]:
        changes["BlkioWeight"] = 0
        warnings.append(NO_WEIGHT)
    if fields["BlkioWeightDevice"]:
        changes["BlkioWeightDevice"] = []
        warnings.append(NO_DEVICE_WEIGHT)
    return changes, warnings


def check_limits(fields: Mapping[str, Any], machine: EngineConfig, *, update: bool = False) -> None:
    """Limits of memory and CPU. Raises: InvalidInput."""
    memory, swap = fields["Memory"], fields["MemorySwap"]
    reservation, swappiness = fields["MemoryReservation"], fields["MemorySwappiness"]
    if memory and memory < LEAST_MEMORY:
        raise InvalidInput("Minimum memory limit allowed is 6MB")
    if memory > 0 and 0 < swap < memory:
        raise InvalidInput("Minimum memoryswap limit should be larger than memory limit, see usage")
    if not memory and swap > 0 and not update:
        raise InvalidInput(
            "You should always set the Memory limit when using Memoryswap limit, see usage"
        )
    if swappiness is not None and not -1 <= swappiness <= 100:
        raise InvalidInput(f"Invalid value: {swappiness}, valid memory swappiness range is 0-100")
    if 0 < reservation < LEAST_MEMORY:
        raise InvalidInput("Minimum memory reservation allowed is 6MB")
    if 0 < memory < reservation:
        raise InvalidInput(
            "Minimum memory limit can not be less than memory reservation limit, see usage"
        )
    if 0 < (fields["KernelMemory"] or 0) < LEAST_MEMORY:
        raise InvalidInput("Minimum kernel memory limit allowed is 6MB")
    _check_cpus(fields, machine)


def _check_cpus(fields: Mapping[str, Any], machine: EngineConfig) -> None:
    nano, period, quota = fields["NanoCpus"], fields["CpuPeriod"], fields["CpuQuota"]
    for value, name in ((period, "CPU Period"), (quota, "CPU Quota")):
        if nano > 0 and value > 0:
            raise InvalidInput(f"Conflicting options: Nano CPUs and {name} cannot both be set")
    if nano < 0 or nano > machine.cpus * NANO:
        raise InvalidInput(
            f"Range of CPUs is from 0.01 to {machine.cpus}.00, as there are only {machine.cpus}"
            " CPUs available"
        )
    if period and not 1000 <= period <= 1_000_000:
        raise InvalidInput(
            "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"
        )
    if 0 < quota < 1000:
        raise InvalidInput("CPU cfs quota can not be less than 1ms (i.e. 1000)")
    if fields["CpusetCpus"]:
        _check_set(fields["CpusetCpus"], machine.cpus, "cpus", "CPUs")
    if fields["CpusetMems"]:
        _check_set(fields["CpusetMems"], 1, "mems", "memory nodes")


def _check_set(text: str, there_are: int, name: str, things: str) -> None:
    wanted: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if not low.isdigit() or (dash and not (high.isdigit() and int(low) <= int(high))):
            raise InvalidInput(f"Invalid value {text} for cpuset {name}: invalid format: {text}")
        wanted.update(range(int(low), int(high or low) + 1))
    if any(number >= there_are for number in wanted):
        available = f"0-{there_are - 1}" if there_are > 1 else "0"
        raise InvalidInput(
            f"Requested {things} are not available - requested {text}, available: {available}"
        )
