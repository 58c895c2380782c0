"""One daemon per home: a lock that ends with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from ...errors import Conflict

FILE = "lock"


class HomeTaken(Conflict):
    """Another process uses the home."""

    def __init__(self, home: Path, owner: str) -> None:
        by = f"process {owner}" if owner else "another process"
        super().__init__(f"{home} is in use by {by}")
        self.home = home


class HomeLock:
    """Held from construction to `close`. Raises: HomeTaken."""

    def __init__(self, home: Path) -> None:
        self._descriptor = os.open(home / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            owner = os.pread(self._descriptor, 20, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise HomeTaken(home, owner) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        os.close(self._descriptor)
