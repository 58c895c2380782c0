"""A command as a whole process: this machine's terminal, files and sockets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..http.client import SocketTransport
from ..trace.clock import SystemClock
from .app import run_command
from .disk import DiskFiles
from .root import DEFAULT_HOST
from .terminal import TerminalConsole


def run_process(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    wake: Callable[[], None] | None = None,
) -> int:
    """Run one command against the engine that the environment names; its exit code.

    `wake` starts that engine; it is called when a command needs it and nobody answers.
    """
    host = environment.get("DOCKER_HOST") or DEFAULT_HOST
    return run_command(
        arguments,
        transport=SocketTransport(host, None, wake),
        console=TerminalConsole(),
        files=DiskFiles(),
        environment=environment,
        clock=SystemClock(),
        connect=SocketTransport,
    )
