"""Any bytes, in any pieces: the server answers or closes, reports nothing broken, and serves the next client."""

from __future__ import annotations

import socket

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estiba.http import Request, Response
from estiba.tasks import Channel, Duplex, Scheduler, Work
from estiba.trace import SystemClock

pytest.importorskip("h11", reason="the server extra is not installed")

from estiba.http.admission import Admission
from estiba.http.connection import HttpConnection
from estiba.http.poller import Poller
from estiba.http.server import HttpServer
from estiba.http.wire import PlainWire

PARTS = st.sampled_from(
    [
        b"GET / HTTP/1.1\r\n", b"POST /up HTTP/1.1\r\n", b"HEAD / HTTP/1.0\r\n", b"GET /x HTTP/1.1\r\n",
        b"BREW * HTTP/9.9\r\n", b"GET  HTTP/1.1\r\n", b"GET /\x00 HTTP/1.1\r\n", b"Host: x\r\n", b"Host:\r\n",
        b"Content-Length: 5\r\n", b"Content-Length: 99999999999999999999\r\n", b"Content-Length: +5\r\n",
        b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked, chunked\r\n", b"Connection: close\r\n",
        b"Expect: 100-continue\r\n", b"Connection: Upgrade\r\nUpgrade: tcp\r\n", b"\r\n", b"\n", b" folded\r\n",
        b"5\r\nhello\r\n", b"0\r\n\r\n", b"ffffffffffffffff\r\n", b"-1\r\n", b"hello",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"X" * 5000,
    ]
)  # fmt: skip
PIECES = st.lists(st.one_of(PARTS, PARTS, st.binary(max_size=40)), max_size=14)


class Bench:
    """A server without a port, and the clients it is given."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self.scheduler = Scheduler(SystemClock())
        self.poller = Poller()
        self.server = HttpServer(
            self.serve, self.scheduler, self.poller, date=lambda: "x", on_error=self.errors.append
        )

    def serve(self, request: Request) -> Response | Work[Response]:
        if request.headers.get("upgrade"):
            return Response(101, {}, upgrade=Duplex.pair()[0])
        body = request.body
        return self._gather(body) if isinstance(body, Channel) else Response(200, {}, body)

    def _gather(self, body: Channel) -> Work[Response]:
        total = 0
        while (chunk := (yield from body.read())) is not None:
            total += len(chunk)
        return Response(200, {}, str(total).encode())

    def client(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        self.server.connections.add(HttpConnection(self.server, PlainWire(theirs), Admission()))
        ours.setblocking(False)
        return ours

    def turn(self) -> None:
        for _ in range(6):
            self.scheduler.run_idle()
            self.server.deliver()
            self.poller.poll(0)

    def said(self, client: socket.socket) -> bytes:
        try:
            return client.recv(1 << 20)
        except OSError:
            return b""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PIECES, st.booleans())
def test_any_bytes_are_answered_or_refused(pieces: list[bytes], at_once: bool) -> None:
    bench = Bench()
    with bench.client() as client:
        for piece in [b"".join(pieces)] if at_once else pieces:
            try:
                client.sendall(piece)
            except OSError:
                break
            bench.turn()
        answer = bench.said(client)
        assert not answer or answer.startswith(b"HTTP/1.1 ")
    bench.turn()
    with bench.client() as good:
        good.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        bench.turn()
        assert bench.said(good).startswith(b"HTTP/1.1 200 ")
    bench.turn()
    upgraded = [c for c in bench.server.connections if c._duplex is not None]
    assert bench.server.connections == set(upgraded)
    assert bench.errors == []
    bench.server.close()
    bench.poller.close()
