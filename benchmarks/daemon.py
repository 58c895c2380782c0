"""The daemon and its clients, measured beside the real ones: `python benchmarks/daemon.py`.

Whole processes, medians, ours and Docker's taken in turn so that both meet the same machine. A real dockerd is
started where it is installed, we are root, and a static busybox can be its image.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROUNDS = 21
REQUESTS = 2000
IMAGE = "busybox"


class Command:
    """A whole process, timed."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self.words = list(words)
        self.environment = {**os.environ, **environment}
        self.times: list[float] = []

    def run(self) -> None:
        begin = time.perf_counter()
        done = subprocess.run(self.words, env=self.environment, check=False, capture_output=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(self.words)}: {done.stderr.decode()}")
        self.times.append(time.perf_counter() - begin)

    @property
    def median_ms(self) -> float:
        return 1000 * statistics.median(self.times)


def in_turn(*commands: Command) -> None:
    for command in commands:
        command.run()
        command.times.clear()
    for _ in range(ROUNDS):
        for command in commands:
            command.run()


def row(what: str, value: str, bar: str) -> None:
    print(f"{what:<58} {value:>16}   bar {bar}", flush=True)


def client(ours: Mapping[str, str]) -> None:
    bare = Command([sys.executable, "-c", "pass"], {})
    estiba = Command([sys.executable, "-m", "estiba", "docker", "images"], ours)
    commands = [bare, estiba]
    if shutil.which("docker"):
        commands.append(Command(["docker", "images"], ours))
    in_turn(*commands)
    row("python -c pass", f"{bare.median_ms:.0f} ms", "-")
    row("estiba docker images, the whole process", f"{estiba.median_ms:.0f} ms", "≤ 120 ms")
    if len(commands) > 2:
        real = commands[2].median_ms
        row("docker images on the same socket", f"{real:.0f} ms", "-")
        row("ours / docker's", f"× {estiba.median_ms / real:.1f}", "≤ 5")


def runs(ours: Mapping[str, str], theirs: Mapping[str, str] | None) -> None:
    if not shutil.which("docker"):
        return
    words = ["docker", "run", "--rm", IMAGE, "true"]
    mine = Command(words, ours)
    real = Command(words, theirs) if theirs else None
    in_turn(*(command for command in (mine, real) if command))
    row("docker run --rm, the real CLI on our daemon", f"{mine.median_ms:.0f} ms", "-")
    if real:
        row("docker run --rm, the real CLI on dockerd", f"{real.median_ms:.0f} ms", "-")
        row("dockerd's / ours", f"× {real.median_ms / mine.median_ms:.1f}", "≥ 5")


def requests(path: str) -> None:
    ask = b"GET /v1.41/containers/json HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(path)
        rates = []
        for _ in range(3):
            begin = time.perf_counter()
            for _ in range(REQUESTS):
                asking.sendall(ask)
                read_answer(asking)
            rates.append(REQUESTS / (time.perf_counter() - begin))
    rate = statistics.median(rates)
    row("GET /containers/json of 10 containers", f"{rate:,.0f}/s", "≥ 1,000/s")


def read_answer(asking: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += asking.recv(1 << 16)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split()[0])
    while len(body) < length:
        body += asking.recv(1 << 16)
    return body


def memory(home: Path) -> None:
    pid = (home / "daemon.pid").read_text().split()[0]
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if "VmRSS" in line)
        row("the idle daemon's memory", f"{int(line.split()[1]) / 1000:.0f} MB", "≤ 60 MB")


@contextmanager
def our_daemon() -> Iterator[tuple[dict[str, str], Path]]:
    with tempfile.TemporaryDirectory(prefix="estiba-") as folder:
        home = Path(folder) / "home"
        ours = {"ESTIBA_HOME": str(home), "DOCKER_HOST": f"unix://{home}/docker.sock"}
        command = [sys.executable, "-m", "estiba", "daemon"]
        environment = {**os.environ, **ours}
        subprocess.run([*command, "start"], env=environment, check=True, capture_output=True)
        try:
            yield ours, home
        finally:
            subprocess.run([*command, "stop"], env=environment, check=True, capture_output=True)


@contextmanager
def real_daemon() -> Iterator[dict[str, str] | None]:
    """A dockerd of its own, without a network; None where there can be none."""
    busybox = shutil.which("busybox")
    if os.geteuid() or not shutil.which("dockerd") or not busybox:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="dockerd-") as folder:
        theirs = {"DOCKER_HOST": f"unix://{folder}/docker.sock"}
        words = f"--data-root {folder}/data --exec-root {folder}/exec -p {folder}/pid"
        quiet = "--iptables=false --ip6tables=false --ip-forward=false --bridge=none"
        daemon = subprocess.Popen(
            ["dockerd", *words.split(), "-H", theirs["DOCKER_HOST"], *quiet.split()],
            stderr=subprocess.DEVNULL,
        )
        environment = {**os.environ, **theirs}
        try:
            while subprocess.run(
                ["docker", "version"], env=environment, check=False, capture_output=True
            ).returncode:
                time.sleep(0.2)
            words = ["docker", "import", "-", IMAGE]
            subprocess.run(words, env=environment, check=True, input=archive(busybox))
            yield theirs
        finally:
            daemon.terminate()
            daemon.wait()


def archive(busybox: str) -> bytes:
    """An image of one program."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.add(os.path.realpath(busybox), "bin/true")
    return made.getvalue()


def main() -> None:
    with our_daemon() as (ours, home), real_daemon() as theirs:
        memory(home)
        estiba = [sys.executable, "-m", "estiba", "docker"]
        environment = {**os.environ, **ours}
        for number in range(10):
            words = ["run", "-d", "--name", f"c{number}", IMAGE, "sleep", "1000"]
            subprocess.run([*estiba, *words], env=environment, check=True, capture_output=True)
        client(ours)
        runs(ours, theirs)
        requests(f"{home}/docker.sock")
        memory(home)


if __name__ == "__main__":
    main()
