"""Changes of attributes: mode, owner, times, extended attributes. A place is given, by path or by descriptor.

Source: Linux, fs/attr.c (`setattr_prepare`, `setattr_copy`), chmod(2), chown(2), utimensat(2), xattr(7).
"""

from __future__ import annotations

import stat

from ..trace.files import FileChanged
from .credentials import Credentials, may, without_privileges
from .errors import Errno, FilesystemError
from .flags import R_OK, W_OK, XATTR_CREATE, XATTR_REPLACE
from .inode import Inode
from .place import Place

SPACES = ("user", "trusted", "security", "system")


def chmod(place: Place, mode: int, credentials: Credentials) -> None:
    """Set the permission bits. Raises: FilesystemError (EROFS, EPERM; EOPNOTSUPP for a symlink)."""
    inode = place.inode
    place.require_writable()
    if stat.S_ISLNK(inode.mode):
        raise FilesystemError(Errno.EOPNOTSUPP)
    if not credentials.owns(inode):
        raise FilesystemError(Errno.EPERM)
    mode = stat.S_IMODE(mode)
    if credentials.uid and not credentials.is_member(inode.gid):
        mode &= ~stat.S_ISGID
    inode = place.changing()
    inode.mode = stat.S_IFMT(inode.mode) | mode
    _tell(place, "mode")


def chown(place: Place, uid: int, gid: int, credentials: Credentials) -> None:
    """Set owner and group; -1 leaves one as it is. Raises: FilesystemError (EROFS, EPERM)."""
    inode = place.inode
    place.require_writable()
    if not _may_chown(inode, uid, gid, credentials):
        raise FilesystemError(Errno.EPERM)
    inode = place.changing()
    inode.mode = without_privileges(inode, credentials)
    inode.uid = inode.uid if uid == -1 else uid
    inode.gid = inode.gid if gid == -1 else gid
    if inode.xattrs:
        inode.xattrs.pop("security.capability", None)
    _tell(place, "owner")


def _may_chown(inode: Inode, uid: int, gid: int, credentials: Credentials) -> bool:
    if credentials.is_root:
        return True
    if credentials.uid != inode.uid:
        # changing nothing is free for all, unless it would take set-ID bits away
        return uid == gid == -1 and without_privileges(inode, credentials) == inode.mode
    return uid in (-1, inode.uid) and (gid in (-1, inode.gid) or credentials.is_member(gid))


def utimens(place: Place, mtime_ns: int | None, credentials: Credentials) -> None:
    """Set the time of modification; None is now. Raises: FilesystemError (EROFS, EACCES, EPERM)."""
    inode = place.inode
    place.require_writable()
    if not credentials.owns(inode):
        if mtime_ns is not None:
            raise FilesystemError(Errno.EPERM)
        if not may(credentials, inode, W_OK):
            raise FilesystemError(Errno.EACCES)
    inode = place.changing()
    inode.mtime_ns = place.mount.filesystem.now_ns() if mtime_ns is None else mtime_ns
    _tell(place, "times")


def drop_privileges(inode: Inode, credentials: Credentials) -> None:
    """What a change of data takes from a file: its capabilities, and from others than root set-ID bits."""
    if inode.xattrs:
        inode.xattrs.pop("security.capability", None)
    if credentials.uid:
        inode.mode = without_privileges(inode, credentials)


def getxattr(place: Place, name: str, credentials: Credentials) -> bytes:
    """Raises: FilesystemError (ENODATA, EOPNOTSUPP, EACCES)."""
    inode = place.inode
    if not _check_xattr(name, inode, credentials, R_OK):
        raise FilesystemError(Errno.EOPNOTSUPP)
    value = (inode.xattrs or {}).get(name)
    if value is None:
        raise FilesystemError(Errno.ENODATA)
    return value


def setxattr(place: Place, name: str, value: bytes, flags: int, credentials: Credentials) -> None:
    """Raises: FilesystemError (EROFS, EPERM, EACCES, EEXIST, ENODATA, EOPNOTSUPP)."""
    inode = place.inode
    place.require_writable()
    is_known = _check_xattr(name, inode, credentials, W_OK)
    inode = place.changing()
    if not is_known:
        raise FilesystemError(Errno.EOPNOTSUPP)
    present = name in (inode.xattrs or {})
    if present and flags & XATTR_CREATE:
        raise FilesystemError(Errno.EEXIST)
    if not present and flags & XATTR_REPLACE:
        raise FilesystemError(Errno.ENODATA)
    if inode.xattrs is None:
        inode.xattrs = {}
    inode.xattrs[name] = bytes(value)
    _tell(place, "xattr")


def listxattr(place: Place) -> tuple[str, ...]:
    return tuple(sorted(place.inode.xattrs or ()))


def removexattr(place: Place, name: str, credentials: Credentials) -> None:
    """Raises: FilesystemError (EROFS, EPERM, EACCES, ENODATA, EOPNOTSUPP)."""
    inode = place.inode
    place.require_writable()
    if not _check_xattr(name, inode, credentials, W_OK):
        raise FilesystemError(Errno.EOPNOTSUPP)
    if name not in (inode.xattrs or {}):
        raise FilesystemError(Errno.ENODATA)
    inode = place.changing()
    if inode.xattrs:
        del inode.xattrs[name]
    _tell(place, "xattr")


def _check_xattr(name: str, inode: Inode, credentials: Credentials, wanted: int) -> bool:
    """Who may touch an attribute of this name; tell whether there can be one.

    Setting an unknown one copies the file up before it fails. Source: fs/xattr.c, `xattr_permission`.
    """
    space, dot, rest = name.partition(".")
    changes = wanted == W_OK
    if space == "trusted" and not credentials.is_root:
        raise FilesystemError(Errno.EPERM if changes else Errno.ENODATA)
    if space in ("security", "system"):
        if changes and not credentials.is_root:
            raise FilesystemError(Errno.EPERM)
    elif space != "trusted":
        if space == "user" and dot:
            _check_user_xattr(inode, credentials, changes)
        if not may(credentials, inode, wanted):
            raise FilesystemError(Errno.EACCES)
    return bool(rest) and space in SPACES


def _check_user_xattr(inode: Inode, credentials: Credentials, changes: bool) -> None:
    if not (stat.S_ISREG(inode.mode) or stat.S_ISDIR(inode.mode)):
        raise FilesystemError(Errno.EPERM if changes else Errno.ENODATA)
    sticky = stat.S_ISDIR(inode.mode) and inode.mode & stat.S_ISVTX
    if sticky and changes and not credentials.owns(inode):
        raise FilesystemError(Errno.EPERM)


def _tell(place: Place, attribute: str) -> None:
    filesystem = place.mount.filesystem
    if filesystem.emit is not None:
        filesystem.emit(FileChanged(filesystem.label, place.path, attribute))
