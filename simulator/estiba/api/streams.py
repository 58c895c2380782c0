"""Bytes of standard output and standard error on one connection.

Without a terminal each piece is a frame: the stream's number, three zeros, the length in four
bytes, the bytes. With a terminal the bytes go as they are. Source: Docker Engine API, "Stream
format" of attach.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from ..http import Response
from ..tasks import Channel, Duplex, Signal

RAW = "application/vnd.docker.raw-stream"
MULTIPLEXED = "application/vnd.docker.multiplexed-stream"
_HEADER = struct.Struct(">BxxxI")


def frame(stream: int, data: bytes) -> bytes:
    """One frame.

    >>> frame(1, b"hi")
    b'\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x02hi'
    """
    return _HEADER.pack(stream, len(data)) + data


class FramedSink:
    """An attached client without a terminal. Which of the two streams it wants is its choice."""

    __slots__ = ("_channel", "_wanted")

    def __init__(self, channel: Channel, *, stdout: bool = True, stderr: bool = True) -> None:
        self._channel = channel
        self._wanted = (False, stdout, stderr)

    @property
    def full(self) -> bool:
        return self._channel.full

    @property
    def changed(self) -> Signal:
        return self._channel.changed

    def send(self, stream: int, data: bytes) -> None:
        if self._wanted[stream]:
            self._channel.put(_HEADER.pack(stream, len(data)) + data)

    def close(self) -> None:
        self._channel.close()


class RawSink:
    """An attached client with a terminal."""

    __slots__ = ("_channel",)

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    @property
    def full(self) -> bool:
        return self._channel.full

    @property
    def changed(self) -> Signal:
        return self._channel.changed

    def send(self, stream: int, data: bytes) -> None:
        self._channel.put(data)

    def close(self) -> None:
        self._channel.close()


def sink_for(
    channel: Channel, *, tty: bool, stdout: bool = True, stderr: bool = True
) -> FramedSink | RawSink:
    """The sink that a container or an exec with or without a terminal needs."""
    if tty and (stdout or stderr):
        return RawSink(channel)
    return FramedSink(channel, stdout=stdout, stderr=stderr)


def hijacked(headers: Mapping[str, str], kind: str, theirs: Duplex) -> Response:
    """Answer a request that turns into a stream both ways.

    The connection itself goes on, whether the client asked for an `Upgrade` or, as old ones do, not.
    """
    answer = {"content-type": kind}
    if "upgrade" in headers:
        return Response(101, {**answer, "connection": "Upgrade", "upgrade": "tcp"}, b"", theirs)
    return Response(200, answer, theirs.incoming, theirs)
