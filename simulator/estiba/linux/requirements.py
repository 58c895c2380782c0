"""What the Linux host needs of the machine, looked at before anything is changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from ..errors import NotSupported

SYS_ADMIN = 21
NAMESPACES = ("mnt", "pid", "uts", "ipc", "net")


class MachineLacks(NotSupported):
    """The kernel, or what it lets us do, is not enough. One reason a line."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("the Linux host cannot run here: " + "; ".join(reasons))
        self.reasons = reasons


def require() -> None:
    """Raises: MachineLacks, with what to do about each thing."""
    reasons = list(missing())
    if reasons:
        raise MachineLacks(reasons)


def missing() -> Iterator[str]:
    """What is not there, each with what to do."""
    if sys.platform != "linux":
        yield "it needs Linux (use the simulator, which needs nothing)"
        return
    if not _has_capability(SYS_ADMIN):
        yield (
            "it needs root: CAP_SYS_ADMIN, to make namespaces and to mount"
            " (run it with sudo, or in a virtual machine of your own; the simulator needs nothing)"
        )
    if "overlay" not in _words("/proc/filesystems"):
        yield "this kernel has no overlayfs (as root: modprobe overlay)"
    for name in NAMESPACES:
        if not os.path.exists(f"/proc/self/ns/{name}"):
            yield f"this kernel has no {name} namespaces (it needs one built with them)"
    if not hasattr(os, "pidfd_open"):
        yield "this Python knows no pidfd_open (it needs one built on Linux 5.3 or later)"
    release = os.uname().release.split(".")
    if (int(release[0]), int(release[1].split("-")[0])) < (5, 9):
        yield f"Linux {os.uname().release} is too old (it needs 5.9 or later)"


def _has_capability(number: int) -> bool:
    for line in _lines("/proc/self/status"):
        if line.startswith("CapEff:"):
            return bool(int(line.split()[1], 16) >> number & 1)
    return False


def _words(path: str) -> set[str]:
    return {word for line in _lines(path) for word in line.split()}


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
