"""An engine that answers from a script: what the command line asks is kept, what it gets is chosen."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from estiba.cli.app import run_command
from estiba.cli.console import MemoryConsole, MemoryStream
from estiba.cli.memory_files import MemoryFiles
from estiba.errors import Unavailable
from estiba.http import Answer, Request, Stream
from estiba.http.transport import Whole
from estiba.tasks import Stalled
from estiba.trace.clock import VirtualClock

START_NS = 1_700_000_000 * 10**9


class ScriptedConnection:
    """An upgraded connection whose other side says what it was given."""

    def __init__(self, said: bytes) -> None:
        self.incoming = MemoryStream(said, closed=True)
        self.sent = bytearray()
        self.write_closed = False
        self.closed = False

    def send(self, data: bytes) -> None:
        self.sent += data

    def close_write(self) -> None:
        self.write_closed = True

    def close(self) -> None:
        self.closed = True


class ScriptedEngine:
    """Answers by the first pattern that fits `METHOD path?query`; a value is sent as JSON, bytes as they are.

    A tuple is a status and a value; a `ScriptedConnection` upgrades.
    """

    def __init__(self, answers: Mapping[str, Any] | None = None, *, api: str = "1.41") -> None:
        self.answers = dict(answers or {})
        self.asked: list[Request] = []
        self.api = api

    def send(self, request: Request) -> Answer:
        if request.target == "/_ping":
            return Answer(200, {"api-version": self.api, "ostype": "linux"}, Whole(b""))
        self.asked.append(request)
        target = request.target.removeprefix(f"/v{self.api}")
        for pattern, answer in self.answers.items():
            if re.fullmatch(pattern, f"{request.method} {target}"):
                return self._answer(answer)
        return self._answer((404, {"message": "page not found"}))

    @staticmethod
    def _answer(answer: Any) -> Answer:
        if isinstance(answer, ScriptedConnection):
            return Answer(101, {}, Whole(b""), answer)
        status, value = answer if isinstance(answer, tuple) else (200, answer)
        data = value if isinstance(value, bytes) else (json.dumps(value) + "\n").encode()
        return Answer(status, {"content-type": "application/json"}, Whole(data))

    def wait(self, *streams: Stream, timeout_s: float | None = None) -> None:
        if not any(stream.ready for stream in streams):
            raise Stalled

    @property
    def log(self) -> list[str]:
        return [f"{r.method} {r.target.removeprefix(f'/v{self.api}')}" for r in self.asked]


class NoEngine:
    """Nothing answers."""

    def send(self, request: Request) -> Answer:
        raise Unavailable(
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. "
            "Is the docker daemon running?"
        )

    def wait(self, *streams: Stream, timeout_s: float | None = None) -> None:
        raise AssertionError("nothing to wait for")


class Outcome:
    def __init__(self, code: int, console: MemoryConsole) -> None:
        self.code = code
        self.out = bytes(console.out).decode("utf-8", "replace")
        self.err = bytes(console.err).decode("utf-8", "replace")


def docker(
    *words: str,
    engine: ScriptedEngine | NoEngine | None = None,
    console: MemoryConsole | None = None,
    files: MemoryFiles | None = None,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Run one command line."""
    console = console or MemoryConsole()
    code = run_command(
        words,
        transport=engine or NoEngine(),
        console=console,
        files=files or MemoryFiles(cwd="/home/lab/work"),
        environment={"HOME": "/home/lab", **(environment or {})},
        clock=VirtualClock(START_NS),
    )
    return Outcome(code, console)
