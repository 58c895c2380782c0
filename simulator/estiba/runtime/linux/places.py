"""Where what belongs to running containers is kept: in memory if it can be, because it does not outlive the machine."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
from pathlib import Path

MEMORY = ("/run", "/dev/shm")


def run_directory(home: Path) -> Path:
    """The run directories of one home: on a tmpfs of ours, by the home's name, else in the home."""
    name = hashlib.sha256(os.fsencode(os.path.realpath(home))).hexdigest()[:16]
    for place in MEMORY:
        if _is_in_memory(place) and _is_ours(f"{place}/estiba"):
            return Path(place, "estiba", name)
    return home / "run"


def _is_ours(place: str) -> bool:
    """Whether a directory, made now if it is missing, is nobody else's to change: others may write where it is."""
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(place, 0o700)
        found = os.lstat(place)
    except OSError:
        return False
    mine = found.st_uid == os.geteuid() and not found.st_mode & 0o022
    return mine and stat.S_ISDIR(found.st_mode)


def _is_in_memory(place: str) -> bool:
    try:
        with open("/proc/self/mounts", encoding="utf-8") as stream:
            return any(line.split()[1:3] == [place, "tmpfs"] for line in stream)
    except OSError:
        return False
