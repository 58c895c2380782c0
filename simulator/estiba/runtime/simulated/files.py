"""Opening: from a path to a description, whatever it is."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from ...filesystem import FilesystemError, OpenFile, Stat
from ...filesystem.flags import O_ACCMODE, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY
from ...tasks import Work
from . import procfs
from .descriptions import Description, Pipe, PipeReader, PipeWriter
from .devices import open_device
from .syscalls import SyscallError
from .syscalls.errnos import EISDIR, ELOOP, ENOENT, ENXIO

if TYPE_CHECKING:
    from .process import SimulatedProcess


class RegularFile(Description):
    """An open file or directory of a mounted filesystem."""

    __slots__ = ("_container", "_file")

    def __init__(self, process: SimulatedProcess, file: OpenFile, name: str, flags: int) -> None:
        super().__init__(name, flags)
        self._file = file
        self._container = process.container

    def read(self, process: SimulatedProcess, size: int) -> bytes:
        data = self._file.read(size)
        self._container.read += len(data)
        return data

    def write(self, process: SimulatedProcess, data: bytes) -> int:
        written = self._file.write(data)
        self._container.written += written
        return written

    def seek(self, offset: int, whence: int) -> int:
        return self._file.seek(offset, whence)

    def truncate(self, size: int) -> None:
        self._file.truncate(size)

    def stat(self) -> Stat:
        return self._file.stat()

    def close(self) -> None:
        self._file.close()


def open_path(
    process: SimulatedProcess, path: str, flags: int, mode: int
) -> Description | Work[Description]:
    """What `open` gives. Raises: SyscallError, FilesystemError."""
    if procfs.concerns(path, process.cwd):
        node = procfs.locate(process, path)
        if node is not None:
            return _open_node(process, node, flags)
    try:
        return _open_mounted(process, path, flags, mode & ~process.umask)
    except FilesystemError as error:
        node = procfs.behind_link(process, path) if error.errno == ENOENT else None
        if node is None:
            raise
        return _open_node(process, node, flags)


def _open_node(process: SimulatedProcess, node: procfs.Node, flags: int) -> Description:
    if node.description is not None:
        node.description.references += 1
        return node.description
    if node.names is not None and flags & O_ACCMODE != O_RDONLY:
        raise SyscallError(EISDIR)
    return procfs.ProcFile(node, flags)


def _open_mounted(
    process: SimulatedProcess, path: str, flags: int, mode: int
) -> Description | Work[Description]:
    mounts = process.container.mounts
    opened = mounts.open(path, flags, mode, cwd=process.cwd, credentials=process.credentials)
    status = opened.stat()
    kind = status.mode & 0o170000
    if kind in (stat.S_IFREG, stat.S_IFDIR):
        return RegularFile(process, opened, path, flags)
    opened.close()
    if kind == stat.S_IFCHR:
        return open_device(process, path, flags, status)
    if kind == stat.S_IFIFO:
        return _open_fifo(process, status, flags)
    if kind == stat.S_IFLNK:
        raise SyscallError(ELOOP)
    raise SyscallError(ENXIO)


def _open_fifo(process: SimulatedProcess, status: Stat, flags: int) -> Work[Description]:
    """Wait for the other side, as a named pipe does."""
    fifos = process.container.fifos
    pipe = fifos.setdefault((status.dev, status.ino), Pipe(status.ino))
    access = flags & O_ACCMODE
    end: Description = PipeReader(pipe) if access in (O_RDONLY, O_RDWR) else PipeWriter(pipe)
    if access == O_RDWR:
        pipe.writers += 1
    pipe.changed.fire()
    if access == O_RDONLY and not flags & O_NONBLOCK:
        generation = pipe.opened
        while not pipe.writers and pipe.opened == generation:
            yield from process.block(pipe.changed)
    elif access == O_WRONLY:
        while not pipe.readers:
            if flags & O_NONBLOCK:
                end.release()
                raise SyscallError(ENXIO)
            yield from process.block(pipe.changed)
    return end
