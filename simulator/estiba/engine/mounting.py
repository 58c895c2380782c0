"""The mounts of a container: planned when it is created, given to the runtime when it starts.

The order is Docker's: `--volumes-from`, then `-v`, then `--mount`, then the volumes the image or
the client named without a place of their own. A later one replaces what came `from` another
container.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Failure, InvalidInput
from ..runtime import Bind
from ..trace.volumes import VolumeFilled, VolumeMounted, VolumeUnmounted
from .container import Container, MountPoint
from .mount_points import parse_bind, parse_mount, parse_volumes_from
from .volumes import Volume

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class DuplicateMountPoint(InvalidInput):
    def __init__(self, destination: str) -> None:
        super().__init__(f"Duplicate mount point: {destination}")


class MountPlan(Generic[M]):
    """Finds out what a new container mounts, making volumes on the way."""

    def __init__(self, engine: Engine[M], container: Container[M]) -> None:
        self._engine = engine
        self._container = container
        self._points: dict[str, MountPoint] = {}

    def carry_out(self) -> None:
        """Set the container's mounts. Raises: what is wrong with them."""
        try:
            self._borrow()
            self._bind()
            self._declare()
        finally:
            self._container.mounts = tuple(
                self._points[destination] for destination in sorted(self._points)
            )
        for point in self._container.mounts:
            if point.copy:
                self._fill(point)

    def _borrow(self) -> None:
        for text in self._container.host["VolumesFrom"] or ():
            name, mode = parse_volumes_from(text)
            other = self._engine.containers.find(name)
            if other is None:
                raise InvalidInput(f"No such container: {name}")
            for point in other.mounts:
                own = replace(
                    point,
                    copy=False,
                    writable=point.writable and "ro" not in mode.split(","),
                    mode=mode or point.mode,
                )
                if own.kind == "volume":
                    self._engine.volumes.get(own.volume).users[self._container.id] = None
                self._points[own.destination] = own

    def _bind(self) -> None:
        host = self._container.host
        fresh: set[str] = set()
        asked = [parse_bind(raw, host["VolumeDriver"] or "") for raw in host["Binds"] or ()]
        paths = self._engine.host.paths
        for given in host["Mounts"] or ():
            exists = paths.exists(given.get("Source") or "")
            asked.append(parse_mount(given, exists=exists))
        for point in asked:
            if point.destination in fresh or point.destination in (host["Tmpfs"] or ()):
                raise DuplicateMountPoint(point.destination)
            fresh.add(point.destination)
            self._points[point.destination] = self._settle(point)

    def _declare(self) -> None:
        driver = self._container.host["VolumeDriver"] or ""
        for destination in self._container.config.volumes or ():
            if destination in self._points:
                continue
            point = MountPoint("volume", destination, driver=driver, copy=True, anonymous=True)
            self._points[destination] = self._settle(point)

    def _settle(self, point: MountPoint) -> MountPoint:
        """Find or make what is mounted."""
        engine = self._engine
        if point.kind == "bind":
            if not engine.host.paths.exists(point.source):
                engine.host.paths.make_directory(point.source)
            return point
        if point.kind != "volume":
            return point
        volume = engine.volumes.create(
            point.volume,
            point.driver,
            options=dict(point.options) or None,
            labels=dict(point.labels) or None,
            lasts=False,
        )
        volume.users[self._container.id] = None
        return replace(point, volume=volume.name, source=volume.mountpoint, driver=volume.driver)

    def _fill(self, point: MountPoint) -> None:
        engine, container = self._engine, self._container
        volume = engine.volumes.get(point.volume)
        root = engine.host.snapshotter.mount(container.id)
        files = engine.host.trees.fill(volume.mount, root, point.destination)
        if files:
            engine.emit(
                VolumeFilled(volume.name, volume.driver, container.id, point.destination, files)
            )


def binds(engine: Engine[M], container: Container[M]) -> tuple[Bind[M], ...]:
    """The mounts as the runtime wants them."""
    found: list[Bind[M]] = []
    for point in container.mounts:
        if point.kind != "tmpfs":
            source: M | bytes = _source(engine, point)
            target = posixpath.join("/", point.destination)
            found.append(Bind(target, source, not point.writable))
    return tuple(found)


def _source(engine: Engine[M], point: MountPoint) -> M | bytes:
    if point.kind == "volume":
        return engine.volumes.get(point.volume).mount
    if not engine.host.paths.exists(point.source):
        raise Failure(
            f'invalid mount config for type "bind": bind source path does not exist: {point.source}'
        )
    source: M | bytes = engine.host.paths.mount(point.source)
    return source


def tmpfs(container: Container[M]) -> tuple[str, ...]:
    """Where a tree in memory is mounted: `path:options`."""
    asked = dict(container.host["Tmpfs"] or {})
    for point in container.mounts:
        if point.kind == "tmpfs":
            asked[point.destination] = ",".join(f"{name}={value}" for name, value in point.options)
    return tuple(f"{path}:{options}".removesuffix(":") for path, options in asked.items())


def tell_mounted(engine: Engine[M], container: Container[M]) -> None:
    for point in container.mounts:
        if point.kind == "volume":
            volume: Volume[M] = engine.volumes.get(point.volume)
            engine.emit(
                VolumeMounted(
                    volume.name,
                    volume.driver,
                    container.id,
                    point.destination,
                    point.writable,
                    point.propagation,
                )
            )


def release(engine: Engine[M], container: Container[M]) -> None:
    """The container ended: what it wrote in the host's directories goes to the disk."""
    if container.mounted:
        container.mounted = False
        release_paths(engine, container)
    tell_unmounted(engine, container)


def release_paths(engine: Engine[M], container: Container[M]) -> None:
    """Undo what `binds` mounted of the host."""
    for point in container.mounts:
        if point.kind == "bind":
            engine.host.paths.release(point.source)


def tell_unmounted(engine: Engine[M], container: Container[M]) -> None:
    for point in container.mounts:
        if point.kind == "volume":
            engine.emit(VolumeUnmounted(point.volume, point.driver or "local", container.id))
