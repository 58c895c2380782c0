"""Bytes from one task to another, with back-pressure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from .signal import Signal, Wait, Work


class Disconnected(Exception):
    """The reading side went away."""


class Channel:
    """A bounded queue of byte chunks with an end.

    `poll` never waits: b"" means nothing yet, None means the end. Units: `capacity`, bytes.
    Raises (from `put`, `write`): Disconnected after `cancel`.
    """

    __slots__ = ("_cancelled", "_chunks", "_closed", "_size", "capacity", "changed")

    def __init__(self, capacity: int = 1 << 16) -> None:
        self._chunks: deque[bytes] | None = None  # an idle channel stays small
        self._size = 0
        self._closed = False
        self._cancelled = False
        self.capacity = capacity
        self.changed = Signal()

    @property
    def ready(self) -> bool:
        """Would `poll` give something other than b""?"""
        return bool(self._chunks) or self._closed

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def full(self) -> bool:
        """Would `write` wait?"""
        return self._size >= self.capacity and not self._closed

    def poll(self) -> bytes | None:
        if self._chunks:
            chunk = self._chunks.popleft()
            if not self._chunks:
                self._chunks = None
            self._size -= len(chunk)
            self.changed.fire()
            return chunk
        return None if self._closed else b""

    def read(self) -> Work[bytes | None]:
        """Wait for the next chunk; None at the end."""
        while (chunk := self.poll()) == b"":
            yield Wait((self.changed,))
        return chunk

    def put(self, data: bytes) -> None:
        """Add without waiting, whatever the capacity: for small things and for events."""
        if self._cancelled:
            raise Disconnected
        if data and not self._closed:
            if self._chunks is None:
                self._chunks = deque()
            self._chunks.append(data)
            self._size += len(data)
            self.changed.fire()

    def write(self, data: bytes) -> Work[None]:
        """Add, waiting while the queue is full."""
        while self.full:
            yield Wait((self.changed,))
        self.put(data)

    def close(self) -> None:
        """Writing side: nothing more comes."""
        if not self._closed:
            self._closed = True
            self.changed.fire()

    def cancel(self) -> None:
        """Reading side: nobody listens any more."""
        self._cancelled = self._closed = True
        self._chunks = None
        self._size = 0
        self.changed.fire()


class Drawn(Channel):
    """A channel whose chunks are taken from an iterator when somebody reads: nothing waits in it."""

    __slots__ = ("_source",)

    def __init__(self, source: Iterable[bytes]) -> None:
        super().__init__()
        self._source = iter(source)

    @property
    def ready(self) -> bool:
        return True

    def poll(self) -> bytes | None:
        chunk = None if self.closed else next(self._source, None)
        while chunk == b"":
            chunk = next(self._source, None)
        if chunk is None:
            self.close()
        return chunk


def when_cancelled(channel: Channel, act: Callable[[], None]) -> None:
    """Call `act`, once, if the reading side goes away before the end."""

    def look() -> None:
        if channel.cancelled:
            act()
        elif not channel.closed:
            channel.changed.subscribe(look)

    look()


class Duplex(NamedTuple):
    """Two channels that make a connection, seen from one end."""

    incoming: Channel
    outgoing: Channel

    @classmethod
    def pair(cls, capacity: int = 1 << 16) -> tuple[Duplex, Duplex]:
        one, other = Channel(capacity), Channel(capacity)
        return cls(one, other), cls(other, one)
