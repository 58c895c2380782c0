"""Calls about files, directories and descriptors. Paths are relative to the working directory.

All of them raise SyscallError. Units: sizes and offsets in bytes, times in nanoseconds since the
epoch.
"""

from __future__ import annotations

from dataclasses import dataclass

from ....filesystem import DirEntry
from ....filesystem import Stat as Status
from ....filesystem.flags import F_OK, O_RDONLY, SEEK_SET
from .base import Syscall


@dataclass(slots=True)
class Open(Syscall[int]):
    """Open a file; answers the lowest free descriptor."""

    path: str
    flags: int = O_RDONLY
    mode: int = 0o666


@dataclass(slots=True)
class Read(Syscall[bytes]):
    """Up to `size` bytes; waits on pipes, terminals and sockets. b"" is the end."""

    fd: int
    size: int = 65536


@dataclass(slots=True)
class Write(Syscall[int]):
    """Write all of `data` (waiting as needed). A pipe without readers: SIGPIPE, then EPIPE."""

    fd: int
    data: bytes


@dataclass(slots=True)
class Close(Syscall[None]):
    fd: int


@dataclass(slots=True)
class Lseek(Syscall[int]):
    fd: int
    offset: int
    whence: int = SEEK_SET


@dataclass(slots=True)
class Dup(Syscall[int]):
    """The lowest free descriptor not below `minimum`, for the same open file."""

    fd: int
    minimum: int = 0
    cloexec: bool = False


@dataclass(slots=True)
class Dup2(Syscall[int]):
    fd: int
    target: int


@dataclass(slots=True)
class Pipe(Syscall[tuple[int, int]]):
    """A pipe: the reading and the writing descriptor."""


@dataclass(slots=True)
class Stat(Syscall[Status]):
    path: str


@dataclass(slots=True)
class Lstat(Syscall[Status]):
    path: str


@dataclass(slots=True)
class Fstat(Syscall[Status]):
    fd: int


@dataclass(slots=True)
class Access(Syscall[None]):
    """May the real user do this? `mode` is a sum of R_OK, W_OK, X_OK."""

    path: str
    mode: int = F_OK


@dataclass(slots=True)
class Getdents(Syscall[tuple[DirEntry, ...]]):
    """The entries of a directory, without `.` and `..`, in the order of the filesystem."""

    path: str


@dataclass(slots=True)
class Mkdir(Syscall[None]):
    path: str
    mode: int = 0o777


@dataclass(slots=True)
class Rmdir(Syscall[None]):
    path: str


@dataclass(slots=True)
class Unlink(Syscall[None]):
    path: str


@dataclass(slots=True)
class Rename(Syscall[None]):
    source: str
    target: str


@dataclass(slots=True)
class Link(Syscall[None]):
    """A hard link `target` to the inode of `source` (a symbolic link is not followed)."""

    source: str
    target: str


@dataclass(slots=True)
class Symlink(Syscall[None]):
    """A symbolic link at `path` that says `text`."""

    text: str
    path: str


@dataclass(slots=True)
class Readlink(Syscall[str]):
    path: str


@dataclass(slots=True)
class Realpath(Syscall[str]):
    """The path without symbolic links; every part must exist."""

    path: str


@dataclass(slots=True)
class Mknod(Syscall[None]):
    """`mode` with the file type: S_IFIFO, S_IFCHR, S_IFBLK, S_IFSOCK."""

    path: str
    mode: int
    rdev: int = 0


@dataclass(slots=True)
class Chmod(Syscall[None]):
    path: str
    mode: int


@dataclass(slots=True)
class Chown(Syscall[None]):
    """-1 leaves the owner or the group as it is."""

    path: str
    uid: int = -1
    gid: int = -1
    follow: bool = True


@dataclass(slots=True)
class Utimens(Syscall[None]):
    """Set the time of modification; None is now."""

    path: str
    mtime_ns: int | None = None
    follow: bool = True


@dataclass(slots=True)
class Truncate(Syscall[None]):
    path: str
    size: int


@dataclass(slots=True)
class Ftruncate(Syscall[None]):
    fd: int
    size: int


@dataclass(slots=True)
class Fsync(Syscall[None]):
    fd: int


@dataclass(slots=True)
class Getxattr(Syscall[bytes]):
    path: str
    name: str
    follow: bool = True


@dataclass(slots=True)
class Setxattr(Syscall[None]):
    path: str
    name: str
    value: bytes
    follow: bool = True


@dataclass(slots=True)
class Listxattr(Syscall[tuple[str, ...]]):
    path: str
    follow: bool = True


@dataclass(slots=True)
class Removexattr(Syscall[None]):
    path: str
    name: str
    follow: bool = True


@dataclass(frozen=True, slots=True)
class FilesystemUsage:
    """What `df` shows of one mount. Units: bytes."""

    device: str
    kind: str
    target: str
    size: int
    used: int
    available: int


@dataclass(slots=True)
class Statfs(Syscall[FilesystemUsage]):
    """Of the mount that holds `path`."""

    path: str


@dataclass(slots=True)
class Mounts(Syscall[tuple[FilesystemUsage, ...]]):
    """Every mount of the container, in order of mounting (the text is in /proc/mounts)."""


@dataclass(slots=True)
class Mount(Syscall[None]):
    """EPERM without privileges."""

    source: str
    target: str
    kind: str = ""
    read_only: bool = False


@dataclass(slots=True)
class Umount(Syscall[None]):
    target: str


@dataclass(slots=True)
class Poll(Syscall[tuple[int, ...]]):
    """Wait until one of the descriptors can be read (or `writable`, written), or the time is over
    (None: never).
    """

    readable: tuple[int, ...] = ()
    writable: tuple[int, ...] = ()
    timeout_s: float | None = None
