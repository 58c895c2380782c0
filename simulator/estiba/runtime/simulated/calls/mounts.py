"""Carrying out the calls about directories of work, mounts and extended attributes.

Simplified: nothing can be mounted from inside, and the disk has an invented size.
"""

from __future__ import annotations

import re
import stat

from ....filesystem.flags import X_OK
from ..container import MountRow
from ..process import SimulatedProcess, handles
from ..syscalls import FilesystemUsage, SyscallError
from ..syscalls import files as calls
from ..syscalls.errnos import EACCES, EBUSY, ENODATA, ENODEV, ENOENT, ENOTDIR, EPERM
from ..syscalls.processes import Chdir, Chroot, Getcwd
from .files import node_at

SIZE = 8 << 30
USED = 2 << 30
SMALL = 64 << 20
SIZED = re.compile(r"\bsize=([0-9]+)([kmgtKMGT]?)")


@handles(Chdir)
def chdir(process: SimulatedProcess, call: Chdir) -> None:
    if not call.path:
        raise SyscallError(ENOENT)
    node = node_at(process, call.path)
    if node is not None:
        if node.names is None:
            raise SyscallError(ENOTDIR)
        process.cwd = node.path
        return
    mounts, who = process.container.mounts, process.credentials
    if not stat.S_ISDIR(mounts.stat(call.path, cwd=process.cwd, credentials=who).mode):
        raise SyscallError(ENOTDIR)
    mounts.access(call.path, X_OK, cwd=process.cwd, credentials=who)
    process.cwd = mounts.resolve(call.path, cwd=process.cwd, credentials=who)


@handles(Getcwd)
def getcwd(process: SimulatedProcess, call: Getcwd) -> str:
    if node_at(process, process.cwd) is None:
        process.container.mounts.stat(process.cwd)
    return process.cwd


@handles(Chroot)
def chroot(process: SimulatedProcess, call: Chroot) -> None:
    raise SyscallError(EPERM)


def usage_of(row: MountRow) -> FilesystemUsage:
    """Sizes are invented: the simulated disk has no limit."""
    if row.kind in ("proc", "sysfs", "devpts", "mqueue", "cgroup"):
        return FilesystemUsage(row.device, row.kind, row.target, 0, 0, 0)
    size, used = (_tmpfs_size(row.options), 0) if row.kind == "tmpfs" else (SIZE, USED)
    return FilesystemUsage(row.device, row.kind, row.target, size, used, size - used)


def _tmpfs_size(options: str) -> int:
    """Of a mount in memory. Units: bytes."""
    found = SIZED.search(options)
    if found is None:
        return SMALL
    return int(found[1]) << 10 * " kmgt".index(found[2].lower() or " ")


@handles(calls.Mounts)
def mounts_(process: SimulatedProcess, call: calls.Mounts) -> tuple[FilesystemUsage, ...]:
    return tuple(usage_of(row) for row in process.container.mount_table)


@handles(calls.Statfs)
def statfs(process: SimulatedProcess, call: calls.Statfs) -> FilesystemUsage:
    node = node_at(process, call.path)
    full = node.path if node is not None else _resolved(process, call.path)
    rows = process.container.mount_table
    holding = [row for row in rows if row.target == "/" or _below(full, row.target)]
    return usage_of(max(holding, key=lambda row: len(row.target)))


def _resolved(process: SimulatedProcess, path: str) -> str:
    return process.container.mounts.resolve(path, cwd=process.cwd, credentials=process.credentials)


def _below(path: str, target: str) -> bool:
    return path == target or path.startswith(target + "/")


@handles(calls.Mount)
def mount(process: SimulatedProcess, call: calls.Mount) -> None:
    if not process.can("SYS_ADMIN"):
        raise SyscallError(EPERM)
    raise SyscallError(ENODEV)


@handles(calls.Umount)
def umount(process: SimulatedProcess, call: calls.Umount) -> None:
    if not process.can("SYS_ADMIN"):
        raise SyscallError(EPERM)
    raise SyscallError(EBUSY)


@handles(calls.Getxattr)
def getxattr(process: SimulatedProcess, call: calls.Getxattr) -> bytes:
    if node_at(process, call.path) is not None:
        raise SyscallError(ENODATA)
    return process.container.mounts.getxattr(
        call.path, call.name, follow=call.follow, cwd=process.cwd, credentials=process.credentials
    )


@handles(calls.Setxattr)
def setxattr(process: SimulatedProcess, call: calls.Setxattr) -> None:
    if node_at(process, call.path) is not None:
        raise SyscallError(EACCES)
    process.container.mounts.setxattr(
        call.path,
        call.name,
        call.value,
        follow=call.follow,
        cwd=process.cwd,
        credentials=process.credentials,
    )


@handles(calls.Listxattr)
def listxattr(process: SimulatedProcess, call: calls.Listxattr) -> tuple[str, ...]:
    if node_at(process, call.path) is not None:
        return ()
    return tuple(
        process.container.mounts.listxattr(
            call.path, follow=call.follow, cwd=process.cwd, credentials=process.credentials
        )
    )


@handles(calls.Removexattr)
def removexattr(process: SimulatedProcess, call: calls.Removexattr) -> None:
    process.container.mounts.removexattr(
        call.path, call.name, follow=call.follow, cwd=process.cwd, credentials=process.credentials
    )
