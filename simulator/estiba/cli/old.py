"""What client 20.10 shows differently: for recordings made with it, chosen by ESTIBA_CLIENT=20.10.24."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .command import Command
from .commands import GROUPS, commands_of
from .help import flag_usages, listing
from .root import root_flags

if TYPE_CHECKING:
    from .session import Session

FORMATS = {"images": "Pretty-print images using a Go template"}
FORMAT = re.compile(r"(--format string +)Format output using a custom template:\n(?: {18,}.*\n)+")
COMPLETION = "Generate the autocompletion script for the specified shell"
WORDS = {
    "config": "Manage Docker configs",
    "secret": "Manage Docker secrets",
    "service": "Manage services",
    "stack": "Manage Docker stacks",
    "exec": "Run a command in a running container",
    "login": "Log in to a Docker registry",
    "logout": "Log out from a Docker registry",
    "pull": "Pull an image or a repository from a registry",
    "push": "Push an image or a repository to a registry",
    "run": "Run a command in a new container",
    "search": "Search the Docker Hub for images",
}
USAGES = {
    "host": "Daemon socket(s) to connect to",
    "log-level": 'Set the logging level ("debug"|"info"|"warn"|"error"|"fatal")',
}
MORE = "To get more help with docker, check out our guides at https://docs.docker.com/go/guides/"


def command_help(text: str, command: Command) -> str:
    """No list of aliases, short words for `--format`, no `--tree`."""
    text = re.sub(r"\nAliases:\n.*\n\n", "\n", text)
    text = re.sub(r"\n +--tree .*\n", "\n", text)
    words = FORMATS.get(command.top, "Pretty-print using a Go template")
    return "\n" + FORMAT.sub(lambda match: f"{match[1]}{words}\n", text)


def root_help(session: Session, width: int) -> str:
    """Options first, no common commands, swarm among the rest."""
    flags = [flag._replace(usage=USAGES.get(flag.name, flag.usage)) for flag in root_flags(session)]
    groups = {name: group.short or group.description for name, group in GROUPS.items()}
    groups = {n: words for n, words in groups.items() if " " not in n and n != "checkpoint"}
    groups["completion"] = COMPLETION
    top = {command.top: command.short for command in commands_of("")}
    text = "\nUsage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers"
    text += f"\n\nOptions:\n{flag_usages(flags, width)}"
    for title, some in (("Management Commands", groups), ("Commands", top)):
        text += listing(title, sorted((name, WORDS.get(name, some[name])) for name in some))
    return f"{text}\n\nRun 'docker COMMAND --help' for more information on a command.\n\n{MORE}\n"
