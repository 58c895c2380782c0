"""The server on real sockets, with a small server function behind it."""

import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

from estiba.http import Request, Response
from estiba.tasks import Channel, Duplex, Scheduler, Wait, Work
from estiba.trace import SystemClock

pytest.importorskip("h11", reason="the server extra is not installed")

from estiba.http import connection as connections
from estiba.http import server as servers
from estiba.http.poller import Poller
from estiba.http.server import QUIET_NS, HttpServer


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


def test_a_client_that_ends_its_words_is_still_answered(bench: Bench) -> None:
    with bench.client() as client:
        client.sendall(b"POST /echo HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc")
        client.shutdown(socket.SHUT_WR)
        assert bench.talk(client, b"").endswith(b"\r\n\r\nabc")
        assert bench.server.connections == set()


def test_an_old_client_gets_a_body_that_ends_with_the_connection(bench: Bench) -> None:
    with bench.client() as client:
        answer = bench.talk(client, b"POST /echo HTTP/1.0\r\nContent-Length: 1\r\n\r\nx")
        assert answer.endswith(b"\r\n\r\nx")
        assert b"ransfer-Encoding" not in answer
        assert bench.take(client) == b""


def test_a_client_that_asks_first_is_told_to_go_on(bench: Bench) -> None:
    with bench.client() as client:
        head = (
            b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        assert bench.talk(client, head).startswith(b"HTTP/1.1 100 ")
        assert bench.talk(client, b"hi").endswith(b"hi")


def test_a_head_that_never_ends_is_given_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_LIMIT_NS", 10**8)
    monkeypatch.setattr(servers, "LOOK_NS", 10**7)
    with bench.client() as slow, bench.client() as silent, bench.client() as good:
        bench.talk(slow, b"GET /echo HTTP/1.1\r\nHost: x\r\n")
        assert b" 200 " in bench.talk(good, b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
        for _ in range(40):
            bench.talk(slow, b"")
            time.sleep(0.01)
        assert len(bench.server.connections) == 1
        assert silent.fileno() >= 0
        assert b" 200 " in bench.talk(good, b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_head_that_is_too_large_is_refused(bench: Bench) -> None:
    with bench.client() as client:
        client.setblocking(True)
        client.sendall(b"GET /echo HTTP/1.1\r\nHost: x\r\nX: ")
        for _ in range(20):
            try:
                client.sendall(b"x" * (1 << 16))
            except OSError:
                break
            bench.turn(3)
        assert b" 431 " in client.recv(1 << 16)


def test_one_connection_too_many_is_told(bench: Bench) -> None:
    bench.server._limit = 3
    clients = [bench.client() for _ in range(4)]
    bench.turn()
    assert [bench.take(client)[:12] for client in clients] == [b"", b"", b"", b"HTTP/1.1 503"]
    clients[0].close()
    bench.turn()
    with bench.client() as late:
        assert b" 200 " in bench.talk(late, b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
    for client in clients:
        client.close()


def test_a_client_that_vanished_from_a_silent_stream_is_noticed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(servers, "LOOK_NS", 10**7)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    bench.server.listen(listener)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "s"))
        client.setblocking(False)
        bench.talk(client, b"POST /upgrade HTTP/1.1\r\nHost: x\r\nUser-Agent: x\r\n\r\n")
        client.shutdown(socket.SHUT_WR)
        bench.turn()
        assert len(bench.server.connections) == 1
    bench.turn(40)
    assert bench.server.connections == set()


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"X y: z\r\n\r\n",
    ],
)
def test_requests_that_could_be_read_two_ways_are_refused(bench: Bench, rest: bytes) -> None:
    with bench.client() as client:
        answer = bench.talk(client, b"POST /upload HTTP/1.1\r\nHost: x\r\n" + rest)
        assert answer[9:12] in (b"400", b"501")
        assert bench.talk(client, b"") == b""
        assert bench.server.connections == set()


def test_what_nobody_is_told_is_made_to_last_soon_but_not_each_time(bench: Bench) -> None:
    calls: list[int] = []
    clock = bench.server.scheduler.clock
    bench.server.before_sending = lambda: calls.append(clock.now_ns())

    def busy() -> Work[None]:
        while len(calls) < 4:
            yield Wait((), clock.now_ns() + 1_000_000)

    task, begun = bench.server.scheduler.spawn(busy()), clock.now_ns()
    while not task.done:
        bench.server.run_once(until=task)
    assert 3 * QUIET_NS <= clock.now_ns() - begun < 30 * QUIET_NS
    assert all(later - sooner >= QUIET_NS for sooner, later in pairwise(calls))
    bench.server.run_once()
    bench.server.deliver()
    assert len(calls) == 5


def test_when_it_cannot_be_made_to_last_nobody_is_told(bench: Bench) -> None:
    client = bench.client()
    assert bench.talk(client, b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 200")

    def fails() -> None:
        raise OSError("no space left")

    client.sendall(b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n")
    bench.server.before_sending = fails
    with pytest.raises(OSError, match="no space"):
        for _ in range(100):
            bench.server.run_once()
    assert bench.take(client) == b""
    client.close()
