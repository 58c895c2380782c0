"""Who asks, and what they may do.

Source: Linux, fs/namei.c (`inode_permission`, `check_sticky`, `may_linkat`), path_resolution(7),
capabilities(7).
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import Final

from .flags import R_OK, W_OK, X_OK
from .inode import Inode


@dataclass(frozen=True, slots=True)
class Credentials:
    """The user and groups a process acts with. User 0 has every capability Docker gives by default."""

    uid: int = 0
    gid: int = 0
    groups: tuple[int, ...] = ()

    @property
    def is_root(self) -> bool:
        return self.uid == 0

    def is_member(self, gid: int) -> bool:
        return gid == self.gid or gid in self.groups

    def owns(self, inode: Inode) -> bool:
        """Whether it may change mode and times (CAP_FOWNER counts)."""
        return self.uid in (0, inode.uid)


ROOT: Final = Credentials()


def may(credentials: Credentials, inode: Inode, wanted: int) -> bool:
    """Whether all `wanted` bits (R_OK, W_OK, X_OK) are granted by the mode, or by being root."""
    mode = inode.mode
    if credentials.uid == 0:
        return not wanted & X_OK or bool(mode & 0o111) or stat.S_ISDIR(mode)
    if credentials.uid == inode.uid:
        mode >>= 6
    elif credentials.is_member(inode.gid):
        mode >>= 3
    return mode & wanted == wanted


def may_unlink(credentials: Credentials, directory: Inode, victim: Inode) -> bool:
    """Whether the sticky bit of the directory lets this user take the name away."""
    if not directory.mode & stat.S_ISVTX or credentials.uid == 0:
        return True
    return credentials.uid in (victim.uid, directory.uid)


def may_link(credentials: Credentials, inode: Inode) -> bool:
    """Whether a hard link to somebody's inode is allowed, with `fs.protected_hardlinks` as distributions set it."""
    if credentials.owns(inode):
        return True
    mode = inode.mode
    if not stat.S_ISREG(mode) or mode & stat.S_ISUID or mode & 0o2010 == 0o2010:
        return False
    return may(credentials, inode, R_OK | W_OK)


def without_privileges(inode: Inode, credentials: Credentials) -> int:
    """The mode after somebody changed data or owner: no set-user-ID; no set-group-ID where the group
    may execute, or where whoever did it is not of the group.

    Source: Linux, fs/attr.c, `setattr_should_drop_sgid`.
    """
    mode = inode.mode
    if stat.S_ISDIR(mode):
        return mode
    mode &= ~stat.S_ISUID
    belongs = credentials.is_root or credentials.is_member(inode.gid)
    return mode & ~stat.S_ISGID if mode & stat.S_IXGRP or not belongs else mode
