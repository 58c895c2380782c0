"""The launcher: forks a monitor for each container that starts, one ahead. Run as a process by `runtime.LinuxRuntime`.

It is a process of its own because a small one forks in a millisecond, however large the engine has grown. It ends
when the engine closes its socket; the monitors stay.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import os
import select
import signal
import socket
import sys

from . import monitor, seccomp
from .messages import receive, send

CALM_S = 0.02
ENCODINGS = ("ascii", "utf-8", "latin-1")


def main() -> None:
    with socket.socket(fileno=int(sys.argv[1])) as engine:
        os.chdir("/")
        os.setsid()
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(OSError):
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for monitors
        for name in ENCODINGS:
            codecs.lookup(name)  # what is not loaded now cannot be loaded inside a container
        if seccomp.supported():
            seccomp.program(seccomp.DEFAULT)
        gc.disable()
        gc.freeze()  # what is here now stays shared with every monitor
        serve(engine)


def serve(engine: socket.socket) -> None:
    """Give each plan that comes, with the socket it comes with, to a monitor that is ready for it.

    The next monitor is made when nothing has come for a moment, or when it is needed. None is made before the first
    plan: by then the engine has confined us.
    """
    ready: socket.socket | None = None
    while (received := receive(engine)) is not None:
        plan, [connection] = received
        job = ready or make_monitor(engine)
        send(job, plan, [connection])
        job.close()
        os.close(connection)
        ready = None
        if not select.select([engine], [], [], CALM_S)[0]:
            ready = make_monitor(engine)


def make_monitor(engine: socket.socket) -> socket.socket:
    """Fork a monitor; the socket on which it waits for its container."""
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        engine.close()
        ours.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        monitor.run(theirs)
    theirs.close()
    return ours


if __name__ == "__main__":
    main()
