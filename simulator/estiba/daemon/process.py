"""Starting, stopping and asking about the daemon's process."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from .errors import AlreadyRunning, DaemonSilent
from .lock import is_locked, open_private
from .places import Places, answers

START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
STEP_S = 0.005
LOG_LIMIT = 1 << 20


def running(places: Places) -> tuple[int, tuple[str, ...]] | None:
    """The number of the daemon's process and its addresses, None when none runs."""
    if not is_locked(places):
        return None
    try:
        with open(places.pid_file, encoding="ascii") as file:
            number, *addresses = file.read().split()
        return int(number), tuple(addresses)
    except (OSError, ValueError):
        return None


def start(environment: Mapping[str, str], options: Sequence[str] = ()) -> Places:
    """Start a daemon unless one runs; return when it answers.

    `options` go to `estiba daemon run`. Raises: DaemonSilent, AlreadyRunning when one runs that was not
    started with these options, UnsafeHome.
    """
    places = Places.of(environment)
    if answers(places):
        if options:
            raise AlreadyRunning(places.home)
        return places
    places.prepare()
    began = _trim(places.log)
    with open(places.log, "ab", opener=open_private) as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "estiba", "daemon", "run", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=dict(environment),
            cwd="/",
        )
    limit = time.monotonic() + START_LIMIT_S
    while not answers(places):
        gone = child.poll() is not None and not is_locked(places)
        if gone or time.monotonic() > limit:
            raise DaemonSilent(places.log, _last_line(places.log, began))
        time.sleep(STEP_S)
    child.returncode = 0  # it stays, and nobody waits for it
    return places


def stop(environment: Mapping[str, str]) -> bool:
    """Stop the daemon and wait until it is gone. False if none ran."""
    places = Places.of(environment)
    found = running(places)
    if found is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(found[0], signal.SIGTERM)
        limit = time.monotonic() + STOP_LIMIT_S
        while is_locked(places):
            if time.monotonic() > limit:
                os.kill(found[0], signal.SIGKILL)
            time.sleep(STEP_S)
    return True


def _trim(path: str) -> int:
    """Put a log that has grown large aside; how long it is now."""
    try:
        size = os.stat(path).st_size
        if size > LOG_LIMIT:
            os.replace(path, f"{path}.1")
            return 0
    except FileNotFoundError:
        return 0
    return size


def _last_line(path: str, began: int) -> str:
    with open(path, "rb") as log:
        log.seek(began)
        lines = log.read().decode("utf-8", "replace").split("\n")
    return next((line for line in reversed(lines) if line.strip()), "").removeprefix("estiba: ")
