"""Trees as overlayfs keeps them in directories: written there, and read back. Outdoor: it works on the disk.

A whiteout is a character device 0:0; an opaque directory carries the attribute `trusted.overlay.opaque`, or
`user.overlay.opaque` in a user namespace, where nobody may set the first.
Source: Linux, Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from functools import partial

from ..filesystem import WHITEOUT, Content, Directory, Entry, Inode, RegularFile, Special, Symlink
from ..filesystem.tree import Tree
from .lazy_inodes import LazyDirectory, LazyFile

CHUNK = 1 << 20
PRIVATE = ("trusted.overlay.", "user.overlay.")
OPAQUE = "overlay.opaque"
LARGEST_COUNT = 1 << 62


def write_tree(tree: Tree, place: str, *, rootless: bool = False) -> None:
    """Make the entries of a tree in an empty directory, which gets the attributes of its root.

    Device nodes nobody may make here are left out, as Docker does in a user namespace.
    """
    linked: dict[int, str] = {}
    directories = [(place, tree.root)]
    for path, entry in tree.walk():
        here = f"{place}/{path}"
        if not isinstance(entry, Inode):
            os.mknod(here, stat.S_IFCHR, 0)
            continue
        if id(entry) in linked:
            os.link(linked[id(entry)], here, follow_symlinks=False)
            continue
        if entry.nlink > 1 and not isinstance(entry, Directory):
            linked[id(entry)] = here
        if isinstance(entry, Directory):
            os.mkdir(here, 0o700)
            directories.append((here, entry))
        elif _make(here, entry, rootless):
            _set_attributes(here, entry)
    for here, directory in reversed(directories):
        if directory.opaque:
            os.setxattr(here, f"{'user' if rootless else 'trusted'}.{OPAQUE}", b"y")
        _set_attributes(here, directory)


def _make(here: str, entry: Inode, rootless: bool) -> bool:
    if isinstance(entry, RegularFile):
        _write_file(here, entry.content)
    elif isinstance(entry, Symlink):
        os.symlink(entry.target, here)
    else:
        try:
            os.mknod(here, entry.mode, entry.rdev)
        except PermissionError:
            if not rootless:
                raise
            return False
    return True


def _write_file(here: str, content: Content) -> None:
    with open(here, "xb", buffering=0) as stream:
        size = 0
        for segment in content.segments():
            if isinstance(segment, int):
                size += segment
                stream.seek(size)
            else:
                for at in range(0, len(segment), CHUNK):
                    stream.write(segment[at : at + CHUNK])
                size += len(segment)
        stream.truncate(size)


def _set_attributes(here: str, entry: Inode) -> None:
    """Owner before mode and capabilities: a change of owner takes them away."""
    os.lchown(here, entry.uid, entry.gid)
    if not isinstance(entry, Symlink):
        os.chmod(here, entry.permissions)
    for name, value in (entry.xattrs or {}).items():
        with contextlib.suppress(OSError):  # this file system has none of that kind
            os.setxattr(here, name, value, follow_symlinks=False)
    os.utime(here, ns=(entry.mtime_ns, entry.mtime_ns), follow_symlinks=False)


def read_tree(place: str) -> Tree:
    """What a directory of overlayfs's form holds, read as it is looked at."""
    root = _read(place, {})
    if not isinstance(root, Directory):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), place)
    return Tree(root, LARGEST_COUNT)


def _entries(path: str, linked: dict[tuple[int, int], Inode]) -> dict[str, Entry]:
    return {name: _read(os.path.join(path, name), linked) for name in sorted(os.listdir(path))}


def _read(path: str, linked: dict[tuple[int, int], Inode]) -> Entry:
    found = os.lstat(path)
    kind = stat.S_IFMT(found.st_mode)
    owner = found.st_uid, found.st_gid, found.st_mtime_ns
    key = found.st_dev, found.st_ino
    made: Inode
    if kind == stat.S_IFCHR and not found.st_rdev:
        return WHITEOUT
    if key in linked:
        return linked[key]
    if kind == stat.S_IFDIR:
        made = LazyDirectory(found, partial(_entries, path, linked))
    elif kind == stat.S_IFREG:
        made = LazyFile(found, lambda: Content(_segments(path, found.st_size)))
    elif kind == stat.S_IFLNK:
        made = Symlink(os.readlink(path), *owner)
    else:
        made = Special(found.st_mode, *owner, found.st_rdev)
    if kind != stat.S_IFDIR:
        made.nlink = found.st_nlink
        if found.st_nlink > 1:
            linked[key] = made
    _read_attributes(path, made)
    return made


def _read_attributes(path: str, made: Inode) -> None:
    names = os.listxattr(path, follow_symlinks=False)
    if not names:
        return
    kept = {}
    for name in names:
        value = os.getxattr(path, name, follow_symlinks=False)
        if not name.startswith(PRIVATE):
            kept[name] = value
        elif name.endswith(OPAQUE) and value == b"y" and isinstance(made, Directory):
            made.opaque = True
    made.xattrs = kept or None


def _segments(path: str, size: int) -> Iterator[bytes | int]:
    """A file's data, and its holes by their length."""
    with open(path, "rb", buffering=0) as stream:
        end = 0
        while end < size:
            try:
                start = os.lseek(stream.fileno(), end, os.SEEK_DATA)
            except OSError:
                break  # nothing but a hole from here on
            if start > end:
                yield start - end
            end = os.lseek(stream.fileno(), start, os.SEEK_HOLE)
            os.lseek(stream.fileno(), start, os.SEEK_SET)
            while start < end and (piece := stream.read(min(CHUNK, end - start))):
                start += len(piece)
                yield piece
        if end < size:
            yield size - end
