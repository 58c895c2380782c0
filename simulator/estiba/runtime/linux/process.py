"""A process of a container as the engine holds it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from ...tasks import Channel, Scheduler, Signal, Wait, Work
from ..port import ProcessSpec, Stdio
from . import terminal
from .pipes import Inlet, Outlet, Poller

EXIT_NS = 200_000_000
"""How long the end of a stream waits for the exit code, which comes another way and a moment later."""


class LinuxProcess:
    """Fed by its monitor: `end` is called when the exit code is known."""

    def __init__(self, pid: int, args: tuple[str, ...], scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.pid = pid
        self.args = args
        self.inside = 0
        self.exit_code: int | None = None
        self.exited = Signal()
        self._terminal = -1
        self._inlet: Inlet | None = None
        self._outlets: list[Outlet] = []

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
            self._let_out(poller, os.dup(self._terminal), stdio.stdout)
            return
        if stdio.stdin is not None:
            self._inlet = Inlet(poller, streams["stdin"], stdio.stdin, lambda: close("stdin"))
        self._let_out(poller, streams["stdout"], stdio.stdout)
        self._let_out(poller, streams["stderr"], stdio.stderr)

    def _let_out(self, poller: Poller, fd: int, channel: Channel) -> None:
        outlet = Outlet(poller, fd, channel, lambda: self._stream_ended(channel))
        self._outlets.append(outlet)

    def _stream_ended(self, channel: Channel) -> None:
        """Whoever sees the stream end shall find the exit code; but a process may well live on without streams."""
        if self.exit_code is None:
            self._scheduler.spawn(self._close_late(channel))
        else:
            channel.close()

    def _close_late(self, channel: Channel) -> Work[None]:
        deadline_ns = self._scheduler.clock.now_ns() + EXIT_NS
        while self.exit_code is None and self._scheduler.clock.now_ns() < deadline_ns:
            yield Wait((self.exited,), deadline_ns)
        channel.close()

    def resize(self, rows: int, columns: int) -> None:
        if self._terminal >= 0:
            with contextlib.suppress(OSError):
                terminal.resize(self._terminal, rows, columns)

    def end(self, code: int) -> None:
        if self.exit_code is None:
            self.exit_code = code
            self._stop_typing()
            self.exited.fire()

    def let_go(self) -> None:
        """Close its streams, while it goes on."""
        self._stop_typing()
        for outlet in self._outlets:
            outlet.close()

    def _stop_typing(self) -> None:
        if self._inlet is not None:
            self._inlet.close()
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1
