"""A real Docker Engine 20.10 and ours: archives go both ways, and layers are the same to the byte.

Needs root, dockerd and docker; elsewhere these tests are skipped and say so.
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.cli.disk import DiskFiles

DOCKERD, DOCKER = shutil.which("dockerd"), shutil.which("docker")
FILES = {"a.txt": "one\n", "d/b.txt": "two\n", "d/e/c.txt": "three\n"}
DOCKERFILE = """\
FROM scratch
COPY a.txt /
ADD a.txt /b
ENV A="é<&>" B=2
LABEL x='y z'
HEALTHCHECK --interval=5s CMD true
EXPOSE 80 53/udp
VOLUME /v
ENTRYPOINT ["a"]
"""
SECONDS = 30


def running(socket: str) -> bool:
    words = [str(DOCKER), "-H", socket, "version"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a client of a real engine of its own."""
    if not DOCKERD or not DOCKER or os.geteuid() != 0:
        pytest.skip("a real Docker is not here: it needs root, dockerd and docker")
    place = tmp_path_factory.mktemp("docker")
    socket = f"unix://{place}/s"
    words = [DOCKERD, "--data-root", f"{place}/data", "--exec-root", f"{place}/exec", "-H", socket]
    words += ["-p", f"{place}/pid", "--iptables=false", "--ip6tables=false", "--bridge=none"]
    with open(place / "log", "wb") as log:
        process = subprocess.Popen([*words, "--ip-forward=false"], stdout=log, stderr=log)
    limit = time.monotonic() + SECONDS
    while not running(socket) and process.poll() is None and time.monotonic() < limit:
        time.sleep(0.2)
    try:
        if not running(socket):
            pytest.skip(f"dockerd does not start here: {(place / 'log').read_text()[-300:]}")
        yield {**os.environ, "DOCKER_HOST": socket, "DOCKER_BUILDKIT": "0", "HOME": str(place)}
    finally:
        process.terminate()
        process.wait(SECONDS)


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for path, text in {**FILES, "Dockerfile": DOCKERFILE}.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(0o644)
        os.utime(target, (1_700_000_000, 1_700_000_000))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def real(engine: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [str(DOCKER), *words], env=engine, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ours(house: House, *words: str) -> str:
    console = MemoryConsole()
    code = house.docker(words, console)
    assert code == 0, bytes(console.err).decode()
    return bytes(console.out).decode()


@pytest.fixture
def house() -> House:
    environment = {"HOME": "/root", "DOCKER_BUILDKIT": "0"}
    return simulated(seed=1, files=DiskFiles(), environment=environment)


def layers(inspected: str) -> list[str]:
    found: list[str] = json.loads(inspected)[0]["RootFS"]["Layers"]
    return found


def test_the_same_files_make_the_same_layers_and_sums(
    engine: dict[str, str], house: House, work: Path
) -> None:
    real(engine, "build", "-t", "t", ".")
    ours(house, "build", "-t", "t", ".")
    assert layers(real(engine, "inspect", "t")) == layers(ours(house, "inspect", "t"))
    history = ("history", "--no-trunc", "--format", "{{.CreatedBy}} {{.Size}}", "t")
    assert real(engine, *history) == ours(house, *history)


def test_what_ours_saves_a_real_engine_loads(
    engine: dict[str, str], house: House, work: Path
) -> None:
    ours(house, "build", "-t", "mine", ".")
    ours(house, "save", "-o", "mine.tar", "mine")
    assert "Loaded image: mine:latest" in real(engine, "load", "-i", "mine.tar")
    identity = ("inspect", "-f", "{{.Id}}", "mine")
    assert real(engine, *identity) == ours(house, *identity)


def test_what_a_real_engine_saves_ours_loads_and_saves_byte_for_byte(
    engine: dict[str, str], house: House, work: Path
) -> None:
    real(engine, "build", "-t", "theirs", ".")
    real(engine, "save", "-o", "theirs.tar", "theirs")
    ours(house, "load", "-i", "theirs.tar")
    identity = ("inspect", "-f", "{{.Id}}", "theirs")
    assert real(engine, *identity) == ours(house, *identity)
    ours(house, "save", "-o", "again.tar", "theirs")
    assert (work / "again.tar").read_bytes() == (work / "theirs.tar").read_bytes()
