"""The end of an engine: its containers are stopped, as dockerd does when it is stopped itself.

Nobody stopped them by hand: those that run `unless-stopped` come up again with the next engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ..tasks import Wait, Work
from .states import State

if TYPE_CHECKING:
    from .container import Container
    from .engine import Engine

M = TypeVar("M")


def shut_down(engine: Engine[M]) -> Work[None]:
    """Stop every container, all at once, each with its stop signal and within its own time.

    Who does nothing about the signal gets no time: it would come to the same.
    """
    engine.is_stopping = True
    running = list(engine.containers.running.values())
    for stop in [engine.scheduler.spawn(_stop(engine, one)) for one in running]:
        while not stop.done:
            yield Wait((stop.finished,))


def _stop(engine: Engine[M], container: Container[M]) -> Work[None]:
    signal = engine.lifecycle.stop_signal(container)
    heeds = container.state is not State.RUNNING or engine.host.runtime.heeds(container.id, signal)
    yield from engine.lifecycle.stop(container, None if heeds else 0)
