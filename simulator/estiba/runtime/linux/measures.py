"""What the kernel tells of a container's processes: rows for `top`, a sample for `stats`.

Source: proc(5); Linux, Documentation/admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable, Iterator
from typing import Any

from ..port import ProcessRow, Usage
from .cgroups import in_namespace_of

NS_PER_S = 1_000_000_000
PTS_MAJOR = 136


def number_inside(pid: int) -> int:
    """The number a process has in its own PID namespace; 0 when it is gone."""
    for name, value in _status(pid):
        if name == "NSpid":
            return int(value.split()[-1])
    return 0


def members(groups: Iterable[dict[str, Any]], pid: int) -> list[int]:
    """The processes of a container, by the machine's numbers."""
    for group in groups:
        text = _read(f"{group['path']}/cgroup.procs")
        if text:
            return sorted(map(int, text.split()))
    return sorted(in_namespace_of(pid))


def rows(groups: Iterable[dict[str, Any]], pid: int) -> Iterator[ProcessRow]:
    booted_ns = _booted_ns()
    ticks = os.sysconf("SC_CLK_TCK")
    for member in members(groups, pid):
        text = _read(f"/proc/{member}/stat")
        if not text:
            continue
        name, _, rest = text.partition(" (")[2].rpartition(") ")
        fields = rest.split()
        terminal = int(fields[4])
        command = _read(f"/proc/{member}/cmdline").rstrip("\0").replace("\0", " ")
        yield ProcessRow(
            user=_owner(member),
            pid=member,
            parent=int(fields[1]),
            started_ns=booted_ns + int(fields[19]) * NS_PER_S // ticks,
            tty=f"pts/{terminal & 0xFF}" if terminal >> 8 & 0xFFF == PTS_MAJOR else "?",
            cpu_s=(int(fields[11]) + int(fields[12])) / ticks,
            command=command or f"[{name}]",
            name=name,
        )


def usage(groups: list[dict[str, Any]], pid: int) -> Usage:
    """From the control groups; what they cannot tell is added up over the processes."""
    pids = members(groups, pid)
    memory = _first(groups, "memory.usage_in_bytes", "memory.current")
    limit = _first(groups, "memory.limit_in_bytes", "memory.max") or 0
    return Usage(
        memory=sum(map(_resident, pids)) if memory is None else memory,
        memory_limit=limit if limit < 1 << 60 else 0,
        cpu_s=_cpu_s(groups, pids),
        pids=len(pids),
    )


def _cpu_s(groups: list[dict[str, Any]], pids: list[int]) -> float:
    used_ns = _first(groups, "cpuacct.usage")
    if used_ns is not None:
        return used_ns / NS_PER_S
    for group in groups:
        for line in _read(f"{group['path']}/cpu.stat").splitlines():
            if line.startswith("usage_usec "):
                return int(line.split()[1]) / 1e6
    return sum(row.cpu_s for row in rows(groups, pids[0])) if pids else 0.0


def _first(groups: Iterable[dict[str, Any]], *names: str) -> int | None:
    for group in groups:
        for name in names:
            text = _read(f"{group['path']}/{name}").strip()
            if text.isdecimal():
                return int(text)
    return None


def _resident(pid: int) -> int:
    fields = _read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _owner(pid: int) -> str:
    try:
        uid = os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return "?"
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _status(pid: int) -> Iterator[tuple[str, str]]:
    for line in _read(f"/proc/{pid}/status").splitlines():
        name, _, value = line.partition(":")
        yield name, value


def _booted_ns() -> int:
    for line in _read("/proc/stat").splitlines():
        if line.startswith("btime "):
            return int(line.split()[1]) * NS_PER_S
    return 0


def caught(pid: int, signal: int) -> bool:
    """Does a process have a handler for a signal? Source: proc(5), `SigCgt` in /proc/PID/status."""
    masks = (int(value, 16) for name, value in _status(pid) if name == "SigCgt")
    return bool(next(masks, 0) >> (signal - 1) & 1)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""
