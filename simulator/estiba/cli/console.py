"""The terminal as the command line sees it, and one in memory for tests, notebooks and the browser."""

from __future__ import annotations

from collections import deque
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from ..http import Stream

SIGNALS = {
    "HUP": 1, "INT": 2, "QUIT": 3, "USR1": 10, "USR2": 12, "PIPE": 13, "TERM": 15, "CONT": 18,
    "WINCH": 28,
}  # fmt: skip

ENDING = ("INT", "TERM", "HUP", "QUIT")
"""The signals that end a command which sends none of them on."""


class Console(Protocol):
    """Where a command reads and writes.

    `stdin` and `signals` are streams to wait on like any other. A chunk of `signals` is the name of one
    signal without SIG: `b"INT"` for Ctrl-C, `b"WINCH"` when the window changed its size.
    """

    @property
    def stdin(self) -> Stream: ...

    @property
    def signals(self) -> Stream: ...

    @property
    def stdin_is_terminal(self) -> bool: ...

    @property
    def stdout_is_terminal(self) -> bool: ...

    def write(self, data: bytes) -> None: ...

    def write_error(self, data: bytes) -> None: ...

    def size(self) -> tuple[int, int]:
        """Rows and columns; zeros when unknown."""
        ...

    def raw_mode(self) -> AbstractContextManager[None]:
        """Inside, keys come one by one and unchanged."""
        ...

    def no_echo(self) -> AbstractContextManager[None]:
        """Inside, what is typed does not show."""
        ...


class MemoryStream:
    """A stream that is fed by hand."""

    def __init__(self, *chunks: bytes, closed: bool = False) -> None:
        self._chunks = deque(chunk for chunk in chunks if chunk)
        self._closed = closed

    def feed(self, data: bytes) -> None:
        if data:
            self._chunks.append(data)

    def close(self) -> None:
        self._closed = True

    @property
    def ready(self) -> bool:
        return bool(self._chunks) or self._closed

    def poll(self) -> bytes | None:
        if self._chunks:
            return self._chunks.popleft()
        return None if self._closed else b""


class MemoryConsole:
    """A console in memory. Without a terminal its input is `stdin` and then ends."""

    def __init__(
        self, stdin: bytes = b"", *, terminal: bool = False, size: tuple[int, int] = (24, 80)
    ) -> None:
        self.stdin = MemoryStream(stdin, closed=not terminal)
        self.signals = MemoryStream()
        self.stdin_is_terminal = self.stdout_is_terminal = terminal
        self.out = bytearray()
        self.err = bytearray()
        self._terminal = terminal
        self._size = size

    def write(self, data: bytes) -> None:
        self.out += data

    def write_error(self, data: bytes) -> None:
        if self._terminal:
            self.out += data
        else:
            self.err += data

    def size(self) -> tuple[int, int]:
        return self._size if self._terminal else (0, 0)

    def resize(self, rows: int, columns: int) -> None:
        self._size = (rows, columns)
        self.signals.feed(b"WINCH")

    def raw_mode(self) -> AbstractContextManager[None]:
        return nullcontext()

    def no_echo(self) -> AbstractContextManager[None]:
        return nullcontext()
