"""`estiba daemon start|stop|status|run|logs`."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from os.path import abspath

from . import process
from .addresses import parse_options
from .places import Places

USAGE = """\
Usage:  estiba daemon start|stop|status|run|logs

  start [OPTIONS]   start the daemon, unless one runs, and print its address
  stop              stop it
  status            say whether one runs (exit code 3 if none does)
  run [OPTIONS]     be the daemon, in the foreground
  logs [-f]         what it had to say

OPTIONS open TCP ports besides the Unix socket, which is always there:
  -H, --host tcp://ADDRESS[:PORT]    where to listen; without TLS only with --insecure-loopback
  --tlsverify                        let in who has a certificate of the authority below
  --tlscacert, --tlscert, --tlskey   files: the authority's certificate, ours, and our key
  --insecure-loopback                let every program and user of this machine in

Each user has one daemon, in ESTIBA_HOME or the usual directory for a user's data.
"""
FOLLOW_STEP_S = 0.2


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Carry out one of the commands; the exit code. `status` is 3 when no daemon runs."""
    places = Places.of(environment)
    match list(arguments):
        case ["start", *options]:
            print(process.start(environment, _absolute(options)).docker_host)
        case ["stop"]:
            print("stopped" if process.stop(environment) else "no daemon runs")
        case ["status"]:
            return status(places)
        case ["run", *options]:
            from .serve import serve  # noqa: PLC0415  (the engine, only for the daemon itself)

            serve(environment, parse_options(options))
        case ["logs"] | ["logs", "-f" | "--follow"]:
            logs(places, follow=len(arguments) > 1)
        case ["-h" | "--help"]:
            print(USAGE, end="")
        case _:
            print(USAGE, file=sys.stderr, end="")
            return 2
    return 0


def _absolute(options: Sequence[str]) -> list[str]:
    """The options for a process that works elsewhere."""
    found = parse_options(options)
    words = [word for port in found.ports for word in ("--host", str(port))]
    if found.verify:
        files = zip(("--tlscacert", "--tlscert", "--tlskey"), found[2:], strict=True)
        words += ["--tlsverify", *(word for name, path in files for word in (name, abspath(path)))]
    elif words:
        words.append("--insecure-loopback")
    return words


def status(places: Places) -> int:
    found = process.running(places)
    if found is None:
        print("no daemon runs")
        return 3
    pid, addresses = found
    print(f"runs as {pid} on {' '.join(addresses)}")
    return 0


def logs(places: Places, *, follow: bool) -> None:
    try:
        with open(places.log, encoding="utf-8", errors="replace") as log:
            print(log.read(), end="")
            while follow:
                print(log.read(), end="", flush=True)
                time.sleep(FOLLOW_STEP_S)
    except FileNotFoundError:
        return
