"""A scenario's place with the house in this process, in the terms of `replay.py`.

The recorder runs every step by a few functions of its module `record`: a client without or with a
terminal, one in the background, a request, a sleep. Here they lead to the desk.
"""

from __future__ import annotations

import datetime
import os
import subprocess
import threading
import types
from typing import Any

from desk import Desk
from pseudo_terminal import Terminal

KILLED = -9
OLD_CLIENT = {"ESTIBA_CLIENT": "20.10.24"}


def place_class(replay: Any) -> Any:
    """`replay.Place` with another engine and other clients."""
    record = replay.record

    class InProcess(replay.Place):  # type: ignore[misc]
        desk: Desk | None = None

        def around(self, what: str, line: str) -> None:
            if what == "setup":
                self.desk = Desk(self.env, self.socket, seed=f"parity {self.scenario}")
                connect_recorder(record, self)
            elif self.desk is not None:
                self.trouble += self.desk.errors
                self.desk.close()

    return InProcess


def connect_recorder(record: Any, place: Any) -> None:
    """Let the recorder's functions use the desk."""
    steps = RecordedSteps(record, place)
    record.run_pipe, record.run_tty, record.api = steps.run_pipe, steps.run_tty, steps.api
    record.sh = steps.sh
    record.time = types.SimpleNamespace(time=steps.now, sleep=place.desk.pass_time)
    record.subprocess = types.SimpleNamespace(**{**vars(subprocess), "Popen": steps.popen})
    record.Runner.files = _dated(record, place.desk)
    record.datetime = types.SimpleNamespace(**{**vars(datetime), "datetime": _frozen(place.desk)})


def _frozen(desk: Desk) -> type[datetime.datetime]:
    class Now(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Now:
            return cls.fromtimestamp(desk.clock.now_ns() / 1e9, tz)

    return Now


def _dated(record: Any, desk: Desk) -> Any:
    """Directories made for a step are as old as the house says, not this machine."""
    make = record.Runner.files

    def files(runner: Any, wanted: dict[str, Any]) -> None:
        make(runner, wanted)
        now_ns = desk.clock.now_ns()
        for path in wanted:
            folder = os.path.dirname(os.path.join(record.WORK, path))
            while folder.startswith(record.WORK):
                os.utime(folder, ns=(now_ns, now_ns))
                folder = os.path.dirname(folder)

    return files


class RecordedSteps:
    """The recorder's ways to run things, in this process where they are clients of ours."""

    def __init__(self, record: Any, place: Any) -> None:
        self._record, self._place, self._desk = record, place, place.desk
        self._request = record.api

    def now(self) -> float:
        return float(self._desk.clock.now_ns() / 1e9)

    def _environment(self, program: str, given: dict[str, str]) -> dict[str, str] | None:
        """What a client of ours gets; None for another program."""
        known = {path: version for version, path in self._place.clients.items()}
        if program not in known:
            return None
        return {**given, **(OLD_CLIENT if known[program].startswith("20.") else {})}

    def run_pipe(
        self, argv: list[str], env: dict[str, str], cwd: str, stdin: bytes | None, timeout: float
    ) -> dict[str, Any]:
        environment = self._environment(argv[0], env)
        if environment is None:
            return self._run_program(argv, env, cwd, stdin, timeout)
        os.chdir(cwd)
        console, code = self._desk.run(argv[1:], environment, stdin or b"", timeout)
        return self._result(bytes(console.out), bytes(console.err), code)

    def _result(self, out: bytes, err: bytes, code: int | None) -> dict[str, Any]:
        text = self._record.text
        found = {"stdout": text(out), "stderr": text(err), "exit": KILLED if code is None else code}
        return found if code is not None else {**found, "timed_out": True}

    def _run_program(
        self, argv: list[str], env: dict[str, str], cwd: str, stdin: bytes | None, timeout: float
    ) -> dict[str, Any]:
        process = subprocess.Popen(
            argv, env=env, cwd=cwd, start_new_session=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
        )  # fmt: skip
        ends: list[tuple[bytes, bytes]] = []

        def talk() -> None:
            try:
                ends.append(process.communicate(stdin, timeout))
            except subprocess.TimeoutExpired:
                process.kill()
                ends.append(process.communicate())

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        self._desk.pump(lambda: not thread.is_alive())
        return self._result(*ends[0], process.returncode)

    def run_tty(
        self, argv: list[str], env: dict[str, str], cwd: str, keys: list[Any] | None,
        timeout: float, size: tuple[int, int],
    ) -> dict[str, Any]:  # fmt: skip
        environment = self._environment(argv[0], env)
        if environment is None:
            raise OSError(f"no terminal for {argv[0]}")
        os.chdir(cwd)
        terminal = Terminal(keys or [], size, self._desk.clock.now_ns)
        try:
            code = self._desk.run_terminal(argv[1:], environment, terminal, timeout)
            screen = terminal.screen
        finally:
            terminal.close()
        found: dict[str, Any] = {"screen": screen, "exit": KILLED if code is None else code}
        found["rendered"] = self._record.render(screen)
        if terminal.keys_left:
            found["keys_not_sent"] = terminal.keys_left
        return found if code is not None else {**found, "timed_out": True}

    def api(self, *arguments: Any) -> Any:
        """A request of the Engine API, over the socket."""
        results: list[Any] = []

        def ask() -> None:
            try:
                results.append(self._request(*arguments))
            except Exception as error:
                results.append(error)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        self._desk.pump(lambda: not thread.is_alive())
        if isinstance(results[0], Exception):
            raise results[0]
        return results[0]

    def popen(self, argv: list[str], **how: Any) -> Any:
        environment = self._environment(argv[0], how.get("env") or {})
        if environment is None:
            return subprocess.Popen(argv, **how)
        os.chdir(how.get("cwd") or ".")
        return self._desk.start(argv[1:], environment)

    def sh(self, *argv: str, env: dict[str, str] | None = None) -> None:
        """The recorder's own calls: loading an image it made."""
        result = self.run_pipe(list(argv), env or {}, os.getcwd(), None, 60)
        if result["exit"]:
            raise subprocess.CalledProcessError(result["exit"], argv, stderr=result["stderr"])
