"""The command line of a shell: options and what is left.

Source: bash(1), "INVOCATION"; POSIX.1-2017, sh.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .dialect import Dialect
from .state import OPTION_LETTERS

VERSION = """GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
"""
USAGE = """Usage:\tbash [GNU long option] [option] ...
\tbash [GNU long option] [option] script-file ...
GNU long options:
\t--debug
\t--debugger
\t--dump-po-strings
\t--dump-strings
\t--help
\t--init-file
\t--login
\t--noediting
\t--noprofile
\t--norc
\t--posix
\t--pretty-print
\t--rcfile
\t--restricted
\t--verbose
\t--version
Shell options:
\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)
\t-abefhkmnptuvxBCEHPT or -o option
"""


@dataclass(slots=True)
class Arguments:
    """The command line, understood."""

    command: str | None = None
    wants_command: bool = False
    stdin: bool = False
    interactive: bool = False
    login: bool = False
    startup: bool = True
    profile: bool = True
    rcfile: str = "~/.bashrc"
    posix: bool = False
    options: list[tuple[str, bool]] = field(default_factory=list)
    shopt: list[tuple[str, bool]] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)


class BadOption(Exception):
    """An option no shell knows."""


def _long(arguments: Arguments, name: str, rest: list[str]) -> None:
    if name in ("--login",):
        arguments.login = True
    elif name == "--norc":
        arguments.startup = False
    elif name == "--noprofile":
        arguments.profile = False
    elif name in ("--rcfile", "--init-file") and rest:
        arguments.rcfile = rest.pop(0)
    elif name == "--posix":
        arguments.posix = True
    elif name in ("--verbose", "--restricted", "--noediting", "--debugger"):
        pass
    else:
        raise BadOption(name)


def parse(args: list[str], dialect: Dialect) -> Arguments:
    """Raises: BadOption."""
    arguments = Arguments()
    rest = list(args)
    while rest and rest[0][:1] in ("-", "+") and len(rest[0]) > 1:
        word = rest.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            if dialect is not Dialect.BASH and word != "--login":
                raise BadOption(word)
            _long(arguments, word, rest)
        else:
            _letters(arguments, word, rest, dialect)
    if rest[:1] == ["-"]:
        rest.pop(0)
    if arguments.wants_command:
        if not rest:
            raise BadOption("-c")
        arguments.command = rest.pop(0)
    arguments.rest = rest
    return arguments


def _letters(arguments: Arguments, word: str, rest: list[str], dialect: Dialect) -> None:
    on = word[0] == "-"
    for letter in word[1:]:
        if letter == "c":
            arguments.wants_command = True
        elif letter == "o" and rest:
            arguments.options.append((rest.pop(0), on))
        elif letter == "O" and rest and dialect is Dialect.BASH:
            arguments.shopt.append((rest.pop(0), on))
        elif letter == "l":
            arguments.login = True
        elif letter == "s":
            arguments.stdin = True
        elif letter == "i":
            arguments.interactive = on
        elif letter in OPTION_LETTERS:
            arguments.options.append((OPTION_LETTERS[letter], on))
        elif letter not in "rD":
            raise BadOption(f"{word[0]}{letter}")
