"""Carrying out the calls about files.

The mount namespace does the work; /proc and /sys answer for themselves.
"""

from __future__ import annotations

import posixpath
import stat

from ....filesystem import DirEntry, FilesystemError
from ....filesystem import Stat as Status
from ....filesystem.flags import O_ACCMODE, O_CLOEXEC, O_RDONLY, O_WRONLY, W_OK
from ....tasks import Work
from .. import procfs
from ..descriptions import Description, Pipe, PipeReader, PipeWriter
from ..files import open_path
from ..process import SimulatedProcess, handles
from ..syscalls import SyscallError
from ..syscalls import files as calls
from ..syscalls.errnos import EACCES, EBADF, EINVAL, ENOENT, ENOTDIR, EPERM

NS_PER_S = 1_000_000_000


def node_at(process: SimulatedProcess, path: str, follow: bool = True) -> procfs.Node | None:
    """The /proc or /sys node a path leads to, if it does."""
    if procfs.concerns(path, process.cwd):
        return procfs.locate(process, path, follow=follow)
    return None


@handles(calls.Open)
def open_(process: SimulatedProcess, call: calls.Open) -> int | Work[int]:
    if not call.path:
        raise SyscallError(ENOENT)
    found = open_path(process, call.path, call.flags, call.mode)
    cloexec = bool(call.flags & O_CLOEXEC)
    if isinstance(found, Description):
        return process.add_file(found, cloexec=cloexec)
    return _open_waiting(process, found, cloexec)


def _open_waiting(
    process: SimulatedProcess, opening: Work[Description], cloexec: bool
) -> Work[int]:
    return process.add_file((yield from opening), cloexec=cloexec)


@handles(calls.Read)
def read(process: SimulatedProcess, call: calls.Read) -> bytes | Work[bytes]:
    description = process.file(call.fd)
    if description.flags & O_ACCMODE == O_WRONLY:
        raise SyscallError(EBADF)
    return description.read(process, call.size)


@handles(calls.Write)
def write(process: SimulatedProcess, call: calls.Write) -> int | Work[int]:
    description = process.file(call.fd)
    if description.flags & O_ACCMODE == O_RDONLY:
        raise SyscallError(EBADF)
    return description.write(process, call.data)


@handles(calls.Close)
def close(process: SimulatedProcess, call: calls.Close) -> None:
    process.close_file(call.fd)


@handles(calls.Lseek)
def lseek(process: SimulatedProcess, call: calls.Lseek) -> int:
    return process.file(call.fd).seek(call.offset, call.whence)


@handles(calls.Dup)
def dup(process: SimulatedProcess, call: calls.Dup) -> int:
    description = process.file(call.fd)
    description.references += 1
    return process.add_file(description, minimum=call.minimum, cloexec=call.cloexec)


@handles(calls.Dup2)
def dup2(process: SimulatedProcess, call: calls.Dup2) -> int:
    description = process.file(call.fd)
    if call.target < 0:
        raise SyscallError(EBADF)
    if call.target != call.fd:
        description.references += 1
        if call.target in process.files:
            process.close_file(call.target)
        process.files[call.target] = description
    return call.target


@handles(calls.Pipe)
def pipe(process: SimulatedProcess, call: calls.Pipe) -> tuple[int, int]:
    made = Pipe(process.container.kernel.new_ino())
    return process.add_file(PipeReader(made)), process.add_file(PipeWriter(made))


@handles(calls.Stat)
def stat_(process: SimulatedProcess, call: calls.Stat) -> Status:
    return _status(process, call.path)


def _status(process: SimulatedProcess, path: str) -> Status:
    node = node_at(process, path)
    if node is None:
        try:
            return process.container.mounts.stat(
                path, cwd=process.cwd, credentials=process.credentials
            )
        except FilesystemError as error:
            node = procfs.behind_link(process, path) if error.errno == ENOENT else None
            if node is None:
                raise
    return node.description.stat() if node.description is not None else node.stat()


@handles(calls.Lstat)
def lstat(process: SimulatedProcess, call: calls.Lstat) -> Status:
    if call.path.endswith("/"):
        return _status(process, call.path)
    node = node_at(process, call.path, follow=False)
    if node is not None and not call.path.startswith("/dev/"):
        return node.stat()
    return process.container.mounts.lstat(
        call.path, cwd=process.cwd, credentials=process.credentials
    )


@handles(calls.Fstat)
def fstat(process: SimulatedProcess, call: calls.Fstat) -> Status:
    return process.file(call.fd).stat()


@handles(calls.Access)
def access(process: SimulatedProcess, call: calls.Access) -> None:
    node = node_at(process, call.path)
    if node is None:
        process.container.mounts.access(
            call.path, call.mode, cwd=process.cwd, credentials=process.credentials
        )
    elif call.mode & W_OK and node.description is None:
        raise SyscallError(EACCES)


@handles(calls.Getdents)
def getdents(process: SimulatedProcess, call: calls.Getdents) -> tuple[DirEntry, ...]:
    node = node_at(process, call.path)
    if node is None:
        return process.container.mounts.readdir(
            call.path, cwd=process.cwd, credentials=process.credentials
        )
    if node.names is None:
        raise SyscallError(ENOTDIR)
    return procfs.entries(process, node)


def _refuse_proc(process: SimulatedProcess, path: str) -> None:
    """Nothing can be made or removed in /proc and /sys."""
    full = posixpath.normpath(posixpath.join(process.cwd, path))
    if full.startswith(("/proc/", "/sys/")):
        parent = node_at(process, posixpath.dirname(full))
        raise SyscallError(ENOENT if parent is None or parent.names is not None else ENOTDIR)


@handles(calls.Mkdir)
def mkdir(process: SimulatedProcess, call: calls.Mkdir) -> None:
    _refuse_proc(process, call.path)
    process.container.mounts.mkdir(
        call.path,
        call.mode & ~process.umask,
        cwd=process.cwd,
        credentials=process.credentials,
    )


@handles(calls.Rmdir)
def rmdir(process: SimulatedProcess, call: calls.Rmdir) -> None:
    _refuse_proc(process, call.path)
    process.container.mounts.rmdir(call.path, cwd=process.cwd, credentials=process.credentials)


@handles(calls.Unlink)
def unlink(process: SimulatedProcess, call: calls.Unlink) -> None:
    _refuse_proc(process, call.path)
    process.container.mounts.unlink(call.path, cwd=process.cwd, credentials=process.credentials)


@handles(calls.Rename)
def rename(process: SimulatedProcess, call: calls.Rename) -> None:
    process.container.mounts.rename(
        call.source, call.target, cwd=process.cwd, credentials=process.credentials
    )


@handles(calls.Link)
def link(process: SimulatedProcess, call: calls.Link) -> None:
    process.container.mounts.link(
        call.source, call.target, cwd=process.cwd, credentials=process.credentials
    )


@handles(calls.Symlink)
def symlink(process: SimulatedProcess, call: calls.Symlink) -> None:
    _refuse_proc(process, call.path)
    process.container.mounts.symlink(
        call.text, call.path, cwd=process.cwd, credentials=process.credentials
    )


@handles(calls.Readlink)
def readlink(process: SimulatedProcess, call: calls.Readlink) -> str:
    if not call.path.startswith("/dev/"):
        node = node_at(process, call.path, follow=False)
        if node is not None:
            if node.target is None:
                raise SyscallError(EINVAL)
            return node.target
    return process.container.mounts.readlink(
        call.path, cwd=process.cwd, credentials=process.credentials
    )


@handles(calls.Realpath)
def realpath(process: SimulatedProcess, call: calls.Realpath) -> str:
    node = node_at(process, call.path)
    if node is not None:
        return node.target if node.target is not None else node.path
    return process.container.mounts.resolve(
        call.path, cwd=process.cwd, credentials=process.credentials
    )


@handles(calls.Mknod)
def mknod(process: SimulatedProcess, call: calls.Mknod) -> None:
    _refuse_proc(process, call.path)
    if stat.S_IFMT(call.mode) in (stat.S_IFCHR, stat.S_IFBLK) and not process.can("MKNOD"):
        raise SyscallError(EPERM)
    process.container.mounts.mknod(
        call.path,
        call.mode & ~process.umask,
        call.rdev,
        cwd=process.cwd,
        credentials=process.credentials,
    )


@handles(calls.Chmod)
def chmod(process: SimulatedProcess, call: calls.Chmod) -> None:
    _refuse_change(process, call.path)
    process.container.mounts.chmod(
        call.path, call.mode, cwd=process.cwd, credentials=process.credentials
    )


def _refuse_change(process: SimulatedProcess, path: str) -> None:
    if node_at(process, path) is not None:
        raise SyscallError(EPERM)


@handles(calls.Chown)
def chown(process: SimulatedProcess, call: calls.Chown) -> None:
    if call.uid != -1 and not process.can("CHOWN"):
        raise SyscallError(EPERM)
    process.container.mounts.chown(
        call.path,
        call.uid,
        call.gid,
        follow=call.follow,
        cwd=process.cwd,
        credentials=process.credentials,
    )


@handles(calls.Utimens)
def utimens(process: SimulatedProcess, call: calls.Utimens) -> None:
    mtime_ns = call.mtime_ns
    if mtime_ns is None:
        mtime_ns = process.container.kernel.clock.now_ns()
    process.container.mounts.utimens(
        call.path,
        mtime_ns,
        follow=call.follow,
        cwd=process.cwd,
        credentials=process.credentials,
    )


@handles(calls.Truncate)
def truncate(process: SimulatedProcess, call: calls.Truncate) -> None:
    process.container.mounts.truncate(
        call.path, call.size, cwd=process.cwd, credentials=process.credentials
    )


@handles(calls.Ftruncate)
def ftruncate(process: SimulatedProcess, call: calls.Ftruncate) -> None:
    process.file(call.fd).truncate(call.size)


@handles(calls.Fsync)
def fsync(process: SimulatedProcess, call: calls.Fsync) -> None:
    process.file(call.fd)


@handles(calls.Poll)
def poll(process: SimulatedProcess, call: calls.Poll) -> Work[tuple[int, ...]]:
    deadline_ns = None
    clock = process.container.kernel.clock
    if call.timeout_s is not None:
        deadline_ns = clock.now_ns() + round(call.timeout_s * NS_PER_S)
    while True:
        ready = [fd for fd in call.readable if process.file(fd).can_read()]
        ready += [fd for fd in call.writable if process.file(fd).can_write()]
        if ready or (deadline_ns is not None and clock.now_ns() >= deadline_ns):
            return tuple(ready)
        watched = (*call.readable, *call.writable)
        signals = [signal for fd in watched for signal in process.file(fd).changes()]
        yield from process.block(*signals, deadline_ns=deadline_ns)
