"""The standard streams of a running process: from the process to its log and to attached clients,
and back.

Nothing here is a task: the callbacks of the channels do the work at once, so that an idle
container costs nothing and the order of standard output and standard error is kept. A client that
cannot take more stops the reading, hence the process (back-pressure), until it can or goes away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..runtime import Stdio
from ..tasks import Channel, Disconnected, Signal
from .logs import STDERR, STDOUT, Log


class Sink(Protocol):
    """Where an attached client gets output. `send` raises Disconnected when nobody listens."""

    @property
    def full(self) -> bool: ...

    @property
    def changed(self) -> Signal: ...

    def send(self, stream: int, data: bytes) -> None: ...

    def close(self) -> None: ...


class Streams:
    """The streams of one process from its start to its end."""

    __slots__ = ("_clock_ns", "_open", "ended", "log", "sinks", "stdin", "stdio", "tty")

    def __init__(
        self, *, stdin: bool, tty: bool, log: Log | None, clock_ns: Callable[[], int]
    ) -> None:
        self.stdin = Channel() if stdin else None
        self.stdio = Stdio(self.stdin, Channel(), Channel())
        self.tty = tty
        self.log = log
        self.sinks: list[Sink] = []
        self.ended: Signal | None = Signal()
        self._clock_ns = clock_ns
        self._open = 1 if tty else 2

    @property
    def done(self) -> bool:
        """Have both streams ended and been passed on?"""
        return not self._open

    def listen(self) -> None:
        """Begin to pass on what the process writes."""
        self._drain_stdout()
        if not self.tty:
            self._drain_stderr()

    def attach(self, sink: Sink) -> None:
        if self._open:
            self.sinks.append(sink)
        else:
            sink.close()

    def detach(self, sink: Sink) -> None:
        if sink in self.sinks:
            self.sinks.remove(sink)
            sink.close()
            sink.changed.fire()

    def give_up(self) -> None:
        """Pass on what is there and end, though some process still holds the streams."""
        if self._open:
            self._open = 0
            for stream, channel in ((STDOUT, self.stdio.stdout), (STDERR, self.stdio.stderr)):
                while chunk := channel.poll():
                    self._pass(stream, chunk)
            self._finish()

    def _drain_stdout(self) -> None:
        self._drain(STDOUT, self.stdio.stdout, self._drain_stdout)

    def _drain_stderr(self) -> None:
        self._drain(STDERR, self.stdio.stderr, self._drain_stderr)

    def _drain(self, stream: int, channel: Channel, again: Callable[[], None]) -> None:
        while self._open:
            for sink in self.sinks:
                if sink.full:
                    sink.changed.subscribe(again)
                    return
            chunk = channel.poll()
            if chunk:
                self._pass(stream, chunk)
            elif chunk is None:
                self._open -= 1
                if not self._open:
                    self._finish()
                return
            else:
                channel.changed.subscribe(again)
                return

    def _pass(self, stream: int, chunk: bytes) -> None:
        if self.log is not None:
            self.log.write(stream, chunk, self._clock_ns())
        gone = []
        for sink in self.sinks:
            try:
                sink.send(stream, chunk)
            except Disconnected:
                gone.append(sink)
        for sink in gone:
            self.sinks.remove(sink)

    def _finish(self) -> None:
        if self.log is not None:
            self.log.end(self._clock_ns())
        sinks, self.sinks = self.sinks, []
        for sink in sinks:
            sink.close()
        ended, self.ended = self.ended, None
        if ended is not None:
            ended.fire()
