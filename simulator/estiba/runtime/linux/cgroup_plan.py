"""Which control groups this machine has, and what a container's are to be.

Version 1 has a hierarchy for each controller, version 2 one for all; on a hybrid machine the second has no
controllers. A hierarchy that we may not write to is left out, and `notes` says so, once, in words for a person.
Source: Linux, Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst; cgroups(7).
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from typing import Any

from ...errors import NotSupported
from ..port import ContainerSpec
from . import cgroups

PARENT = "estiba"
USED = ("memory", "pids", "cpu", "cpuacct", "freezer", "devices")
CONFINED = "confined"
DEFAULT_PERIOD_US = 100_000
ABANDONED_S = 60.0
FREEZE_TRIES, FREEZE_PAUSE_S = 500, 0.002
DEVICES = (
    "c *:* m,b *:* m,c 1:3 rwm,c 1:5 rwm,c 1:7 rwm,c 1:8 rwm,c 1:9 rwm,c 5:0 rwm,c 5:1 rwm,c 5:2 rwm,"
    "c 136:* rwm,c 10:200 rwm"
).split(",")


@dataclass(frozen=True, slots=True)
class Hierarchies:
    """`places` are directories by controller (version 1); `unified` that of version 2 with controllers, or ""."""

    places: dict[str, str]
    unified: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def of_this_machine(cls, mounts: str = "/proc/self/mounts") -> Hierarchies:
        places: dict[str, str] = {}
        unified, notes = "", []
        for place, kind, options in _cgroup_mounts(mounts):
            if kind == "cgroup":
                places |= {name: place for name in options.split(",") if name in USED}
            elif _controllers(place):
                unified = place
        for name in [name for name, place in places.items() if not os.access(place, os.W_OK)]:
            notes.append(
                f"no limits by the {name} controller: {places.pop(name)} is not ours to write"
            )
        if unified and not os.access(unified, os.W_OK):
            notes.append(f"no limits: {unified} is not ours to write")
            unified = ""
        if not places and not unified and not notes:
            notes.append("no limits: this machine has no control groups mounted")
        return cls(places, unified, tuple(notes))

    def plan(self, spec: ContainerSpec[Any]) -> list[dict[str, Any]]:
        """The groups of a container, with what is written to their files."""
        if self.unified:
            path = f"{self.unified}/{PARENT}/{spec.id}"
            return [{"path": path, "files": _unified_files(spec), "late": False}]
        groups: list[dict[str, Any]] = []
        for name, place in self.places.items():
            files = _files(name, spec)
            late = not spec.process.privileged if name == "devices" else not files
            groups.append({"path": f"{place}/{PARENT}/{spec.id}", "files": files, "late": late})
        return sorted(groups, key=lambda group: bool(group["late"]))

    def sweep(self) -> None:
        """Remove groups that have had no process for a while: whoever made them did not come to remove them."""
        for place in {*self.places.values(), self.unified} - {""}:
            with contextlib.suppress(OSError):
                for group in os.scandir(f"{place}/{PARENT}"):
                    if (
                        group.name != CONFINED
                        and group.is_dir()
                        and time.time() - group.stat().st_mtime > ABANDONED_S
                    ):
                        with contextlib.suppress(OSError):  # EBUSY: it is in use
                            os.rmdir(group.path)

    def confine(self, pid: int) -> None:
        """Put a process, and what it will fork, where only Docker's devices can be used."""
        if "devices" in self.places:
            files = [("devices.deny", "a"), *(("devices.allow", rule) for rule in DEVICES)]
            path = f"{self.places['devices']}/{PARENT}/{CONFINED}"
            cgroups.place([{"path": path, "files": files, "late": False}], pid)

    def freeze(self, plan: list[dict[str, Any]], first: int, frozen: bool) -> None:
        """Stop or continue every process of a container, the first of which is known. Raises: NotSupported."""
        cgroups.join_late(plan, first)
        for group in plan:
            if os.path.exists(f"{group['path']}/freezer.state"):
                _set_state(f"{group['path']}/freezer.state", "FROZEN" if frozen else "THAWED")
                return
            if os.path.exists(f"{group['path']}/cgroup.freeze"):
                _write(f"{group['path']}/cgroup.freeze", "1" if frozen else "0")
                return
        raise NotSupported("this machine has no freezer that is ours to use")


def _cgroup_mounts(path: str) -> list[tuple[str, str, str]]:
    """Mount points of control groups: place, type, options."""
    found = []
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            _, place, kind, options, *_ = line.split()
            if kind in ("cgroup", "cgroup2"):
                found.append((place, kind, options))
    return found


def _controllers(place: str) -> set[str]:
    try:
        with open(f"{place}/cgroup.controllers", encoding="ascii") as stream:
            return set(stream.read().split()) & {"memory", "pids", "cpu"}
    except OSError:
        return set()


def _files(controller: str, spec: ContainerSpec[Any]) -> list[tuple[str, str]]:
    match controller:
        case "memory" if spec.memory:
            return [
                ("memory.limit_in_bytes", str(spec.memory)),
                ("memory.memsw.limit_in_bytes", str(spec.memory_swap or 2 * spec.memory)),
            ]
        case "pids" if spec.pids and spec.pids > 0:
            return [("pids.max", str(spec.pids))]
        case "cpu":
            files = [("cpu.shares", str(spec.cpu_shares))] if spec.cpu_shares else []
            if spec.cpu_quota:
                files.append(("cpu.cfs_period_us", str(spec.cpu_period or DEFAULT_PERIOD_US)))
                files.append(("cpu.cfs_quota_us", str(spec.cpu_quota)))
            return files
        case "devices" if not spec.process.privileged:
            return [("devices.deny", "a"), *(("devices.allow", rule) for rule in DEVICES)]
    return []


def _unified_files(spec: ContainerSpec[Any]) -> list[tuple[str, str]]:
    files = [("pids.max", str(spec.pids) if spec.pids and spec.pids > 0 else "max")]
    if spec.memory:
        swap = max(0, (spec.memory_swap or 2 * spec.memory) - spec.memory)
        files += [("memory.max", str(spec.memory)), ("memory.swap.max", str(swap))]
    if spec.cpu_quota:
        files.append(("cpu.max", f"{spec.cpu_quota} {spec.cpu_period or DEFAULT_PERIOD_US}"))
    if spec.cpu_shares:
        files.append(("cpu.weight", str(1 + (spec.cpu_shares - 2) * 9999 // 262142)))
    return files


def _set_state(path: str, state: str) -> None:
    """Freezing takes the kernel a moment, and new children may slip through: ask until it is so."""
    for _ in range(FREEZE_TRIES):
        _write(path, state)
        with open(path, encoding="ascii") as stream:
            if stream.read().strip() == state:
                return
        time.sleep(FREEZE_PAUSE_S)


def _write(path: str, value: str) -> None:
    with open(path, "w", encoding="ascii") as stream:
        stream.write(value)
