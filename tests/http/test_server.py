"""The server on real sockets, with a small server function behind it."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from estiba.http import Request, Response
from estiba.tasks import Channel, Duplex, Scheduler, Wait, Work
from estiba.trace import SystemClock

pytest.importorskip("h11", reason="the server extra is not installed")

from estiba.http.poller import Poller
from estiba.http.server import HttpServer


@dataclass
class Toy:
    """Echoes bodies, streams, upgrades, waits for ever, breaks."""

    cancelled: list[str] = field(default_factory=list)
    duplex: Duplex | None = None

    def serve(self, request: Request) -> Response | Work[Response]:
        routes: dict[str, Callable[[Request], Response | Work[Response]]] = {
            "/echo": self.echo,
            "/upload": self.upload,
            "/endless": self.endless,
            "/upgrade": self.upgrade,
            "/hasty": self.hasty,
            "/forever": self.forever,
        }
        return routes[request.path](request)

    def echo(self, request: Request) -> Response:
        assert isinstance(request.body, bytes)
        return Response(200, {"api-version": "1.41"}, request.body)

    def upload(self, request: Request) -> Work[Response]:
        assert isinstance(request.body, Channel)
        total = 0
        while (chunk := (yield from request.body.read())) is not None:
            total += len(chunk)
        return Response(200, {}, str(total).encode())

    def endless(self, request: Request) -> Response:
        body = Channel(1024)
        LOOPS[-1].spawn(self._pour(body))
        return Response(200, {}, body)

    def _pour(self, body: Channel) -> Work[None]:
        try:
            while True:
                yield from body.write(b"x" * 1000)
        finally:
            self.cancelled.append("endless")

    def upgrade(self, request: Request) -> Response:
        client_end, self.duplex = Duplex.pair()
        return Response(101, {"connection": "Upgrade", "upgrade": "tcp"}, upgrade=client_end)

    def hasty(self, request: Request) -> Response:
        answer = self.upgrade(request)
        assert self.duplex is not None
        self.duplex.outgoing.put(b"stream")
        return answer

    def forever(self, request: Request) -> Work[Response]:
        try:
            yield Wait((Channel().changed,))
        finally:
            self.cancelled.append("forever")
        return Response(200)


LOOPS: list[Scheduler] = []


@dataclass
class Bench:
    toy: Toy
    server: HttpServer
    address: tuple[str, int]
    errors: list[BaseException]

    def client(self) -> socket.socket:
        client = socket.create_connection(self.address)
        client.setblocking(False)
        return client

    def turn(self, times: int = 20) -> None:
        for _ in range(times):
            self.server.scheduler.run_idle()
            self.server.deliver()
            self.server.poller.poll(0.002)

    def take(self, client: socket.socket) -> bytes:
        """What is there now."""
        try:
            return client.recv(1 << 16)
        except BlockingIOError:
            return b""

    def talk(self, client: socket.socket, data: bytes) -> bytes:
        if data:
            client.sendall(data)
        self.turn()
        return self.take(client)


@pytest.fixture
def bench() -> Iterator[Bench]:
    scheduler = Scheduler(SystemClock())
    LOOPS.append(scheduler)
    toy, errors = Toy(), list[BaseException]()
    server = HttpServer(toy.serve, scheduler, Poller(), date=lambda: "now", on_error=errors.append)
    listener = socket.create_server(("127.0.0.1", 0))
    server.listen(listener)
    yield Bench(toy, server, listener.getsockname(), errors)
    server.close()
    server.poller.close()
    LOOPS.pop()


def test_two_requests_share_a_connection(bench: Bench) -> None:
    with bench.client() as client:
        for word in (b"one", b"two"):
            answer = bench.talk(
                client, b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n" + word
            )
            assert answer.startswith(b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n")
            assert answer.endswith(b"\r\n\r\n" + word)


def test_requests_sent_at_once_are_answered_in_order(bench: Bench) -> None:
    with bench.client() as client:
        one = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n"
        answer = bench.talk(client, one + b"A" + one + b"B")
        assert answer.index(b"\r\n\r\nA") < answer.index(b"\r\n\r\nB")


def test_a_chunked_upload_arrives_whole(bench: Bench) -> None:
    with bench.client() as client:
        head = b"POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunk = b"10000\r\n" + b"z" * 0x10000 + b"\r\n"
        client.setblocking(True)
        client.settimeout(5)
        client.sendall(head)
        for _ in range(10):
            client.sendall(chunk)
            bench.turn(5)
        client.setblocking(False)
        assert bench.talk(client, b"0\r\n\r\n").endswith(b"655360")


def test_a_client_that_vanishes_ends_its_stream(bench: Bench) -> None:
    client = bench.client()
    assert b"200" in bench.talk(client, b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
    client.close()
    bench.turn()
    assert bench.toy.cancelled == ["endless"]
    assert bench.server.connections == set()


def test_a_client_that_vanishes_ends_its_pending_request(bench: Bench) -> None:
    client = bench.client()
    bench.talk(client, b"GET /forever HTTP/1.1\r\nHost: x\r\n\r\n")
    client.close()
    bench.turn()
    assert bench.toy.cancelled == ["forever"]


def test_a_slow_reader_holds_the_producer_back(bench: Bench) -> None:
    with bench.client() as client:
        client.sendall(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        bench.turn(200)
        (connection,) = bench.server.connections
        assert len(connection._out) < 1 << 20


def test_an_upgraded_connection_half_closes(bench: Bench) -> None:
    with bench.client() as client:
        head = (
            b"POST /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly"
        )
        assert bench.talk(client, head).startswith(b"HTTP/1.1 101 UPGRADED\r\n")
        assert bench.toy.duplex is not None
        assert bench.toy.duplex.incoming.poll() == b"early"
        client.shutdown(socket.SHUT_WR)
        bench.turn()
        assert bench.toy.duplex.incoming.poll() is None
        bench.toy.duplex.outgoing.put(b"late")
        bench.toy.duplex.outgoing.close()
        assert bench.talk(client, b"") == b"late"


def test_head_and_stream_of_an_upgrade_come_apart(bench: Bench) -> None:
    with bench.client() as client:
        client.sendall(b"POST /hasty HTTP/1.1\r\nHost: x\r\n\r\n")
        head = b""
        while not head:
            bench.turn(1)
            head = bench.take(client)
        assert head.endswith(b"\r\n\r\n")
        assert bench.talk(client, b"") == b"stream"


def test_nonsense_is_refused_and_the_connection_closed(bench: Bench) -> None:
    with bench.client() as client:
        assert bench.talk(client, b"nonsense\r\n\r\n").startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert bench.talk(client, b"") == b""
        assert bench.server.connections == set()


def test_a_handler_that_breaks_is_a_500_and_is_reported(bench: Bench) -> None:
    with bench.client() as client:
        answer = bench.talk(client, b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 500 ")
        assert isinstance(bench.errors[0], KeyError)


def test_nothing_is_sent_before_the_turn_has_been_made_to_last(bench: Bench) -> None:
    client, told = bench.client(), list[bytes]()
    bench.server.before_sending = lambda: told.append(bench.take(client))
    paths = [b"/echo", b"/endless"]
    for path in paths:
        client.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(10):
            bench.server.scheduler.run_idle()
            assert bench.take(client) == b""
            bench.server.deliver()
            if answer := bench.take(client):
                break
            bench.server.poller.poll(0.002)
        assert answer.startswith(b"HTTP/1.1 200")
    client.close()
    assert told
    assert not any(told)
