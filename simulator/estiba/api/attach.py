"""Attaching and logs over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..engine import Engine
from ..engine.container import Container
from ..engine.detach_keys import parse_detach_keys
from ..engine.filters import seconds_ns
from ..engine.logs import Entry, LogQuery, ReadingNotSupported
from ..engine.validation import READABLE
from ..errors import EstibaError, InvalidInput
from ..http import Response
from ..http.router import Route
from ..spec.gotime import format_time_fixed
from ..tasks import Channel, Disconnected, Duplex, Signal, Wait, Work
from .call import ApiRoute, Call
from .errors import status_of
from .streams import MULTIPLEXED, RAW, frame, hijacked, sink_for

PIECE = 1 << 15


def routes(engine: Engine[Any]) -> list[ApiRoute]:
    api = AttachApi(engine)
    return [
        Route("POST", "/containers/{name:.*}/attach", api.attach),
        Route("GET", "/containers/{name:.*}/logs", api.logs),
    ]


class AttachApi:
    """The handlers."""

    def __init__(self, engine: Engine[Any]) -> None:
        self._engine = engine

    def attach(self, call: Call) -> Response:
        """What goes wrong is told as text: Docker has taken over the connection by then."""
        try:
            return self._attach(call)
        except EstibaError as error:
            headers = {"content-type": RAW, "connection": "close"}
            return Response(status_of(error), headers, f"{error}\r\n".encode())

    def _attach(self, call: Call) -> Response:
        name = call.variables["name"]
        keys = parse_detach_keys(call.text("detachKeys"))
        container = self._engine.attaching.check(name)
        stdout, stderr = call.flag("stdout"), call.flag("stderr")
        mine, theirs = Duplex.pair()
        sink = sink_for(mine.outgoing, tty=container.config.tty, stdout=stdout, stderr=stderr)
        if call.flag("logs"):
            self._engine.attaching.replay(container, sink, LogQuery(stdout, stderr))
        if call.flag("stream"):
            typed = mine.incoming if call.flag("stdin") else None
            self._engine.attaching.attach(container, sink, typed, keys)
        else:
            sink.close()
        kind = content_type(call, container.config.tty)
        return hijacked(call.request.headers, kind, theirs)

    def logs(self, call: Call) -> Response:
        if not (call.flag("stdout") or call.flag("stderr")):
            raise InvalidInput("Bad parameters: you must choose at least one stream")
        container = self._engine.containers.get(call.variables["name"])
        if container.host.log_driver not in READABLE:
            raise ReadingNotSupported
        query = self._query(call)
        tty = container.config.tty
        shown = Shown(tty, call.flag("timestamps"), call.flag("details"))
        kind = content_type(call, tty)
        headers = {"content-type": kind} if call.version >= (1, 42) else {}
        if container.log is None:
            return Response(200, headers)
        channel = Channel()
        follow = call.flag("follow")
        self._engine.scheduler.spawn(self._tell(container, query, shown, channel, follow))
        return Response(200, headers, channel)

    def _tell(
        self,
        container: Container[Any],
        query: LogQuery,
        shown: Shown,
        channel: Channel,
        follow: bool,
    ) -> Work[None]:
        """Send what is there, then new lines, until the container ends or the reader goes.

        No faster than the reader takes it: a log may be larger than what should wait in memory.
        """
        log = container.log
        assert log is not None
        ended = Signal()
        forget = self._engine.waits.wait(container, "next-exit", lambda _: ended.fire())
        entries: Iterable[Entry] = log.read(query)
        position = log.position
        try:
            while True:
                running = container.running and follow
                yield from shown.write(entries, channel)
                if channel.cancelled or not running:
                    break
                if log.position == position:
                    yield Wait((log.changed, ended, channel.changed))
                entries = [entry for entry in log.since(position) if query.wants(entry)]
                position = log.position
        except Disconnected:
            return
        finally:
            forget()
        channel.close()

    def _query(self, call: Call) -> LogQuery:
        tail = call.text("tail")
        since, until = call.text("since"), call.text("until")
        return LogQuery(
            call.flag("stdout"),
            call.flag("stderr"),
            seconds_ns(since) if since else 0,
            seconds_ns(until) if until and until != "0" else 0,
            int(tail) if tail.isascii() and tail.isdigit() else -1,
        )


class Shown:
    """How lines of a log are sent."""

    __slots__ = ("_details", "_raw", "_timestamps")

    def __init__(self, raw: bool, timestamps: bool, details: bool) -> None:
        self._raw, self._timestamps, self._details = raw, timestamps, details

    def write(self, entries: Iterable[Entry], channel: Channel) -> Work[None]:
        """Several lines to a piece. Raises: Disconnected."""
        piece = bytearray()
        for entry in entries:
            piece += self.entry(entry)
            if len(piece) >= PIECE:
                yield from channel.write(bytes(piece))
                piece.clear()
        yield from channel.write(bytes(piece))

    def entry(self, entry: Entry) -> bytes:
        time_ns, stream, data = entry
        if self._details:
            data = b" " + data
        if self._timestamps:
            data = format_time_fixed(time_ns).encode() + b" " + data
        return data if self._raw else frame(stream, data)


def content_type(call: Call, tty: bool) -> str:
    """The framed form has a name of its own from API 1.42 on."""
    return MULTIPLEXED if call.version >= (1, 42) and not tty else RAW
