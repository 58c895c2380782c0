"""`estiba trace docker …`: one docker command in an engine of its own, and what happened inside, line by line."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .app import House, linux, simulated
from .cli.disk import DiskFiles
from .cli.terminal import TerminalConsole
from .daemon.places import HOST, Places
from .errors import InvalidInput
from .http.poller import Poller
from .runtime.linux.runtime import LinuxRuntime
from .trace import Event, SystemClock
from .trace.processes import KernelCalled

LONGEST = 120


class WrongUse(InvalidInput):
    """What follows `estiba trace` is no docker command."""


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the command, then print its story on standard error; the command's exit code.

    The Linux host works with what its daemon keeps, so the daemon must not run meanwhile. Raises: WrongUse,
    HomeTaken, NotSupported.
    """
    if arguments[:1] != ["docker"]:
        raise WrongUse("usage: estiba trace docker COMMAND")
    house = _house(environment)
    try:
        position = house.recorder.position
        code = house.docker(arguments[1:], TerminalConsole())
        sys.stdout.flush()
        for record in house.recorder.since(position):
            print(line(record.event), file=sys.stderr)
        return code
    finally:
        house.close()


def _house(environment: Mapping[str, str]) -> House:
    if environment.get(HOST) != "linux":
        return simulated(
            clock=SystemClock(), poller=Poller(), files=DiskFiles(), environment=environment
        )
    places = Places.of(environment)
    places.prepare()
    house = linux(Path(places.home), files=DiskFiles(), environment=environment)
    runtime = house.engine.host.runtime
    if isinstance(runtime, LinuxRuntime):
        runtime.tells_calls = True
    return house


def line(event: Event) -> str:
    """An event as one line: its name and its fields; a system call as itself."""
    if isinstance(event, KernelCalled):
        return f"  {event.call}"
    fields = ((field.name, getattr(event, field.name)) for field in dataclasses.fields(event))
    text = " ".join(
        f"{name}={_short(value)}" for name, value in fields if value not in (None, "", ())
    )
    return f"{event.name}: {text}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
