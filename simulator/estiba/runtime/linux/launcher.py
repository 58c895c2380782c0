"""The launcher: forks a monitor for each container that starts. Run as a process by `runtime.LinuxRuntime`.

It is a process of its own because a small one forks in a millisecond, however large the engine has grown. It ends
when the engine closes its socket; the monitors stay.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import os
import signal
import socket
import sys

from . import monitor, seccomp
from .messages import receive

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
    """Fork a monitor for each plan that comes, with the socket it comes with."""
    while (received := receive(engine)) is not None:
        plan, [connection] = received
        if os.fork() == 0:
            engine.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            monitor.run(plan, socket.socket(fileno=connection))
        os.close(connection)


if __name__ == "__main__":
    main()
