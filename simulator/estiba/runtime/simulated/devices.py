"""Character devices, by their numbers, and the tree of /dev that runc makes.

Source: Linux, Documentation/admin-guide/devices.txt; OCI runtime-spec, config-linux.md, "Default
Devices".
"""

from __future__ import annotations

import hashlib
import stat
from functools import cache
from typing import TYPE_CHECKING

from ...filesystem import Stat, Tree, TreeBuilder
from .descriptions import Description
from .syscalls import SyscallError
from .syscalls.errnos import ENOSPC, ENXIO
from .terminal import PTS_MAJOR, TerminalFile

if TYPE_CHECKING:
    from .process import SimulatedProcess

NODES = {"null": 3, "zero": 5, "full": 7, "random": 8, "urandom": 9}
MEMORY, TTY = 1, 5
LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "core": "/proc/kcore",
    "ptmx": "pts/ptmx",
}


@cache
def device_tree(terminals: int, mtime_ns: int = 0) -> Tree:
    """/dev with so many pseudo-terminals; the first one is the console too."""
    builder = TreeBuilder(mtime_ns=mtime_ns)
    for name, minor in NODES.items():
        builder.node(name, stat.S_IFCHR | 0o666, MEMORY << 8 | minor)
    builder.node("tty", stat.S_IFCHR | 0o666, TTY << 8)
    for name, target in LINKS.items():
        builder.symlink(name, target)
    builder.directory("mqueue", 0o1777)
    builder.directory("pts")
    builder.node("pts/ptmx", stat.S_IFCHR | 0o666, TTY << 8 | 2)
    builder.directory("shm", 0o1777)
    for number in range(terminals):
        builder.node(f"pts/{number}", stat.S_IFCHR | 0o620, PTS_MAJOR << 8 | number, gid=5)
    if terminals:
        builder.node("console", stat.S_IFCHR | 0o620, PTS_MAJOR << 8)
    return builder.build()


class Device(Description):
    """null, zero, full, random or urandom."""

    __slots__ = ("_minor", "_read", "_stat")

    def __init__(self, minor: int, name: str, flags: int, status: Stat) -> None:
        super().__init__(name, flags)
        self._minor = minor
        self._stat = status
        self._read = 0

    def read(self, process: SimulatedProcess, size: int) -> bytes:
        if self._minor == NODES["null"]:
            return b""
        if self._minor in (NODES["random"], NODES["urandom"]):
            return self._noise(process, size)
        return bytes(size)

    def _noise(self, process: SimulatedProcess, size: int) -> bytes:
        """Deterministic: the same process in the same story reads the same bytes."""
        key = f"{process.container.id} {process.number} {process.calls} {self._read}"
        self._read += size
        return hashlib.shake_128(key.encode()).digest(size)

    def write(self, process: SimulatedProcess, data: bytes) -> int:
        if self._minor == NODES["full"]:
            raise SyscallError(ENOSPC)
        return len(data)

    def seek(self, offset: int, whence: int) -> int:
        return 0

    def truncate(self, size: int) -> None:
        pass

    def stat(self) -> Stat:
        return self._stat


def open_device(process: SimulatedProcess, name: str, flags: int, status: Stat) -> Description:
    """Open a character device by its number. Raises: SyscallError(ENXIO) if there is no driver."""
    major, minor = status.rdev >> 8 & 0xFFF, status.rdev & 0xFF
    if major == MEMORY and minor in NODES.values():
        return Device(minor, name, flags, status)
    if (major, minor) == (TTY, 0) and process.terminal is not None:
        return TerminalFile(process.terminal, flags, "/dev/tty")
    if major == PTS_MAJOR:
        for terminal in process.container.terminals or ():
            if terminal.number == minor:
                return TerminalFile(terminal, flags, name)
    raise SyscallError(ENXIO)
