"""A process of a container as the engine holds it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from ...tasks import Signal
from ..port import ProcessSpec, Stdio
from . import terminal
from .pipes import Inlet, Outlet, Poller


class LinuxProcess:
    """Fed by its monitor: `end` is called when the exit code is known."""

    def __init__(self, pid: int, args: tuple[str, ...]) -> None:
        self.pid = pid
        self.args = args
        self.inside = 0
        self.exit_code: int | None = None
        self.exited = Signal()
        self._terminal = -1
        self._inlet: Inlet | None = None

    def connect(
        self,
        poller: Poller,
        streams: dict[str, int],
        spec: ProcessSpec,
        stdio: Stdio,
        close: Callable[[str], None],
    ) -> None:
        """Join its streams to the engine's channels; `close` closes one that the monitor holds."""
        if spec.tty:
            self._terminal = streams["terminal"]
            stdio.stderr.close()
            if stdio.stdin is not None:
                self._inlet = Inlet(poller, os.dup(self._terminal), stdio.stdin, lambda: None)
            Outlet(poller, os.dup(self._terminal), stdio.stdout)
            return
        if stdio.stdin is not None:
            self._inlet = Inlet(poller, streams["stdin"], stdio.stdin, lambda: close("stdin"))
        Outlet(poller, streams["stdout"], stdio.stdout)
        Outlet(poller, streams["stderr"], stdio.stderr)

    def resize(self, rows: int, columns: int) -> None:
        if self._terminal >= 0:
            with contextlib.suppress(OSError):
                terminal.resize(self._terminal, rows, columns)

    def end(self, code: int) -> None:
        if self.exit_code is None:
            self.exit_code = code
            if self._inlet is not None:
                self._inlet.close()
            if self._terminal >= 0:
                os.close(self._terminal)
                self._terminal = -1
            self.exited.fire()
