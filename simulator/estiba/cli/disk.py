"""The client's files on a real disk. One of the modules that may touch the machine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .files import FileStat

CHUNK = 1 << 18


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


class DiskFiles:
    """Files of the process's own machine."""

    @property
    def cwd(self) -> str:
        return os.getcwd()

    @staticmethod
    def _stat(found: os.stat_result) -> FileStat:
        return FileStat(
            found.st_mode, found.st_size, found.st_uid, found.st_gid, found.st_mtime_ns,
            found.st_ino, found.st_nlink, found.st_rdev,
        )  # fmt: skip

    def stat(self, path: str) -> FileStat:
        return self._stat(os.stat(path))

    def lstat(self, path: str) -> FileStat:
        return self._stat(os.lstat(path))

    def read(self, path: str) -> bytes:
        with open(path, "rb") as file:
            return file.read()

    def write(self, path: str, data: bytes, mode: int = 0o666) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with open(descriptor, "wb") as file:
            file.write(data)

    def chunks(self, path: str) -> Iterator[bytes]:
        file = open(path, "rb")  # noqa: SIM115  (closed when it was read)
        return _read(file)

    def fill(self, path: str, chunks: Iterable[bytes], mode: int = 0o666) -> None:
        if os.path.lexists(path) and not os.path.isfile(path):
            self.write(path, b"".join(chunks), mode)  # a device, a pipe: nothing to replace
            return
        folder, name = os.path.split(os.path.realpath(path))
        part = os.path.join(folder, f".{name}.part")
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
                file.writelines(chunks)
            os.replace(part, os.path.join(folder, name))
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(part)

    def append(self, path: str, data: bytes) -> None:
        with open(path, "ab") as file:
            file.write(data)

    def listdir(self, path: str) -> list[str]:
        return sorted(os.listdir(path))

    def readlink(self, path: str) -> str:
        return os.readlink(path)

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        os.mkdir(path, mode)

    def symlink(self, target: str, path: str) -> None:
        os.symlink(target, path)

    def link(self, existing: str, path: str) -> None:
        os.link(existing, path, follow_symlinks=False)

    def mkfifo(self, path: str, mode: int) -> None:
        os.mkfifo(path, mode)

    def remove(self, path: str) -> None:
        if os.path.isdir(path) and not os.path.islink(path):
            os.rmdir(path)
        else:
            os.remove(path)

    def set_attributes(
        self, path: str, *, mode: int | None = None, mtime_ns: int | None = None,
        owner: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        if owner is not None:
            with contextlib.suppress(PermissionError):
                os.chown(path, *owner, follow_symlinks=False)
        if mode is not None and not os.path.islink(path):
            os.chmod(path, mode)
        if mtime_ns is not None:
            os.utime(path, ns=(mtime_ns, mtime_ns), follow_symlinks=False)
