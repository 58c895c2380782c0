"""Keeps a console and a container talking: input, framed or raw output, signals, window size, detaching."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ..http import Answer, Connection, Stream
from .client import Query
from .console import ENDING, SIGNALS
from .detach_keys import DEFAULT, Detector, parse_keys
from .errors import CommandFailed, EngineError, Interrupted
from .places import place
from .session import Session

UPGRADE = {"connection": "Upgrade", "upgrade": "tcp"}
HEADER = 8
FORWARDED = frozenset(("HUP", "INT", "QUIT", "USR1", "USR2", "TERM", "CONT", "WINCH"))
GIVE_UP = 3


class Detached(Exception):
    """The user typed the keys that leave the container alone."""


class Frames:
    """Takes apart what stdout and stderr said through one connection."""

    def __init__(self, out: Callable[[bytes], None], err: Callable[[bytes], None]) -> None:
        self._out = out
        self._err = err
        self._pending = b""

    def feed(self, data: bytes) -> None:
        """Raises: CommandFailed when the engine reports an error in between."""
        if self._pending:
            data = self._pending + data
        place = 0
        while len(data) - place >= HEADER:
            kind = data[place]
            size = int.from_bytes(data[place + 4 : place + 8], "big")
            end = place + HEADER + size
            if kind > 3:
                self._pending = b""
                raise CommandFailed(f"Unrecognized input header: {kind}")
            if len(data) < end:
                break
            self._give(kind, data[place + HEADER : end])
            place = end
        self._pending = data[place:]

    def _give(self, kind: int, data: bytes) -> None:
        if kind == 3:
            raise CommandFailed(f"error from daemon in stream: {data.decode('utf-8', 'replace')}")
        (self._err if kind == 2 else self._out)(data)


def check_terminal(session: Session, stdin: bool, tty: bool) -> None:
    """Raises: CommandFailed."""
    if stdin and tty and not session.console.stdin_is_terminal:
        raise CommandFailed("the input device is not a TTY")


def discard(_: bytes) -> None:
    return None


class Talk:
    """One conversation over an upgraded connection."""

    def __init__(
        self,
        session: Session,
        answer: Answer,
        *,
        tty: bool,
        stdin: bool = False,
        stdout: bool = True,
        stderr: bool = True,
        detach_keys: str = "",
    ) -> None:
        console = session.console
        self._session = session
        self._answer = answer
        self._tty = tty
        self._input: Stream | None = console.stdin if stdin else None
        self._out = console.write if stdout else discard
        self._frames = Frames(self._out, console.write_error if stderr else discard)
        self._detector = Detector(self._keys(detach_keys)) if tty and stdin else None
        self._signalled = 0
        self.on_signal: Callable[[str], None] | None = None
        self.on_resize: Callable[[], None] | None = None

    def _keys(self, text: str) -> bytes:
        text = text or self._session.config.text("detachKeys")
        if not text:
            return DEFAULT
        try:
            return parse_keys(text)
        except ValueError as error:
            self._session.error(
                f'level=warning msg="invalid detach escape keys, using default: {error}"'
            )
            return DEFAULT

    @property
    def _connection(self) -> Connection | None:
        return self._answer.connection

    def begin(self) -> None:
        """Without input the other side is told at once that none will come."""
        if self._input is None and self._connection is not None:
            self._connection.close_write()

    def run(self, ended: Stream | None = None) -> None:
        """Until the output ends. Raises: Detached, Interrupted, CommandFailed."""
        raw: AbstractContextManager[None] = nullcontext()
        if self._tty and self._input is not None:
            raw = self._session.console.raw_mode()
        with raw:
            self._loop()

    def _loop(self) -> None:
        session = self._session
        console = session.console
        output = self._connection.incoming if self._connection else self._answer.body
        transport = session.transport
        signals = console.signals
        while True:
            progressed = False
            chunk = output.poll()
            if chunk is None:
                return
            if chunk:
                progressed = True
                if self._tty:
                    self._out(chunk)
                else:
                    self._frames.feed(chunk)
            if self._input is not None and self._input.ready:
                self._type(self._input)
                progressed = True
            while signals.ready and (name := signals.poll()):
                self._signal(name.decode())
                progressed = True
            if not progressed:
                waited = (
                    [output, signals] if self._input is None else [output, self._input, signals]
                )
                transport.wait(*waited)

    def _type(self, source: Stream) -> None:
        data = source.poll()
        connection = self._connection
        if data is None:
            self._input = None
            if connection is not None:
                connection.close_write()
            return
        if self._detector is not None:
            data = self._detector.filter(data)
        if data and connection is not None:
            connection.send(data)
        if self._detector is not None and self._detector.found:
            raise Detached

    def _signal(self, name: str) -> None:
        if name == "WINCH" and self.on_resize is not None:
            self.on_resize()
        if self.on_signal is not None and name in FORWARDED:
            self.on_signal(name)
        if name in ENDING and self.on_signal is None:
            raise Interrupted(SIGNALS[name])
        if name in ("INT", "TERM"):
            self._signalled += 1
            if self._signalled >= GIVE_UP:
                self._session.error("\ngot 3 SIGTERM/SIGINTs, forcefully exiting")
                raise CommandFailed("")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def attach_request(
    session: Session, identifier: str, streams: list[str], detach_keys: str, *, logs: bool = False
) -> Answer:
    """Attach to a container; `streams` are what is wanted of stdin, stdout, stderr."""
    query: dict[str, str] = {"stream": "1", **dict.fromkeys(streams, "1")}
    keys = detach_keys or session.config.text("detachKeys")
    if keys:
        query["detachKeys"] = keys
    if logs:
        query["logs"] = "1"
    return upgrade(session, place("container", identifier, "/attach"), query)


def upgrade(session: Session, path: str, query: Query | None = None, body: Any = None) -> Answer:
    headers = UPGRADE if body is not None else {**UPGRADE, "content-type": "text/plain"}
    try:
        return session.client.ask("POST", path, query, body, headers=headers)
    except EngineError as error:
        problem = f"unable to upgrade to tcp, received {error.status}"
        raise EngineError(error.status, problem) from None


def resize(session: Session, path: str, *, more: int = 0) -> None:
    """Tell the other side how large the window is; failures do not matter."""
    rows, columns = session.console.size()
    if not rows and not columns:
        return
    query = {"h": str(rows + more), "w": str(columns + more)}
    try:
        session.client.bytes("POST", f"{path}/resize", query)
    except EngineError:
        return


def forward(session: Session, identifier: str) -> Callable[[str], None]:
    """What sends a signal on to a container."""

    def send(name: str) -> None:
        try:
            session.client.bytes("POST", place("container", identifier, "/kill"), {"signal": name})
        except EngineError:
            return

    return send


class Waiting:
    """A `wait` request whose answer comes when the container has ended."""

    def __init__(self, session: Session, identifier: str, condition: str = "") -> None:
        query = {"condition": condition} if condition else None
        self._session = session
        self._answer = session.client.ask("POST", place("container", identifier, "/wait"), query)
        self._data = b""
        self._done = False

    def status(self, talk: Talk | None = None) -> int:
        """The exit code; 125 when waiting itself failed."""
        body = self._answer.body
        while not self._done:
            chunk = body.poll()
            if chunk is None:
                self._done = True
            elif chunk:
                self._data += chunk
                self._done = self._data.endswith(b"\n")
            else:
                self._wait(body)
        try:
            result = json.loads(self._data)
        except ValueError:  # the engine went away
            self._session.error('level=error msg="error waiting for container: unexpected EOF"')
            return 125
        if problem := (result.get("Error") or {}).get("Message"):
            self._session.error(f'level=error msg="Error waiting for container: {problem}"')
            return 125
        return int(result["StatusCode"])

    def _wait(self, body: Stream) -> None:
        self._session.wait(body)
