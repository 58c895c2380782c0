"""TCP ports of a real daemon: closed by default, behind certificates, deaf to web pages."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from daemon_house import DaemonHouse

from estiba.daemon.addresses import Port, parse_options, parse_port
from estiba.daemon.errors import BadOptions, UnsafeAddress

pytest.importorskip("h11", reason="the server extra is not installed")

TLS = Path(__file__).parents[1] / "vectors" / "tls"
SERVER = (
    "--tlsverify", f"--tlscacert={TLS}/ca.pem", f"--tlscert={TLS}/server.pem",
    f"--tlskey={TLS}/server-key.pem",
)  # fmt: skip
CLIENT = (
    "--tlsverify", f"--tlscacert={TLS}/ca.pem", f"--tlscert={TLS}/client.pem",
    f"--tlskey={TLS}/client-key.pem",
)  # fmt: skip


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--host", "tcp://127.0.0.1:2375"], UnsafeAddress),
        (["--host", "tcp://0.0.0.0:2375", "--insecure-loopback"], UnsafeAddress),
        (["--host", "tcp://127.0.0.1.evil.example:1", "--insecure-loopback"], UnsafeAddress),
        (["--host", "tcp://127.0.0.1:2376", "--tlsverify"], BadOptions),
        (["--host", "unix:///x"], BadOptions),
        (["--host", "tcp://127.0.0.1:99999", "--insecure-loopback"], BadOptions),
        (["--host"], BadOptions),
        (["--nonsense"], BadOptions),
    ],
)
def test_an_address_that_would_let_strangers_in_is_refused(
    words: list[str], error: type[Exception]
) -> None:
    with pytest.raises(error):
        parse_options(words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp://127.0.0.1:9", Port("127.0.0.1", 9)),
        ("tcp://localhost", Port("localhost", 2376)),
        ("tcp://[::1]", Port("::1", 2376)),
        ("tcp://[::1]:9", Port("::1", 9)),
    ],
)
def test_an_address_is_read_as_dockerd_reads_it(text: str, expected: Port) -> None:
    assert parse_port(text, 2376) == expected
    assert parse_port(str(expected), 1) == expected


def test_certificates_open_the_port_and_nothing_else_does(house: DaemonHouse) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    assert house.estiba("daemon", "start", "--host", address, *SERVER).returncode == 0
    assert address in house.estiba("daemon", "status").stdout.decode()
    away = ("docker", "-H", address)
    assert house.estiba(*away, *CLIENT, "ps").stdout.startswith(b"CONTAINER ID")
    assert house.estiba(*away, "--tlsverify", CLIENT[1], "ps").returncode == 1
    assert b"HTTPS server" in house.estiba(*away, "ps").stderr
    echoed = house.estiba(
        *away, *CLIENT, "run", "-i", "--rm", "ubuntu", "cat", given=b"x" * 300_000
    )
    assert (len(echoed.stdout), echoed.returncode) == (300_000, 0)


def test_the_environment_can_say_the_same(house: DaemonHouse, tmp_path: Path) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    house.estiba("daemon", "start", "--host", address, *SERVER)
    for name, file in (("ca", "ca"), ("cert", "client"), ("key", "client-key")):
        (tmp_path / f"{name}.pem").write_bytes((TLS / f"{file}.pem").read_bytes())
    said = {"DOCKER_HOST": address, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path)}
    assert house.estiba("docker", "ps", more=said).stdout.startswith(b"CONTAINER ID")
    missing = house.estiba("docker", "ps", more=said | {"DOCKER_CERT_PATH": "/nowhere"})
    assert (
        missing.stderr.decode()
        .strip()
        .endswith("docker endpoint: open /nowhere/ca.pem: no such file or directory")
    )


def ask(port: int, *headers: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        head = ["GET /_ping HTTP/1.1", *headers, "Connection: close", "", ""]
        client.sendall("\r\n".join(head).encode())
        answer = b""
        while chunk := client.recv(1 << 16):
            answer += chunk
        return answer


def test_a_web_page_does_not_reach_an_open_port(house: DaemonHouse) -> None:
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    house.estiba("daemon", "start", "--host", address, "--insecure-loopback")
    assert b" 200 OK" in ask(port, f"Host: 127.0.0.1:{port}")
    assert b" 403 " in ask(port, f"Host: evil.example:{port}")
    assert b" 403 " in ask(port, f"Host: 127.0.0.1:{port}", "Origin: http://evil.example")
    assert b" 403 " in ask(port, "Host: localhost", "Sec-Fetch-Site: cross-site")
