"""What the daemon process runs: an engine, its API, and the loop that serves both."""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from email.utils import formatdate
from pathlib import Path

from ..app import House, linux, simulated
from ..engine.shutdown import shut_down
from ..http.poller import Poller
from ..http.server import HttpServer
from ..trace import SystemClock
from .addresses import Options, listen
from .lock import PATIENCE_S, locked, open_private
from .places import HOST, Places

TRACE_LIMIT = 100_000


def bind(places: Places) -> socket.socket:
    """A listening socket for the owner alone. Whoever calls holds the lock: what is there is stale."""
    remove(places.socket)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(places.socket)
    finally:
        os.umask(before)
    listener.listen(128)
    return listener


def remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def drain(sock: socket.socket) -> None:
    """Take what a signal wrote; the poller was woken, that is all it is for."""
    sock.recv(64)


def report(error: BaseException) -> None:
    traceback.print_exception(error, file=sys.stderr)
    sys.stderr.flush()


class Daemon:
    """Serves until it is told to stop."""

    def __init__(self, house: House, poller: Poller) -> None:
        self._stops = 0
        self._house = house
        self.server = HttpServer(
            house.api.serve,
            house.scheduler,
            poller,
            date=lambda: formatdate(usegmt=True),
            on_error=report,
            before_sending=house.engine.checkpoint,
        )

    def stop(self, *_: object) -> None:
        """The first time in good order, the second time at once."""
        self._stops += 1

    def run(self) -> None:
        """Serve until it is told to stop, then stop the containers; new clients are refused then."""
        while not self._stops:
            self.server.run_once()
        self.server.stop_listening()
        stopping = self._house.scheduler.spawn(shut_down(self._house.engine))
        while not stopping.done and self._stops == 1:
            self.server.run_once(until=stopping)
        self.server.close()
        self._house.close()


def serve(environment: Mapping[str, str], options: Options) -> None:
    """Run the daemon in the foreground until SIGTERM or SIGINT.

    Raises: AlreadyRunning, UnsafeHome, UnsafeAddress.
    """
    places = Places.of(environment)
    places.prepare()
    tls = options.tls()
    raise_descriptor_limit()
    with locked(places, PATIENCE_S), contextlib.ExitStack() as leaving:
        for path in (places.socket, places.pid_file):
            leaving.callback(remove, path)
        poller = Poller()
        house = make_house(environment, poller, Path(places.home))
        daemon = Daemon(house, poller)
        addresses = [places.docker_host, *map(str, options.ports)]
        for port in options.ports:
            listener = leaving.enter_context(listen(port))
            daemon.server.listen(listener, admission=options.admission(port), tls=tls)
        with open(places.pid_file, "w", opener=open_private, encoding="ascii") as file:
            file.write("\n".join([str(os.getpid()), *addresses, ""]))
        daemon.server.listen(leaving.enter_context(bind(places)))
        for end in watch_signals(poller, daemon.stop):
            leaving.enter_context(end)
        where = " and ".join(addresses)
        print(f"serving the Docker Engine API on {where}", file=sys.stderr, flush=True)
        gc.collect()
        gc.freeze()
        daemon.run()


def make_house(environment: Mapping[str, str], poller: Poller, home: Path) -> House:
    """A house over the host that ESTIBA_HOST names, the simulated one if none. Raises: NotSupported."""
    if environment.get(HOST) == "linux":
        return linux(home, poller=poller, trace_limit=TRACE_LIMIT, environment=environment)
    return simulated(
        clock=SystemClock(),
        poller=poller,
        trace_limit=TRACE_LIMIT,
        environment=environment,
        home=home,
    )


def raise_descriptor_limit() -> None:
    """Let this process have as many descriptors as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def watch_signals(poller: Poller, stop: Callable[..., None]) -> tuple[socket.socket, socket.socket]:
    """Let SIGTERM and SIGINT stop the daemon; each interrupts the poller through a pair of sockets."""
    waker, wakened = socket.socketpair()
    for end in (waker, wakened):
        end.setblocking(False)
    poller.watch(wakened, 1, lambda _: drain(wakened))
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return waker, wakened
