"""What becomes of containers when the engine comes up again, as in dockerd 20.10.

Where processes do not outlive the engine, what ran when it died has exited with 255, at the time it comes
up again, and keeps what inspect showed of its networks; what `--rm` was asked for is removed, but its
volumes stay; what has a restart policy and ran before is started, linked ones and those whose network
is shared first. An engine that was stopped had stopped them all before.
Source: Docker Engine 20.10, `daemon.restore` and its restart manager, behaviour as observed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ...errors import EstibaError
from .. import restart
from ..container import Container
from ..states import State

if TYPE_CHECKING:
    from ..engine import Engine

M = TypeVar("M")

LOST = 255


def recover(engine: Engine[M]) -> None:
    """Bring all containers into a state they can be in without their processes."""
    containers = list(engine.containers.all())
    for container in containers:
        if container.running and not engine.runs.resume(container):
            _interrupted(container, engine.clock.now_ns())
    wanted = {one.id: one for one in containers if restart.comes_up(one)}
    for container in containers:
        if container.host.auto_remove and container.id not in wanted:
            engine.removal.delete(container, volumes=False)
    while wanted:
        _bring_up(engine, next(iter(wanted)), wanted)


def _interrupted(container: Container[Any], now_ns: int) -> None:
    container.state = State.EXITED
    container.exit_code = LOST
    container.finished_ns = now_ns
    container.touch()


def _bring_up(engine: Engine[M], container_id: str, wanted: dict[str, Container[M]]) -> None:
    container = wanted.pop(container_id)
    needed = list((container.links or {}).values())
    kind, _, other = container.network_mode.partition(":")
    if kind == "container":
        needed.append(other)
    for one in needed:
        if one in wanted:
            _bring_up(engine, one, wanted)
    try:
        engine.lifecycle.start(container)
    except EstibaError:
        return  # told by the container's `error`
