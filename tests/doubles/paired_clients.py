"""Two clients on two equal engines: the real `docker` over a socket, ours over the loopback.

Both engines grow from one seed, so whatever one client makes the other makes too, identifiers
included; only times differ.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

from estiba.app import House, simulated
from estiba.cli.app import run_command
from estiba.cli.console import MemoryConsole
from estiba.cli.disk import DiskFiles
from estiba.http.poller import Poller
from estiba.http.server import HttpServer
from estiba.trace import SystemClock

DOCKER = shutil.which("docker")
VERSION = "28.2"
TIMES = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?( ?[+-]\d\d:?\d\d( [A-Z]{3,4})?|Z)?"), "TIME"),
    (re.compile(r"(Up|Less than|About|\d+) (an?|\d+) (second|minute|hour)s?"), "AGE"),
    (re.compile(r"\b\d+ (second|minute)s?( ago)?"), "AGE"),
    (re.compile(r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d(\.\d+)? \d{4}"), "TIME"),
    (re.compile(r"Less than a second|About an? (minute|hour)"), "AGE"),
    (re.compile(r"\b1\d{9}(\d{9})?\b"), "UNIX"),
    (re.compile(r"(Up )?AGE( ago)?"), "AGE"),
    (re.compile(r" {2,}"), "  "),
)  # fmt: skip


def real_docker_is_here() -> bool:
    """Is the client whose words ours are on PATH?"""
    if DOCKER is None:
        return False
    done = subprocess.run([DOCKER, "-v"], capture_output=True, text=True, check=False)
    return f"version {VERSION}." in done.stdout


IDENTIFIER = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{12})(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, without its times."""

    code: int
    out: str
    err: str


def _plain(data: bytes, folder: Path, names: dict[str, str]) -> str:
    """Without times; identifiers are numbered as they appear, like the pair of it."""
    text = data.decode("utf-8", "backslashreplace").replace(str(folder), "/FOLDER")
    for pattern, word in TIMES:
        text = pattern.sub(word, text)
    return IDENTIFIER.sub(
        lambda found: (
            names.setdefault(found[0][:12], f"ID{len(names)}") + "." * (len(found[0]) // 64)
        ),
        text,
    )


class PairedClients:
    """`both(words)` gives what the real client says and what ours says."""

    def __init__(self, folder: Path, *, seed: str = "pair") -> None:
        self.folders = folder / "a", folder / "b"
        for each in self.folders:
            (each / "work").mkdir(parents=True)
        poller = Poller()
        self.theirs = simulated(seed=seed, clock=SystemClock(), poller=poller)
        self.ours = simulated(seed=seed, clock=SystemClock(), poller=Poller())
        for house in (self.theirs, self.ours):  # no port of this machine is taken
            house.engine.ports.publisher = simulated().engine.ports.publisher
        self._names: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self.path = str(folder / "s")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(self.path)
        listener.listen(64)
        self.troubles: list[BaseException] = []
        self._server = HttpServer(
            self.theirs.api.serve,
            self.theirs.scheduler,
            poller,
            date=lambda: formatdate(usegmt=True),
            on_error=self.troubles.append,
        )
        self._server.listen(listener)
        self._stop = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._stop:
            self._server.run_once()
        self._server.close()

    def close(self) -> None:
        self._stop = True
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            knock.connect(self.path)
            self._thread.join(5)

    def real(self, *words: str, given: bytes = b"", **more: str) -> Said:
        home = self.folders[0]
        done = subprocess.run(
            [DOCKER or "docker", *words],
            input=given,
            capture_output=True,
            timeout=20,
            cwd=home / "work",
            env={"HOME": str(home), "DOCKER_HOST": f"unix://{self.path}", "PATH": "/nowhere", **more},
            check=False,
        )  # fmt: skip
        out, err = (_plain(data, home, self._names[0]) for data in (done.stdout, done.stderr))
        return Said(done.returncode, out, err)

    def own(self, *words: str, given: bytes = b"", **more: str) -> Said:
        home, before = self.folders[1], Path.cwd()
        console = MemoryConsole(given)
        os.chdir(home / "work")
        try:
            code = _run(
                self.ours, words, console, home, {**more, "DOCKER_HOST": f"unix://{self.path}"}
            )
        finally:
            os.chdir(before)
        out, err = (_plain(bytes(d), home, self._names[1]) for d in (console.out, console.err))
        return Said(code, out, err)

    def both(self, *words: str, given: bytes = b"", **more: str) -> tuple[Said, Said]:
        return self.real(*words, given=given, **more), self.own(*words, given=given, **more)


def _run(
    house: House, words: tuple[str, ...], console: MemoryConsole, home: Path, more: dict[str, str]
) -> int:
    return run_command(
        words,
        transport=house.transport,
        console=console,
        files=DiskFiles(),
        environment={"HOME": str(home), **more},
        clock=house.clock,
        connect=lambda host, certificates: house.transport,
    )
