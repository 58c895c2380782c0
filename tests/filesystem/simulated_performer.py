"""Performs steps on our own mount, and shows what came of it in plain values."""

from __future__ import annotations

import stat
from typing import Any

from random_steps import Step, known_time

from estiba.filesystem import (
    Credentials,
    Directory,
    Errno,
    FilesystemError,
    Inode,
    MountNamespace,
    OpenFile,
    RegularFile,
    Symlink,
    UnionMount,
    Whiteout,
    attributes,
)

Shown = dict[str, tuple[Any, ...]]


class SimulatedPerformer:
    def __init__(self, mount: UnionMount) -> None:
        self.files = MountNamespace(mount)
        self.held: dict[int, OpenFile] = {}

    def perform(self, step: Step) -> Any:
        """What the call answers, or the error number as a string."""
        who = Credentials(step.uid, step.uid)
        try:
            return getattr(self, step.call)(who, *step.arguments)
        except FilesystemError as error:
            return "special" if error.errno == Errno.ENXIO else f"E{int(error.errno)}"

    def write(self, who: Credentials, path: str, flags: int, mode: int, data: bytes) -> int | str:
        with self.files.open(path, flags, mode, credentials=who) as file:
            if file.kind != stat.S_IFREG:
                return "special"
            return file.write(data)

    def read(self, who: Credentials, path: str, flags: int) -> bytes | str:
        with self.files.open(path, flags, credentials=who) as file:
            if file.kind not in (stat.S_IFREG, stat.S_IFDIR):
                return "special"
            return file.read()

    def rmtree(self, who: Credentials, path: str) -> None:
        """As rm -r."""
        self._rmtree(path.rstrip("/") or "/", who)

    def _rmtree(self, path: str, who: Credentials) -> None:
        if self.files.lstat(path, credentials=who).kind != stat.S_IFDIR:
            self.files.unlink(path, credentials=who)
            return
        for entry in self.files.readdir(path, credentials=who):
            self._rmtree(f"{path}/{entry.name}", who)
        self.files.rmdir(path, credentials=who)

    def mkdir(self, who: Credentials, path: str, mode: int) -> None:
        self.files.mkdir(path, mode, credentials=who)

    def rmdir(self, who: Credentials, path: str) -> None:
        self.files.rmdir(path, credentials=who)

    def unlink(self, who: Credentials, path: str) -> None:
        self.files.unlink(path, credentials=who)

    def rename(self, who: Credentials, source: str, target: str) -> None:
        self.files.rename(source, target, credentials=who)

    def link(self, who: Credentials, source: str, target: str) -> None:
        self.files.link(source, target, credentials=who)

    def symlink(self, who: Credentials, text: str, path: str) -> None:
        self.files.symlink(text, path, credentials=who)

    def mkfifo(self, who: Credentials, path: str, mode: int) -> None:
        self.files.mknod(path, stat.S_IFIFO | mode, credentials=who)

    def mknod(self, who: Credentials, path: str, mode: int, rdev: int) -> None:
        self.files.mknod(path, mode, rdev, credentials=who)

    def chmod(self, who: Credentials, path: str, mode: int) -> None:
        self.files.chmod(path, mode, credentials=who)

    def chown(self, who: Credentials, path: str, uid: int, gid: int, follow: bool) -> None:
        self.files.chown(path, uid, gid, follow=follow, credentials=who)

    def utime(self, who: Credentials, path: str, mtime_ns: int, follow: bool) -> None:
        self.files.utimens(path, mtime_ns, follow=follow, credentials=who)

    def truncate(self, who: Credentials, path: str, size: int) -> None:
        self.files.truncate(path, size, credentials=who)

    def access(self, who: Credentials, path: str, mode: int) -> bool:
        self.files.access(path, mode, credentials=who)
        return True

    def readlink(self, who: Credentials, path: str) -> str:
        return self.files.readlink(path, credentials=who)

    def readdir(self, who: Credentials, path: str) -> list[str]:
        return sorted(entry.name for entry in self.files.readdir(path, credentials=who))

    def stat(self, who: Credentials, path: str) -> tuple[int, ...]:
        return _shown_stat(self.files.stat(path, credentials=who))

    def lstat(self, who: Credentials, path: str) -> tuple[int, ...]:
        return _shown_stat(self.files.lstat(path, credentials=who))

    def setxattr(self, who: Credentials, path: str, name: str, value: bytes, flags: int) -> None:
        self.files.setxattr(path, name, value, flags, credentials=who)

    def getxattr(self, who: Credentials, path: str, name: str) -> bytes:
        return self.files.getxattr(path, name, credentials=who)

    def removexattr(self, who: Credentials, path: str, name: str) -> None:
        self.files.removexattr(path, name, credentials=who)

    def hold(self, who: Credentials, slot: int, path: str, flags: int, mode: int) -> str | None:
        file = self.files.open(path, flags, mode, credentials=who)
        if file.kind not in (stat.S_IFREG, stat.S_IFDIR):
            return "special"
        self.held_close(who, slot)
        self.held[slot] = file
        return None

    def held_close(self, who: Credentials, slot: int) -> None:
        if slot in self.held:
            self.held.pop(slot).close()

    def _regular(self, slot: int) -> OpenFile | None:
        file = self.held.get(slot)
        return file if file is not None and file.kind == stat.S_IFREG else None

    def held_read(self, who: Credentials, slot: int) -> bytes | None:
        file = self._regular(slot)
        return file.pread(-1, 0) if file else None

    def held_write(self, who: Credentials, slot: int, data: bytes) -> int | None:
        file = self._regular(slot)
        if file is None:
            return None
        file.credentials = who
        return file.write(data)

    def held_truncate(self, who: Credentials, slot: int, size: int) -> None:
        file = self._regular(slot)
        if file:
            file.credentials = who
            file.truncate(size)

    def held_stat(self, who: Credentials, slot: int) -> tuple[int, ...] | None:
        file = self.held.get(slot)
        return _shown_stat(file.stat()) if file else None

    def held_chmod(self, who: Credentials, slot: int, mode: int) -> None:
        file = self.held.get(slot)
        if file:
            attributes.chmod(file.place, mode, who)

    def visible(self) -> Shown:
        """Every path with what is there; hard links by the first path of their inode."""
        shown: Shown = {}
        first: dict[int, str] = {}
        pending = [""]
        while pending:
            path = pending.pop()
            status = self.files.lstat(path or "/")
            body: Any = None
            if status.kind == stat.S_IFDIR:
                for entry in reversed(self.files.readdir(path or "/")):
                    pending.append(f"{path}/{entry.name}")
            elif status.kind == stat.S_IFLNK:
                body = self.files.readlink(path)
            elif status.kind == stat.S_IFREG:
                body = self.files.open(path).read()
            names = self.files.listxattr(path or "/", follow=False)
            xattrs = tuple(
                (name, self.files.getxattr(path or "/", name, follow=False)) for name in names
            )
            shown[path or "/"] = (
                _shown_stat(status),
                body,
                first.setdefault(status.ino, path),
                xattrs,
            )
            if path:
                shown[path] += (known_time(status.mtime_ns),)
        return shown


def _shown_stat(status: Any) -> tuple[int, ...]:
    size = 0 if stat.S_ISDIR(status.mode) else status.size
    return (status.mode, status.nlink, status.uid, status.gid, size, status.rdev)


def upper_of(mount: UnionMount) -> Shown:
    """What the upper tree holds."""
    shown: Shown = {}
    root = mount.upper.root
    pending: list[tuple[str, Directory]] = [("", root)] if root else []
    while pending:
        prefix, directory = pending.pop()
        for name, entry in directory.entries.items():
            path = f"{prefix}/{name}"
            if isinstance(entry, Whiteout):
                shown[path] = ("whiteout",)
                continue
            if isinstance(entry, Directory):
                pending.append((path, entry))
            shown[path] = (entry.mode, entry.uid, entry.gid, _body(entry))
    return shown


def _body(entry: Inode) -> Any:
    if isinstance(entry, Directory):
        return entry.opaque
    if isinstance(entry, RegularFile):
        return entry.data.read()
    return entry.target if isinstance(entry, Symlink) else entry.rdev


__all__ = ["Errno", "Shown", "SimulatedPerformer", "upper_of"]
