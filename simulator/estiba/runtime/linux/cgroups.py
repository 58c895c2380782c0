"""Control groups: one for each container, in every hierarchy there is.

A plan for a container is the list of its directories, one a hierarchy, each with what is written to its files.
Version 1 has a hierarchy for each controller, version 2 one for all; a machine may have both ("hybrid").
Source: Linux, Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from typing import Any

PAUSE_S, TRIES = 0.002, 50


def place(plan: Iterable[dict[str, Any]], pid: int) -> None:
    """Make the groups that are missing, with their limits, and put a process into them."""
    for group in plan:
        path = group["path"]
        if not os.path.isdir(path):
            os.makedirs(path, 0o755, exist_ok=True)
            for name, value in group["files"]:
                _write(f"{path}/{name}", value)
        _write(f"{path}/cgroup.procs", str(pid))


def remove(plan: Iterable[dict[str, Any]]) -> None:
    """Remove groups whose processes are gone; the kernel may need a moment to see that."""
    for group in plan:
        for _ in range(TRIES):
            try:
                os.rmdir(group["path"])
            except FileNotFoundError:
                break
            except OSError:
                time.sleep(PAUSE_S)
            else:
                break


def _write(path: str, value: str) -> None:
    with contextlib.suppress(FileNotFoundError), open(path, "w", encoding="ascii") as stream:
        stream.write(value)
