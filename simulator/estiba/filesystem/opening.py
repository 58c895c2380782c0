"""Opening a file: the flags, in the order the kernel looks at them.

Source: Linux, fs/namei.c (`open_last_lookups`, `do_open`, `may_open`), open(2).
"""

from __future__ import annotations

import stat

from . import naming
from .credentials import Credentials, may
from .errors import Errno, FilesystemError
from .flags import (
    O_ACCMODE,
    O_CREAT,
    O_DIRECTORY,
    O_EXCL,
    O_NOFOLLOW,
    O_RDONLY,
    O_RDWR,
    O_TRUNC,
    O_WRONLY,
    R_OK,
    W_OK,
    X_OK,
)
from .inode import Inode, RegularFile, Symlink
from .merged import MergedDirectory
from .open_file import OpenFile, truncate_inode
from .place import Place
from .walk import Follow, Mounts

WANTED = {O_RDONLY: R_OK, O_WRONLY: W_OK, O_RDWR: R_OK | W_OK, O_ACCMODE: R_OK | W_OK}


def open_path(
    mounts: Mounts, path: str, flags: int, mode: int, cwd: str, credentials: Credentials
) -> OpenFile:
    """Find or make what the path names, check, truncate."""
    if flags & O_CREAT and flags & O_DIRECTORY:
        raise FilesystemError(Errno.EINVAL)
    place = mounts.walk(path, cwd, credentials, _follow(flags))
    if place.node is None:
        if not flags & O_CREAT:
            raise FilesystemError(Errno.ENOENT)
        _create(place, mode, credentials)
        return OpenFile(place, flags, credentials)
    if flags & O_CREAT:
        if flags & O_EXCL:
            raise FilesystemError(Errno.EEXIST)
        if isinstance(place.node, MergedDirectory):
            raise FilesystemError(Errno.EISDIR)
        _check_sticky(place, credentials)
    if flags & O_DIRECTORY and not isinstance(place.node, MergedDirectory):
        raise FilesystemError(Errno.ENOTDIR)
    _check(place, flags, credentials)
    return _opened(place, flags, credentials)


def _follow(flags: int) -> Follow:
    if flags & O_CREAT:
        return Follow.CREATE_NEW if flags & (O_EXCL | O_NOFOLLOW) else Follow.CREATE
    return Follow.SLASH if flags & O_NOFOLLOW else Follow.ALWAYS


def _create(place: Place, mode: int, credentials: Credentials) -> None:
    place.require_writable()
    directory = place.directory
    if directory.is_removed:
        raise FilesystemError(Errno.ENOENT)
    if credentials.uid and not may(credentials, directory.inode, W_OK | X_OK):
        raise FilesystemError(Errno.EACCES)
    mode = stat.S_IFREG | stat.S_IMODE(mode)
    made = RegularFile(mode, credentials.uid, credentials.gid)
    inherit_group(directory.inode, made, credentials)
    naming.add(place.mount.filesystem, directory, place.name, made)
    place.node = made


def _check_sticky(place: Place, credentials: Credentials) -> None:
    """O_CREAT on what somebody else put into a directory like /tmp, unless it is a file or fifo.

    For those it depends on fs.protected_regular and fs.protected_fifos, taken as 0. Source: Linux,
    fs/namei.c, `may_create_in_sticky`.
    """
    inode, directory = place.inode, place.directory.inode
    is_shared = directory.mode & (stat.S_ISVTX | stat.S_IWOTH) == stat.S_ISVTX | stat.S_IWOTH
    is_free = stat.S_ISREG(inode.mode) or stat.S_ISFIFO(inode.mode)
    if is_shared and not is_free and inode.uid not in (directory.uid, credentials.uid):
        raise FilesystemError(Errno.EACCES)


def inherit_group(directory: Inode, made: Inode, credentials: Credentials) -> None:
    """A directory with the set-group-ID bit hands on its group, and the bit to directories.

    Source: Linux, fs/inode.c, `inode_init_owner`, `mode_strip_sgid`.
    """
    if not directory.mode & stat.S_ISGID:
        return
    made.gid = directory.gid
    if stat.S_ISDIR(made.mode):
        made.mode |= stat.S_ISGID
    elif made.mode & 0o2010 == 0o2010 and credentials.uid and not credentials.is_member(made.gid):
        made.mode &= ~stat.S_ISGID


def _check(place: Place, flags: int, credentials: Credentials) -> None:
    inode = place.inode
    wanted = WANTED[flags & O_ACCMODE] | (W_OK if flags & O_TRUNC else 0)
    kind = stat.S_IFMT(inode.mode)
    if flags & O_TRUNC and kind == stat.S_IFREG:
        place.require_writable()
    if isinstance(inode, Symlink):
        raise FilesystemError(Errno.ELOOP)
    if kind == stat.S_IFDIR and wanted & W_OK:
        raise FilesystemError(Errno.EISDIR)
    if credentials.uid and not may(credentials, inode, wanted):
        raise FilesystemError(Errno.EACCES)
    if kind == stat.S_IFSOCK:
        raise FilesystemError(Errno.ENXIO)
    if wanted & W_OK and kind == stat.S_IFREG:
        place.require_writable()


def _opened(place: Place, flags: int, credentials: Credentials) -> OpenFile:
    node = place.node
    truncates = bool(flags & O_TRUNC)
    if isinstance(node, RegularFile) and (flags & O_ACCMODE or truncates):
        changing = place.changing(with_data=not truncates)
        file = OpenFile(place, flags, credentials)
        if truncates and isinstance(changing, RegularFile):
            truncate_inode(place, changing, 0)
            file.modified(changing)
        return file
    return OpenFile(place, flags, credentials)
