"""System-call errors: Linux numbers and glibc's words, the same on every platform.

Python's own `errno` is not used: under Pyodide its numbers are others.
Source: Linux, include/uapi/asm-generic/errno-base.h and errno.h; errno(3).
"""

from __future__ import annotations

from enum import IntEnum

from ..errors import EstibaError


class Errno(IntEnum):
    """Linux error numbers a file system answers with."""

    EPERM = 1
    ENOENT = 2
    EIO = 5
    ENXIO = 6
    EBADF = 9
    EACCES = 13
    EBUSY = 16
    EEXIST = 17
    EXDEV = 18
    ENODEV = 19
    ENOTDIR = 20
    EISDIR = 21
    EINVAL = 22
    ETXTBSY = 26
    EFBIG = 27
    ENOSPC = 28
    ESPIPE = 29
    EROFS = 30
    EMLINK = 31
    ERANGE = 34
    ENAMETOOLONG = 36
    ENOTEMPTY = 39
    ELOOP = 40
    ENODATA = 61
    EOPNOTSUPP = 95
    ESTALE = 116


STRERROR = {
    Errno.EPERM: "Operation not permitted",
    Errno.ENOENT: "No such file or directory",
    Errno.EIO: "Input/output error",
    Errno.ENXIO: "No such device or address",
    Errno.EBADF: "Bad file descriptor",
    Errno.EACCES: "Permission denied",
    Errno.EBUSY: "Device or resource busy",
    Errno.EEXIST: "File exists",
    Errno.EXDEV: "Invalid cross-device link",
    Errno.ENODEV: "No such device",
    Errno.ENOTDIR: "Not a directory",
    Errno.EISDIR: "Is a directory",
    Errno.EINVAL: "Invalid argument",
    Errno.ETXTBSY: "Text file busy",
    Errno.EFBIG: "File too large",
    Errno.ENOSPC: "No space left on device",
    Errno.ESPIPE: "Illegal seek",
    Errno.EROFS: "Read-only file system",
    Errno.EMLINK: "Too many links",
    Errno.ERANGE: "Numerical result out of range",
    Errno.ENAMETOOLONG: "File name too long",
    Errno.ENOTEMPTY: "Directory not empty",
    Errno.ELOOP: "Too many levels of symbolic links",
    Errno.ENODATA: "No data available",
    Errno.EOPNOTSUPP: "Operation not supported",
    Errno.ESTALE: "Stale file handle",
}


class FilesystemError(EstibaError):
    """A system call on files that failed, as `strerror(errno): path`."""

    def __init__(self, errno: Errno | int, path: str = "") -> None:
        self.errno = Errno(errno)
        self.path = path
        super().__init__(self.errno, path)

    def at(self, path: str) -> FilesystemError:
        """The same error, naming the path the caller used."""
        self.path = path
        return self

    @property
    def strerror(self) -> str:
        """The C library's words for the number."""
        return STRERROR[self.errno]

    def __str__(self) -> str:
        return f"{self.path}: {self.strerror}" if self.path else self.strerror
