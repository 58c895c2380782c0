"""One client of the server: requests in turn, then perhaps an upgraded stream.

Back-pressure: we stop reading while a request body's channel is full, and a response waits while the client
does not take what was written. A client whose words end is still answered what can be answered at once; then
it counts as gone, and what was being done for it is dropped.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11

from ..tasks import Channel, Disconnected, Duplex, Signal, Task, Wait, Work
from .admission import Admission
from .messages import Request, Response, json_response
from .poller import READ, WRITE
from .wire import CHUNK, Wire, has_vanished

if TYPE_CHECKING:
    from .server import HttpServer

PHRASES = {status.value: status.phrase.encode() for status in HTTPStatus}
WHOLE_BODY_LIMIT = 1 << 20  # a declared body up to this size reaches the handler as bytes
HEAD_LIMIT = 1 << 20
BACKLOG = 1 << 18
REQUEST_LIMIT_NS = 30 * 10**9
"""How long a client may take to greet, and to send a request's head and short body."""
UPGRADE_PAUSE_NS = 15_000_000
"""Between the head of an upgraded answer and the stream, for those who read through requests: they read
the head through a buffer and then the socket itself, so they lose what comes in one piece with the head.
Everybody else has the stream at once, before the answers to what they ask next."""
BUFFERED = re.compile(r"docker-sdk-python|docker-py|python-requests")


def _title(name: str) -> bytes:
    return name.title().encode("latin-1")


class HttpConnection:
    """One accepted connection and what is being done for it."""

    def __init__(self, server: HttpServer, wire: Wire, admission: Admission) -> None:
        self._server = server
        self._wire = wire
        self._admission = admission
        self._h11 = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_LIMIT)
        self._out = bytearray()
        self._drained = Signal()
        self._upload: Channel | None = None
        self._gathering: tuple[h11.Request, bytearray] | None = None
        self._duplex: Duplex | None = None
        self._body: Channel | None = None
        self._task: Task[None] | None = None
        self._began_ns: int | None = server.scheduler.clock.now_ns()
        """Since when a request is incomplete, None between requests."""
        self._reading = True
        self._ended = False
        self._closing = False
        self._closed = False
        self._watch()

    # -- sockets -------------------------------------------------------------------------------

    def _watch(self) -> None:
        if not self._closed:
            interest = (READ if self._reading else 0) | (WRITE if self._out else 0)
            self._server.poller.watch(self._wire.socket, interest, self._on_ready)

    def _on_ready(self, events: int) -> None:
        try:
            if events & WRITE:
                self.deliver()
            while events & READ and self._reading and not self._closed:
                self._receive(self._wire.receive())
                if not self._wire.more:
                    return
        except BlockingIOError:
            return
        except OSError:
            self.close()

    def _flush(self) -> None:
        """What was written is to be sent when the turn ends."""
        if not self._closed:
            self._server.unsent[self] = None

    def deliver(self) -> None:
        """Send what the socket takes of what was written."""
        if self._closed:
            return
        if self._ended and self._duplex is None and not self._settle():
            return
        try:
            sent = self._wire.send(memoryview(self._out)[:CHUNK]) if self._out else 0
        except BlockingIOError:
            sent = 0
        except OSError:
            self.close()
            return
        del self._out[:sent]
        if self._closing and not self._out:
            self.close()
            return
        if len(self._out) < BACKLOG:
            self._drained.fire()
        self._watch()

    def _settle(self) -> bool:
        """The client's words have ended: go on only if everything it asked is answered."""
        if self._task is None:
            self._closing = True
            return True
        if self._server.scheduler.ready:  # the turn was cut short: look again in the next one
            self._server.scheduler.spawn(self._flush_later())
        else:
            self.close()
        return False

    def _flush_later(self) -> Work[None]:
        yield Wait()
        self._flush()

    def is_lost(self, now_ns: int) -> bool:
        """Has the client begun a request and not gone on, or vanished from a stream?"""
        if self._began_ns is not None and now_ns - self._began_ns > REQUEST_LIMIT_NS:
            return True
        return not self._reading and has_vanished(self._wire.socket)

    def close(self) -> None:
        """Drop the connection and whatever was being done for it."""
        if self._closed:
            return
        self._closed = True
        self._server.poller.watch(self._wire.socket, 0, self._on_ready)
        self._wire.close()
        self._server.connections.discard(self)
        self._server.unsent.pop(self, None)
        for channel in (self._upload, self._body):
            if channel is not None:
                channel.cancel()
        if self._duplex is not None:
            self._duplex.outgoing.close()
            self._duplex.incoming.cancel()
        if self._task is not None:
            self._task.cancel()
        self._drained.fire()

    # -- requests ------------------------------------------------------------------------------

    def _receive(self, data: bytes) -> None:
        if self._duplex is not None:
            self._upgraded_input(data)
            return
        self._begin_waiting()
        try:
            self._h11.receive_data(data)
            self._next_events()
        except h11.RemoteProtocolError as error:
            self._refuse(error)
        if not data and not self._closed and self._duplex is None:
            self._ended = True
            self._reading = False
            if self._upload is not None:
                self._upload.cancel()
            self._flush()

    def _begin_waiting(self) -> None:
        if self._began_ns is None and self._h11.their_state is h11.IDLE:
            self._began_ns = self._server.scheduler.clock.now_ns()

    def _next_events(self) -> None:
        while not self._closed and self._duplex is None:
            event = self._h11.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED:
                return
            if isinstance(event, h11.Request):
                self._begin(event)
            elif isinstance(event, h11.Data):
                self._take(bytes(event.data))
            elif isinstance(event, h11.EndOfMessage):
                self._finish_body()
            else:
                return

    def _begin(self, event: h11.Request) -> None:
        headers = dict(event.headers)
        length = headers.get(b"content-length")
        if self._h11.they_are_waiting_for_100_continue:
            self._send(h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue"))
            self._flush()
        if b"transfer-encoding" in headers or (length and int(length) > WHOLE_BODY_LIMIT):
            self._upload = Channel(4 * CHUNK)
            self._dispatch(event, self._upload)
        else:
            self._gathering = (event, bytearray())

    def _take(self, data: bytes) -> None:
        if self._gathering is not None:
            self._gathering[1].extend(data)
        elif self._upload is not None and not self._upload.cancelled:
            self._upload.put(data)
            if self._upload.full:
                self._reading = False
                self._watch()
                self._server.scheduler.spawn(self._resume_reading(self._upload))

    def _resume_reading(self, channel: Channel) -> Work[None]:
        while channel.full and not channel.cancelled:
            yield Wait((channel.changed,))
        if self._closed or self._ended:
            return
        self._reading = True
        self._watch()
        if self._duplex is None:
            try:
                self._next_events()
            except h11.RemoteProtocolError as error:
                self._refuse(error)

    def _finish_body(self) -> None:
        if self._gathering is not None:
            (event, body), self._gathering = self._gathering, None
            self._dispatch(event, bytes(body))
        elif self._upload is not None:
            self._upload.close()
            self._upload = None

    def _dispatch(self, event: h11.Request, body: bytes | Channel) -> None:
        self._began_ns = None
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in event.headers}
        request = Request(event.method.decode(), event.target.decode("latin-1"), headers, body)
        self._task = self._server.scheduler.spawn(self._answer(request))

    def _refuse(self, error: h11.RemoteProtocolError) -> None:
        status = error.error_status_hint
        reason = "400 Bad Request" if status == 400 else f"{status} Request Header Fields Too Large"
        kind = "Content-Type: text/plain; charset=utf-8"
        head = [f"HTTP/1.1 {reason}", kind, "Connection: close", "", reason]
        if self._task is not None:  # an upload that breaks off: its answer is no longer wanted
            self._task.cancel()
            self._task = None
        if self._upload is not None:
            self._upload.cancel()
        if self._h11.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._out += "\r\n".join(head).encode()
        self._closing = True
        self._reading = False
        self._flush()

    # -- responses -----------------------------------------------------------------------------

    def _answer(self, request: Request) -> Work[None]:
        try:
            yield from self._respond(request)
        except Disconnected:
            self._cut_off()
        except Exception as error:  # a client that waits for ever is worse than one cut off
            self._server.on_error(error)
            self._cut_off()

    def _cut_off(self) -> None:
        self._task = None
        self.close()

    def _respond(self, request: Request) -> Work[None]:
        response = yield from self._handled(request)
        if self._closed:
            return
        if response.upgrade is not None:
            yield from self._upgrade(request, response, response.upgrade)
            return
        self._body = response.body if isinstance(response.body, Channel) else None
        self._send(
            h11.Response(
                status_code=response.status,
                reason=PHRASES.get(response.status, ""),
                headers=[(_title(k), v.encode("latin-1")) for k, v in self._headers(response)],
            )
        )
        if isinstance(response.body, bytes):
            if response.status not in (204, 304) and request.method != "HEAD":
                self._send(h11.Data(data=response.body))
        else:
            self._flush()
            yield from self._stream(response.body)
        self._end_of_response()

    def _handled(self, request: Request) -> Work[Response]:
        refusal = self._admission.refusal(request.headers)
        if refusal is not None:
            return refusal
        try:
            answer = self._server.serve(request)
            if not isinstance(answer, Response):
                answer = yield from answer
        except Disconnected:
            raise
        except Exception as error:
            self._server.on_error(error)
            return json_response({"message": f"internal error: {error}"}, 500)
        return answer

    def _headers(self, response: Response) -> list[tuple[str, str]]:
        headers = [*response.headers.items(), ("date", self._server.date())]
        body = response.body if response.status not in (204, 304) else None
        if isinstance(body, bytes) and "content-length" not in response.headers:
            headers.append(("content-length", str(len(body))))
        return headers

    def _stream(self, body: Channel) -> Work[None]:
        while (chunk := (yield from body.read())) is not None:
            self._send(h11.Data(data=chunk))
            self._flush()
            yield from self._room()
            if self._closed:
                return
        self._body = None

    def _room(self) -> Work[None]:
        """Wait until the client has taken enough of what was written."""
        while len(self._out) >= BACKLOG and not self._closed:
            yield Wait((self._drained,))

    def _send(self, event: h11.Event) -> None:
        if not self._closed:
            self._out += self._h11.send(event) or b""

    def _end_of_response(self) -> None:
        if self._closed:
            return
        self._send(h11.EndOfMessage())
        self._flush()
        self._task = None
        if self._upload is not None:  # answered before the whole request was read
            self._upload.cancel()
            self._upload = None
        if self._h11.our_state is h11.DONE and self._h11.their_state is h11.DONE:
            self._h11.start_next_cycle()
            if self._h11.trailing_data[0]:
                self._begin_waiting()
            try:
                self._next_events()
            except h11.RemoteProtocolError as error:
                self._refuse(error)
        else:
            self._closing = True
            self._reading = False

    # -- upgraded connections ------------------------------------------------------------------

    def _upgrade(self, request: Request, response: Response, duplex: Duplex) -> Work[None]:
        self._duplex = duplex
        reason = "UPGRADED" if response.status == 101 else "OK"
        lines = [f"HTTP/1.1 {response.status} {reason}"]
        lines += [f"{name.title()}: {value}" for name, value in response.headers.items()]
        self._out += "\r\n".join([*lines, "", ""]).encode("latin-1")
        self._flush()
        early, ended = self._h11.trailing_data
        if early or ended:
            self._upgraded_input(early)
        while self._out and not self._closed:
            yield Wait((self._drained,))
        if BUFFERED.search(request.headers.get("user-agent", "")):
            yield Wait((), self._server.scheduler.clock.now_ns() + UPGRADE_PAUSE_NS)
        while (chunk := (yield from duplex.incoming.read())) is not None:
            self._out += chunk
            self._flush()
            yield from self._room()
        self._task = None
        self._closing = True
        self._flush()

    def _upgraded_input(self, data: bytes) -> None:
        assert self._duplex is not None
        outgoing = self._duplex.outgoing
        if not data:
            self._ended = True
            self._reading = False
            self._watch()
            outgoing.close()
        elif not outgoing.cancelled:
            outgoing.put(data)
            if outgoing.full:
                self._reading = False
                self._watch()
                self._server.scheduler.spawn(self._resume_reading(outgoing))
