"""Starting, stopping and asking about the daemon's process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping

from ..errors import Failure
from .places import Places

START_LIMIT_S = 20.0
STOP_LIMIT_S = 15.0
STEP_S = 0.01


class DaemonSilent(Failure):
    """The daemon was started and never answered."""

    def __init__(self, log: str) -> None:
        super().__init__(f"the daemon does not answer; see {log}")


def answers(places: Places) -> bool:
    """Does anybody accept connections on the daemon's socket?"""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(places.socket))
        except OSError:
            return False
        return True


def running_pid(places: Places) -> int | None:
    """The process number of the daemon, None when none runs."""
    if not answers(places):
        return None
    try:
        return int(places.pid_file.read_text())
    except (OSError, ValueError):
        return None


def start(environment: Mapping[str, str]) -> Places:
    """Start a daemon unless one runs; return when it answers. Raises: DaemonSilent."""
    places = Places.of(environment)
    if answers(places):
        return places
    places.prepare()
    with open(places.log, "ab", opener=_private) as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "estiba", "daemon", "run"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=dict(environment),
            cwd="/",
        )
    limit = time.monotonic() + START_LIMIT_S
    while not answers(places):
        if child.poll() is not None or time.monotonic() > limit:
            raise DaemonSilent(str(places.log))
        time.sleep(STEP_S)
    return places


def stop(environment: Mapping[str, str]) -> bool:
    """Stop the daemon and wait until it is gone. False if none ran."""
    places = Places.of(environment)
    pid = running_pid(places)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    limit = time.monotonic() + STOP_LIMIT_S
    while places.pid_file.exists() and time.monotonic() < limit:
        time.sleep(STEP_S)
    if places.pid_file.exists():
        os.kill(pid, signal.SIGKILL)
    return True


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
