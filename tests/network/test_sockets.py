import contextlib
import socket

import pytest

from estiba.http.poller import Poller
from estiba.network import AddressInUse
from estiba.network.sockets import SocketPublisher
from estiba.tasks import Duplex, Scheduler, Work
from estiba.trace import SystemClock


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def echo(inside: Duplex) -> Work[None]:
    while (chunk := (yield from inside.incoming.read())) is not None:
        yield from inside.outgoing.write(chunk.upper())
    inside.outgoing.close()


def test_a_published_port_answers_on_a_real_socket() -> None:
    scheduler, poller = Scheduler(SystemClock()), Poller()

    def connect() -> Duplex:
        inside, outside = Duplex.pair()
        scheduler.spawn(echo(inside))
        return outside

    port = free_port()
    listener = SocketPublisher(poller, scheduler).listen("tcp", "127.0.0.1", port, connect)
    client = socket.create_connection(("127.0.0.1", port))
    client.setblocking(False)
    sent = memoryview(b"a" * 300_000)
    answer = b""
    for _ in range(2000):
        if sent:
            with contextlib.suppress(BlockingIOError):
                sent = sent[client.send(sent) :]
            if not sent:
                client.shutdown(socket.SHUT_WR)
        poller.poll(0.01)
        scheduler.run_idle()
        try:
            data = client.recv(1 << 16)
        except BlockingIOError:
            continue
        if not data:
            break
        answer += data
    client.close()
    listener.close()
    assert answer == b"A" * 300_000


def test_nothing_listening_inside_ends_the_connection() -> None:
    scheduler, poller = Scheduler(SystemClock()), Poller()
    port = free_port()
    listener = SocketPublisher(poller, scheduler).listen("tcp", "127.0.0.1", port, lambda: None)
    client = socket.create_connection(("127.0.0.1", port))
    poller.poll(1)
    assert client.recv(1) == b""
    client.close()
    listener.close()


def test_a_port_of_another_program_is_refused_in_its_words() -> None:
    publisher = SocketPublisher(Poller(), Scheduler(SystemClock()))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressInUse) as caught:
            publisher.listen("tcp", "127.0.0.1", port, lambda: None)
    assert str(caught.value) == (
        f"Error starting userland proxy: listen tcp4 127.0.0.1:{port}: bind: address already in use"
    )
