"""Open files: a place, flags and a position."""

from __future__ import annotations

import stat

from ..trace.files import FileTruncated, FileWritten
from .attributes import drop_privileges
from .content import Content
from .credentials import ROOT, Credentials
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
from .inode import DirEntry, Inode, RegularFile, Stat
from .merged import MergedDirectory
from .place import Place


class OpenFile:
    """What a file descriptor stands for. It keeps its inode through rename and unlink.

    Opened read-only on a lower file, it follows a later copy-up, as overlayfs does since Linux 4.19.
    Fifos, sockets and devices can be opened; reading and writing them is the kernel's business (ENXIO here).
    Raises: FilesystemError (EBADF, EISDIR, EINVAL, EFBIG, ENXIO).
    """

    __slots__ = ("append", "credentials", "flags", "is_closed", "place", "position", "written")

    def __init__(self, place: Place, flags: int, credentials: Credentials = ROOT) -> None:
        self.place = place
        self.flags = flags
        self.credentials = credentials
        self.position = 0
        self.append = bool(flags & O_APPEND)
        self.written = 0
        self.is_closed = False
        node = place.node
        if isinstance(node, RegularFile) and not node.is_upper:
            directory = place.directory
            if directory.open_lower is None:
                directory.open_lower = {}
            directory.open_lower.setdefault(place.name, []).append(place)

    @property
    def inode(self) -> Inode:
        return self.place.inode

    @property
    def kind(self) -> int:
        """The type bits of the inode."""
        return stat.S_IFMT(self.place.inode.mode)

    @property
    def path(self) -> str:
        """The path inside its file system, as it was opened."""
        return self.place.path

    @property
    def is_readable(self) -> bool:
        return self.flags & O_ACCMODE != O_WRONLY

    @property
    def is_writable(self) -> bool:
        return self.flags & O_ACCMODE != O_RDONLY

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes (all, if negative) from the position on; empty at the end."""
        data = self.pread(size, self.position)
        self.position += len(data)
        return data

    def pread(self, size: int, offset: int) -> bytes:
        node = self.place.node
        if self.is_closed or self.flags & O_ACCMODE == O_WRONLY:
            raise FilesystemError(Errno.EBADF)
        if not isinstance(node, RegularFile):
            raise FilesystemError(
                Errno.EISDIR if isinstance(node, MergedDirectory) else Errno.ENXIO
            )
        if offset < 0:
            raise FilesystemError(Errno.EINVAL)
        return node.data.read(offset, None if size < 0 else size)

    def write(self, data: bytes) -> int:
        """Write at the position, or at the end with O_APPEND; answer how many bytes."""
        if self.append:
            self.position = self.place.inode.size
        count = self.pwrite(data, self.position)
        self.position += count
        return count

    def pwrite(self, data: bytes, offset: int) -> int:
        node = self.place.node
        if self.is_closed or self.flags & O_ACCMODE == O_RDONLY:
            raise FilesystemError(Errno.EBADF)
        if not isinstance(node, RegularFile):
            raise FilesystemError(Errno.ENXIO)
        if offset < 0:
            raise FilesystemError(Errno.EINVAL)
        if self.append:
            offset = node.data.size
        if not data:
            return 0
        if offset + len(data) > MAX_FILE_SIZE:
            raise FilesystemError(Errno.EFBIG)
        node.storage.write(offset, data)
        self.modified(node)
        self.written += len(data)
        return len(data)

    def content(self) -> Content:
        """All bytes as they are now, shared and immutable."""
        node = self.place.node
        if self.is_closed or self.flags & O_ACCMODE == O_WRONLY:
            raise FilesystemError(Errno.EBADF)
        if not isinstance(node, RegularFile):
            raise FilesystemError(
                Errno.EISDIR if isinstance(node, MergedDirectory) else Errno.ENXIO
            )
        return node.content

    def fill(self, content: Content) -> None:
        """Have these bytes instead of all there were; they are shared, not copied."""
        node = self.place.node
        if self.is_closed or not self.is_writable:
            raise FilesystemError(Errno.EBADF)
        if not isinstance(node, RegularFile):
            raise FilesystemError(Errno.ENXIO)
        if content.size > MAX_FILE_SIZE:
            raise FilesystemError(Errno.EFBIG)
        node.data = content
        self.modified(node)
        self.written += content.size

    def modified(self, node: RegularFile) -> None:
        """Note that the data changed: time, and privileges of the file that do not survive it."""
        filesystem = self.place.mount.filesystem
        node.mtime_ns = filesystem.now_ns()
        if filesystem.upper.note is not None:
            filesystem.upper.note(node)
        if node.xattrs or self.credentials.uid:
            drop_privileges(node, self.credentials)

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        """Move the position; answer it."""
        if whence == SEEK_CUR:
            offset += self.position
        elif whence == SEEK_END:
            offset += self.place.inode.size
        elif whence != SEEK_SET:
            raise FilesystemError(Errno.EINVAL)
        if offset < 0:
            raise FilesystemError(Errno.EINVAL)
        self.position = offset
        return offset

    def truncate(self, size: int) -> None:
        """Cut the file, or let it grow by a hole."""
        node = self.place.node
        if self.is_closed or size < 0 or not self.is_writable or not isinstance(node, RegularFile):
            raise FilesystemError(Errno.EBADF if self.is_closed else Errno.EINVAL)
        if size > MAX_FILE_SIZE:
            raise FilesystemError(Errno.EFBIG)
        truncate_inode(self.place, node, size)
        self.modified(node)

    def stat(self) -> Stat:
        return self.place.stat()

    def readdir(self) -> tuple[DirEntry, ...]:
        """The entries of an open directory, by name, without `.` and `..`. Raises: ENOTDIR."""
        return directory_entries(self.place)

    def close(self) -> None:
        """Let go of the inode. Closing twice is harmless."""
        if self.is_closed:
            return
        self.is_closed = True
        place = self.place
        filesystem = place.mount.filesystem
        if self.written and filesystem.emit is not None:
            total = place.inode.size
            filesystem.emit(FileWritten(filesystem.label, place.path, self.written, total))
        open_lower = place.directory.open_lower
        if open_lower and place in (places := open_lower.get(place.name, [])):
            places.remove(place)
            if not places:
                del open_lower[place.name]

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def truncate_inode(place: Place, node: RegularFile, size: int) -> None:
    """Give an upper file a size, and tell it."""
    if size or node.data.size:
        node.storage.truncate(size)
    filesystem = place.mount.filesystem
    if filesystem.emit is not None:
        filesystem.emit(FileTruncated(filesystem.label, place.path, size))


def directory_entries(place: Place) -> tuple[DirEntry, ...]:
    """What readdir tells of a place. Raises: FilesystemError (ENOTDIR)."""
    directory = place.found
    if not isinstance(directory, MergedDirectory):
        raise FilesystemError(Errno.ENOTDIR)
    number = place.mount.filesystem.inode_number
    listing = place.mount.filesystem.listing(directory)
    return tuple(
        DirEntry(name, stat.S_IFMT(inode.mode), number(directory, name, inode))
        for name, inode in sorted(listing.items())
    )
