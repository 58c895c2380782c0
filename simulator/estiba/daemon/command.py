"""`estiba daemon start|stop|status|run|logs`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from . import process
from .places import Places

USAGE = "Usage:  estiba daemon start|stop|status|run|logs"


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Carry out one of the commands; the exit code. `status` is 3 when no daemon runs."""
    places = Places.of(environment)
    match list(arguments):
        case ["start"]:
            print(process.start(environment).docker_host)
        case ["stop"]:
            print("stopped" if process.stop(environment) else "no daemon runs")
        case ["status"]:
            pid = process.running_pid(places)
            print(f"runs as {pid} on {places.docker_host}" if pid else "no daemon runs")
            return 0 if pid else 3
        case ["run"]:
            from .serve import serve  # noqa: PLC0415  (the engine, only for the daemon itself)

            serve(environment)
        case ["logs"]:
            print(places.log.read_text() if places.log.exists() else "", end="")
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0
