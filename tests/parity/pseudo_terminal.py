"""A terminal of this machine for a client in this process: the kernel echoes, edits lines and turns
line ends, as it does for a real client, and keys are typed when the screen is quiet.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import termios
import tty
from collections.abc import Callable, Iterator
from typing import Any

from estiba.cli.console import MemoryStream
from estiba.cli.terminal import InputStream

SETTLED_S, QUIET_S = 0.2, 0.6
CHUNK = 1 << 10
TAKEN_S = 0.5
INTERRUPT = "\x03"


class Terminal:
    """A console on a pseudo-terminal. `keys`: texts, or what to `expect`, what to `send`, how long
    it must be `quiet` before, in seconds.
    """

    stdin_is_terminal = stdout_is_terminal = True

    def __init__(self, keys: list[Any], size: tuple[int, int], now_ns: Callable[[], int]) -> None:
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self._keys = [key if isinstance(key, dict) else {"send": key} for key in keys]
        self._size, self._now_ns = size, now_ns
        self._seen, self._mark = b"", 0
        self._last_ns = now_ns()
        self.stdin = InputStream(self._slave)
        self.signals = MemoryStream()

    @property
    def screen(self) -> str:
        self._drain()
        return self._seen.decode(errors="replace")

    @property
    def keys_left(self) -> int:
        return len(self._keys)

    def write(self, data: bytes) -> None:
        for start in range(0, len(data), CHUNK):
            os.write(self._slave, data[start : start + CHUNK])
            self._drain()

    write_error = write

    def size(self) -> tuple[int, int]:
        return self._size

    @contextlib.contextmanager
    def raw_mode(self) -> Iterator[None]:
        before = termios.tcgetattr(self._slave)
        tty.setraw(self._slave)
        try:
            yield
        finally:
            termios.tcsetattr(self._slave, termios.TCSANOW, before)

    @contextlib.contextmanager
    def no_echo(self) -> Iterator[None]:
        before = termios.tcgetattr(self._slave)
        after = termios.tcgetattr(self._slave)
        after[3] &= ~termios.ECHO
        termios.tcsetattr(self._slave, termios.TCSANOW, after)
        try:
            yield
        finally:
            termios.tcsetattr(self._slave, termios.TCSANOW, before)

    def key_due_ns(self) -> int | None:
        """When the next key is typed if nothing more is shown; None if it waits for a text."""
        if not self._keys:
            return None
        want = self._keys[0].get("expect")
        if want is None:
            quiet_s: float = self._keys[0].get("quiet", QUIET_S)
            return self._last_ns + round(quiet_s * 1e9)
        if want.encode() in self._seen[self._mark :]:
            return self._last_ns + round(SETTLED_S * 1e9)
        return None

    def type_key(self) -> None:
        text = self._keys.pop(0)["send"]
        self._mark = len(self._seen)
        self._last_ns = self._now_ns()
        modes = termios.tcgetattr(self._slave)[3]
        os.write(self._master, text.encode())
        echoed = self._master if modes & termios.ECHO else self._slave
        select.select([echoed], [], [], TAKEN_S)  # the kernel takes the key in a thread of its own
        if modes & termios.ISIG and INTERRUPT in text:
            self.signals.feed(b"INT")
        self._drain()

    def _drain(self) -> None:
        while select.select([self._master], [], [], 0)[0]:
            self._seen += os.read(self._master, 1 << 16)
            self._last_ns = self._now_ns()

    def close(self) -> None:
        os.close(self._slave)
        os.close(self._master)
