"""A real terminal with a command in it, for tests."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from typing import Any

LIMIT_S = 60.0


class Terminal:
    """A pseudo-terminal whose foreground is one `estiba` command."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._master, self._slave = os.openpty()
        self.resize(30, 100)
        self.before = self.mode()
        self.screen = b""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "estiba", *words],
            env={**environment, "TERM": "xterm"},
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509
        )

    def mode(self) -> list[Any]:
        """What the terminal does with keys and output now."""
        return termios.tcgetattr(self._slave)

    def resize(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def sees(self, text: str) -> bool:
        """Wait until the text has been shown since the last time something was seen."""
        limit = time.monotonic() + LIMIT_S
        while text.encode() not in self.screen:
            if time.monotonic() > limit:
                raise AssertionError(f"{text!r} never came: {self.screen.decode()!r}")
            self._read(0.1)
        self.screen = self.screen.partition(text.encode())[2]
        return True

    def _read(self, timeout_s: float) -> None:
        if select.select([self._master], [], [], timeout_s)[0]:
            with contextlib.suppress(OSError):
                self.screen += os.read(self._master, 1 << 16)

    def code(self) -> int:
        """Wait for the command's exit code."""
        limit = time.monotonic() + LIMIT_S
        while (code := self.process.poll()) is None:
            self._read(0.05)
            if time.monotonic() > limit:
                raise AssertionError(f"it does not end: {self.screen.decode()!r}")
        return code

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._master)
        os.close(self._slave)
