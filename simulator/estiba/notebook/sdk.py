"""The Docker SDK for Python on the engine of a notebook.

The SDK speaks HTTP over a socket it waits for, so a thread serves one, in a folder only its user can
enter. Engine and cells take turns by one lock. On a virtual clock, time passes when a request waits for
nothing else.
"""

from __future__ import annotations

import os
import socket
import tempfile
import threading
from collections.abc import Callable
from email.utils import formatdate
from typing import TYPE_CHECKING

from ..errors import NotSupported
from ..http.poller import Poller
from ..http.server import HttpServer
from ..trace import VirtualClock
from .session import Session

if TYPE_CHECKING:
    from docker import DockerClient

TURN_S = 0.02
JUMP_NS = 15 * 10**9
"""The longest wait that is cut short: that of `docker stop`, and a little more."""


class MissingSdk(NotSupported):
    def __init__(self) -> None:
        super().__init__("the Docker SDK for Python is not installed: pip install docker")


def connect(session: Session) -> DockerClient:
    """A client on the session's engine. Raises: MissingSdk, NotSupported."""
    try:
        import docker  # noqa: PLC0415  (only those who ask for it need it)
    except ImportError:
        raise MissingSdk from None
    if session.address is None:
        session.address = serve(session)
    return docker.DockerClient(base_url=session.address)


def serve(session: Session) -> str:
    """Serve the session's engine from a thread; the address. Raises: NotSupported."""
    if not hasattr(socket, "AF_UNIX"):
        raise NotSupported("this system has no Unix sockets")
    path = os.path.join(tempfile.mkdtemp(prefix="estiba-"), "docker.sock")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(16)
    session.lock = threading.RLock()
    turn = _turns(session, listener)
    threading.Thread(target=turn, name="estiba-engine", daemon=True).start()
    return f"unix://{path}"


def _turns(session: Session, listener: socket.socket) -> Callable[[], None]:
    house, poller = session.machine.house, Poller()
    server = HttpServer(
        house.api.serve,
        house.scheduler,
        poller,
        date=lambda: formatdate(usegmt=True),
        on_error=lambda error: None,
    )
    server.listen(listener)

    def run() -> None:
        while True:
            idle = not poller.wait(TURN_S)
            with session.lock:
                poller.poll(0)
                house.scheduler.run_idle()
                server.deliver()
                if idle and server.connections and isinstance(house.clock, VirtualClock):
                    _pass(session)

    return run


def _pass(session: Session) -> None:
    house = session.machine.house
    due_ns = house.scheduler.next_deadline_ns()
    if due_ns is not None and due_ns - house.clock.now_ns() <= JUMP_NS:
        house.clock.wait_until(due_ns)
