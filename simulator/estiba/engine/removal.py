"""`docker rm`, `--rm`, rename, and `docker container prune`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Conflict, EstibaError, InvalidInput
from ..tasks import Work
from ..trace.containers import ContainerDestroyed, ContainerRenamed, ContainersPruned
from .container import Container
from .containers import NAME, NoSuchContainer
from .filters import Filters
from .signals import KILL
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class StillRunning(Conflict):
    hint = "Stop it first, or use rm -f."

    def __init__(self, container_id: str, state: str) -> None:
        how = "Unpause and then stop" if state == "paused" else "Stop"
        super().__init__(
            f"You cannot remove a {state} container {container_id}. {how} the container before"
            " attempting removal or force remove"
        )


class RemovalUnderWay(Conflict):
    def __init__(self, name: str) -> None:
        super().__init__(f"removal of container {name} is already in progress")


class Removal(Generic[M]):
    """Makes containers go, or go by another name."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def remove(
        self, name: str, *, force: bool = False, volumes: bool = False, link: bool = False
    ) -> Work[None]:
        """`docker rm`. Raises: NoSuchContainer, StillRunning, RemovalUnderWay."""
        if link:
            self._remove_link(name)
            return
        container = self._engine.containers.get(name)
        if container.state is State.REMOVING:
            raise RemovalUnderWay(name)
        if container.running:
            if not force:
                raise StillRunning(container.id, container.state.value)
            container.stays = True
            self._engine.lifecycle.signal(container, KILL)
            yield from self._engine.lifecycle.ended(container)
        self.delete(container, volumes=volumes)

    def automatic(self, container: Container[M]) -> None:
        """What `--rm` does when a container has ended: its anonymous volumes go too."""
        self.delete(container, volumes=True)

    def delete(self, container: Container[M], *, volumes: bool) -> None:
        """Remove a container that does not run."""
        engine = self._engine
        if container.state is State.REMOVING:
            return
        container.move("remove")
        engine.containers.running.pop(container.id, None)
        engine.host.snapshotter.remove(container.id)
        engine.layers.release(container.chain_id)
        engine.init_layers.release(container.chain_id)
        engine.execs.forget(container)
        engine.containers.remove(container)
        for alias in container.links or ():
            engine.containers.free(f"{container.name}/{alias}")
        for mount in container.mounts:
            if mount.kind == "volume":
                engine.volumes.release(
                    mount.volume, container.id, remove=volumes and mount.anonymous
                )
        engine.emit(container.event(ContainerDestroyed))
        engine.waits.tell_removed(container)

    def rename(self, name: str, new_name: str) -> None:
        """`docker rename`. Raises: NoSuchContainer, InvalidInput, Conflict."""
        engine = self._engine
        if not name or not new_name:
            raise InvalidInput("Neither old nor new names may be empty")
        container = engine.containers.get(name)
        bare = new_name.removeprefix("/")
        if bare == container.name:
            raise InvalidInput("Renaming a container with the same name as its current name")
        if not NAME.fullmatch(bare):
            bare = "/" + bare
        try:
            engine.containers.reserve(bare, container.id)
        except EstibaError as error:
            kind = Conflict if isinstance(error, Conflict) else InvalidInput
            raise kind(f"Error when allocating new name: {error}") from None
        old_name, container.name = container.name, bare
        engine.containers.free(old_name)
        container.touch()
        engine.emit(container.event(ContainerRenamed, old_name="/" + old_name))

    def prune(self, filters: Mapping[str, list[str]]) -> tuple[list[str], int]:
        """Remove every container that does not run, in one go: their IDs, and the bytes freed.

        Raises: InvalidFilter.
        """
        engine = self._engine
        checked = Filters(filters, ("label", "label!", "until"))
        limit_ns = checked.until_ns(engine.clock.now_ns())
        removed, reclaimed = [], 0
        for container in engine.containers.newest_first():
            if container.running or container.state is State.REMOVING:
                continue
            if not checked.labels_match(container.config.labels):
                continue
            if container.created_ns >= limit_ns:
                continue
            reclaimed += engine.host.snapshotter.size(container.id)
            self.delete(container, volumes=False)
            removed.append(container.id)
        engine.emit(ContainersPruned(reclaimed))
        return removed, reclaimed

    def _remove_link(self, name: str) -> None:
        parent_name, _, alias = name.strip("/").partition("/")
        parent = self._engine.containers.find(parent_name)
        if parent is None:
            raise NoSuchContainer(name)
        self._engine.links.remove(parent, alias)
