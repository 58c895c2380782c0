"""Control groups: one for each container, in every hierarchy there is.

A plan for a container is the list of its directories, one a hierarchy, each with what is written to its files.
Version 1 has a hierarchy for each controller, version 2 one for all; a machine may have both ("hybrid"). Joining a
group takes milliseconds, because the kernel waits for every processor: those of version 1 that limit nothing are joined
late, and by a container that ends at once never. Devices are guarded from the start all the same: the launcher is in a
group with Docker's rules, and what it forks begins there.
Source: Linux, Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Iterator
from typing import Any

PAUSE_S, TRIES = 0.002, 50


def place(plan: Iterable[dict[str, Any]], pid: int) -> None:
    """Put a process into the groups that hold from the beginning, made now with their limits, and those there are."""
    for group in plan:
        if not group["late"]:
            make(group)
        _write(f"{group['path']}/cgroup.procs", str(pid))


def join_late(plan: Iterable[dict[str, Any]], first: int) -> None:
    """Put all processes of a container into the groups that were left for later, children of the moment too.

    `first` is the machine's number of its first process.
    """
    for group in (one for one in plan if one["late"]):
        make(group)
        asked: set[int] = set()
        while missing := set(in_namespace_of(first)) - _members(group) - asked:
            asked |= missing  # one that has just ended is still seen, and moves no more
            for pid in missing:
                with contextlib.suppress(ProcessLookupError):
                    _write(f"{group['path']}/cgroup.procs", str(pid))


def in_namespace_of(pid: int) -> Iterator[int]:
    """The processes of one PID namespace, those below it aside."""
    try:
        wanted = os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                if os.readlink(f"/proc/{name}/ns/pid") == wanted:
                    yield int(name)
            except OSError:
                continue  # it ended, or is not ours to ask


def make(group: dict[str, Any]) -> None:
    path = group["path"]
    if not os.path.isdir(path):
        os.makedirs(path, 0o755, exist_ok=True)
        for name, value in group["files"]:
            _write(f"{path}/{name}", value)


def _members(group: dict[str, Any]) -> set[int]:
    try:
        with open(f"{group['path']}/cgroup.procs", encoding="ascii") as stream:
            return set(map(int, stream.read().split()))
    except OSError:
        return set()


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
