"""Changes of names in a union mount: make, link, remove, rename. Arguments were checked by the caller.

A name that a lower tree still has leaves a whiteout when it goes; a directory that takes the place of a whiteout
is opaque, and so is one that is moved into a directory with a lower part.
Source: Linux, Documentation/filesystems/overlayfs.rst; the order of checks was read off a running kernel.
"""

from __future__ import annotations

import stat

from ..trace.files import (
    DirectoryMadeOpaque,
    FileCreated,
    FileLinked,
    FileRemoved,
    FileRenamed,
    FileWhitedOut,
)
from .errors import Errno, FilesystemError
from .inode import WHITEOUT, Directory, Inode, Whiteout
from .merged import MergedDirectory
from .union import Node, UnionMount

KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "symlink",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "character-device",
    stat.S_IFBLK: "block-device",
}


def add(mount: UnionMount, directory: MergedDirectory, name: str, inode: Inode) -> None:
    """Put a new inode under a free name."""
    inode.mtime_ns = mount.now_ns()
    inode.ino = mount.new_number()
    inode.is_upper = True
    upper = mount.copy_up_directory(directory)
    replaced = upper.entries.get(name)
    upper.entries[name] = inode
    upper.mtime_ns = inode.mtime_ns
    mount.upper.changed(upper, inode)
    if mount.emit is not None:
        path = directory.child_path(name)
        size = 0 if stat.S_ISDIR(inode.mode) else inode.size
        mount.emit(FileCreated(mount.label, path, KINDS[stat.S_IFMT(inode.mode)], size))
    if isinstance(inode, Directory):
        upper.nlink += 1
        if replaced is WHITEOUT:
            _make_opaque(mount, inode, directory, name)


def link(
    mount: UnionMount, directory: MergedDirectory, name: str, inode: Inode, target: str
) -> None:
    """Give an upper inode one more name; `target` is told in the event."""
    upper = mount.copy_up_directory(directory)
    upper.entries[name] = inode
    upper.mtime_ns = mount.now_ns()
    inode.nlink += 1
    mount.upper.changed(upper, inode)
    if mount.emit is not None:
        mount.emit(FileLinked(mount.label, directory.child_path(name), target))


def remove(mount: UnionMount, directory: MergedDirectory, name: str, node: Node) -> None:
    """Take a name away. Raises: FilesystemError (ENOTEMPTY)."""
    if isinstance(node, MergedDirectory) and not mount.is_empty(node):
        raise FilesystemError(Errno.ENOTEMPTY)
    upper = mount.copy_up_directory(directory)
    _drop(mount, directory, name, node, upper)
    _vacate(mount, directory, name, upper)
    upper.mtime_ns = mount.now_ns()
    mount.upper.changed(upper)
    if mount.emit is not None:
        mount.emit(FileRemoved(mount.label, directory.child_path(name)))


def rename(
    mount: UnionMount,
    old: tuple[MergedDirectory, str, Node],
    new: tuple[MergedDirectory, str, Node | None],
) -> None:
    """Move a name, over another one if there is one. Raises: FilesystemError (EXDEV, ENOTEMPTY)."""
    (old_directory, old_name, node), (directory, name, target) = old, new
    if isinstance(node, MergedDirectory) and node.lower is not None:
        raise FilesystemError(Errno.EXDEV)
    merge_target = isinstance(target, MergedDirectory) and target.lower is not None
    if merge_target:
        _require_empty(mount, target)
    moved = _copied_up(mount, old_directory, old_name, node)
    old_upper, upper = mount.copy_up_directory(old_directory), mount.copy_up_directory(directory)
    if isinstance(moved, Directory) and directory.lower is not None and not moved.opaque:
        _make_opaque(mount, moved, directory, name)
    if not merge_target:
        _require_empty(mount, target)
    if target is not None:
        _drop(mount, directory, name, target, upper)
    if isinstance(node, MergedDirectory):
        del old_directory.directories[old_name]
        directory.directories[name] = node
        node.parent, node.name = directory, name
        old_upper.nlink -= 1
        upper.nlink += 1
    if mount.emit is not None:
        old_path, path = old_directory.child_path(old_name), directory.child_path(name)
        mount.emit(FileRenamed(mount.label, old_path, path))
    upper.entries[name] = moved
    _vacate(mount, old_directory, old_name, old_upper)
    old_upper.mtime_ns = upper.mtime_ns = mount.now_ns()
    mount.upper.changed(old_upper, upper)


def _copied_up(mount: UnionMount, directory: MergedDirectory, name: str, node: Node) -> Inode:
    if isinstance(node, MergedDirectory):
        return mount.copy_up_directory(node)
    return mount.copy_up(directory, name, node)


def _require_empty(mount: UnionMount, target: Node | None) -> None:
    if isinstance(target, MergedDirectory) and not mount.is_empty(target):
        raise FilesystemError(Errno.ENOTEMPTY)


def _drop(
    mount: UnionMount, directory: MergedDirectory, name: str, node: Node, upper: Directory
) -> None:
    """What a name pointed at loses it."""
    if isinstance(node, MergedDirectory):
        node.is_removed = True
        directory.directories.pop(name, None)
        if name in upper.entries:
            upper.nlink -= 1
        if node.upper is not None:
            node.upper.nlink = 0
            mount.upper.changed(node.upper)
        return
    if node.is_upper:
        node.nlink -= 1
        mount.upper.changed(node)
    UnionMount.settle(directory, name, None)


def _vacate(mount: UnionMount, directory: MergedDirectory, name: str, upper: Directory) -> None:
    """Free a name: a whiteout if a lower tree still has it, nothing otherwise."""
    if directory.lower is None or directory.lower.lookup(name) is None:
        upper.entries.pop(name, None)
        return
    upper.entries[name] = WHITEOUT
    if mount.emit is not None:
        mount.emit(FileWhitedOut(mount.label, directory.child_path(name)))


def _make_opaque(
    mount: UnionMount, upper: Directory, directory: MergedDirectory, name: str
) -> None:
    upper.opaque = True
    mount.upper.changed(upper)
    if mount.emit is not None:
        mount.emit(DirectoryMadeOpaque(mount.label, directory.child_path(name)))


def is_whiteout_device(mode: int, rdev: int) -> bool:
    """Whether a device node would be taken for a whiteout: no mount lets it be made."""
    return stat.S_ISCHR(mode) and rdev == 0


__all__ = ["KINDS", "Whiteout", "add", "is_whiteout_device", "link", "remove", "rename"]
