"""`docker update`: other limits, or another restart policy, for a container that exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import Conflict
from ..trace.containers import ContainerUpdated
from . import validation
from .container import Container
from .host_config import DEFAULTS, HostConfig
from .limits import check_limits, discarded
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

RESOURCES = (
    "CpuShares",
    "Memory",
    "NanoCpus",
    "BlkioWeight",
    "CpuPeriod",
    "CpuQuota",
    "CpuRealtimePeriod",
    "CpuRealtimeRuntime",
    "CpusetCpus",
    "CpusetMems",
    "KernelMemory",
    "MemoryReservation",
    "MemorySwap",
    "PidsLimit",
)


def update(engine: Engine[M], container: Container[M], asked: Mapping[str, Any]) -> list[str]:
    """Change what is asked for; what is empty stays. The answer: warnings.

    Raises: InvalidInput, Conflict.
    """
    changes = {name: asked[name] for name in RESOURCES if asked.get(name)}
    policy = asked.get("RestartPolicy") or {}
    if policy.get("Name"):
        changes["RestartPolicy"] = {
            "Name": policy["Name"],
            "MaximumRetryCount": policy.get("MaximumRetryCount") or 0,
        }
        validation.check_restart(HostConfig.from_json({"RestartPolicy": policy}).restart)
    resources = {**DEFAULTS, **changes}
    check_limits(resources, engine.config, update=True)
    cannot, warnings = discarded(resources)
    if container.state in (State.REMOVING, State.DEAD):
        raise _refused(container, 'container is marked for removal and cannot be "update"')
    _check_against_present(container, changes)
    if container.host.auto_remove and policy.get("Name", "no") not in ("", "no"):
        raise _refused(
            container,
            "Restart policy cannot be updated because AutoRemove is enabled for the container",
        )
    container.host = container.host.with_fields(**{**changes, **cannot})
    container.touch()
    engine.emit(container.event(ContainerUpdated))
    return warnings


def _check_against_present(container: Container[Any], changes: Mapping[str, Any]) -> None:
    host = container.host
    memory = changes.get("Memory", 0)
    swap = changes.get("MemorySwap", 0)
    present_swap = host["MemorySwap"]
    if memory and not swap and present_swap != -1 and memory > present_swap and present_swap >= 0:
        raise _refused(
            container,
            "Memory limit should be smaller than already set memoryswap limit, update the"
            " memoryswap at the same time",
        )
    if changes.get("NanoCpus") and (host["CpuPeriod"] or host["CpuQuota"]):
        raise _refused(
            container,
            "Conflicting options: Nano CPUs cannot be updated as CPU Period/Quota has already"
            " been set",
        )
    for field, words in (("CpuPeriod", "CPU Period"), ("CpuQuota", "CPU Quota")):
        if changes.get(field) and host["NanoCpus"]:
            raise _refused(
                container,
                f"Conflicting options: {words} cannot be updated as NanoCPUs has already been set",
            )


def _refused(container: Container[Any], reason: str) -> Conflict:
    return Conflict(f"Cannot update container {container.id}: {reason}")
