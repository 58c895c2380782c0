"""`docker load` of a big image: our daemon beside a real one, in time and memory.

An image of one layer with 3,000 files, half noise and half text, is made once and sent over the socket
to both by the same few lines. The real daemon needs root and `dockerd`; without it that half is left
out, and said so.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import http.client
import io
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

FILES = 3000
SIZE = 115_000_000
ROUNDS = 3
WAIT_S = 30.0
CHUNK = 1 << 18


def make_image(path: Path) -> None:
    """An archive as `docker save` writes it. Units: `SIZE`, bytes of the layer's files."""
    layer = path.with_suffix(".layer")
    with open(layer, "wb") as out:
        write_layer(out)
    diff_id = hashlib.sha256(layer.read_bytes()).hexdigest()
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff_id}"]},
            "history": [{"created": "2021-01-28T11:20:00Z"}],
            "created": "2021-01-28T11:20:00Z",
        }
    ).encode()
    name = f"{hashlib.sha256(config).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": ["big:1"], "Layers": ["layer/layer.tar"]}]
    with tarfile.open(path, "w") as tar:
        add(tar, name, config)
        tar.add(layer, "layer/layer.tar")
        add(tar, "manifest.json", json.dumps(manifest).encode())
    layer.unlink()


def write_layer(out: io.BufferedWriter) -> None:
    words = [f"{word:x}\n".encode() for word in range(50_000)]
    source = random.Random(7)
    with tarfile.open(fileobj=out, mode="w") as tar:
        for number in range(FILES):
            size = max(1, int(source.expovariate(1) * SIZE / FILES))
            text = b"".join(source.choices(words, k=size // 5 + 1))[:size]
            data = source.randbytes(size) if number % 2 else text
            add(tar, f"data/{number % 60}/file{number}", data)


def add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mtime = len(data), 1_611_832_800
    tar.addfile(info, io.BytesIO(data))


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=600)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def ask(path: str, method: str, target: str, body: object = None) -> bytes:
    connection = UnixConnection(path)
    with contextlib.closing(connection):
        connection.request(method, target, body=body)  # type: ignore[arg-type]
        answer = connection.getresponse()
        text = answer.read()
    if answer.status >= 400 or b'"error"' in text:
        raise SystemExit(f"{method} {target}: {answer.status} {text.decode(errors='replace')}")
    return text


def load_s(path: str, image: Path) -> float:
    """One load, from the first byte sent to the last byte of the answer. Units: seconds."""

    def pieces() -> Iterator[bytes]:
        with open(image, "rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    start = time.perf_counter()
    ask(path, "POST", "/v1.41/images/load?quiet=1", pieces())
    taken = time.perf_counter() - start
    ask(path, "DELETE", "/v1.41/images/big:1")
    return taken


@contextlib.contextmanager
def running(command: list[str], path: str, **more: object) -> Iterator[int]:
    """A daemon that answers on a socket, by its process number."""
    child = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **more,  # type: ignore[call-overload]
    )
    try:
        limit = time.monotonic() + WAIT_S
        while True:
            try:
                ask(path, "GET", "/_ping")
                break
            except OSError:
                if child.poll() is not None or time.monotonic() > limit:
                    raise SystemExit(f"{command[0]} does not answer") from None
                time.sleep(0.05)
        yield child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(WAIT_S)


def memory_kb(pid: int, field: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1])
    raise SystemExit(f"no {field} in /proc/{pid}/status")


def ours(place: Path, image: Path) -> tuple[float, float]:
    """Median time, and the highest memory above idle. Units: seconds, bytes."""
    home = place / "estiba"
    environment = {**os.environ, "ESTIBA_HOME": str(home)}
    command = [sys.executable, "-m", "estiba", "daemon", "run"]
    path = str(home / "docker.sock")
    with running(command, path, env=environment) as pid:
        ask(path, "GET", "/v1.41/images/json")
        idle = memory_kb(pid, "VmRSS")
        times = [load_s(path, image) for _ in range(ROUNDS)]
        return statistics.median(times), 1024.0 * (memory_kb(pid, "VmHWM") - idle)


def real(place: Path, image: Path) -> float:
    """Median time of a real daemon. Units: seconds."""
    path = str(place / "docker.sock")
    command = ["dockerd", "--data-root", str(place / "data"), "--exec-root", str(place / "exec")]
    command += ["-H", f"unix://{path}", "-p", str(place / "pid"), "--iptables=false"]
    command += ["--ip6tables=false", "--ip-forward=false", "--bridge=none"]
    with running(command, path):
        return statistics.median(load_s(path, image) for _ in range(ROUNDS))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--place", type=Path, help="where to work (default: a new directory)")
    place = Path(tempfile.mkdtemp(prefix="estiba-load-", dir=arguments.parse_args().place))
    try:
        image = place / "image.tar"
        make_image(image)
        size = image.stat().st_size
        taken, above = ours(place, image)
        what = f"docker load, {size / 1e6:.0f} MB in {FILES:,} files"
        print(f"{what + ': memory above idle':<58} {above / 1e6:>13.1f} MB   bar ≤ 100 MB")
        if shutil.which("dockerd") is None or os.geteuid() != 0:
            print(f"{what}: {taken:.2f} s; NOT COMPARED: no dockerd here, or not root")
            return
        beside = real(place, image)
        print(f"{what + ': time':<58} {taken:>14.2f} s   bar ≤ 1.5 × dockerd")
        print(f"{'  of dockerd':<58} {beside:>14.2f} s   so × {taken / beside:.2f}")
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main()
