"""Performs steps by real system calls, and shows what came of it in plain values."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from pathlib import Path
from typing import Any

from random_steps import Step, known_time

Shown = dict[str, tuple[Any, ...]]


class KernelPerformer:
    """The calls by the same names as `SimulatedPerformer`."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def perform(self, step: Step) -> Any:
        try:
            if step.uid:
                os.setgroups([])
                os.setegid(step.uid)
                os.seteuid(step.uid)
            return getattr(self, step.call)(*step.arguments)
        except OSError as error:
            return "special" if error.errno == errno.ENXIO else f"E{error.errno}"
        finally:
            if step.uid:
                os.seteuid(0)
                os.setegid(0)

    def finish(self) -> None:
        for descriptor in self.held.values():
            os.close(descriptor)

    def write(self, path: str, flags: int, mode: int, data: bytes) -> int | str:
        descriptor = os.open(path, flags, mode)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return "special"
            return os.write(descriptor, data)
        finally:
            os.close(descriptor)

    def read(self, path: str, flags: int) -> bytes | str:
        descriptor = os.open(path, flags)
        try:
            if stat.S_IFMT(os.fstat(descriptor).st_mode) not in (stat.S_IFREG, stat.S_IFDIR):
                return "special"
            return os.read(descriptor, 1 << 20)
        finally:
            os.close(descriptor)

    def rmtree(self, path: str) -> None:
        self._rmtree(path.rstrip("/") or "/")

    def _rmtree(self, path: str) -> None:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
            return
        for name in names_in(path):
            self._rmtree(f"{path}/{name}")
        os.rmdir(path)

    def chown(self, path: str, uid: int, gid: int, follow: bool) -> None:
        os.chown(path, uid, gid, follow_symlinks=follow)

    def utime(self, path: str, mtime_ns: int, follow: bool) -> None:
        os.utime(path, ns=(mtime_ns, mtime_ns), follow_symlinks=follow)

    def link(self, source: str, target: str) -> None:
        os.link(source, target, follow_symlinks=False)

    def access(self, path: str, mode: int) -> bool:
        return self._checked_access(path, mode)

    def _checked_access(self, path: str, mode: int) -> bool:
        """`os.access` hides the error number."""
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.faccessat(-100, path.encode(), mode, 0x200):
            raise OSError(ctypes.get_errno(), path)
        return True

    def readdir(self, path: str) -> list[str]:
        os.listdir(path)
        os.seteuid(0)  # who may list may not be allowed to look for whiteouts
        return names_in(path)

    def stat(self, path: str) -> tuple[int, ...]:
        return shown_stat(os.stat(path))

    def lstat(self, path: str) -> tuple[int, ...]:
        return shown_stat(os.lstat(path))

    def hold(self, slot: int, path: str, flags: int, mode: int) -> str | None:
        descriptor = os.open(path, flags, mode)
        if stat.S_IFMT(os.fstat(descriptor).st_mode) not in (stat.S_IFREG, stat.S_IFDIR):
            os.close(descriptor)
            return "special"
        self.held_close(slot)
        self.held[slot] = descriptor
        return None

    def held_close(self, slot: int) -> None:
        if slot in self.held:
            os.close(self.held.pop(slot))

    def _regular(self, slot: int) -> int | None:
        descriptor = self.held.get(slot)
        if descriptor is None or not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return descriptor

    def held_read(self, slot: int) -> bytes | None:
        descriptor = self._regular(slot)
        return None if descriptor is None else os.pread(descriptor, 1 << 20, 0)

    def held_write(self, slot: int, data: bytes) -> int | None:
        descriptor = self._regular(slot)
        return None if descriptor is None else os.write(descriptor, data)

    def held_truncate(self, slot: int, size: int) -> None:
        descriptor = self._regular(slot)
        if descriptor is not None:
            os.ftruncate(descriptor, size)

    def held_stat(self, slot: int) -> tuple[int, ...] | None:
        descriptor = self.held.get(slot)
        return None if descriptor is None else shown_stat(os.fstat(descriptor))

    def held_chmod(self, slot: int, mode: int) -> None:
        if slot in self.held:
            os.fchmod(self.held[slot], mode)

    def visible(self) -> Shown:
        shown: Shown = {}
        first: dict[int, str] = {}
        pending = [""]
        while pending:
            path = pending.pop()
            try:
                status = os.lstat(path or "/")
            except FileNotFoundError:
                continue  # a whiteout in a directory of one layer only: listed, not found
            body: Any = None
            if stat.S_ISDIR(status.st_mode):
                for name in reversed(names_in(path or "/")):
                    pending.append(f"{path}/{name}")
            elif stat.S_ISLNK(status.st_mode):
                body = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                body = Path(path).read_bytes()
            names = [
                n for n in os.listxattr(path or "/", follow_symlinks=False) if "overlay" not in n
            ]
            xattrs = tuple(
                (n, os.getxattr(path or "/", n, follow_symlinks=False)) for n in sorted(names)
            )
            shown[path or "/"] = (
                shown_stat(status),
                body,
                first.setdefault(status.st_ino, path),
                xattrs,
            )
            if path:
                shown[path] += (known_time(status.st_mtime_ns),)
        return shown


SAME = """mkdir rmdir unlink rename symlink mkfifo mknod chmod truncate readlink setxattr getxattr
removexattr"""
for _call in SAME.split():
    setattr(KernelPerformer, _call, staticmethod(getattr(os, _call)))


def names_in(path: str) -> list[str]:
    """The names that can be found: whiteouts of unmerged directories are listed but are not there."""
    names = []
    for name in sorted(os.listdir(path)):
        try:
            os.lstat(f"{path}/{name}")
        except FileNotFoundError:
            continue
        except OSError:
            pass
        names.append(name)
    return names


def shown_stat(status: os.stat_result) -> tuple[int, ...]:
    size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
    return (status.st_mode, status.st_nlink, status.st_uid, status.st_gid, size, status.st_rdev)
