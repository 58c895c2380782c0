"""Run as a program: starts a daemon for each line it reads, and prints its process number.

Everything is loaded once; a daemon is a fork, there in no time. Nobody waits for its end.
"""

from __future__ import annotations

import os
import signal
import sys

from estiba.daemon.addresses import Options
from estiba.daemon.places import Places
from estiba.daemon.serve import serve


def be_the_daemon() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    places = Places.of(os.environ)
    places.prepare()
    log = os.open(places.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    serve(os.environ, Options())


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            sys.stdin.close()
            be_the_daemon()
            return
        print(pid, flush=True)


if __name__ == "__main__":
    main()
