"""Open file descriptions: what descriptors point at, counted by how many do.

A description answers at once, or with a work that waits. Regular files and directories are in
`files`, terminals in `terminal`, sockets in `sockets`, devices in `devices`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ...filesystem import Stat
from ...filesystem.flags import O_RDONLY, O_WRONLY
from ...tasks import Channel, Disconnected, Signal, Work
from .syscalls import SyscallError
from .syscalls.errnos import EBADF, EINVAL, EPIPE, ESPIPE
from .syscalls.signals import SIGPIPE

if TYPE_CHECKING:
    from .process import SimulatedProcess

S_IFIFO = 0o010000
S_IFCHR = 0o020000
PIPE_CAPACITY = 65536


def make_stat(mode: int, *, size: int = 0, rdev: int = 0, ino: int = 1, mtime_ns: int = 0) -> Stat:
    """The status of something that is not on any filesystem."""
    return Stat(
        mode=mode, ino=ino, nlink=1, uid=0, gid=0, size=size, mtime_ns=mtime_ns, rdev=rdev, dev=1
    )


class Description:
    """Base of all. `references` counts the descriptors, in all processes, that share it."""

    __slots__ = ("flags", "name", "references")

    def __init__(self, name: str, flags: int) -> None:
        self.name = name
        self.flags = flags
        self.references = 1

    def read(self, process: SimulatedProcess, size: int) -> bytes | Work[bytes]:
        raise SyscallError(EBADF)

    def write(self, process: SimulatedProcess, data: bytes) -> int | Work[int]:
        raise SyscallError(EBADF)

    def seek(self, offset: int, whence: int) -> int:
        raise SyscallError(ESPIPE)

    def truncate(self, size: int) -> None:
        raise SyscallError(EINVAL)

    def stat(self) -> Stat:
        return make_stat(S_IFCHR | 0o666)

    def can_read(self) -> bool:
        """Would `read` answer at once?"""
        return True

    def can_write(self) -> bool:
        return True

    def changes(self) -> tuple[Signal, ...]:
        """What fires when `can_read` or `can_write` may have changed."""
        return ()

    def release(self) -> None:
        """One descriptor less; the last one closes."""
        self.references -= 1
        if self.references == 0:
            self.close()

    def close(self) -> None:
        """Nobody holds it any more."""


class Pipe:
    """The buffer between the two ends."""

    __slots__ = ("changed", "data", "ino", "opened", "readers", "writers")

    def __init__(self, ino: int) -> None:
        self.data = bytearray()
        self.readers = 0
        self.writers = 0
        self.opened = 0
        """How often somebody began to write."""
        self.changed = Signal()
        self.ino = ino


class PipeReader(Description):
    __slots__ = ("_pipe",)

    def __init__(self, pipe: Pipe) -> None:
        super().__init__(f"pipe:[{pipe.ino}]", O_RDONLY)
        self._pipe = pipe
        pipe.readers += 1

    def read(self, process: SimulatedProcess, size: int) -> bytes | Work[bytes]:
        return self._take(size) if self.can_read() else self._wait(process, size)

    def _wait(self, process: SimulatedProcess, size: int) -> Work[bytes]:
        while not self.can_read():
            yield from process.block(self._pipe.changed)
        return self._take(size)

    def _take(self, size: int) -> bytes:
        data = self._pipe.data
        chunk = bytes(data[:size])
        del data[:size]
        self._pipe.changed.fire()
        return chunk

    def can_read(self) -> bool:
        return bool(self._pipe.data) or self._pipe.writers == 0

    def changes(self) -> tuple[Signal, ...]:
        return (self._pipe.changed,)

    def stat(self) -> Stat:
        return make_stat(S_IFIFO | 0o600, ino=self._pipe.ino)

    def close(self) -> None:
        self._pipe.readers -= 1
        self._pipe.changed.fire()


class PipeWriter(Description):
    __slots__ = ("_pipe",)

    def __init__(self, pipe: Pipe) -> None:
        super().__init__(f"pipe:[{pipe.ino}]", O_WRONLY)
        self._pipe = pipe
        pipe.writers += 1
        pipe.opened += 1

    def write(self, process: SimulatedProcess, data: bytes) -> int | Work[int]:
        if self.can_write():
            return self._put(process, data)
        return self._wait(process, data)

    def _wait(self, process: SimulatedProcess, data: bytes) -> Work[int]:
        while not self.can_write():
            yield from process.block(self._pipe.changed)
        return self._put(process, data)

    def _put(self, process: SimulatedProcess, data: bytes) -> int:
        if self._pipe.readers == 0:
            process.raise_signal(SIGPIPE)
            raise SyscallError(EPIPE)
        self._pipe.data += data
        self._pipe.changed.fire()
        return len(data)

    def can_write(self) -> bool:
        return self._pipe.readers == 0 or len(self._pipe.data) < PIPE_CAPACITY

    def changes(self) -> tuple[Signal, ...]:
        return (self._pipe.changed,)

    def stat(self) -> Stat:
        return make_stat(S_IFIFO | 0o600, ino=self._pipe.ino)

    def close(self) -> None:
        self._pipe.writers -= 1
        self._pipe.changed.fire()


class ChannelInput(Description):
    """Standard input without a terminal: a pipe whose other end is outside the container."""

    __slots__ = ("_channel", "_rest")

    def __init__(self, channel: Channel, ino: int) -> None:
        super().__init__(f"pipe:[{ino}]", O_RDONLY)
        self._channel = channel
        self._rest = b""

    def read(self, process: SimulatedProcess, size: int) -> Work[bytes]:
        while not self.can_read():
            yield from process.block(self._channel.changed)
        data = self._rest or self._channel.poll() or b""
        self._rest = data[size:]
        return data[:size]

    def can_read(self) -> bool:
        return bool(self._rest) or self._channel.ready

    def changes(self) -> tuple[Signal, ...]:
        return (self._channel.changed,)

    def stat(self) -> Stat:
        return make_stat(S_IFIFO | 0o600)

    def close(self) -> None:
        self._channel.cancel()


class ChannelOutput(Description):
    """Standard output or error without a terminal. What nobody outside listens to is lost."""

    __slots__ = ("_channel",)

    def __init__(self, channel: Channel, ino: int) -> None:
        super().__init__(f"pipe:[{ino}]", O_WRONLY)
        self._channel = channel

    def write(self, process: SimulatedProcess, data: bytes) -> Work[int]:
        with suppress(Disconnected):
            yield from self._channel.write(data)
        return len(data)

    def stat(self) -> Stat:
        return make_stat(S_IFIFO | 0o600)

    def close(self) -> None:
        self._channel.close()
