"""The files of this machine, for bind mounts. Outdoors: it reads and writes the disk.

A directory is the lower tree of a union mount: read when it is first looked at, never before. What
containers write stays in the upper tree until `release`, which carries the changes to the disk.
Simplified: changes made on the disk meanwhile show at the next mount, and a single file mounted alone is a copy.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Callable
from functools import partial

from ..filesystem import Change, Content, MountNamespace, Tree, UnionMount
from ..filesystem.flags import O_RDONLY
from ..filesystem.inode import Entry, Inode, Special, Symlink
from ..trace import Event
from .lazy_inodes import LazyDirectory, LazyFile

LARGEST_COUNT = 1 << 62
CHUNK = 1 << 20


def _pieces(path: str) -> list[bytes]:
    pieces = []
    try:
        with open(path, "rb") as opened:
            while piece := opened.read(CHUNK):
                pieces.append(piece)
    except OSError:
        return []  # gone, or not ours to read: shown as empty
    return pieces


def _entries(path: str) -> dict[str, Entry]:
    try:
        names = sorted(os.listdir(path))
    except OSError:
        return {}
    found = ((name, _inode(os.path.join(path, name))) for name in names)
    return {name: inode for name, inode in found if inode is not None}


def _inode(path: str) -> Inode | None:
    """What is at a path of the disk; None when it is gone."""
    try:
        found = os.lstat(path)
        kind = stat.S_IFMT(found.st_mode)
        made: Inode
        if kind == stat.S_IFDIR:
            made = LazyDirectory(found, partial(_entries, path))
        elif kind == stat.S_IFREG:
            made = LazyFile(found, lambda: Content(_pieces(path)))
        elif kind == stat.S_IFLNK:
            target = os.readlink(path)
            made = Symlink(target, found.st_uid, found.st_gid, found.st_mtime_ns)
        else:
            owner = found.st_uid, found.st_gid, found.st_mtime_ns
            made = Special(found.st_mode, *owner, found.st_rdev)
    except OSError:
        return None
    made.ino = found.st_ino
    return made


class DiskPaths:
    """`engine.places.HostPaths` over the disk. Containers that mount the same directory see one another's changes."""

    def __init__(
        self,
        now_ns: Callable[[], int] | None = None,
        emit: Callable[[Event], None] | None = None,
    ) -> None:
        self._now_ns = now_ns
        self._emit = emit
        self._mounts: dict[str, tuple[UnionMount, int]] = {}

    def exists(self, path: str) -> bool:
        return os.path.lexists(path)

    def make_directory(self, path: str) -> None:
        os.makedirs(path, exist_ok=True)

    def mount(self, path: str) -> UnionMount | bytes:
        if not os.path.isdir(path):
            return b"".join(_pieces(path))
        mount, users = self._mounts.get(path, (None, 0))
        if mount is None:
            place = os.path.realpath(path)
            root = LazyDirectory(os.stat(place), partial(_entries, place))
            tree = Tree(root, LARGEST_COUNT)
            mount = UnionMount([tree], emit=self._emit, now_ns=self._now_ns, label=path)
        self._mounts[path] = mount, users + 1
        return mount

    def release(self, path: str) -> None:
        """A container is done with it: carry what was changed to the disk."""
        held = self._mounts.pop(path, None)
        if held is None:
            return
        mount, users = held
        place, view = os.path.realpath(path), MountNamespace(mount)
        for change in mount.changes():
            with contextlib.suppress(OSError):
                _carry_out(view, place + change.path, change)
        if users > 1:
            self._mounts[path] = mount, users - 1


def _carry_out(view: MountNamespace, place: str, change: Change) -> None:
    """Make one change on the disk. Links on the disk are never followed."""
    if change.kind.value == "D":
        _remove(place)
        return
    found = view.lstat(change.path)
    kind = stat.S_IFMT(found.mode)
    present = stat.S_IFMT(os.lstat(place).st_mode) if os.path.lexists(place) else None
    if present is not None and present != kind:
        _remove(place)
    if kind == stat.S_IFDIR:
        with contextlib.suppress(FileExistsError):
            os.mkdir(place)
    elif kind == stat.S_IFLNK:
        if present == kind:
            _remove(place)
        os.symlink(view.readlink(change.path), place)
        return
    elif kind == stat.S_IFREG:
        _write(view, change.path, place)
    else:
        return  # devices and fifos stay inside
    os.chmod(place, stat.S_IMODE(found.mode))
    with contextlib.suppress(PermissionError):
        os.chown(place, found.uid, found.gid)
    if kind == stat.S_IFREG:
        os.utime(place, ns=(found.mtime_ns, found.mtime_ns))


def _write(view: MountNamespace, path: str, place: str) -> None:
    reading = view.open(path, O_RDONLY)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
    try:
        with open(os.open(place, flags, 0o600), "wb") as writing:
            while chunk := reading.read(CHUNK):
                writing.write(chunk)
    finally:
        reading.close()


def _remove(place: str) -> None:
    if os.path.isdir(place) and not os.path.islink(place):
        shutil.rmtree(place)
    else:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(place)
