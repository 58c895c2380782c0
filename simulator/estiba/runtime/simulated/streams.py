"""Everyday combinations of system calls for programs; use them with `yield from`."""

from __future__ import annotations

from .syscalls import (
    O_CREAT,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    Body,
    Close,
    Open,
    Read,
    Write,
)


def encode(text: str) -> bytes:
    """Text to bytes as programs hold it; `decode` undoes it exactly."""
    return text.encode("utf-8", "surrogateescape")


def decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def write_all(fd: int, data: bytes) -> Body[None]:
    while data:
        written = yield from Write(fd, data)
        data = data[written:]


def print_out(text: str) -> Body[None]:
    """Write to standard output; the newline is yours."""
    yield from write_all(1, encode(text))


def print_err(text: str) -> Body[None]:
    """Write to standard error; the newline is yours."""
    yield from write_all(2, encode(text))


def read_all(fd: int) -> Body[bytes]:
    """Everything until the end."""
    parts: list[bytes] = []
    while chunk := (yield from Read(fd)):
        parts.append(chunk)
    return b"".join(parts)


def read_file(path: str) -> Body[bytes]:
    """A whole file. Raises: SyscallError."""
    fd = yield from Open(path, O_RDONLY)
    data = yield from read_all(fd)
    yield from Close(fd)
    return data


def write_file(path: str, data: bytes, mode: int = 0o666) -> Body[None]:
    """Make or replace a file. Raises: SyscallError."""
    fd = yield from Open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
    yield from write_all(fd, data)
    yield from Close(fd)


def copy(source: int, target: int) -> Body[int]:
    """From one descriptor to another until the end; answers how many bytes."""
    total = 0
    while chunk := (yield from Read(source)):
        yield from write_all(target, chunk)
        total += len(chunk)
    return total


class LineReader:
    """Lines of a descriptor, each with its newline (the last one perhaps without)::

    reader = LineReader(fd)
    while (line := (yield from reader.next())) is not None:
        ...
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._rest = b""
        self._ended = False

    def next(self) -> Body[bytes | None]:
        """The next line; None at the end."""
        while (cut := self._rest.find(b"\n") + 1) == 0 and not self._ended:
            chunk = yield from Read(self._fd)
            self._rest += chunk
            self._ended = not chunk
        cut = cut or len(self._rest)
        line, self._rest = self._rest[:cut], self._rest[cut:]
        return line or None


class Output:
    """Gathers output in memory and writes it in one go: `put` as often as you like, then `yield
    from out.flush()`.

    Flush before waiting for input and at the end; nothing is written otherwise.
    """

    def __init__(self, fd: int = 1) -> None:
        self._fd = fd
        self._parts: list[bytes] = []

    def put(self, text: str | bytes) -> None:
        self._parts.append(encode(text) if isinstance(text, str) else text)

    def flush(self) -> Body[None]:
        data = b"".join(self._parts)
        self._parts.clear()
        yield from write_all(self._fd, data)
