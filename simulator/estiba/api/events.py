"""Events over HTTP: the past, then the present, until a time or until the client goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..engine import Engine
from ..engine.event_messages import Message
from ..engine.events import EventFilter
from ..engine.filters import seconds_ns
from ..errors import InvalidInput
from ..http import Response
from ..http.router import Route
from ..tasks import Channel, Wait, Work
from .call import ApiRoute, Call

NS_PER_S = 1_000_000_000


QUEUED = 1 << 20
"""How much may wait for a client that does not read. Units: bytes."""


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    return [Route("GET", "/events", EventsApi(engine).events)]


class EventsApi:
    """The handler."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def events(self, call: Call) -> Response:
        since, until = call.text("since"), call.text("until")
        since_ns = seconds_ns(since) if since else None
        until_ns = seconds_ns(until) if until else None
        if since_ns is not None and until_ns is not None and since_ns > until_ns:
            raise InvalidInput(
                f"`since` time ({since_ns // NS_PER_S}) cannot be after `until` time"
                f" ({until_ns // NS_PER_S})"
            )
        wanted = EventFilter(call.filters())
        channel = Channel(QUEUED)
        if since_ns is not None or until_ns is not None:
            for message in self._engine.events.past(since_ns or 0, until_ns):
                if wanted.wants(message):
                    channel.put(_line(message))
        if until_ns is not None and until_ns <= self._engine.clock.now_ns():
            channel.close()
        else:
            stop = self._listen(channel, wanted)
            self._engine.scheduler.spawn(self._stream(channel, until_ns, stop))
        return Response(200, {"content-type": "application/json"}, channel)

    def _listen(self, channel: Channel, wanted: EventFilter) -> Callable[[], None]:
        def told(message: Message) -> None:
            """Whoever does not read misses what comes then, as Docker has it."""
            if wanted.wants(message) and not (channel.cancelled or channel.full):
                channel.put(_line(message))

        return self._engine.events.listen(told)

    def _stream(
        self, channel: Channel, until_ns: int | None, stop: Callable[[], None]
    ) -> Work[None]:
        """Keep the answer open until the time comes or the client goes."""
        try:
            while not channel.cancelled:
                if until_ns is not None and self._engine.clock.now_ns() >= until_ns:
                    break
                yield Wait((channel.changed,), until_ns)
            channel.close()
        finally:
            stop()


def _line(message: Message) -> bytes:
    text = json.dumps(message.to_json(), ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"
