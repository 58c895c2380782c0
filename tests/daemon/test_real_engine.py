"""Our command line on a real Docker engine, where one can be started: root, dockerd, a static busybox."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from daemon_house import DaemonHouse
from terminal_house import Terminal

BUSYBOX = shutil.which("busybox") or ""
TLS = Path(__file__).parents[1] / "vectors" / "tls"
QUIET = "--iptables=false --ip6tables=false --ip-forward=false --bridge=none"
pytestmark = pytest.mark.skipif(
    bool(os.geteuid()) or not shutil.which("dockerd") or not BUSYBOX,
    reason="no real engine can be started here",
)


def image() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.add(os.path.realpath(BUSYBOX), "bin/busybox")
        for name in ("sh", "cat", "echo", "sleep", "stty"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
    return made.getvalue()


@pytest.fixture(scope="module")
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def real(port: int) -> Iterator[DaemonHouse]:
    """A real engine with an image called `small`; `docker` commands go to its socket."""
    with tempfile.TemporaryDirectory(prefix="dockerd-") as folder:
        words = f"--data-root {folder}/data --exec-root {folder}/exec -p {folder}/pid {QUIET}"
        tls = f"--tlsverify --tlscacert {TLS}/ca.pem --tlscert {TLS}/server.pem --tlskey {TLS}/server-key.pem"
        hosts = f"-H unix://{folder}/docker.sock -H tcp://127.0.0.1:{port}"
        engine = subprocess.Popen(
            ["dockerd", *f"{words} {tls} {hosts}".split()], stderr=subprocess.DEVNULL
        )
        house = DaemonHouse(Path(folder) / "home")
        house.environment["DOCKER_HOST"] = f"unix://{folder}/docker.sock"
        try:
            for _ in range(200):
                if house.estiba("docker", "version").returncode == 0:
                    break
                time.sleep(0.2)
            house.docker("import", "-", "small", given=image())
            yield house
        finally:
            engine.terminate()
            engine.wait()


def test_a_container_talks_through_its_streams(real: DaemonHouse) -> None:
    assert real.docker("run", "--rm", "small", "echo", "hola") == "hola\n"
    data = b"0123456789abcde\n" * 20_000
    assert real.docker("run", "-i", "--rm", "small", "cat", given=data).encode() == data
    ended = real.estiba("docker", "run", "--rm", "small", "sh", "-c", "exit 7")
    assert ended.returncode == 7


def test_a_container_is_entered_copied_and_stopped(real: DaemonHouse, tmp_path: Path) -> None:
    real.docker("run", "-d", "--name", "still", "small", "sleep", "100")
    assert real.docker("exec", "still", "echo", "inside") == "inside\n"
    real.docker("cp", "still:/bin/busybox", str(tmp_path / "got"))
    assert (tmp_path / "got").read_bytes() == Path(BUSYBOX).read_bytes()
    real.docker("rm", "-f", "still")
    assert "still" not in real.docker("ps", "-a")


def test_certificates_open_its_port(real: DaemonHouse, port: int) -> None:
    files = (("tlscacert", "ca"), ("tlscert", "client"), ("tlskey", "client-key"))
    flags = [f"--{flag}={TLS}/{file}.pem" for flag, file in files]
    away = ("-H", f"tcp://127.0.0.1:{port}", "--tlsverify", *flags)
    said = real.estiba("docker", *away, "run", "-i", "--rm", "small", "cat", given=b"over TLS")
    assert (said.stdout, said.returncode) == (b"over TLS", 0)


def test_a_terminal_is_a_terminal(real: DaemonHouse) -> None:
    shell = Terminal(["docker", "run", "-it", "--rm", "small", "sh"], real.environment)
    try:
        shell.sees("# ")
        shell.type("stty size\r")
        shell.sees("30 100")
        shell.resize(20, 70)
        shell.type("sleep 0.5; stty size\r")
        shell.sees("20 70")
        shell.type("exit 5\r")
        assert (shell.code(), shell.mode()) == (5, shell.before)
    finally:
        shell.close()
