"""/proc and /sys: made on demand from the kernel's tables, never stored.

`locate` answers what is at a path: a `Node`, or None when the path is not below /proc or /sys.
Source: proc(5). Simplified: the files that people, shells and common tools read.
"""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...filesystem import DirEntry, FilesystemError, Stat
from . import machine
from .descriptions import Description, make_stat
from .proc_process import PROCESS_FILES, PROCESS_LINKS, describe_fd
from .streams import encode
from .syscalls import SyscallError
from .syscalls.errnos import EACCES, EBADF, ENOENT

if TYPE_CHECKING:
    from .process import SimulatedProcess

ROOT_FILES: dict[str, Callable[[SimulatedProcess], str]] = {
    "cpuinfo": machine.cpuinfo,
    "meminfo": machine.meminfo,
    "uptime": machine.uptime,
    "loadavg": machine.loadavg,
    "version": machine.version,
    "filesystems": machine.filesystems,
    "cmdline": machine.cmdline,
    "stat": machine.stat,
    "sys/kernel/hostname": lambda process: process.container.hostname + "\n",
    "sys/kernel/osrelease": lambda process: machine.RELEASE + "\n",
    "sys/kernel/ostype": lambda process: "Linux\n",
    "sys/kernel/pid_max": lambda process: "32768\n",
    "sys/net/ipv4/ip_forward": lambda process: "1\n",
    "sys/vm/swappiness": lambda process: "60\n",
}
ROOT_LINKS = {"mounts": "self/mounts", "net": "self/net"}
SYS_FILES: dict[str, Callable[[SimulatedProcess], str]] = {
    "fs/cgroup/memory/memory.limit_in_bytes": machine.memory_limit,
    "fs/cgroup/pids/pids.max": machine.pids_limit,
    "class/net/lo/address": lambda process: "00:00:00:00:00:00\n",
    "devices/system/cpu/online": lambda process: "0-1\n",
    "kernel/mm/transparent_hugepage/enabled": lambda process: "always [madvise] never\n",
}


@dataclass(slots=True)
class Node:
    """A directory (its names), a file (its text), or a link (its target;

    `description` if it is open).
    """

    path: str
    names: tuple[str, ...] | None = None
    text: Callable[[], str] | None = None
    target: str | None = None
    description: Description | None = None
    uid: int = 0
    gid: int = 0
    mtime_ns: int = 0

    @property
    def kind(self) -> int:
        if self.names is not None:
            return stat.S_IFDIR
        return stat.S_IFREG if self.text is not None else stat.S_IFLNK

    def stat(self) -> Stat:
        permissions = {stat.S_IFDIR: 0o555, stat.S_IFREG: 0o444, stat.S_IFLNK: 0o777}[self.kind]
        ino = 4026531840 + sum(self.path.encode()) % 65536
        made = make_stat(self.kind | permissions, ino=ino, mtime_ns=self.mtime_ns)
        return made._replace(uid=self.uid, gid=self.gid, nlink=2 if self.names is not None else 1)


def concerns(path: str, cwd: str) -> bool:
    """May the path lead into /proc or /sys? A quick test that never misses one."""
    return (
        "/proc" in path
        or "/sys" in path
        or path.startswith(("/dev/", "proc", "sys"))
        or cwd.startswith(("/proc", "/sys", "/dev"))
    )


def behind_link(process: SimulatedProcess, path: str) -> Node | None:
    """What a symbolic link outside /proc leads to inside, as /etc/mtab does."""
    try:
        target = process.container.mounts.readlink(
            path, cwd=process.cwd, credentials=process.credentials
        )
    except FilesystemError:
        return None
    full = posixpath.join(process.cwd, posixpath.dirname(path), target)
    return locate(process, full) if concerns(full, "/") else None


def locate(process: SimulatedProcess, path: str, *, follow: bool = True) -> Node | None:
    """What is at a path below /proc or /sys. Raises: SyscallError."""
    full = posixpath.normpath(posixpath.join(process.cwd, path))
    for _ in range(8):
        node = _lookup(process, full)
        if node is not None:
            node.mtime_ns = process.container.kernel.booted_ns
        if node is None or node.target is None or not follow or node.description is not None:
            return node
        full = posixpath.normpath(posixpath.join(posixpath.dirname(node.path), node.target))
    return None


def _lookup(process: SimulatedProcess, full: str) -> Node | None:
    if full == "/proc" or full.startswith("/proc/"):
        return _in_proc(process, full, full.split("/")[2:])
    if full == "/sys" or full.startswith("/sys/"):
        return _in_table(process, full, full[5:], SYS_FILES, {}, ())
    return _standard_link(process, full)


def _standard_link(process: SimulatedProcess, full: str) -> Node | None:
    """/dev/fd, /dev/stdin and the like, which lead into /proc/self/fd."""
    if full.startswith("/dev/fd/") or full == "/dev/fd":
        return _in_proc(process, full, ["self", *full.split("/")[2:]])
    number = {"/dev/stdin": "0", "/dev/stdout": "1", "/dev/stderr": "2"}.get(full)
    return None if number is None else _in_proc(process, full, ["self", "fd", number])


def _in_proc(process: SimulatedProcess, full: str, parts: list[str]) -> Node:
    container = process.container
    if parts and parts[0] in ("self", "thread-self"):
        if len(parts) == 1:
            return Node(full, target=str(process.number))
        parts = [str(process.number), *parts[1:]]
    if parts and parts[0].isdecimal():
        target = container.processes.get(int(parts[0]))
        if target is None:
            raise SyscallError(ENOENT)
        return _of_process(process, target, full, parts[1:])
    numbers = tuple(str(number) for number in sorted(container.processes))
    return _in_table(process, full, "/".join(parts), ROOT_FILES, ROOT_LINKS, (*numbers, "self"))


def _in_table(
    process: SimulatedProcess,
    full: str,
    rest: str,
    files: dict[str, Callable[[SimulatedProcess], str]],
    links: dict[str, str],
    extra: tuple[str, ...],
) -> Node:
    """A path below the root of a tree given by a table of full names."""
    if rest in files:
        return Node(full, text=lambda: files[rest](process))
    if rest in links:
        return Node(full, target=links[rest])
    prefix = rest + "/" if rest else ""
    names = {
        name[len(prefix) :].split("/")[0] for name in (*files, *links) if name.startswith(prefix)
    }
    if not names:
        raise SyscallError(ENOENT)
    return Node(full, names=(*(extra if not rest else ()), *sorted(names)))


def _of_process(
    process: SimulatedProcess, target: SimulatedProcess, full: str, parts: list[str]
) -> Node:
    owner = target.credentials
    private = process.credentials.uid not in (0, owner.uid)
    match parts:
        case []:
            names = (*PROCESS_FILES, *PROCESS_LINKS, "fd", "net", "task")
            node = Node(full, names=tuple(sorted(names)))
        case ["fd"] if not private:
            node = Node(full, names=tuple(str(fd) for fd in sorted(target.files)))
        case ["fd", number] if not private:
            description = target.files.get(int(number)) if number.isdecimal() else None
            if description is None:
                raise SyscallError(ENOENT)
            node = Node(full, target=describe_fd(description), description=description)
        case [name] if name in PROCESS_FILES:
            node = Node(full, text=lambda: PROCESS_FILES[name](target))
        case [name] if name in PROCESS_LINKS:
            node = Node(full, target=PROCESS_LINKS[name](target))
        case ["task"] | ["net"]:
            node = Node(full, names=())
        case ["net", name] if name in machine.NET_FILES:
            node = Node(full, text=lambda: machine.NET_FILES[name](target))
        case _:
            raise SyscallError(EACCES if parts[0] == "fd" else ENOENT)
    node.uid, node.gid = owner.uid, owner.gid
    return node


def entries(process: SimulatedProcess, node: Node) -> tuple[DirEntry, ...]:
    """The names of a directory with their kinds."""
    found = []
    for name in node.names or ():
        inner = _lookup(process, f"{node.path}/{name}")
        if inner is not None:
            found.append(DirEntry(name, inner.kind, inner.stat().ino))
    return tuple(found)


class ProcFile(Description):
    """An open file of /proc: its text as it was when first read."""

    __slots__ = ("_data", "_node", "_offset")

    def __init__(self, node: Node, flags: int) -> None:
        super().__init__(node.path, flags)
        self._node = node
        self._data: bytes | None = None
        self._offset = 0

    def read(self, process: SimulatedProcess, size: int) -> bytes:
        if self._node.text is None:
            raise SyscallError(EBADF)
        if self._data is None:
            self._data = encode(self._node.text())
        chunk = self._data[self._offset : self._offset + size]
        self._offset += len(chunk)
        return chunk

    def seek(self, offset: int, whence: int) -> int:
        self._offset = offset + (self._offset if whence == 1 else 0)
        return self._offset

    def stat(self) -> Stat:
        return self._node.stat()
