"""`estiba env`: what a shell has to carry out so that the real `docker`, or an SDK, finds our daemon."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from .places import Places
from .process import start

HINDERING = ("DOCKER_CONTEXT", "DOCKER_TLS", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")
"""Variables that would lead elsewhere, or ask for certificates."""


class Dialect(NamedTuple):
    """How a shell sets a variable and how it forgets one. Every line ends so that lines may be joined."""

    set: Callable[[str, str], str]
    forget: Callable[[str], str]


def _posix(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)};"


def _fish(name: str, value: str) -> str:
    quoted = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{quoted}';"


def _powershell(name: str, value: str) -> str:
    quoted = value.replace("'", "''")
    return f"$Env:{name} = '{quoted}';"


POSIX = Dialect(_posix, lambda name: f"unset {name};")
DIALECTS = {
    "sh": POSIX,
    "bash": POSIX,
    "zsh": POSIX,
    "fish": Dialect(_fish, lambda name: f"set -e {name};"),
    "powershell": Dialect(
        _powershell, lambda name: f"Remove-Item Env:{name} -ErrorAction SilentlyContinue;"
    ),
}


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Print the lines; the daemon is started if need be, so that what follows finds it."""
    parser = argparse.ArgumentParser("estiba env", allow_abbrev=False)
    parser.add_argument(
        "--shell", choices=DIALECTS, default=usual_shell(environment), help="whose words to print"
    )
    parser.add_argument("--unset", action="store_true", help="undo it")
    given = parser.parse_args(list(arguments))
    if given.unset:
        lines = [DIALECTS[given.shell].forget("DOCKER_HOST")]
    else:
        lines = exports(start(environment), DIALECTS[given.shell], environment)
    print("\n".join(lines))
    return 0


def usual_shell(environment: Mapping[str, str]) -> str:
    name = environment.get("SHELL", "").rpartition("/")[2]
    return name if name in DIALECTS else "sh"


def exports(places: Places, dialect: Dialect, environment: Mapping[str, str]) -> list[str]:
    """The address, and an end to whatever hinders."""
    hindering = [dialect.forget(name) for name in HINDERING if environment.get(name)]
    return [dialect.set("DOCKER_HOST", places.docker_host), *hindering]
