"""Clocks: where all times come from. One of the modules that may touch `time`."""

import time
from typing import Protocol

NS_PER_S = 1_000_000_000


class Clock(Protocol):
    """Nanoseconds since the Unix epoch, never going back."""

    def now_ns(self) -> int: ...

    def wait_until(self, deadline_ns: int) -> None:
        """Let time pass until then; a virtual clock simply is there."""
        ...


class VirtualClock:
    """Stands still until told to go on: `sleep 3600` costs nothing.

    Each reading moves it by `tick_ns`, so that two things never happen at the same instant.
    """

    def __init__(self, start_ns: int, *, tick_ns: int = 1_000_000) -> None:
        self._now_ns = start_ns
        self._tick_ns = tick_ns

    def now_ns(self) -> int:
        self._now_ns += self._tick_ns
        return self._now_ns

    def wait_until(self, deadline_ns: int) -> None:
        self._now_ns = max(self._now_ns, deadline_ns)

    def advance(self, seconds: float) -> None:
        self._now_ns += round(seconds * NS_PER_S)


class SystemClock:
    """The machine's clock, held monotonic."""

    def __init__(self) -> None:
        self._offset_ns = time.time_ns() - time.monotonic_ns()

    def now_ns(self) -> int:
        return time.monotonic_ns() + self._offset_ns

    def wait_until(self, deadline_ns: int) -> None:
        delay_ns = deadline_ns - self.now_ns()
        if delay_ns > 0:
            time.sleep(delay_ns / NS_PER_S)
