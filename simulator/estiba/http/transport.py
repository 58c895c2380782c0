"""How a client reaches an engine: the one interface, and the loopback, where both live in one
process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from ..tasks import Channel, Duplex, Scheduler, Stalled, Work
from .messages import Request, Response

Server = Callable[[Request], Response | Work[Response]]


class Stream(Protocol):
    """Bytes that come over time. `poll` never waits: b"" is nothing yet, None the end."""

    @property
    def ready(self) -> bool:
        """Would `poll` give something other than b""?"""
        ...

    def poll(self) -> bytes | None: ...


class Connection(Protocol):
    """An upgraded connection, seen from the client."""

    @property
    def incoming(self) -> Stream: ...

    def send(self, data: bytes) -> None: ...

    def close_write(self) -> None:
        """End of our input; what the other side still says keeps coming."""
        ...

    def close(self) -> None: ...


class Answer(NamedTuple):
    """A response as the client gets it: head now, body over time."""

    status: int
    headers: dict[str, str]
    body: Stream
    connection: Connection | None = None


class Transport(Protocol):
    """Sends requests and waits for streams. Raises: Unavailable when no engine answers."""

    def send(self, request: Request) -> Answer:
        """The answer as soon as its head is there. The request may carry a `Channel` that is
        being filled.
        """
        ...

    def wait(self, *streams: Stream, timeout_s: float | None = None) -> None:
        """Return when one of the streams is ready, or the time is over."""
        ...


def read_all(transport: Transport, stream: Stream) -> bytes:
    """A whole body."""
    parts: list[bytes] = []
    while (chunk := stream.poll()) is not None:
        if chunk:
            parts.append(chunk)
        else:
            transport.wait(stream)
    return b"".join(parts)


class Whole:
    """A body that is there already."""

    __slots__ = ("_data",)
    ready = True

    def __init__(self, data: bytes) -> None:
        self._data: bytes | None = data or None

    def poll(self) -> bytes | None:
        data, self._data = self._data, None
        return data


class LoopbackConnection:
    """The client's end of a duplex in the same process."""

    def __init__(self, duplex: Duplex) -> None:
        self._duplex = duplex
        self.incoming: Channel = duplex.incoming

    def send(self, data: bytes) -> None:
        if not self._duplex.outgoing.cancelled:
            self._duplex.outgoing.put(data)

    def close_write(self) -> None:
        self._duplex.outgoing.close()

    def close(self) -> None:
        self._duplex.outgoing.close()
        self._duplex.incoming.cancel()


class Loopback:
    """A transport to a server in the same process: it runs the scheduler while the client waits.

    `outside` is asked when nothing in the engine can go on: it may bring input from a person or a
    socket
    (True), so that the wait goes on; without it a wait that nothing can end raises Stalled.
    `before_answering` is called before the client is told anything new.
    """

    def __init__(
        self,
        serve: Server,
        scheduler: Scheduler,
        outside: Callable[[float | None], bool] | None = None,
        before_answering: Callable[[], None] | None = None,
    ) -> None:
        self._serve = serve
        self._before_answering = before_answering
        self._scheduler = scheduler
        self.outside = outside
        """May be replaced while nobody waits."""

    def send(self, request: Request) -> Answer:
        answer = self._serve(request)
        if not isinstance(answer, Response):
            task = self._scheduler.spawn(answer)
            self._run(lambda: task.done, None)
            answer = task.result
        if self._before_answering is not None:
            self._before_answering()
        body: Stream = Whole(answer.body) if isinstance(answer.body, bytes) else answer.body
        connection = LoopbackConnection(answer.upgrade) if answer.upgrade else None
        return Answer(answer.status, dict(answer.headers), body, connection)

    def wait(self, *streams: Stream, timeout_s: float | None = None) -> None:
        limit_ns = None
        if timeout_s is not None:
            limit_ns = self._scheduler.clock.now_ns() + round(timeout_s * 1e9)
        self._run(lambda: any(stream.ready for stream in streams), limit_ns)
        if self._before_answering is not None:
            self._before_answering()

    def _run(self, over: Callable[[], bool], limit_ns: int | None) -> None:
        scheduler = self._scheduler
        while not over():
            if scheduler.run_ready():
                continue
            if limit_ns is not None and scheduler.clock.now_ns() >= limit_ns:
                return
            dues = [due for due in (scheduler.next_deadline_ns(), limit_ns) if due is not None]
            due_ns = min(dues, default=None)
            if self.outside is not None:
                delay_s = (
                    None if due_ns is None else max(0.0, (due_ns - scheduler.clock.now_ns()) / 1e9)
                )
                if self.outside(delay_s):
                    continue
            if due_ns is None:
                raise Stalled
            scheduler.clock.wait_until(due_ns)
