"""Attaching clients to running processes: output to a sink, input from a channel, leaving by the
keys.

Like `streams`, this is done by callbacks. Source: Docker, container/stream/attach.go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Conflict
from ..tasks import Channel, Disconnected
from ..trace.containers import ContainerAttached, ContainerDetached
from .container import Container
from .detach_keys import DetachWatch
from .logs import LogQuery
from .states import State
from .streams import Sink, Streams

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a client goes: `released` ends its connection, `keys` typed in a terminal do so by
    hand."""

    released: Callable[[], None]
    keys: bytes | None = None
    detached: Callable[[], None] | None = None


class Input:
    """What a client types, on its way to a process.

    At the client's end of input: with `close` the process gets an end of file, else the client is
    let go, as Docker does.
    """

    __slots__ = ("_close", "_leaving", "_source", "_target", "_watch")

    def __init__(self, source: Channel, target: Channel, leaving: Leaving, *, close: bool) -> None:
        self._source, self._target = source, target
        self._close = close
        self._leaving = leaving
        self._watch = DetachWatch(leaving.keys) if leaving.keys else None
        self._pump()

    def _pump(self) -> None:
        while not self._target.cancelled:
            if self._target.full:
                self._target.changed.subscribe(self._pump)
                return
            chunk = self._source.poll()
            if chunk is None:
                self._at_end()
                return
            if not chunk:
                self._source.changed.subscribe(self._pump)
                return
            if not self._pass(chunk):
                return

    def _pass(self, chunk: bytes) -> bool:
        left = False
        if self._watch is not None:
            chunk, left = self._watch.feed(chunk)
        try:
            self._target.put(chunk)
        except Disconnected:
            return False
        if left:
            if self._leaving.detached is not None:
                self._leaving.detached()
            self._leaving.released()
        return not left

    def _at_end(self) -> None:
        if self._close:
            self._target.close()
        else:
            self._leaving.released()


class Attaching(Generic[M]):
    """Joins clients to containers."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def check(self, name: str) -> Container[M]:
        """The container, if one can attach to it now. Raises: NoSuchContainer, Conflict."""
        container = self._engine.containers.get(name)
        if container.state is State.PAUSED:
            raise Conflict(f"container {name} is paused, unpause the container before attach")
        if container.state is State.RESTARTING:
            raise Conflict(f"container {name} is restarting, wait until the container is running")
        return container

    def replay(self, container: Container[M], sink: Sink, query: LogQuery) -> None:
        """Give the client what was written before."""
        if container.log is not None:
            for _, number, data in container.log.read(query):
                sink.send(number, data)

    def attach(
        self,
        container: Container[M],
        sink: Sink,
        typed: Channel | None = None,
        keys: bytes | None = None,
    ) -> None:
        """Give the client what the container writes from now on, and the container what it
        types."""
        streams = self._engine.runs.streams(container)
        streams.attach(sink)
        self._engine.emit(container.event(ContainerAttached))
        config = container.config
        leaving = Leaving(
            lambda: streams.detach(sink),
            keys if config.tty else None,
            lambda: self._engine.emit(container.event(ContainerDetached)),
        )
        feed(streams, typed, leaving, close=config.stdin_once and not config.tty)


def feed(streams: Streams, typed: Channel | None, leaving: Leaving, *, close: bool) -> None:
    """Bring what is typed to the process; without anybody to read it, take it away."""
    if typed is None:
        return
    if streams.stdin is not None:
        Input(typed, streams.stdin, leaving, close=close)
    else:
        _ignore(typed)


def _ignore(typed: Channel) -> None:
    """Take away what nobody reads."""

    def drain() -> None:
        while chunk := typed.poll():
            del chunk
        if not typed.closed:
            typed.changed.subscribe(drain)

    drain()
