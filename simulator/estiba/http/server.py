"""The HTTP server: our values on real sockets, in one thread.

Every connection is a small state machine around h11 (`connection`); handlers and streams run as tasks of the
same scheduler as the engine, so a long stream and a short call take turns and nobody needs a lock.
Source: RFC 9112; Docker Engine API for the upgraded connections.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..tasks import Scheduler, Task, Wait, Work
from .admission import Admission
from .connection import HttpConnection
from .poller import READ, Poller
from .transport import Server
from .wire import PlainWire, TlsWire

if TYPE_CHECKING:
    import ssl

CONNECTIONS = 900
SLICE_NS = 20_000_000
"""How long a turn may run before the sockets are looked at again, whatever is still ready."""
QUIET_NS = 200_000_000
"""How long what nobody was told may wait to be made to last."""
LOOK_NS = 2_000_000_000
"""How often idle connections are looked at."""
ANYBODY = Admission()
TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n"
    b'Content-Length: 35\r\n\r\n{"message":"too many connections"}\n'
)


class HttpServer:
    """Serves any number of listening sockets. `date` gives the value of the Date header.

    A turn is: run what is ready, `before_sending`, send, wait for sockets. No task sends: whatever a
    turn changed can be made to last before anybody is told. One connection more than `limit` is told so
    and closed.
    """

    def __init__(
        self,
        serve: Server,
        scheduler: Scheduler,
        poller: Poller,
        *,
        date: Callable[[], str],
        on_error: Callable[[BaseException], None],
        before_sending: Callable[[], None] | None = None,
        limit: int = CONNECTIONS,
    ) -> None:
        self.serve = serve
        self.scheduler = scheduler
        self.poller = poller
        self.date = date
        self.on_error = on_error
        self.before_sending = before_sending
        self.connections: set[HttpConnection] = set()
        self.unsent: dict[HttpConnection, None] = {}
        """Those that have something to send, or to end, since the last delivery."""
        self._limit = limit
        self._lasting_ns = 0
        self._owes = False
        self._listeners: list[tuple[socket.socket, Callable[[int], None]]] = []
        self._looking = False
        self._pausing = False

    def listen(
        self,
        listener: socket.socket,
        *,
        admission: Admission = ANYBODY,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take connections of a bound socket, under the rules of `admission`, with TLS if there is a context."""

        def accept(_: int) -> None:
            self._accept(listener, admission, tls)

        listener.setblocking(False)
        self._listeners.append((listener, accept))
        self.poller.watch(listener, READ, accept)

    def _accept(
        self, listener: socket.socket, admission: Admission, tls: ssl.SSLContext | None
    ) -> None:
        try:
            accepted, _ = listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError:  # no descriptor is left: wait until some connection ends
            self._pause()
            return
        if len(self.connections) >= self._limit:
            with contextlib.suppress(OSError), accepted:
                accepted.setblocking(False)
                if tls is None:
                    accepted.send(TOO_MANY)
            return
        if accepted.family != socket.AF_UNIX:
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wire = PlainWire(accepted) if tls is None else TlsWire(accepted, tls)
        self.connections.add(HttpConnection(self, wire, admission))
        self._look()

    def _pause(self) -> None:
        self._pausing = True
        for listener, accept in self._listeners:
            self.poller.watch(listener, 0, accept)
        self._look()

    def _resume(self) -> None:
        self._pausing = False
        for listener, accept in self._listeners:
            self.poller.watch(listener, READ, accept)

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            self.scheduler.spawn(self._look_at_idle())

    def _look_at_idle(self) -> Work[None]:
        """Close what has been silent for too long, or has gone without saying so."""
        while self.connections or self._pausing:
            yield Wait((), self.scheduler.clock.now_ns() + LOOK_NS)
            now_ns = self.scheduler.clock.now_ns()
            for connection in [c for c in self.connections if c.is_lost(now_ns)]:
                connection.close()
            if self._pausing:
                self._resume()
        self._looking = False

    def run_once(self, until: Task[Any] | None = None) -> None:
        """Run what is ready, send, then wait for sockets until the next deadline; not if `until` is done."""
        clock, scheduler = self.scheduler.clock, self.scheduler
        limit_ns = clock.now_ns() + SLICE_NS
        while scheduler.run_ready() and clock.now_ns() < limit_ns:
            pass
        self.deliver()
        if until is None or not until.done:
            self.poller.poll(self._delay_s())

    def deliver(self) -> None:
        """End the turn: `before_sending`, then send what was written in it.

        After a turn in which nobody is told anything it may wait for a while, so that a container that
        writes all the time does not make the disk do so too.
        """
        now_ns = self.scheduler.clock.now_ns()
        self._owes = not self.unsent and now_ns - self._lasting_ns < QUIET_NS
        if not self._owes and self.before_sending is not None:
            self.before_sending()
            self._lasting_ns = now_ns
        while self.unsent:  # in the order in which they were written
            connection = next(iter(self.unsent))
            del self.unsent[connection]
            connection.deliver()

    def _delay_s(self) -> float | None:
        if self.scheduler.ready:
            return 0.0
        dues = [self._lasting_ns + QUIET_NS] if self._owes else []
        if (due_ns := self.scheduler.next_deadline_ns()) is not None:
            dues.append(due_ns)
        if not dues:
            return None
        return max(0.0, (min(dues) - self.scheduler.clock.now_ns()) / 1e9)

    def stop_listening(self) -> None:
        """Take no new connections; those that are there go on."""
        for listener, accept in self._listeners:
            self.poller.watch(listener, 0, accept)
            listener.close()
        self._listeners.clear()

    def close(self) -> None:
        self.stop_listening()
        for connection in list(self.connections):
            connection.close()
