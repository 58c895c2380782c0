"""Files in and out of containers: `docker cp` and `docker export`.

A container need not run: its tree is mounted with its volumes, as Docker does. Source: Docker
20.10, daemon/archive.go; its messages.
"""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import Failure, InvalidInput, NotFound
from ..filesystem import Errno, FilesystemError, MountNamespace, Stat
from ..filesystem.content import Content
from ..layer import Archive, DamagedArchive, extract_archive, write_archive
from ..spec.gotime import format_time
from ..trace.containers import ContainerArchived, ContainerExported, ContainerExtracted
from . import etc, mounting
from .container import Container
from .inspect_container import graph_driver

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

S_IFMT, S_IFDIR, S_IFLNK = 0o170000, 0o040000, 0o120000
GO_MODES = {
    0o040000: 1 << 31,
    0o120000: 1 << 27,
    0o060000: 1 << 26,
    0o020000: 1 << 26 | 1 << 21,
    0o010000: 1 << 25,
    0o140000: 1 << 24,
}
GO_SPECIAL = ((0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20))


class FileNotInContainer(NotFound):
    def __init__(self, path: str, container: str) -> None:
        super().__init__(f"Could not find the file {path} in container {container}")
        self.path, self.container = path, container


class CannotLookInto(Failure):
    """Something on the way is no directory, or a link leads in circles. In the words of the
    host."""

    def __init__(self, place: str, error: FilesystemError) -> None:
        super().__init__(f"lstat {place}: {error.strerror.lower()}")


class ArchiveFailed(Failure):
    def __init__(self, reason: object) -> None:
        super().__init__(f"Error processing tar file(exit status 1): {reason}")


class ContainerArchives(Generic[M]):
    """`docker cp` and `docker export` of one engine."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def stat(self, name: str, path: str) -> dict[str, Any]:
        """What `HEAD archive` tells of a path.

        Raises: NoSuchContainer, FileNotInContainer, CannotLookInto.
        """
        container = self._engine.containers.get(name)
        with self._viewing(container) as view:
            return self._described(container, view, path, name)[1]

    def read(self, name: str, path: str) -> tuple[dict[str, Any], Archive]:
        """A path as an archive, with its description. Raises: as `stat`."""
        container = self._engine.containers.get(name)
        with self._viewing(container) as view:
            place, described = self._described(container, view, path, name)
            archive = write_archive(view, place, name=_base(path))
        self._engine.emit(container.event(ContainerArchived))
        return described, archive

    def extract(self, name: str, path: str, archive: Content, *, replace: bool = True) -> None:
        """Unpack an archive under a directory; `replace`: files may take the place of directories.

        Raises: NoSuchContainer, FileNotInContainer, Failure, ArchiveFailed.
        """
        container = self._engine.containers.get(name)
        with self._viewing(container) as view:
            try:
                place = view.resolve(_absolute(path))
                found = view.stat(place)
            except FilesystemError:
                raise FileNotInContainer(path, name) from None
            if found.mode & S_IFMT != S_IFDIR:
                raise Failure("extraction point is not a directory")
            _check_writable(container, place)
            _extract(view, place, archive, replace)
        self._engine.emit(container.event(ContainerExtracted))

    def export(self, name: str) -> Archive:
        """The whole tree without volumes. Raises: NoSuchContainer."""
        container = self._engine.containers.get(name)
        root = self._engine.host.snapshotter.mount(container.id)
        archive = write_archive(self._engine.host.trees.namespace(root, ()), "/", name="")
        self._engine.emit(container.event(ContainerExported))
        return archive

    def _view(self, container: Container[M]) -> MountNamespace:
        engine = self._engine
        binds = list(mounting.binds(engine, container))
        if container.sandbox_id:
            binds += etc.etc_files(engine, container)
        view: MountNamespace = engine.host.trees.namespace(
            engine.host.snapshotter.mount(container.id),
            [(bind.target, bind.source, bind.read_only) for bind in binds],
        )
        return view

    @contextlib.contextmanager
    def _viewing(self, container: Container[M]) -> Iterator[MountNamespace]:
        """The container's tree with its mounts, for as long as it is looked at."""
        try:
            yield self._view(container)
        finally:
            mounting.release_paths(self._engine, container)

    def _described(
        self, container: Container[M], view: MountNamespace, path: str, name: str
    ) -> tuple[str, dict[str, Any]]:
        """The place a path leads to, and what is there."""
        try:
            place = _find(view, path)
            found = view.lstat(place)
            target = _resolved_link(view, place) if found.mode & S_IFMT == S_IFLNK else ""
        except FilesystemError as error:
            if error.errno == Errno.ENOENT:
                raise FileNotInContainer(path, name) from None
            merged = graph_driver(self._engine, container)["Data"]["MergedDir"]
            raise CannotLookInto(merged + _absolute(path), error) from None
        described = {
            "name": _base(path),
            "size": found.size,
            "mode": go_mode(found),
            "mtime": format_time(found.mtime_ns),
            "linkTarget": target,
        }
        return place, described


def _extract(view: MountNamespace, place: str, archive: Content, replace: bool) -> None:
    try:
        extract_archive(view, place, archive, replace=replace)
    except DamagedArchive as error:
        raise ArchiveFailed("unexpected EOF") from error
    except FilesystemError as error:
        raise ArchiveFailed(_call_failed(error)) from error
    except InvalidInput as error:
        raise ArchiveFailed(error) from error


def _call_failed(error: FilesystemError) -> str:
    """A failed system call as Go words it."""
    call = "unlinkat" if error.errno == Errno.EBUSY else "open"
    return f"{call} {error.path}: {error.strerror.lower()}"


def go_mode(found: Stat) -> int:
    """A file's mode as Go's `os.FileMode` numbers it."""
    mode = found.mode & 0o777 | GO_MODES.get(found.mode & S_IFMT, 0)
    for bit, go_bit in GO_SPECIAL:
        if found.mode & bit:
            mode |= go_bit
    return mode


def _absolute(path: str) -> str:
    """The path from the root, its trailing `/` or `/.` kept."""
    clean = posixpath.normpath(posixpath.join("/", path))
    clean = "/" + clean.lstrip("/")
    if path.endswith("/.") or path == ".":
        return clean.rstrip("/") + "/."
    return clean.rstrip("/") + "/" if path.endswith("/") else clean


def _base(path: str) -> str:
    absolute = _absolute(path)
    return "." if absolute.endswith("/.") else posixpath.basename(absolute.rstrip("/")) or "/"


def _find(view: MountNamespace, path: str) -> str:
    """Where a path leads: links on the way are followed, the last part only before a slash."""
    absolute = _absolute(path)
    directory, _, last = absolute.rpartition("/")
    if last in ("", "."):
        return view.resolve(absolute)
    return posixpath.join(view.resolve(directory or "/"), last)


def _resolved_link(view: MountNamespace, place: str) -> str:
    """Where a link leads in the end, as far as it can be followed."""
    try:
        return view.resolve(place)
    except FilesystemError:
        return posixpath.normpath(posixpath.join(posixpath.dirname(place), view.readlink(place)))


def _check_writable(container: Container[Any], place: str) -> None:
    for point in container.mounts:
        if place == point.destination or place.startswith(point.destination + "/"):
            if not point.writable:
                raise Failure("mounted volume is marked read-only")
            return
    if container.host["ReadonlyRootfs"]:
        raise Failure("container rootfs is marked read-only")
