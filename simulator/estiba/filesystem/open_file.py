"""An open file: an inode, a position, and how it was opened."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from ..trace.files import FileWritten
from .credentials import without_privileges
from .errors import Errno, FilesystemError
from .flags import (
    MAX_FILE_SIZE,
    O_ACCMODE,
    O_APPEND,
    O_RDONLY,
    O_WRONLY,
    SEEK_CUR,
    SEEK_END,
    SEEK_SET,
)
from .inode import Directory, Inode, RegularFile, Stat

if TYPE_CHECKING:
    from .union import UnionMount


class OpenFile:
    """What `open` gives. It keeps its inode through renames and removal; a copy-up takes it along.

    Units: bytes. Raises: FilesystemError.
    """

    __slots__ = (
        "_filesystem",
        "_flags",
        "_ino",
        "_path",
        "_written",
        "inode",
        "lower_home",
        "position",
    )

    def __init__(
        self, filesystem: UnionMount, inode: Inode, flags: int, ino: int, path: str
    ) -> None:
        self._filesystem = filesystem
        self.inode = inode
        self._flags = flags
        self._ino = ino
        self._path = path
        self._written = 0
        self.position = 0
        self.lower_home: list[OpenFile] | None = None
        """While the inode is a lower one: the list through which a copy-up finds this file."""

    def read(self, size: int = -1) -> bytes:
        data = self.pread(size, self.position)
        self.position += len(data)
        return data

    def pread(self, size: int, offset: int) -> bytes:
        if self._flags & O_ACCMODE == O_WRONLY:
            raise FilesystemError(Errno.EBADF)
        if isinstance(self.inode, Directory):
            raise FilesystemError(Errno.EISDIR)
        if not isinstance(self.inode, RegularFile):
            raise FilesystemError(Errno.EINVAL)
        return self.inode.data.read(offset, None if size < 0 else size)

    def write(self, data: bytes) -> int:
        inode = self._writable()
        if self._flags & O_APPEND:
            self.position = inode.size
        if self.position + len(data) > MAX_FILE_SIZE:
            raise FilesystemError(Errno.EFBIG)
        if data:
            inode.storage.write(self.position, data)
            inode.mtime_ns = self._filesystem.now()
            if inode.mode & (stat.S_ISUID | stat.S_ISGID):
                inode.mode = without_privileges(inode.mode)
            self.position += len(data)
            self._written += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        base = {SEEK_SET: 0, SEEK_CUR: self.position, SEEK_END: self.inode.size}.get(whence)
        if base is None or base + offset < 0:
            raise FilesystemError(Errno.EINVAL)
        self.position = base + offset
        return self.position

    def truncate(self, size: int) -> None:
        inode = self._writable()
        if size < 0:
            raise FilesystemError(Errno.EINVAL)
        inode.storage.truncate(size)
        inode.mtime_ns = self._filesystem.now()

    def stat(self) -> Stat:
        return self._filesystem.stat_inode(self.inode, self._ino)

    def close(self) -> None:
        if self._written:
            self._filesystem.tell(FileWritten, self._path, size=self._written)
            self._written = 0
        if self.lower_home is not None and self in self.lower_home:
            self.lower_home.remove(self)

    def _writable(self) -> RegularFile:
        if self._flags & O_ACCMODE == O_RDONLY or not isinstance(self.inode, RegularFile):
            raise FilesystemError(Errno.EBADF)
        return self.inode
