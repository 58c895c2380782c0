"""Many clients at once: nobody starves, nothing is lost, nobody's silence fills the memory."""

from __future__ import annotations

import contextlib
import io
import socket
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from daemon_house import DaemonHouse
from raw_client import Unix, ask, connect, descriptors, memory_kb, send

pytest.importorskip("h11", reason="the server extra is not installed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

CLIENTS = 50
BUSY_MB = 180
"""What the daemon may hold while a container writes as fast as it can: its log is 64 MiB at most. Units: MB."""


@pytest.fixture
def busy(house: DaemonHouse) -> Iterator[DaemonHouse]:
    """A house with a container that is there and one that never stops writing."""
    house.docker("run", "-d", "--name", "still", "ubuntu", "sleep", "1000")
    house.docker("run", "-d", "--name", "noisy", "ubuntu", "yes", "a line of some length, again")
    yield house


def until(condition: Callable[[], bool], limit_s: float = 20) -> bool:
    limit = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    return True


def test_fifty_clients_lose_nothing(house: DaemonHouse) -> None:
    house.docker("pull", "-q", "ubuntu")

    def work(number: int) -> set[str]:
        client = Unix(house)
        mine = set()
        for turn in range(4):
            name = f"c{number}-{turn}"
            status, made = client.ask(
                "POST", f"/containers/create?name={name}", {"Image": "ubuntu"}
            )
            assert status == 201, made
            mine.add(made["Id"])
            assert client.ask("POST", f"/containers/{name}/rename?name={name}x")[0] == 204
        client.close()
        return mine

    with ThreadPoolExecutor(CLIENTS) as pool:
        made = set().union(*pool.map(work, range(CLIENTS)))
    _, listed = ask(house, "GET", "/containers/json?all=1")
    assert len(made) == CLIENTS * 4
    assert {one["Id"] for one in listed} == made
    assert all(one["Names"][0].endswith("x") for one in listed)


def test_short_calls_are_answered_beside_long_streams(busy: DaemonHouse) -> None:
    streams = []
    for path in ("/events", "/containers/noisy/logs?stdout=1&follow=1", "/containers/still/stats"):
        for _ in range(5):
            streams.append(connect(busy))
            send(streams[-1], "GET", path)
    stopped = threading.Event()

    def read(client: socket.socket) -> int:
        client.settimeout(0.2)
        taken = 0
        while not stopped.is_set():
            try:
                taken += len(client.recv(1 << 16))
            except TimeoutError:
                continue
        return taken

    with ThreadPoolExecutor(len(streams)) as pool:
        readers = [pool.submit(read, client) for client in streams]
        times = []
        for _ in range(20):
            begin = time.perf_counter()
            assert ask(busy, "GET", "/containers/json")[0] == 200
            times.append(time.perf_counter() - begin)
        stopped.set()
        assert all(reader.result() > 0 for reader in readers[5:])
    assert sorted(times)[10] < 2
    for client in streams:
        client.close()


def test_a_client_that_never_reads_costs_little(busy: DaemonHouse) -> None:
    assert until(lambda: memory_kb(busy) > 60_000)
    clients = []
    for path in (
        "/containers/noisy/logs?stdout=1",
        "/containers/noisy/logs?stdout=1&follow=1",
        "/events",
    ):
        for _ in range(5):
            clients.append(connect(busy))
            send(clients[-1], "GET", path)
    clients.append(connect(busy))
    send(
        clients[-1],
        "POST",
        "/containers/noisy/attach?stream=1&stdout=1",
        more="Connection: Upgrade\r\nUpgrade: tcp\r\n",
    )
    time.sleep(4)
    assert memory_kb(busy) < BUSY_MB * 1000
    assert ask(busy, "GET", "/_ping")[0] == 200
    for client in clients:
        client.close()


def test_who_vanishes_leaves_nothing_behind(house: DaemonHouse) -> None:
    house.docker("run", "-d", "--name", "still", "-i", "ubuntu", "cat")
    time.sleep(0.5)  # the last command's connections are closed
    before = descriptors(house)
    up = "Connection: Upgrade\r\nUpgrade: tcp\r\n"
    clients = []
    for method, path in (
        ("GET", "/events"),
        ("GET", "/containers/still/logs?stdout=1&follow=1"),
        ("GET", "/containers/still/stats"),
        ("POST", "/containers/still/wait"),
        ("POST", "/containers/still/attach?stream=1&stdout=1"),
    ):
        clients.append(connect(house))
        send(clients[-1], method, path, more=up if "attach" in path else "")
    clients.append(connect(house))
    clients[-1].sendall(
        b"POST /build HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
    )
    assert until(lambda: descriptors(house) >= before + len(clients))
    clients[4].shutdown(socket.SHUT_WR)
    for client in clients:
        client.close()
    assert until(lambda: descriptors(house) == before)
    assert ask(house, "GET", "/containers/still/json")[1]["State"]["Running"]


def test_a_build_ends_with_its_client(house: DaemonHouse) -> None:
    (house.home.parent / "Dockerfile").write_text("FROM ubuntu\nRUN sleep 300\n")
    words = [sys.executable, "-m", "estiba", "docker", "build", str(house.home.parent)]
    with subprocess.Popen(
        words, env=house.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as building:
        assert building.stdout is not None
        assert any(b"Running in" in line for line in building.stdout)
        assert len(ask(house, "GET", "/containers/json")[1]) == 1
        building.kill()
    assert until(lambda: ask(house, "GET", "/containers/json?all=1")[1] == [])


def test_a_program_added_to_a_container_outlives_its_client(house: DaemonHouse) -> None:
    house.docker("run", "-d", "--name", "still", "ubuntu", "sleep", "1000")
    words = [sys.executable, "-m", "estiba", "docker", "exec", "still", "sleep", "999"]
    with subprocess.Popen(words, env=house.environment) as added:
        assert until(lambda: "sleep 999" in house.docker("top", "still"))
        added.kill()
    assert "sleep 999" in house.docker("top", "still")


def test_samples_come_once_a_second(house: DaemonHouse) -> None:
    house.docker("run", "-d", "--name", "still", "ubuntu", "sleep", "1000")
    with connect(house, 0.2) as client:
        send(client, "GET", "/containers/still/stats")
        seen = b""
        limit = time.monotonic() + 2.5
        while time.monotonic() < limit:
            try:
                seen += client.recv(1 << 20)
            except TimeoutError:
                continue
    assert 2 <= seen.count(b'"read"') <= 4


def test_a_body_too_large_to_be_read_whole_is_refused(house: DaemonHouse) -> None:
    house.estiba("daemon", "start")
    with connect(house, 20) as client:
        send(client, "POST", "/containers/create", more="Transfer-Encoding: chunked\r\n")
        answer = b""
        with contextlib.suppress(OSError):
            for _ in range(200):
                client.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        with contextlib.suppress(ConnectionResetError):
            while chunk := client.recv(1 << 16):
                answer += chunk
    assert b" 400 " in answer[:20]
    assert b"request body too large" in answer


def test_a_build_waits_for_a_client_that_does_not_read(house: DaemonHouse) -> None:
    house.docker("pull", "-q", "ubuntu")
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        info = tarfile.TarInfo("Dockerfile")
        text = b"FROM ubuntu\nRUN yes a line of some length, again and again\n"
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    with connect(house) as client:
        send(client, "POST", "/build", context.getvalue())
        assert until(lambda: len(ask(house, "GET", "/containers/json")[1]) == 1)
        time.sleep(4)
        assert memory_kb(house) < BUSY_MB * 1000
    assert until(lambda: ask(house, "GET", "/containers/json?all=1")[1] == [])
