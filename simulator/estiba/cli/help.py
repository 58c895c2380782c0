"""`--help` and usage errors, made from the table of commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .arguments import usage_line
from .command import Command, Flag, Group
from .commands import COMMON, GROUPS, commands_of
from .values import kind_of

EXPERIMENTAL = """

EXPERIMENTAL:
  docker {0} is an experimental feature.
  Experimental features provide early access to product functionality. These
  features may change between releases without warning, or can be removed from a
  future release. Learn more about experimental features in our documentation:
  https://docs.docker.com/go/experimental/"""

MORE = "For more help on how to use Docker, head to https://docs.docker.com/go/guides/"
NAME_WIDTH = 11

Supported = Callable[[Command | Flag], bool]


def command_help(command: Command, name: str, width: int, supported: Supported) -> str:
    """The help of one command, called by `name`. `supported` tells what the engine offers."""
    text = f"Usage:  {usage_line(command, name)}\n\n{command.description}"
    also = command.also
    if not also and command.aliases:
        group = command.path.rpartition(" ")[0]
        also = ", ".join(
            f"docker {path}" for path in (command.path, *(f"{group} {a}" for a in command.aliases))
        )
    if also:
        text += f"\n\nAliases:\n  {also}"
    flags = [flag for flag in command.flags if _shown(flag, supported)]
    if flags:
        text += f"\n\nOptions:\n{flag_usages(flags, width)}"
    return text + "\n"


def _shown(flag: Flag, supported: Supported) -> bool:
    return not flag.hidden and not flag.deprecated and supported(flag)


def group_help(group: Group, supported: Supported) -> str:
    """The help of a word that holds commands."""
    text = f"Usage:  docker {group.name} COMMAND\n\n{group.description}"
    if group.name == "manifest":
        text += EXPERIMENTAL.format(group.name)
    inner = [GROUPS[f"{group.name} {name}"] for name in group.groups]
    if inner:
        text += listing("Management Commands", ((g.name.split()[-1], g.description) for g in inner))
    listed = [c for c in commands_of(group.name) if supported(c)]
    text += listing("Commands", sorted((c.path.split()[-1], c.short) for c in listed))
    return (
        text + f"\n\nRun 'docker {group.name} COMMAND --help' for more information on a command.\n"
    )


def root_help(flags: Iterable[Flag], width: int, experimental: bool = True) -> str:
    """The help of `docker` itself."""
    top = {command.top: command.short for command in commands_of("")}
    groups = [group for name, group in GROUPS.items() if " " not in name]
    if not experimental:
        groups.remove(GROUPS["checkpoint"])
    text = "Usage:  docker [OPTIONS] COMMAND\n\nA self-sufficient runtime for containers"
    text += listing("Common Commands", ((name, top.pop(name)) for name in COMMON))
    for title, swarm in (("Management Commands", False), ("Swarm Commands", True)):
        some = [group for group in groups if group.swarm is swarm]
        text += listing(title, ((group.name, group.short or group.description) for group in some))
    text += listing("Commands", sorted(top.items()))
    text += f"\n\nGlobal Options:\n{flag_usages(flags, width)}"
    text += "\n\nRun 'docker COMMAND --help' for more information on a command."
    return f"{text}\n\n{MORE}\n"


def listing(title: str, entries: Iterable[tuple[str, str]]) -> str:
    """Names in one column, their short descriptions in the next."""
    lines = (f"\n  {name:<{NAME_WIDTH}} {short}" for name, short in entries)
    return f"\n\n{title}:" + "".join(lines)


def flag_usages(flags: Iterable[Flag], width: int) -> str:
    """The block of options, names in one column and their wrapped descriptions in the next."""
    entries = []
    for flag in sorted(flags, key=lambda flag: flag.name):
        label = kind_of(flag.kind).label
        start = f"  -{flag.short}, --{flag.name}" if flag.short else f"      --{flag.name}"
        entries.append((f"{start} {label}".rstrip(), _usage(flag)))
    column = max((len(start) for start, _ in entries), default=0) + 3
    lines = (f"{start:<{column}}{wrap(usage, column, width)}" for start, usage in entries)
    return "\n".join(line.rstrip() for line in lines)


def _usage(flag: Flag) -> str:
    kind = kind_of(flag.kind)
    default = flag.default or kind.empty
    if not default or default in ("0", "false"):
        return flag.usage
    return flag.usage + (
        f' (default "{default}")' if kind.label == "string" else f" (default {default})"
    )


def wrap(text: str, indent: int, width: int) -> str:
    """Break text into lines from column `indent` to `width`, where a little over is tolerated.

    Source: the behaviour of pflag's FlagUsagesWrapped.
    """
    first = ""
    room = width - indent
    if room < 24:
        indent, room = 16, width - 16
        first = "\n" + " " * indent
    margin = "\n" + " " * indent
    if room < 24:
        return text.replace("\n", margin)
    lines: list[str] = []
    while text or not lines:
        line, text = _cut(text, room - 5, 5)
        lines.append(line.replace("\n", margin))
    return first + margin.join(lines)


def _cut(text: str, room: int, slack: int) -> tuple[str, str]:
    if room + slack > len(text):
        return text, ""
    space = max(text.rfind(mark, 0, room) for mark in " \t\n")
    if space <= 0:
        return text, ""
    newline = text.rfind("\n", 0, room)
    cut = newline if 0 < newline < space else space
    return text[:cut], text[cut + 1 :]
