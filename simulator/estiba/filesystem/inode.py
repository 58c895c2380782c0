"""Inodes: what names point at. Lower trees share them and never change them; an upper tree owns
its own.

A directory of a layer may hold whiteouts, and may be opaque. Hard links are several names with the
same inode. Inode numbers are counted inside each tree; a union mount adds what is needed to make
them unique.
"""

from __future__ import annotations

import stat
from enum import Enum
from typing import Final, NamedTuple, Self, TypeAlias

from .content import EMPTY, Content, Storage

Xattrs: TypeAlias = dict[str, bytes]


class Whiteout(Enum):
    """Hides one name of the lower trees. There is only one."""

    WHITEOUT = "whiteout"


WHITEOUT: Final = Whiteout.WHITEOUT


class Inode:
    """What every inode has. `mode` includes the type. Units: `mtime_ns`, nanoseconds since the epoch."""

    __slots__ = ("gid", "ino", "is_upper", "mode", "mtime_ns", "nlink", "uid", "xattrs")

    def __init__(self, mode: int, uid: int = 0, gid: int = 0, mtime_ns: int = 0) -> None:
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.mtime_ns = mtime_ns
        self.nlink = 1
        self.ino = 0
        self.is_upper = False
        self.xattrs: Xattrs | None = None

    @property
    def kind(self) -> int:
        """The type bits, one of `stat.S_IFREG`, `S_IFDIR`, `S_IFLNK`, …"""
        return stat.S_IFMT(self.mode)

    @property
    def permissions(self) -> int:
        """The mode without the type."""
        return stat.S_IMODE(self.mode)

    @property
    def size(self) -> int:
        """What `stat` tells as size. Units: bytes."""
        return 0

    @property
    def rdev(self) -> int:
        """The device number of a device node."""
        return 0

    def copy(self) -> Self:
        """The same, with one name: what a copy-up makes. Raises: nothing; data are shared until written."""
        raise NotImplementedError

    def _copied(self, source: Inode) -> None:
        if source.xattrs:
            self.xattrs = dict(source.xattrs)


class RegularFile(Inode):
    """A file with data: a `Content`, or a `Storage` once written to."""

    __slots__ = ("data",)

    def __init__(
        self,
        mode: int,
        uid: int = 0,
        gid: int = 0,
        mtime_ns: int = 0,
        data: Content | Storage = EMPTY,
    ) -> None:
        super().__init__(mode, uid, gid, mtime_ns)
        self.data = data

    @property
    def size(self) -> int:
        return self.data.size

    @property
    def content(self) -> Content:
        """The present bytes as an immutable value."""
        data = self.data
        return data if isinstance(data, Content) else data.freeze()

    @property
    def storage(self) -> Storage:
        """The writable bytes. Only inodes of an upper tree are asked."""
        data = self.data
        if isinstance(data, Content):
            data = self.data = Storage(data)
        return data

    def copy(self) -> Self:
        made = type(self)(self.mode, self.uid, self.gid, self.mtime_ns, self.content)
        made._copied(self)
        return made


class Directory(Inode):
    """One tree's part of a directory. `opaque` hides the same directory of lower trees."""

    __slots__ = ("entries", "opaque")

    def __init__(self, mode: int, uid: int = 0, gid: int = 0, mtime_ns: int = 0) -> None:
        super().__init__(mode, uid, gid, mtime_ns)
        self.nlink = 2
        self.entries: dict[str, Inode | Whiteout] = {}
        self.opaque = False

    @property
    def size(self) -> int:
        return 4096

    def copy(self) -> Self:
        """The attributes only: entries stay where they are."""
        made = type(self)(self.mode, self.uid, self.gid, self.mtime_ns)
        made._copied(self)
        return made


class Symlink(Inode):
    """A symbolic link."""

    __slots__ = ("target",)

    def __init__(self, target: str, uid: int = 0, gid: int = 0, mtime_ns: int = 0) -> None:
        super().__init__(stat.S_IFLNK | 0o777, uid, gid, mtime_ns)
        self.target = target

    @property
    def size(self) -> int:
        return len(self.target.encode("utf-8", "surrogateescape"))

    def copy(self) -> Self:
        made = type(self)(self.target, self.uid, self.gid, self.mtime_ns)
        made._copied(self)
        return made


class Special(Inode):
    """A fifo, socket or device node."""

    __slots__ = ("device",)

    def __init__(
        self, mode: int, uid: int = 0, gid: int = 0, mtime_ns: int = 0, rdev: int = 0
    ) -> None:
        super().__init__(mode, uid, gid, mtime_ns)
        self.device = rdev

    @property
    def rdev(self) -> int:
        return self.device

    def copy(self) -> Self:
        made = type(self)(self.mode, self.uid, self.gid, self.mtime_ns, self.device)
        made._copied(self)
        return made


Entry: TypeAlias = Inode | Whiteout


class Stat(NamedTuple):
    """What `stat(2)` tells. `mode` includes the type. Units: `size` bytes, `mtime_ns` nanoseconds since the epoch."""

    mode: int
    ino: int
    nlink: int
    uid: int
    gid: int
    size: int
    mtime_ns: int
    rdev: int
    dev: int

    @property
    def kind(self) -> int:
        return stat.S_IFMT(self.mode)


class DirEntry(NamedTuple):
    """What `readdir(3)` tells of one name. `kind` is one of `stat.S_IFREG`, …"""

    name: str
    kind: int
    ino: int


def device_number(major: int, minor: int) -> int:
    """The number of a device, as Linux packs it in user space.

    >>> device_number(1, 3)
    259

    Source: glibc, sysmacros.h.
    """
    low = ((major & 0xFFF) << 8) | (minor & 0xFF)
    return low | ((major & ~0xFFF) << 32) | ((minor & ~0xFF) << 12)
