"""System calls that change names: mkdir, rmdir, unlink, rename, link, symlink, mknod.

Source: Linux, fs/namei.c (`filename_create`, `may_create`, `may_delete`, `do_rmdir`, `do_unlinkat`,
`do_renameat2`, `do_linkat`).
"""

from __future__ import annotations

import stat

from . import naming
from .credentials import ROOT, Credentials, may, may_link, may_unlink
from .errors import Errno, FilesystemError
from .flags import PATH_MAX, W_OK, X_OK
from .inode import Directory, Inode, RegularFile, Special, Symlink
from .merged import MergedDirectory
from .opening import inherit_group
from .place import Place
from .union import Node
from .walk import Follow, Mounts, is_long, name_length

DOTS = (".", "..", "/")


class NameCalls:
    """The part of a mount namespace that changes names. Raises: FilesystemError, all of it."""

    __slots__ = ("_mounts",)
    _mounts: Mounts

    def mkdir(
        self, path: str, mode: int = 0o777, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        made = Directory(
            stat.S_IFDIR | mode & (0o777 | stat.S_ISVTX), credentials.uid, credentials.gid
        )
        self._make(path, made, cwd, credentials)

    def symlink(
        self, text: str, path: str, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        """Make a symlink at `path` that says `text`."""
        if not text or name_length(text) >= PATH_MAX:
            raise FilesystemError(Errno.ENAMETOOLONG if text else Errno.ENOENT, path)
        self._make(path, Symlink(text, credentials.uid, credentials.gid), cwd, credentials)

    def mknod(
        self,
        path: str,
        mode: int,
        rdev: int = 0,
        *,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        """Make a fifo, socket, device or empty file; `mode` includes the type (none is a file)."""
        kind = stat.S_IFMT(mode) or stat.S_IFREG
        if kind not in naming.KINDS or kind in (stat.S_IFDIR, stat.S_IFLNK):
            raise FilesystemError(Errno.EPERM if kind == stat.S_IFDIR else Errno.EINVAL, path)
        mode = kind | stat.S_IMODE(mode)
        made: Inode
        if kind == stat.S_IFREG:
            made = RegularFile(mode, credentials.uid, credentials.gid)
        else:
            is_device = kind in (stat.S_IFCHR, stat.S_IFBLK)
            made = Special(mode, credentials.uid, credentials.gid, rdev=rdev if is_device else 0)
        self._make(path, made, cwd, credentials)

    def _make(self, path: str, made: Inode, cwd: str, credentials: Credentials) -> None:
        try:
            place = self._free(path, cwd, credentials, is_directory=isinstance(made, Directory))
            if stat.S_IFMT(made.mode) in (stat.S_IFCHR, stat.S_IFBLK) and credentials.uid:
                raise FilesystemError(Errno.EPERM)
            if naming.is_whiteout_device(made.mode, made.rdev):
                raise FilesystemError(Errno.EPERM)
            inherit_group(place.directory.inode, made, credentials)
            naming.add(place.mount.filesystem, place.directory, place.name, made)
        except FilesystemError as error:
            raise error.at(path) from None

    def _free(
        self, path: str, cwd: str, credentials: Credentials, *, is_directory: bool = False
    ) -> Place:
        """The place of a name to make, after the checks for it."""
        place = self._mounts.walk(path, cwd, credentials, Follow.NEVER)
        if place.node is not None:
            raise FilesystemError(Errno.EEXIST)
        if place.slash and not is_directory:
            raise FilesystemError(Errno.ENOENT)
        place.require_writable()
        _may_create(place.directory, credentials)
        return place

    def rmdir(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> None:
        try:
            place = self._mounts.walk(path, cwd, credentials, Follow.NEVER)
            if _last(path, place) in DOTS:
                raise FilesystemError(
                    {".": Errno.EINVAL, "..": Errno.ENOTEMPTY}.get(_last(path, place), Errno.EBUSY)
                )
            place.require_writable()
            node = place.found
            _may_delete(place, node, credentials)
            if not isinstance(node, MergedDirectory):
                raise FilesystemError(Errno.ENOTDIR)
            if place.is_mount_point:
                raise FilesystemError(Errno.EBUSY)
            naming.remove(place.mount.filesystem, place.directory, place.name, node)
        except FilesystemError as error:
            raise error.at(path) from None

    def unlink(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> None:
        try:
            place = self._mounts.walk(path, cwd, credentials, Follow.NEVER)
            if _last(path, place) in DOTS:
                raise FilesystemError(Errno.EISDIR)
            place.require_writable()
            node = place.found
            if place.slash:
                is_directory = isinstance(node, MergedDirectory)
                raise FilesystemError(Errno.EISDIR if is_directory else Errno.ENOTDIR)
            _may_delete(place, node, credentials)
            if isinstance(node, MergedDirectory):
                raise FilesystemError(Errno.EISDIR)
            if place.is_mount_point:
                raise FilesystemError(Errno.EBUSY)
            naming.remove(place.mount.filesystem, place.directory, place.name, node)
        except FilesystemError as error:
            raise error.at(path) from None

    def link(
        self, source: str, target: str, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        """Give what is at `source` (a symlink itself, not followed) one more name, `target`."""
        try:
            old = self._mounts.walk(source, cwd, credentials, Follow.SLASH)
            inode = old.inode
            place = self._mounts.walk(target, cwd, credentials, Follow.NEVER)
            if place.node is not None:
                raise FilesystemError(Errno.EEXIST)
            if place.slash:
                raise FilesystemError(Errno.ENOENT)
            place.require_writable()
            if old.mount is not place.mount:
                raise FilesystemError(Errno.EXDEV)
            if not may_link(credentials, inode):
                raise FilesystemError(Errno.EPERM)
            _may_create(place.directory, credentials)
            if isinstance(inode, Directory):
                raise FilesystemError(Errno.EPERM)
            filesystem = place.mount.filesystem
            naming.link(filesystem, place.directory, place.name, old.changing(), old.path)
        except FilesystemError as error:
            raise error.at(target) from None

    def rename(
        self,
        source: str,
        target: str,
        *,
        no_replace: bool = False,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        """Move a name, over another one unless `no_replace`."""
        try:
            old = self._mounts.walk(source, cwd, credentials, Follow.RENAME)
            new = self._mounts.walk(target, cwd, credentials, Follow.RENAME)
            _check_rename(source, old, target, new, no_replace)
            if _is_same(old, new):
                return
            _may_rename(old, new, credentials)
            naming.rename(
                old.mount.filesystem,
                (old.directory, old.name, old.found),
                (new.directory, new.name, new.node),
            )
        except FilesystemError as error:
            raise error.at(source) from None


def _last(path: str, place: Place) -> str:
    """How a path ends: a name, or one of `.`, `..` and `/`."""
    name = path.rstrip("/").rpartition("/")[2]
    return name or ("/" if path.startswith("/") else place.name)


def _may_create(directory: MergedDirectory, credentials: Credentials) -> None:
    if directory.is_removed:
        raise FilesystemError(Errno.ENOENT)
    if credentials.uid and not may(credentials, directory.inode, W_OK | X_OK):
        raise FilesystemError(Errno.EACCES)


def _may_delete(place: Place, node: Node, credentials: Credentials) -> None:
    if not credentials.uid:
        return
    directory = place.directory.inode
    if not may(credentials, directory, W_OK | X_OK):
        raise FilesystemError(Errno.EACCES)
    victim = node.inode if isinstance(node, MergedDirectory) else node
    if not may_unlink(credentials, directory, victim):
        raise FilesystemError(Errno.EPERM)


def _check_rename(old: str, source: Place, new: str, target: Place, no_replace: bool) -> None:
    if source.mount is not target.mount and not (source.is_mount_point or target.is_mount_point):
        raise FilesystemError(Errno.EXDEV)
    if _last(old, source) in DOTS:
        raise FilesystemError(Errno.EBUSY)
    if _last(new, target) in DOTS:
        raise FilesystemError(Errno.EEXIST if no_replace else Errno.EBUSY)
    source.require_writable()
    if is_long(source.name):
        raise FilesystemError(Errno.ENAMETOOLONG)
    node = source.found
    if is_long(target.name):
        raise FilesystemError(Errno.ENAMETOOLONG)
    if target.node is not None and no_replace:
        raise FilesystemError(Errno.EEXIST)
    if isinstance(node, MergedDirectory):
        if target.directory.is_within(node):
            raise FilesystemError(Errno.EINVAL)
    elif source.slash or target.slash:
        raise FilesystemError(Errno.ENOTDIR)
    if isinstance(target.node, MergedDirectory) and source.directory.is_within(target.node):
        raise FilesystemError(Errno.ENOTEMPTY)


def _is_same(source: Place, target: Place) -> bool:
    """Two names of one inode stay both. Lower hard links are not one inode to a union mount."""
    node = source.node
    if node is not target.node:
        return False
    if isinstance(node, Inode) and not node.is_upper:
        return source.directory is target.directory and source.name == target.name
    return True


def _may_rename(source: Place, target: Place, credentials: Credentials) -> None:
    node = source.found
    is_directory = isinstance(node, MergedDirectory)
    _may_delete(source, node, credentials)
    if target.node is None:
        _may_create(target.directory, credentials)
    else:
        _may_delete(target, target.node, credentials)
        if is_directory != isinstance(target.node, MergedDirectory):
            raise FilesystemError(Errno.ENOTDIR if is_directory else Errno.EISDIR)
    moves = is_directory and source.directory is not target.directory
    if moves and credentials.uid and not may(credentials, source.inode, W_OK):
        raise FilesystemError(Errno.EACCES)
    if source.is_mount_point or target.is_mount_point:
        raise FilesystemError(Errno.EBUSY)
