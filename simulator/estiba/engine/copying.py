"""Copying a tree from one mounted view to another, with owners, modes and times."""

from __future__ import annotations

import posixpath
from typing import Protocol

from ..filesystem import Errno, FilesystemError, Stat
from ..filesystem.flags import O_CREAT, O_EXCL, O_RDONLY, O_WRONLY
from ..layer.view import View

S_IFMT, S_IFDIR, S_IFREG, S_IFLNK = 0o170000, 0o040000, 0o100000, 0o120000
CHUNK = 1 << 20

Inode = tuple[int, int]


class Mounted(View, Protocol):
    """A view whose links can be followed."""

    def stat(self, path: str) -> Stat: ...


def copy_tree(source: Mounted, path: str, target: Mounted, place: str = "/") -> int:
    """Copy what is in one directory into another. How many entries came.

    Hard links among the copied stay links.
    """
    return _copy_entries(source, path, target, place, {})


def fill_volume(volume: Mounted, tree: Mounted, path: str) -> int:
    """Copy a directory into a volume, with its attributes; how many entries came.

    As Docker: only an empty volume is filled, and only from a directory.
    """
    if any(entry.name not in (".", "..") for entry in volume.readdir("/")):
        return 0
    try:
        found = tree.stat(path)
    except FilesystemError:
        return 0
    if found.mode & S_IFMT != S_IFDIR:
        return 0
    count = copy_tree(tree, path, volume)
    copy_attributes(found, volume, "/")
    return count


def make_directory(tree: Mounted, path: str) -> bool:
    """Make a directory and those above it; False if it was there.

    Raises: FilesystemError when something else is in the way.
    """
    if _is_directory(tree, path):
        return False
    place = ""
    for name in path.strip("/").split("/"):
        place = f"{place}/{name}"
        if not _is_directory(tree, place):
            tree.mkdir(place, 0o755)
    return True


def _is_directory(tree: Mounted, path: str) -> bool:
    """Is it there? Raises: FilesystemError when it is something else."""
    try:
        found = tree.stat(path)
    except FilesystemError as error:
        if error.errno == Errno.ENOENT:
            return False
        raise
    if found.mode & S_IFMT != S_IFDIR:
        raise FilesystemError(Errno.ENOTDIR, path)
    return True


def copy_attributes(found: Stat, target: Mounted, place: str) -> None:
    """Give a place the owner, the mode and the time of another."""
    target.chown(place, found.uid, found.gid)
    target.chmod(place, found.mode & 0o7777)
    target.utimens(place, found.mtime_ns)


def _copy_entries(
    source: Mounted,
    path: str,
    target: Mounted,
    place: str,
    links: dict[Inode, str],
) -> int:
    count = 0
    for entry in source.readdir(path):
        name = entry.name
        if name in (".", ".."):
            continue
        count += _copy_entry(
            source, posixpath.join(path, name), target, posixpath.join(place, name), links
        )
    return count


def _copy_entry(
    source: Mounted,
    path: str,
    target: Mounted,
    place: str,
    links: dict[Inode, str],
) -> int:
    found = source.lstat(path)
    kind = found.mode & S_IFMT
    inode = (found.dev, found.ino)
    if kind != S_IFDIR and found.nlink > 1:
        if inode in links:
            target.link(links[inode], place)
            return 1
        links[inode] = place
    count = 1
    if kind == S_IFDIR:
        target.mkdir(place, 0o700)
        count += _copy_entries(source, path, target, place, links)
    elif kind == S_IFREG:
        _copy_file(source, path, target, place)
    elif kind == S_IFLNK:
        target.symlink(source.readlink(path), place)
        return count
    else:
        target.mknod(place, found.mode, found.rdev)
    copy_attributes(found, target, place)
    return count


def _copy_file(source: Mounted, path: str, target: Mounted, place: str) -> None:
    reading = source.open(path, O_RDONLY)
    writing = target.open(place, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    try:
        while chunk := reading.read(CHUNK):
            writing.write(chunk)
    finally:
        reading.close()
        writing.close()
