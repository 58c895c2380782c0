"""What a command is: one row of the table that parsing, usage errors and `--help` all read.

Rows are named tuples: every command begins by loading some, and a dataclass takes ten times as long.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

FORMAT_HELP = """Format output using a custom template:
'table':            Print output in table format with column headers (default)
'table TEMPLATE':   Print output in table format using the given Go template
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template.
Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates"""

INSPECT_FORMAT_HELP = """Format output using a custom template:
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template.
Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates"""


class Flag(NamedTuple):
    """A flag. `kind` names a row of `values.KINDS`; `default` is the text a missing flag stands for."""

    name: str
    short: str
    kind: str
    usage: str
    default: str = ""
    version: str = ""
    windows: bool = False
    experimental: bool = False
    hidden: bool = False
    deprecated: str = ""


class CommandRow(NamedTuple):
    """A command. `path` is "container ls", or the bare name of one that lives at the top only.

    `arguments` is the least and the greatest number of arguments (None: any). `run` is
    "module:function" in this package; the empty string is a command that is known but not offered.
    """

    path: str
    usage: str
    description: str
    arguments: tuple[int, int | None]
    run: str
    flags: tuple[Flag, ...] = ()
    top: str = ""
    aliases: tuple[str, ...] = ()
    top_aliases: tuple[str, ...] = ()
    also: str = ""
    interspersed: bool = True
    version: str = ""
    swarm: str = ""
    listed: str = ""
    windows: bool = False
    experimental: bool = False


class Command(CommandRow):
    """A row with what is looked up in it."""

    @cached_property
    def by_name(self) -> dict[str, Flag]:
        return {flag.name: flag for flag in self.flags}

    @cached_property
    def by_short(self) -> dict[str, Flag]:
        return {flag.short: flag for flag in self.flags if flag.short}

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """What the flags are that were not given."""
        from .values import kind_of  # noqa: PLC0415  (values knows flags no more than this)

        return {flag.name: kind_of(flag.kind).start(flag.default) for flag in self.flags}

    @property
    def short(self) -> str:
        """The one line that lists of commands show."""
        first, more, _ = self.description.partition("\n")
        return self.listed or (first.removesuffix(".") if more else first)


class Group(NamedTuple):
    """A word that only holds commands, as `docker image`."""

    name: str
    description: str
    module: str
    usage: str = ""
    short: str = ""
    swarm: bool = False
    groups: tuple[str, ...] = ()
