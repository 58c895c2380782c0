"""The lock that makes a daemon the only one of its home. The system lets it go when the daemon ends, however
it ends, so that what a dead daemon left behind is known to be stale.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from .errors import AlreadyRunning
from .places import Places

STEP_S = 0.01
PATIENCE_S = 0.3


def open_private(path: str, flags: int) -> int:
    """Open a file that is its owner's alone."""
    return os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


@contextlib.contextmanager
def locked(places: Places, patience_s: float = 0.0) -> Iterator[None]:
    """Inside, nobody else runs a daemon there. Raises: AlreadyRunning.

    With some patience, those who only ask whether it is locked do not count.
    """
    limit = time.monotonic() + patience_s
    descriptor = open_private(places.lock, os.O_RDWR | os.O_CREAT)
    try:
        while not _try(descriptor):
            if time.monotonic() >= limit:
                raise AlreadyRunning(places.home)
            time.sleep(STEP_S)
        yield
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(places: Places) -> bool:
    """Does a daemon run there, ready or not?"""
    try:
        with locked(places):
            return False
    except FileNotFoundError:
        return False
    except AlreadyRunning:
        return True
