"""`python -m estiba.cli …`: the command line alone, as a client of whatever engine DOCKER_HOST names."""

from __future__ import annotations

import os
import sys

from ..http.client import SocketTransport, connect
from ..trace.clock import SystemClock
from .app import run_command
from .disk import DiskFiles
from .terminal import TerminalConsole


def main() -> int:
    return run_command(
        sys.argv[1:],
        transport=connect(os.environ),
        console=TerminalConsole(),
        files=DiskFiles(),
        environment=os.environ,
        clock=SystemClock(),
        connect=SocketTransport,
    )


if __name__ == "__main__":
    sys.exit(main())
