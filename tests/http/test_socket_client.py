"""The socket client against our own server, both in one process on a Unix socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from estiba.errors import Unavailable
from estiba.http import Request, Response, json_response, read_all
from estiba.http.client import SocketTransport
from estiba.http.poller import Poller
from estiba.http.server import HttpServer
from estiba.tasks import Channel, Duplex, Scheduler, Work
from estiba.trace.clock import SystemClock


def serve(request: Request) -> Response | Work[Response]:
    if request.path == "/echo":
        body = request.body
        return Response(200, {}, body) if isinstance(body, bytes) else _gathered(body)
    if request.path == "/upgrade":
        mine, theirs = Duplex.pair()
        return _upgraded(mine, theirs)
    return json_response({"method": request.method, "target": request.target})


def _gathered(body: Channel) -> Work[Response]:
    parts = []
    while (chunk := (yield from body.read())) is not None:
        parts.append(chunk)
    return Response(200, {}, b"".join(parts))


def _upgraded(mine: Duplex, theirs: Duplex) -> Work[Response]:
    mine.outgoing.put(b"first")
    SCHEDULERS[-1].spawn(_shout(mine))
    return Response(101, {"connection": "Upgrade", "upgrade": "tcp"}, upgrade=theirs)
    yield


def _shout(mine: Duplex) -> Work[None]:
    while (chunk := (yield from mine.incoming.read())) is not None:
        mine.outgoing.put(chunk.upper())
    mine.outgoing.put(b"bye")
    mine.outgoing.close()


SCHEDULERS: list[Scheduler] = []


@pytest.fixture
def transport(tmp_path: Path) -> Iterator[SocketTransport]:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "s"))
    listener.listen()
    scheduler = Scheduler(SystemClock())
    SCHEDULERS.append(scheduler)
    poller = Poller()
    server = HttpServer(serve, scheduler, poller, date=lambda: "x", on_error=lambda _: None)
    server.listen(listener)
    stopped = threading.Event()

    def loop() -> None:
        while not stopped.is_set():
            scheduler.run_idle()
            server.deliver()
            poller.poll(0.01)

    thread = threading.Thread(target=loop)
    thread.start()
    transport = SocketTransport(f"unix://{tmp_path}/s")
    yield transport
    transport.close()
    stopped.set()
    thread.join()
    server.close()


def test_requests_share_a_connection(transport: SocketTransport) -> None:
    for number in range(3):
        answer = transport.send(Request("GET", f"/x?n={number}"))
        assert answer.status == 200
        assert f"n={number}".encode() in read_all(transport, answer.body)
    assert len(transport._idle) == 1


def test_a_head_has_no_body(transport: SocketTransport) -> None:
    assert read_all(transport, transport.send(Request("HEAD", "/x")).body) == b""


def test_bodies_go_there_and_back(transport: SocketTransport) -> None:
    data = bytes(range(256)) * 8000
    answer = transport.send(Request("POST", "/echo", {}, data))
    assert read_all(transport, answer.body) == data


def test_an_upgraded_connection_talks_both_ways(transport: SocketTransport) -> None:
    answer = transport.send(
        Request("POST", "/upgrade", {"connection": "Upgrade", "upgrade": "tcp"})
    )
    connection = answer.connection
    assert answer.status == 101 and connection is not None
    connection.send(b"hola")
    connection.close_write()
    assert read_all(transport, connection.incoming) == b"firstHOLAbye"
    connection.close()


def test_nobody_there_is_unavailable(tmp_path: Path) -> None:
    host = f"unix://{tmp_path}/none"
    with pytest.raises(Unavailable, match="Is the docker daemon running"):
        SocketTransport(host).send(Request("GET", "/"))
