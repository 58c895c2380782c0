"""How many arguments a command takes, and what it says when there are not that many."""

from __future__ import annotations

from .command import Command, Group
from .errors import CommandFailed, InvalidFlag


def usage_line(command: Command | Group, name: str) -> str:
    return f"docker {name} {command.usage}".rstrip()


def check_count(command: Command, name: str, given: int) -> None:
    """Raises: CommandFailed. The three beginnings of the last line are Docker's own."""
    least, most = command.arguments
    if given >= least and (most is None or given <= most):
        return
    plural = "" if (least if most is None else most) == 1 else "s"
    see = "Run"
    if most is None:
        what, see = f"requires at least {least} argument{plural}", "See"
    elif most == 0:
        what = "accepts no arguments"
    elif least == most:
        what = f"requires {most} argument{plural}"
    elif least == 0:
        what, see = f"requires at most {most} argument{plural}", "SRun"
    else:
        what = f"requires at least {least} and at most {most} argument{plural}"
    raise CommandFailed(
        f"docker: 'docker {name}' {what}\n\nUsage:  {usage_line(command, name)}\n\n"
        f"{see} 'docker {name} --help' for more information"
    )


def with_usage(error: InvalidFlag, command: Command | Group, name: str) -> CommandFailed:
    """What a bad flag makes the command say."""
    line = usage_line(command, name)
    return CommandFailed(
        f"{error.message}\n\nUsage:  {line}\n\nRun 'docker {name} --help' for more information",
        error.code,
    )


def unknown(words: str, group: Group | None = None) -> CommandFailed:
    """What a word that is no command makes `docker`, or one of its groups, say."""
    if group is None:
        return CommandFailed(
            f"docker: unknown command: docker {words}\n\nRun 'docker --help' for more information"
        )
    return CommandFailed(
        f"docker: unknown command: docker {group.name} {words}\n\nUsage:  {usage_line(group, group.name)}"
        f"\n\nRun 'docker {group.name} --help' for more information"
    )
