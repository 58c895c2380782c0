"""The workstation's tree as the docker command line sees the files of its machine."""

from __future__ import annotations

import os
import posixpath
import stat as modes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ..cli.files import FileStat
from ..engine.copying import make_directory
from ..filesystem import FilesystemError, MountNamespace, Stat
from ..filesystem.flags import O_APPEND, O_CREAT, O_TRUNC, O_WRONLY


@contextmanager
def _told(path: str) -> Iterator[None]:
    """An error of the tree as Python's own."""
    try:
        yield
    except FilesystemError as error:
        raise OSError(error.errno, os.strerror(error.errno), path) from None


class WorkstationFiles:
    """`cli.files.Files` over the tree of the shell. Relative paths count from `cwd`."""

    def __init__(self, tree: MountNamespace, cwd: str) -> None:
        self.tree = tree
        self.cwd = cwd

    def put(self, path: str, data: bytes, mode: int = 0o644) -> None:
        """Make a file and the directories above it."""
        whole = posixpath.normpath(posixpath.join(self.cwd, path))
        make_directory(self.tree, posixpath.dirname(whole))
        self.write(whole, data)
        self.tree.chmod(whole, mode)

    def below(self, path: str) -> dict[str, bytes]:
        """The regular files below a directory, by relative path."""
        found: dict[str, bytes] = {}
        for name in self.listdir(path):
            place = posixpath.join(path, name)
            status = self.lstat(place)
            if status.is_directory:
                found |= {posixpath.join(name, p): data for p, data in self.below(place).items()}
            elif status.is_regular:
                found[name] = self.read(place)
        return found

    def stat(self, path: str) -> FileStat:
        with _told(path):
            return self._shown(self.tree.stat(path, cwd=self.cwd))

    def lstat(self, path: str) -> FileStat:
        with _told(path):
            return self._shown(self.tree.lstat(path, cwd=self.cwd))

    @staticmethod
    def _shown(found: Stat) -> FileStat:
        return FileStat(
            found.mode,
            found.size,
            found.uid,
            found.gid,
            found.mtime_ns,
            found.ino,
            found.nlink,
            found.dev,
        )

    def read(self, path: str) -> bytes:
        with _told(path), self.tree.open(path, cwd=self.cwd) as opened:
            return opened.read()

    def write(self, path: str, data: bytes, mode: int = 0o666) -> None:
        self._write(path, data, O_WRONLY | O_CREAT | O_TRUNC, mode & 0o755)

    def chunks(self, path: str) -> Iterator[bytes]:
        return iter((self.read(path),))

    def fill(self, path: str, chunks: Iterable[bytes], mode: int = 0o666) -> None:
        self.write(path, b"".join(chunks), mode)

    def append(self, path: str, data: bytes) -> None:
        self._write(path, data, O_WRONLY | O_APPEND, 0)

    def _write(self, path: str, data: bytes, flags: int, mode: int) -> None:
        with _told(path), self.tree.open(path, flags, mode, cwd=self.cwd) as opened:
            opened.write(data)

    def listdir(self, path: str) -> list[str]:
        with _told(path):
            return [entry.name for entry in self.tree.readdir(path, cwd=self.cwd)]

    def readlink(self, path: str) -> str:
        with _told(path):
            return self.tree.readlink(path, cwd=self.cwd)

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        with _told(path):
            self.tree.mkdir(path, mode & 0o755, cwd=self.cwd)

    def symlink(self, target: str, path: str) -> None:
        with _told(path):
            self.tree.symlink(target, path, cwd=self.cwd)

    def link(self, existing: str, path: str) -> None:
        with _told(path):
            self.tree.link(existing, path, cwd=self.cwd)

    def mkfifo(self, path: str, mode: int) -> None:
        with _told(path):
            self.tree.mknod(path, modes.S_IFIFO | mode, cwd=self.cwd)

    def remove(self, path: str) -> None:
        with _told(path):
            if modes.S_ISDIR(self.tree.lstat(path, cwd=self.cwd).mode):
                self.tree.rmdir(path, cwd=self.cwd)
            else:
                self.tree.unlink(path, cwd=self.cwd)

    def set_attributes(
        self, path: str, *, mode: int | None = None, mtime_ns: int | None = None,
        owner: tuple[int, int] | None = None,
    ) -> None:  # fmt: skip
        with _told(path):
            if mode is not None:
                self.tree.chmod(path, mode, cwd=self.cwd)
            if owner is not None:
                self.tree.chown(path, *owner, cwd=self.cwd)
            if mtime_ns is not None:
                self.tree.utimens(path, mtime_ns, cwd=self.cwd)
