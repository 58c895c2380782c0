"""What a monitor is told: a container's specification as plain values that travel as JSON."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...errors import Failure
from ...linux.overlay import Overlay
from .. import capabilities
from ..port import Bind, ContainerSpec, ProcessSpec
from . import seccomp

Root = Overlay | Path
MASKED = (
    "/proc/asound /proc/acpi /proc/kcore /proc/keys /proc/latency_stats /proc/timer_list"
    " /proc/timer_stats /proc/sched_debug /proc/scsi /sys/firmware"
).split()
READ_ONLY = "/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger".split()
INITS = ("docker-init", "tini-static", "catatonit")
INIT_PATH = "/sbin/docker-init"


def container_plan(
    spec: ContainerSpec[Root], run: Path, cgroup: list[dict[str, Any]], *, rootless: bool
) -> dict[str, Any]:
    """`run` is the container's run directory, where files it is given are kept."""
    overlay = spec.root
    if not isinstance(overlay, Overlay):
        raise TypeError("a container's root is a stack of layers")
    allowed = capabilities.effective(
        spec.cap_add, spec.cap_drop, privileged=spec.process.privileged
    )
    privileged = spec.process.privileged
    filtered = seccomp.supported() and not privileged and not _unconfined(spec)
    plan: dict[str, Any] = {
        "id": spec.id,
        "run": str(run),
        "home": str(overlay.home),
        "lowers": overlay.lowers,
        "upper": overlay.upper,
        "work": overlay.work,
        "rootless": rootless,
        "privileged": privileged,
        "capabilities": capabilities.mask(allowed) & own_capabilities(),
        "seccomp": sorted(allowed) if filtered else None,
        "no_new_privileges": any(
            option.replace(":", "=") in ("no-new-privileges", "no-new-privileges=true")
            for option in spec.security_options
        ),
        "masked_paths": [] if privileged else MASKED,
        "read_only_paths": [] if privileged else READ_ONLY,
        "read_only": spec.read_only,
        "hostname": spec.hostname,
        "domainname": spec.domainname,
        "network_of": os.getpid() if spec.network == "host" else 0,
        "mounts": _mounts(spec, run),
        "devices": _host_devices() if privileged and not rootless else [],
        "shm_size": spec.shm_size,
        "sysctls": spec.sysctls,
        "limits": spec.limits,
        "oom_score": spec.oom_score,
        "cgroup": cgroup,
    }
    plan["process"] = process_plan(spec.process, plan["capabilities"])
    if spec.init:
        _add_init(plan)
    return plan


def _add_init(plan: dict[str, Any]) -> None:
    """Let a small first process of this machine start the program, reap orphans and pass signals on.

    Raises: Failure when the machine has none.
    """
    found = next(filter(None, map(shutil.which, INITS)), None)
    if found is None:
        raise Failure(
            f"this machine has no docker-init: {', '.join(INITS)} would do (Debian: apt-get install tini)"
        )
    source = os.path.realpath(found)
    plan["mounts"].append(
        {"kind": "bind", "target": INIT_PATH, "source": source, "read_only": True}
    )
    plan["process"]["args"] = [INIT_PATH, "--", *plan["process"]["args"]]


def process_plan(spec: ProcessSpec, allowed: int, *, stdin: bool = False) -> dict[str, Any]:
    return {
        "args": spec.args,
        "env": spec.env,
        "cwd": spec.cwd,
        "user": spec.user,
        "groups": spec.groups,
        "tty": spec.tty,
        "rows": spec.rows,
        "columns": spec.columns,
        "stdin": stdin,
        "capabilities": own_capabilities() if spec.privileged else allowed,
    }


def _unconfined(spec: ContainerSpec[Root]) -> bool:
    return any(option.replace(":", "=") == "seccomp=unconfined" for option in spec.security_options)


def _mounts(spec: ContainerSpec[Root], run: Path) -> list[dict[str, Any]]:
    """Outer mounts before those inside them."""
    points: list[dict[str, Any]] = [
        {"kind": "tmpfs", "target": target.partition(":")[0], "options": target.partition(":")[2]}
        for target in spec.tmpfs
    ]
    for number, bind in enumerate(spec.binds):
        source = _source(bind, run / f"file-{number}")
        points.append(
            {"kind": "bind", "target": bind.target, "source": source, "read_only": bind.read_only}
        )
    return sorted(points, key=lambda point: point["target"].rstrip("/").count("/"))


def _source(bind: Bind[Root], place: Path) -> str:
    """The path that is bound; content is written to a file first."""
    if isinstance(bind.source, bytes):
        place.write_bytes(bind.source)
        return str(place)
    if isinstance(bind.source, Overlay):
        raise TypeError("only directories and files of this machine are bound")
    return str(bind.source)


def _host_devices() -> list[Mapping[str, Any]]:
    """The device nodes of this machine, which a privileged container gets all of."""
    found: list[Mapping[str, Any]] = []
    for directory, directories, names in os.walk("/dev"):
        directories[:] = [
            name for name in directories if name not in ("pts", "shm", "mqueue", "fd")
        ]
        for name in names:
            path = f"{directory}/{name}"
            status = os.lstat(path)
            if status.st_rdev and name not in ("console", "ptmx"):
                found.append({"path": path, "mode": status.st_mode, "rdev": status.st_rdev})
    return found


def own_capabilities() -> int:
    """What this process may hand on."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as stream:
        for line in stream:
            if line.startswith("CapPrm:"):
                return int(line.split()[1], 16)
    return 0
