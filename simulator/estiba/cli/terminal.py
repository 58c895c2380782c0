"""The console of a real process: file descriptors 0 to 2, termios, signals. May touch the machine."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections import deque
from collections.abc import Iterator
from types import FrameType

from .console import SIGNALS

try:
    import termios
    import tty
except ImportError:  # not a POSIX system: no raw mode
    termios = None  # type: ignore[assignment]

CHUNK = 1 << 15


class InputStream:
    """Standard input, never waited for inside `poll`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._ended = False

    def fileno(self) -> int:
        return self._descriptor

    @property
    def ready(self) -> bool:
        if self._ended:
            return True
        try:
            return bool(select.select([self._descriptor], [], [], 0)[0])
        except (OSError, ValueError):
            return True

    def poll(self) -> bytes | None:
        if self._ended:
            return None
        if not self.ready:
            return b""
        try:
            data = os.read(self._descriptor, CHUNK)
        except OSError:
            data = b""
        self._ended = not data
        return data or None


class SignalStream:
    """The signals that came, by name; a pipe makes them something to wait on."""

    def __init__(self) -> None:
        self._pending: deque[str] = deque()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        for name in ("HUP", "INT", "TERM", "WINCH", "USR1", "USR2", "QUIT", "CONT"):
            with contextlib.suppress(AttributeError, ValueError, OSError):
                signal.signal(getattr(signal, f"SIG{name}"), self._caught)

    def _caught(self, number: int, _: FrameType | None) -> None:
        name = next((name for name, known in SIGNALS.items() if known == number), "TERM")
        self._pending.append(name)
        with contextlib.suppress(OSError):
            os.write(self._writer, b".")

    def fileno(self) -> int:
        return self._reader

    @property
    def ready(self) -> bool:
        return bool(self._pending)

    def poll(self) -> bytes | None:
        with contextlib.suppress(OSError):
            os.read(self._reader, CHUNK)
        return self._pending.popleft().encode() if self._pending else b""


class TerminalConsole:
    """Standard input, output and error of this process."""

    def __init__(self) -> None:
        self.stdin = InputStream(0)
        self.signals = SignalStream()
        self.stdin_is_terminal = os.isatty(0)
        self.stdout_is_terminal = os.isatty(1)

    def write(self, data: bytes) -> None:
        _write_all(1, data)

    def write_error(self, data: bytes) -> None:
        _write_all(2, data)

    def size(self) -> tuple[int, int]:
        for descriptor in (1, 0):
            with contextlib.suppress(OSError):
                columns, rows = os.get_terminal_size(descriptor)
                return rows, columns
        return 0, 0

    @contextlib.contextmanager
    def _mode(self, change: int) -> Iterator[None]:
        if termios is None or not self.stdin_is_terminal:
            yield
            return
        before = termios.tcgetattr(0)
        try:
            if change == 0:
                tty.setraw(0, termios.TCSANOW)  # what was typed already is kept
            else:
                after = termios.tcgetattr(0)
                after[3] &= ~change
                termios.tcsetattr(0, termios.TCSANOW, after)
            yield
        finally:
            termios.tcsetattr(0, termios.TCSANOW, before)

    def raw_mode(self) -> contextlib.AbstractContextManager[None]:
        return self._mode(0)

    def no_echo(self) -> contextlib.AbstractContextManager[None]:
        return self._mode(termios.ECHO if termios else 0)

    def wait(self, timeout_s: float | None) -> bool:
        """Sleep until a key or a signal comes: what a loopback asks while its engine has nothing to do."""
        if self.signals.ready:
            return True
        with contextlib.suppress(InterruptedError):
            files: list[InputStream | SignalStream] = [self.stdin, self.signals]
            return bool(select.select(files, [], [], timeout_s)[0])
        return True


def _write_all(descriptor: int, data: bytes) -> None:
    """Raises: BrokenPipeError."""
    (sys.stdout if descriptor == 1 else sys.stderr).flush()
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            select.select([], [descriptor], [])
