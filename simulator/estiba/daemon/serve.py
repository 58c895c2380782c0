"""What the daemon process runs: an engine, its API, and the loop that serves both."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from email.utils import formatdate

from ..app import House, simulated
from ..errors import Conflict
from ..http.poller import Poller
from ..http.server import HttpServer
from ..trace import SystemClock
from .places import Places

TRACE_LIMIT = 100_000


class AlreadyRunning(Conflict):
    """Another daemon answers on the socket."""

    def __init__(self, socket_path: str) -> None:
        super().__init__(f"a daemon is running already on {socket_path}")


def bind(places: Places) -> socket.socket:
    """A listening socket for the owner alone. Raises: AlreadyRunning."""
    path = str(places.socket)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.connect(path)
    except OSError:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
    else:
        listener.close()
        raise AlreadyRunning(path)
    listener.close()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(path)
    finally:
        os.umask(before)
    listener.listen(128)
    return listener


def drain(sock: socket.socket) -> None:
    """Take what a signal wrote; the poller was woken, that is all it is for."""
    sock.recv(64)


def report(error: BaseException) -> None:
    traceback.print_exception(error, file=sys.stderr)
    sys.stderr.flush()


class Daemon:
    """Serves until it is told to stop."""

    def __init__(self, house: House, poller: Poller, listener: socket.socket) -> None:
        self._stop = False
        self._house = house
        self._server = HttpServer(
            house.api.serve,
            house.scheduler,
            poller,
            date=lambda: formatdate(usegmt=True),
            on_error=report,
        )
        self._server.listen(listener)

    def stop(self, *_: object) -> None:
        self._stop = True

    def run(self) -> None:
        while not self._stop:
            self._server.run_once()
        self._server.close()


def serve(environment: Mapping[str, str]) -> None:
    """Run the daemon in the foreground until SIGTERM or SIGINT. Raises: AlreadyRunning."""
    places = Places.of(environment)
    places.prepare()
    listener = bind(places)
    poller = Poller()
    places.pid_file.write_text(f"{os.getpid()}\n")
    try:
        house = simulated(
            clock=SystemClock(), poller=poller, trace_limit=TRACE_LIMIT, environment=environment
        )
        daemon = Daemon(house, poller, listener)
        waker, wakened = socket.socketpair()  # a signal interrupts the poller through it
        for end in (waker, wakened):
            end.setblocking(False)
        poller.watch(wakened, 1, lambda _: drain(wakened))
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, daemon.stop)
        print(f"serving the Docker Engine API on {places.docker_host}", file=sys.stderr, flush=True)
        daemon.run()
    finally:
        listener.close()
        for path in (places.socket, places.pid_file):
            path.unlink(missing_ok=True)
