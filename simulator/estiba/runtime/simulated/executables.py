"""From an executable file to the program that stands for it.

Rules: a file needs an execute bit for the caller and must be regular. `#!` names an interpreter
(at most four deep). Anything else is known by its base name once symbolic links are followed; a
file that is the same inode as a `busybox` beside it (or in /bin) is the applet that argv[0] names.
A file with program bytes and no known name is loaded all the same, says so in one line, and ends
with 126. Source: Linux, fs/binfmt_script.c; execve(2).
"""

from __future__ import annotations

import posixpath
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...filesystem import FilesystemError, Stat
from ...filesystem.flags import X_OK
from .program import Flavour, Process, Program, find_program
from .streams import print_err
from .syscalls import Body, SyscallError
from .syscalls.errnos import EACCES, ELOOP, ENOENT, ENOEXEC

if TYPE_CHECKING:
    from .process import SimulatedProcess

SCRIPT_DEPTH = 4
SCRIPT_LINE = 256
TEXT = frozenset(range(32, 127)) | {9, 10, 13}


@dataclass(frozen=True, slots=True)
class Executable:
    """A program ready to run: who it is, and with which arguments."""

    path: str
    argv: tuple[str, ...]
    program: Program
    flavour: Flavour


def load(process: SimulatedProcess, path: str, argv: Sequence[str], depth: int = 0) -> Executable:
    """What `execve` would run. Raises: SyscallError, FilesystemError."""
    if depth > SCRIPT_DEPTH:
        raise SyscallError(ELOOP)
    mounts, who, cwd = process.container.mounts, process.credentials, process.cwd
    if path.startswith("/proc/self/exe"):
        path = process.executable
    mounts.access(path, X_OK, cwd=cwd, credentials=who)
    with mounts.open(path, 0, cwd=cwd) as opened:
        status = opened.stat()
        if not stat.S_ISREG(status.mode):
            raise SyscallError(EACCES)
        head = opened.read(SCRIPT_LINE)
    real = mounts.resolve(path, cwd=cwd, credentials=who)
    if head.startswith(b"#!"):
        interpreter, extra = _shebang(head)
        argv = [interpreter, *extra, path, *argv[1:]]
        return load(process, interpreter, argv, depth + 1)
    if head and _is_text(head):
        raise SyscallError(ENOEXEC)
    found = _known(process, real, argv, status)
    if found is not None:
        return Executable(real, tuple(argv), *found)
    if not head:
        raise SyscallError(ENOEXEC)
    return Executable(real, tuple(argv), unknown_program, Flavour.GNU)


def _shebang(head: bytes) -> tuple[str, list[str]]:
    line = head[2:].partition(b"\n")[0].strip().decode("utf-8", "surrogateescape")
    interpreter, _, rest = line.partition(" ")
    if not interpreter:
        raise SyscallError(ENOEXEC)
    return interpreter, [rest.strip()] if rest.strip() else []


def _known(
    process: SimulatedProcess, real: str, argv: Sequence[str], status: Stat
) -> tuple[Program, Flavour] | None:
    name = posixpath.basename(real)
    if name == "busybox" or (status.nlink > 1 and _is_busybox(process, real, status)):
        applet = posixpath.basename(argv[0]) if argv else name
        found = find_program(applet.removeprefix("-"), Flavour.BUSYBOX)
        return (found or applet_not_found), Flavour.BUSYBOX
    found = process.container.kernel.programs.get(name) or find_program(name, Flavour.GNU)
    return None if found is None else (found, Flavour.GNU)


def _is_busybox(process: SimulatedProcess, real: str, wanted: Stat) -> bool:
    """Is it the same file as a `busybox`? Only hard links can be."""
    for place in {posixpath.dirname(real) + "/busybox", "/bin/busybox"}:
        try:
            status = process.container.mounts.stat(place)
        except FilesystemError:
            continue
        if (status.dev, status.ino) == (wanted.dev, wanted.ino):
            return True
    return False


def _is_text(head: bytes) -> bool:
    return all(byte in TEXT or byte >= 128 for byte in head)


def applet_not_found(process: Process, args: list[str]) -> Body[int]:
    """What busybox says when argv[0] is none of its applets."""
    yield from print_err(f"{posixpath.basename(process.name)}: applet not found\n")
    return 127


def unknown_program(process: Process, args: list[str]) -> Body[int]:
    """Stands for machine code nobody wrote a stand-in for."""
    yield from print_err(f"{process.name}: this program has no simulated counterpart\n")
    return 126


def search(process: SimulatedProcess, name: str, directories: str) -> str:
    """The path of a command, along a PATH. Raises: SyscallError(ENOENT)."""
    for directory in directories.split(":"):
        path = posixpath.join(directory or ".", name)
        if is_executable(process, path):
            return path
    raise SyscallError(ENOENT)


def is_executable(process: SimulatedProcess, path: str) -> bool:
    """Is there a regular file that we may execute?"""
    mounts, who, cwd = process.container.mounts, process.credentials, process.cwd
    try:
        status = mounts.stat(path, cwd=cwd, credentials=who)
        if not stat.S_ISREG(status.mode):
            return False
        mounts.access(path, X_OK, cwd=cwd, credentials=who)
    except FilesystemError:
        return False
    return True
