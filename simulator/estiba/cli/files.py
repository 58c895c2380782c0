"""The client's own files: what `build`, `cp`, `save -o`, `--env-file` touch.

Errors are OSError with the path in `filename`, whatever keeps the files; `shown` words them as Go does.
"""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol


class FileStat(NamedTuple):
    """What the client looks at in a file. Units: `mtime_ns`, nanoseconds."""

    mode: int
    size: int = 0
    uid: int = 0
    gid: int = 0
    mtime_ns: int = 0
    inode: int = 0
    links: int = 1
    device: int = 0

    @property
    def is_directory(self) -> bool:
        return stat.S_ISDIR(self.mode)

    @property
    def is_link(self) -> bool:
        return stat.S_ISLNK(self.mode)

    @property
    def is_regular(self) -> bool:
        return stat.S_ISREG(self.mode)


class Files(Protocol):
    """The client's machine. Relative paths count from `cwd`. Raises: OSError."""

    @property
    def cwd(self) -> str: ...

    def stat(self, path: str) -> FileStat: ...

    def lstat(self, path: str) -> FileStat: ...

    def read(self, path: str) -> bytes: ...

    def write(self, path: str, data: bytes, mode: int = 0o666) -> None:
        """Make or replace a file."""
        ...

    def chunks(self, path: str) -> Iterator[bytes]:
        """What `read` gives, in pieces. The file is opened at once."""
        ...

    def fill(self, path: str, chunks: Iterable[bytes], mode: int = 0o666) -> None:
        """What `write` does with all of them; the file is there when it is whole, or not at all."""
        ...

    def append(self, path: str, data: bytes) -> None: ...

    def listdir(self, path: str) -> list[str]:
        """Names, sorted."""
        ...

    def readlink(self, path: str) -> str: ...

    def mkdir(self, path: str, mode: int = 0o777) -> None: ...

    def symlink(self, target: str, path: str) -> None: ...

    def link(self, existing: str, path: str) -> None: ...

    def mkfifo(self, path: str, mode: int) -> None: ...

    def remove(self, path: str) -> None:
        """A file or an empty directory."""
        ...

    def set_attributes(
        self, path: str, *, mode: int | None = None, mtime_ns: int | None = None,
        owner: tuple[int, int] | None = None,
    ) -> None: ...  # fmt: skip


REASONS = {
    errno.ENOENT: "no such file or directory",
    errno.EACCES: "permission denied",
    errno.EPERM: "operation not permitted",
    errno.EEXIST: "file exists",
    errno.ENOTDIR: "not a directory",
    errno.EISDIR: "is a directory",
    errno.ENOTEMPTY: "directory not empty",
    errno.ELOOP: "too many levels of symbolic links",
    errno.ENAMETOOLONG: "file name too long",
    errno.EROFS: "read-only file system",
    errno.ENOSPC: "no space left on device",
}


def reason(error: OSError) -> str:
    """The kernel's reason in Go's words."""
    text = REASONS.get(error.errno or 0) or (error.strerror or str(error))
    return text[:1].lower() + text[1:]


def shown(operation: str, path: str, error: OSError) -> str:
    """`open x: no such file or directory`."""
    return f"{operation} {path}: {reason(error)}"


def exists(files: Files, path: str) -> bool:
    try:
        files.lstat(path)
    except OSError:
        return False
    return True
