"""The end of an engine: its containers are stopped, as dockerd does when it is stopped itself.

Nobody stopped them by hand: those that run `unless-stopped` come up again with the next engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ..tasks import Wait, Work

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


def shut_down(engine: Engine[M]) -> Work[None]:
    """Stop every container, all at once, each with its stop signal and within its own time."""
    engine.is_stopping = True
    running = list(engine.containers.running.values())
    for stop in [engine.scheduler.spawn(engine.lifecycle.stop(one)) for one in running]:
        while not stop.done:
            yield Wait((stop.finished,))
