"""What programs read out of the status of a file: type, permissions, blocks.

Source: Linux, inode(7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ....filesystem import Stat

    Status = Stat

S_IFMT: Final = 0o170000
S_IFSOCK: Final = 0o140000
S_IFLNK: Final = 0o120000
S_IFREG: Final = 0o100000
S_IFBLK: Final = 0o060000
S_IFDIR: Final = 0o040000
S_IFCHR: Final = 0o020000
S_IFIFO: Final = 0o010000

LETTERS: Final = {
    S_IFSOCK: "s",
    S_IFLNK: "l",
    S_IFREG: "-",
    S_IFBLK: "b",
    S_IFDIR: "d",
    S_IFCHR: "c",
    S_IFIFO: "p",
}
DESCRIPTIONS: Final = {
    S_IFSOCK: "socket",
    S_IFLNK: "symbolic link",
    S_IFREG: "regular file",
    S_IFBLK: "block special file",
    S_IFDIR: "directory",
    S_IFCHR: "character special file",
    S_IFIFO: "fifo",
}


def kind(status: Status) -> int:
    return status.mode & S_IFMT


def is_directory(status: Status) -> bool:
    return status.mode & S_IFMT == S_IFDIR


def is_regular(status: Status) -> bool:
    return status.mode & S_IFMT == S_IFREG


def is_link(status: Status) -> bool:
    return status.mode & S_IFMT == S_IFLNK


def is_device(status: Status) -> bool:
    return status.mode & S_IFMT in (S_IFCHR, S_IFBLK)


def same_file(one: Status, other: Status) -> bool:
    return (one.dev, one.ino) == (other.dev, other.ino)


def permissions(mode: int) -> str:
    """`drwxr-xr-x`.

    >>> permissions(0o100644), permissions(0o041777)
    ('-rw-r--r--', 'drwxrwxrwt')
    """
    letters = [LETTERS.get(mode & S_IFMT, "?")]
    for shift, bit, letter in ((6, 0o4000, "s"), (3, 0o2000, "s"), (0, 0o1000, "t")):
        three = mode >> shift
        letters.append("r" if three & 4 else "-")
        letters.append("w" if three & 2 else "-")
        if mode & bit:
            letters.append(letter if three & 1 else letter.upper())
        else:
            letters.append("x" if three & 1 else "-")
    return "".join(letters)


def blocks(status: Status) -> int:
    """Allocated space. Units: blocks of 512 bytes.

    Simplified: computed from the size with blocks of 4 KiB, as ext4 without holes.
    """
    if is_directory(status):
        return -(-status.size // 4096) * 8
    if is_regular(status):
        return -(-status.size // 4096) * 8
    if is_link(status) and status.size >= 60:
        return 8
    return 0


def major(rdev: int) -> int:
    return (rdev >> 8) & 0xFFF


def minor(rdev: int) -> int:
    return (rdev & 0xFF) | ((rdev >> 12) & 0xFFF00)


def device(major_number: int, minor_number: int) -> int:
    return (minor_number & 0xFF) | (major_number << 8) | ((minor_number & ~0xFF) << 12)
