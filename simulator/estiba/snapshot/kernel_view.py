"""A mounted tree of the real kernel, seen by paths inside it. Outdoor: it works on the disk.

It has the calls of `filesystem.MountNamespace` that the engine uses, and its errors. Links are followed here, name by
name, inside the view; each call then reaches its file from a descriptor of the tree's root and through no link at
all, so that no container can lead it astray, however fast it swaps a directory for a link.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from ..filesystem import DirEntry, Errno, FilesystemError, Stat
from ..filesystem.content import Content
from ..filesystem.flags import MAX_SYMLINKS, O_RDONLY
from ..layer.stream import PIECE, joined
from ..linux import calls

T = TypeVar("T")

BELOW = calls.RESOLVE_NO_SYMLINKS | calls.RESOLVE_BENEATH
DIRECTORY = os.O_PATH | os.O_DIRECTORY
Part = tuple[str, int, str, bool]
"""A mount: where it is, a directory as a descriptor, the name in it that shows ("." itself), read only."""


class KernelFile:
    """An open file."""

    def __init__(self, fd: int, path: str) -> None:
        self._fd, self._path = fd, path

    def read(self, size: int = -1) -> bytes:
        return self._told(lambda: os.read(self._fd, size if size >= 0 else self.stat().size))

    def write(self, data: bytes) -> int:
        return self._told(lambda: os.write(self._fd, data))

    def content(self) -> Content:
        """All bytes from here on, with holes for zeros."""
        return Content(joined(iter(lambda: self.read(PIECE), b"")))

    def fill(self, content: Content) -> None:
        """Have these bytes instead of all there were."""
        self.truncate(0)
        offset = 0
        for segment in content.segments():
            if not isinstance(segment, int):
                self.seek(offset)
                for at in range(0, len(segment), PIECE):
                    self._write_all(segment[at : at + PIECE])
            offset += segment if isinstance(segment, int) else len(segment)
        self.truncate(offset)

    def _write_all(self, data: bytes) -> None:
        while data:
            data = data[self.write(data) :]

    def seek(self, offset: int) -> int:
        return self._told(lambda: os.lseek(self._fd, offset, os.SEEK_SET))

    def truncate(self, size: int) -> None:
        self._told(lambda: os.ftruncate(self._fd, size))

    def stat(self) -> Stat:
        return _stat(os.fstat(self._fd))

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> KernelFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _told(self, call: Callable[[], T]) -> T:
        with _translated(self._path):
            return call()


class KernelView:
    """The tree below a descriptor, which it takes over, with more mounted in it. Raises: FilesystemError."""

    def __init__(
        self, root: int, mounts: Sequence[tuple[str, Path | int | bytes, bool]] = ()
    ) -> None:
        self._parts: list[Part] = [("/", root, ".", False)]
        opened, places = [root], list[str]()
        for target, source, read_only in mounts:
            fd, name = _opened(source, places)
            opened.append(fd)
            self._parts.append((target.rstrip("/") or "/", fd, name, read_only))
        self._parts.sort(key=lambda part: -len(part[0]))
        weakref.finalize(self, _close, opened, places)

    # -- where paths lead ------------------------------------------------------------------------

    def resolve(self, path: str) -> str:
        """The path without links. Raises: FilesystemError when nothing is there."""
        found = self._find(path, follow=True)
        self._lstat(found, path)
        return found

    def _find(self, path: str, *, follow: bool) -> str:
        """The path without links on the way, nor at its end if `follow`; what is last may be missing."""
        here, links = "", 0
        pending = [name for name in reversed(path.split("/")) if name not in ("", ".")]
        slash = path.endswith(("/", "/."))
        while pending:
            name = pending.pop()
            if name == "..":
                here = here.rpartition("/")[0]
                continue
            place = f"{here}/{name}"
            if not pending and not follow and not slash:
                return place
            mode = self._mode(place)
            if mode is None and not pending:
                return place
            if mode is None:
                raise FilesystemError(Errno.ENOENT, path)
            if stat.S_ISLNK(mode):
                links += 1
                if links > MAX_SYMLINKS:
                    raise FilesystemError(Errno.ELOOP, path)
                target = self.readlink(place)
                pending += [part for part in reversed(target.split("/")) if part not in ("", ".")]
                here = "" if target.startswith("/") else here
                continue
            if (pending or slash) and not stat.S_ISDIR(mode):
                raise FilesystemError(Errno.ENOTDIR, path)
            here = place
        return here or "/"

    def _mode(self, place: str) -> int | None:
        try:
            return self._lstat(place, place).mode
        except FilesystemError as error:
            if error.errno == Errno.ENOENT:
                return None
            raise

    @contextmanager
    def _at(self, place: str, told: str, *, writing: bool = False) -> Iterator[tuple[int, str]]:
        """A directory and a name in it, for a path without links."""
        at, fd, inner, read_only = next(part for part in self._parts if _covers(part[0], place))
        if read_only and writing:
            raise FilesystemError(Errno.EROFS, told)
        rest = place[len(at) :].strip("/")
        with _translated(told):
            if not rest:
                yield fd, inner
                return
            directory, _, name = rest.rpartition("/")
            parent = calls.open_in(fd, directory or ".", DIRECTORY, resolve=BELOW)
            try:
                yield parent, name
            finally:
                os.close(parent)

    def _lstat(self, place: str, told: str) -> Stat:
        with self._at(place, told) as (fd, name):
            return _stat(os.stat(name, dir_fd=fd, follow_symlinks=False))

    # -- looking ---------------------------------------------------------------------------------

    def lstat(self, path: str) -> Stat:
        return self._lstat(self._find(path, follow=False), path)

    def stat(self, path: str) -> Stat:
        return self._lstat(self._find(path, follow=True), path)

    def readlink(self, path: str) -> str:
        with self._at(self._find(path, follow=False), path) as (fd, name):
            return os.readlink(name, dir_fd=fd)

    def readdir(self, path: str) -> tuple[DirEntry, ...]:
        place = self._find(path, follow=True)
        with self._at(place, path) as (fd, name):
            opened = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
            try:
                names = sorted(os.listdir(opened))
                found = [(n, os.stat(n, dir_fd=opened, follow_symlinks=False)) for n in names]
            finally:
                os.close(opened)
        return tuple(DirEntry(n, stat.S_IFMT(f.st_mode), f.st_ino) for n, f in found)

    def open(self, path: str, flags: int = O_RDONLY, mode: int = 0o666) -> KernelFile:
        writing = bool(flags & (os.O_WRONLY | os.O_RDWR))
        place = self._find(path, follow=not flags & os.O_NOFOLLOW)
        with self._at(place, path, writing=writing) as (fd, name), _unmasked():
            more = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
            return KernelFile(os.open(name, flags | more, mode, dir_fd=fd), path)

    def listxattr(self, path: str, *, follow: bool = True) -> tuple[str, ...]:
        with self._at(self._find(path, follow=follow), path) as (fd, name):
            return tuple(os.listxattr(_named(fd, name), follow_symlinks=False))

    def getxattr(self, path: str, name: str, *, follow: bool = True) -> bytes:
        with self._at(self._find(path, follow=follow), path) as (fd, last):
            return os.getxattr(_named(fd, last), name, follow_symlinks=False)

    # -- changing names --------------------------------------------------------------------------

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        with self._changing(path, follow=False) as (fd, name), _unmasked():
            os.mkdir(name, mode, dir_fd=fd)

    def mknod(self, path: str, mode: int, rdev: int = 0) -> None:
        with self._changing(path, follow=False) as (fd, name), _unmasked():
            os.mknod(name, mode, rdev, dir_fd=fd)

    def symlink(self, text: str, path: str) -> None:
        with self._changing(path, follow=False) as (fd, name):
            os.symlink(text, name, dir_fd=fd)

    def link(self, source: str, target: str) -> None:
        with self._at(self._find(source, follow=False), source) as (old_fd, old):  # noqa: SIM117
            with self._changing(target, follow=False) as (fd, name):
                os.link(old, name, src_dir_fd=old_fd, dst_dir_fd=fd, follow_symlinks=False)

    def unlink(self, path: str) -> None:
        with self._changing(path, follow=False) as (fd, name):
            os.unlink(name, dir_fd=fd)

    def rmdir(self, path: str) -> None:
        with self._changing(path, follow=False) as (fd, name):
            os.rmdir(name, dir_fd=fd)

    def rename(self, old: str, new: str) -> None:
        with self._changing(old, follow=False) as (old_fd, before):  # noqa: SIM117
            with self._changing(new, follow=False) as (fd, name):
                os.rename(before, name, src_dir_fd=old_fd, dst_dir_fd=fd)

    # -- changing attributes ---------------------------------------------------------------------

    def chmod(self, path: str, mode: int) -> None:
        with self._changing(path) as (fd, name):
            opened = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=fd)
            try:
                os.chmod(f"/proc/self/fd/{opened}", mode)
            finally:
                os.close(opened)

    def chown(self, path: str, uid: int, gid: int, *, follow: bool = True) -> None:
        with self._changing(path, follow=follow) as (fd, name):
            os.chown(name, uid, gid, dir_fd=fd, follow_symlinks=False)

    def utimens(self, path: str, mtime_ns: int | None = None, *, follow: bool = True) -> None:
        times = None if mtime_ns is None else (mtime_ns, mtime_ns)
        with self._changing(path, follow=follow) as (fd, name):
            if times is None:
                os.utime(name, dir_fd=fd, follow_symlinks=False)
            else:
                os.utime(name, ns=times, dir_fd=fd, follow_symlinks=False)

    def setxattr(self, path: str, name: str, value: bytes, *, follow: bool = True) -> None:
        with self._changing(path, follow=follow) as (fd, last):
            os.setxattr(_named(fd, last), name, value, follow_symlinks=False)

    @contextmanager
    def _changing(self, path: str, *, follow: bool = True) -> Iterator[tuple[int, str]]:
        with self._at(self._find(path, follow=follow), path, writing=True) as found:
            yield found


def _covers(target: str, place: str) -> bool:
    return target in ("/", place) or place.startswith(target + "/")


def _named(fd: int, name: str) -> str:
    """A path for calls that take no descriptor."""
    return f"/proc/self/fd/{fd}/{name}"


def _opened(source: Path | int | bytes, places: list[str]) -> tuple[int, str]:
    """A directory and the name in it that shows; bytes get a file in a directory of their own."""
    if isinstance(source, int):
        return source, "."
    if isinstance(source, bytes):
        places.append(tempfile.mkdtemp())
        place = Path(places[-1], "file")
        place.write_bytes(source)
        return os.open(place.parent, DIRECTORY | os.O_CLOEXEC), place.name
    if source.is_dir():
        return os.open(source, DIRECTORY | os.O_CLOEXEC), "."
    return os.open(source.parent, DIRECTORY | os.O_CLOEXEC), source.name


def _close(opened: list[int], places: list[str]) -> None:
    for fd in opened:
        os.close(fd)
    for place in places:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _unmasked() -> Iterator[None]:
    """Modes come as they shall be."""
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _translated(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        try:
            number = Errno(error.errno or 0)
        except ValueError:
            number = Errno.EIO
        raise FilesystemError(number, path) from error


def _stat(found: os.stat_result) -> Stat:
    return Stat(
        found.st_mode,
        found.st_ino,
        found.st_nlink,
        found.st_uid,
        found.st_gid,
        found.st_size,
        found.st_mtime_ns,
        found.st_rdev,
        found.st_dev,
    )
