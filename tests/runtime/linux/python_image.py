"""A root file system with this machine's Python and the probe, as an archive; and what of its answers is compared."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from estiba.from_host.archive import write_selection
from estiba.from_host.selection import Selection

PYTHON = "/usr/bin/python3"
LEFT_OUT = (
    "test",
    "dist-packages",
    "site-packages",
    "__pycache__",
    "idlelib",
    "ensurepip",
    "tkinter",
)
VARIANTS = {
    "plain": (),
    "no capabilities": ("--cap-drop", "ALL"),
    "a user": ("--user", "1000:1000"),
    "a user with more groups": ("--user", "nobody", "--group-add", "7"),
    "read only": ("--read-only",),
    "an administrator": ("--cap-add", "SYS_ADMIN", "--cap-add", "NET_ADMIN"),
    "no new privileges": ("--security-opt", "no-new-privileges"),
    "no filter": ("--security-opt", "seccomp=unconfined"),
    "limits": (
        "--ulimit",
        "nofile=100:200",
        "--ulimit",
        "core=0",
        "--oom-score-adj",
        "500",
        "--shm-size",
        "1m",
    ),
    "a sysctl": ("--sysctl", "net.ipv4.ip_forward=1"),
    "a tmpfs": ("--tmpfs", "/mnt:size=1m,mode=700"),
}
DIFFERENT = ("make a cgroup", "write release_agent")
"""Docker shows a container its control groups; here there are none to see."""


def reason_to_skip() -> str | None:
    if not os.path.exists(PYTHON):
        return f"the probe needs {PYTHON}"
    return None


def write_image(place: Path) -> Path:
    """The archive, below a directory."""
    selection = Selection()
    selection.add_executable(PYTHON)
    script = "import sysconfig; print(sysconfig.get_path('stdlib'))"
    library = subprocess.run(
        [PYTHON, "-c", script], capture_output=True, text=True, check=True
    ).stdout.strip()
    for directory, directories, names in os.walk(library):
        directories[:] = [
            n for n in directories if n not in LEFT_OUT and not n.startswith("config-")
        ]
        for name in names:
            if name.endswith(".so"):
                selection.add_executable(f"{directory}/{name}")
            elif name.endswith(".py"):
                selection.add(f"{directory}/{name}")
    archive = place / "python.tar"
    with archive.open("wb") as stream:
        write_selection(selection, {}, "", stream)
    with tarfile.open(archive, "a") as tar:
        tar.add(Path(__file__).with_name("probe.py"), "probe.py")
        point = tarfile.TarInfo("mnt")
        point.type, point.mode = tarfile.DIRTYPE, 0o755
        tar.addfile(point)
    return archive


def compared(facts: dict[str, Any], variant: str) -> dict[str, Any]:
    """What does not depend on the machine or on where an engine keeps its files."""
    kept = dict(facts)
    places = ("/etc/", "/sys/fs/cgroup")
    kept["mounts"] = {p: text for p, text in facts["mounts"].items() if not p.startswith(places)}
    kept["actions"] = {n: text for n, text in facts["actions"].items() if n not in DIFFERENT}
    kept["limits"] = {n: facts["limits"][n] for n in ("NOFILE", "CORE") if variant == "limits"}
    return kept
