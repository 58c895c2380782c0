"""What depends on the engine: flags and commands that need a newer API, experimental features or Windows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import Unavailable
from .command import Command, Flag
from .errors import CommandFailed

if TYPE_CHECKING:
    from .flags import Options
    from .session import Session


def offered(session: Session, row: Command | Flag) -> bool:
    """Is this row shown by `--help`? All are when no engine can be asked."""
    client = session.client
    try:
        client.ping()
    except Unavailable:
        return True
    if row.version and not client.at_least(row.version):
        return False
    return not row.windows and (not row.experimental or _experimental(session))


def shows_experimental(session: Session) -> bool:
    """Are experimental commands listed? They are when no engine can be asked."""
    try:
        session.client.ping()
    except Unavailable:
        return True
    return _experimental(session)


def _experimental(session: Session) -> bool:
    return session.client.offers.get("docker-experimental") == "true"


def require_experimental(session: Session, path: str) -> None:
    """Raises: CommandFailed."""
    if not shows_experimental(session):
        raise CommandFailed(
            f"docker {path} is only supported on a Docker daemon with experimental features enabled"
        )


def require_command(session: Session, command: Command) -> None:
    """Raises: CommandFailed."""
    if command.version and not session.client.at_least(command.version):
        raise CommandFailed(
            f"docker {command.path} requires API version {command.version}, "
            f"but the Docker daemon API version is {session.client.version}"
        )


def require_flags(session: Session, command: Command, options: Options) -> None:
    """Raises: CommandFailed, with one line for each flag the engine cannot serve."""
    client = session.client
    problems = []
    for flag in sorted(command.flags, key=lambda flag: flag.name):
        if flag.name not in options.given:
            continue
        if flag.version and not client.at_least(flag.version):
            problems.append(
                f'"--{flag.name}" requires API version {flag.version}, '
                f"but the Docker daemon API version is {client.version}"
            )
        elif flag.windows:
            client.ping()
            problems.append(
                f'"--{flag.name}" is only supported on a Docker daemon running on windows, '
                "but the Docker daemon is running on linux"
            )
        elif flag.experimental and not shows_experimental(session):
            problems.append(
                f'"--{flag.name}" is only supported on a Docker daemon with experimental features enabled'
            )
    if problems:
        raise CommandFailed("\n".join(problems))
