"""Answers that come over time: progress lines, and errors that come too late for a status."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..engine import Engine
from ..engine.progress import Progress
from ..errors import EstibaError
from ..http import Response
from ..tasks import Channel, Disconnected, Wait, Work, when_cancelled

JSON = {"content-type": "application/json"}
UNBOUNDED = 1 << 30


def streamed(
    engine: Engine[Any], make: Callable[[Progress], Work[None]], *, quiet: bool = False
) -> Work[Response]:
    """Run a work that reports progress.

    The answer begins with the first line. What goes wrong before is an ordinary error; after, it is
    the last line. A client that goes away ends the work.
    """
    channel = Channel(UNBOUNDED)
    progress = Progress(channel.put, quiet=quiet)
    task = engine.scheduler.spawn(_told(make, progress, channel))
    when_cancelled(channel, task.cancel)
    while not progress.started and not task.done:
        yield Wait((channel.changed, task.finished))
    if task.done and not progress.started:
        task.result  # noqa: B018 - raises what went wrong
    return Response(200, JSON, channel)


def _told(
    make: Callable[[Progress], Work[None]], progress: Progress, channel: Channel
) -> Work[None]:
    complete = False
    try:
        yield from make(progress)
        complete = True
    except EstibaError as error:
        complete = True
        if not progress.started:
            raise
        progress.error(str(error))
    except Disconnected:
        return
    finally:
        if not complete and progress.started and not channel.cancelled:
            progress.error("the engine failed")
        channel.close()
