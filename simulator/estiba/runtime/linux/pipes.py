"""Bytes between channels of the engine and descriptors, as the poller says they are ready."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Protocol

from ...tasks import Channel, Disconnected

READ, WRITE = 1, 2
CHUNK = 1 << 16


class Poller(Protocol):
    """Calls back when a descriptor is ready; interest 0 ends it."""

    def watch(self, file: int, interest: int, callback: Callable[[int], None]) -> None: ...


class Outlet:
    """What comes out of a descriptor goes into a channel; `ended` is called at the end. Owns the descriptor.

    It stops reading while the channel is full.
    """

    def __init__(
        self, poller: Poller, fd: int, channel: Channel, ended: Callable[[], None]
    ) -> None:
        os.set_blocking(fd, False)
        self._poller, self._fd, self._channel, self._ended = poller, fd, channel, ended
        self._watch()

    def _watch(self) -> None:
        if self._fd >= 0:
            self._poller.watch(self._fd, READ, self._ready)

    def _ready(self, _: int) -> None:
        if self._channel.full:
            self._poller.watch(self._fd, 0, self._ready)
            self._channel.changed.subscribe(self._watch)
            return
        try:
            data = os.read(self._fd, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""  # EIO: the last holder of the terminal is gone
        try:
            self._channel.put(data)
        except Disconnected:
            data = b""
        if not data:
            self.close()

    def close(self) -> None:
        if self._fd >= 0:
            self._poller.watch(self._fd, 0, self._ready)
            os.close(self._fd)
            self._fd = -1
            self._ended()


class Inlet:
    """What is put into a channel goes into a descriptor; `ended` is called when all of it went. Owns the
    descriptor."""

    def __init__(
        self, poller: Poller, fd: int, channel: Channel, ended: Callable[[], None]
    ) -> None:
        os.set_blocking(fd, False)
        self._poller, self._fd, self._channel, self._ended = poller, fd, channel, ended
        self._rest = b""
        self._pump()

    def _pump(self) -> None:
        while self._fd >= 0:
            if not self._rest:
                chunk = self._channel.poll()
                if chunk is None:
                    self._ended()
                    self.close()
                    return
                if not chunk:
                    self._channel.changed.subscribe(self._pump)
                    return
                self._rest = chunk
            try:
                self._rest = self._rest[os.write(self._fd, self._rest) :]
            except BlockingIOError:
                self._poller.watch(self._fd, WRITE, self._writable)
                return
            except OSError:
                self.close()
                self._channel.cancel()

    def _writable(self, _: int) -> None:
        self._poller.watch(self._fd, 0, self._writable)
        self._pump()

    def close(self) -> None:
        if self._fd >= 0:
            self._poller.watch(self._fd, 0, self._writable)
            os.close(self._fd)
            self._fd = -1


def connect(poller: Poller, made: socket.socket, incoming: Channel, outgoing: Channel) -> None:
    """Join a connected socket to two channels."""

    writing = os.dup(made.fileno())
    Inlet(poller, writing, outgoing, lambda: _shut(writing))
    Outlet(poller, made.detach(), incoming, incoming.close)


def _shut(fd: int) -> None:
    with socket.socket(fileno=os.dup(fd)) as writing:
        try:
            writing.shutdown(socket.SHUT_WR)
        except OSError:
            return  # the other side is gone already
