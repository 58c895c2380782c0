"""The standard streams of a process: pipes, or the master of a terminal, held by the monitor for the engine."""

from __future__ import annotations

import contextlib
import os


class StandardStreams:
    """`inner` are the process's ends, by its descriptor; `outer` ours, by the stream's name.

    With a terminal there is nothing inside before the process made it, in its own /dev/pts; `terminal` is then ours.
    """

    def __init__(self, *, tty: bool, stdin: bool) -> None:
        self.calls: list[str] = []
        """The system calls that led to the program, if they were asked for."""
        self.inner: list[int] = []
        self.outer: dict[str, int] = {}
        if tty:
            return
        if stdin:
            reading, self.outer["stdin"] = os.pipe()
        else:
            reading = os.open("/dev/null", os.O_RDWR)
        self.outer["stdout"], writing = os.pipe()
        self.outer["stderr"], complaining = os.pipe()
        self.inner = [reading, writing, complaining]

    def close_inner(self) -> None:
        for fd in self.inner:
            os.close(fd)
        self.inner = []

    def close(self, name: str) -> None:
        """Close our end of one stream, if it is open."""
        fd = self.outer.pop(name, None)
        if fd is not None:
            with contextlib.suppress(OSError):
                os.close(fd)

    def close_all(self) -> None:
        self.close_inner()
        for name in list(self.outer):
            self.close(name)
