"""Waiting for file descriptors: where a process sleeps on its sockets and terminal."""

from __future__ import annotations

import selectors
from collections.abc import Callable
from typing import Protocol

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE


class HasFileno(Protocol):
    def fileno(self) -> int: ...


class Poller:
    """Calls back when a file descriptor is ready."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def watch(self, file: HasFileno | int, interest: int, callback: Callable[[int], None]) -> None:
        """Call `callback(what is ready)` from `poll`; `interest` 0 ends it. Replaces an earlier
        watch.
        """
        key = self._selector.get_map().get(file)
        if not interest:
            if key is not None:
                self._selector.unregister(file)
        elif key is None:
            self._selector.register(file, interest, callback)
        elif key.events != interest or key.data is not callback:
            self._selector.modify(file, interest, callback)

    @property
    def watching(self) -> bool:
        return bool(self._selector.get_map())

    def poll(self, timeout_s: float | None) -> bool:
        """Wait at most that long (None: for ever) and call back. True if anything was ready."""
        ready = self._selector.select(timeout_s)
        for key, events in ready:
            key.data(events)
        return bool(ready)

    def wait(self, timeout_s: float) -> bool:
        """Wait at most that long until something is ready, and call nobody. True if anything is."""
        return bool(self._selector.select(timeout_s))

    def close(self) -> None:
        self._selector.close()
