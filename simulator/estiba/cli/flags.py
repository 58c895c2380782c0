"""Reads a command's words by the rules of pflag: `-abc`, `-n5`, `-n=5`, `--name=x`, `--name x`, `--`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..spec.gotext import quote
from .command import Command, Flag
from .errors import InvalidFlag
from .values import kind_of

HELP = Flag("help", "", "bool", "Print usage", hidden=True)


class Options(dict[str, Any]):
    """What the flags said: values by name (with defaults), and which were given.

    Values of flags that were not given are shared between runs: never change one in place.
    """

    __slots__ = ("arguments", "given", "help", "special", "warnings")

    def __init__(self, command: Command) -> None:
        super().__init__(command.defaults)
        self.given: set[str] = set()
        self.arguments: list[str] = []
        self.warnings: list[str] = []
        self.help = False
        self.special = False

    def set(self, flag: Flag, text: str) -> None:
        """Give a flag a value. Raises: InvalidFlag."""
        kind = kind_of(flag.kind)
        name = flag.name
        try:
            if kind.many:
                if name not in self.given:
                    self[name] = kind.start("")
                self[name] = kind.add(self[name], text)
            elif flag is HELP:
                self.help = kind.parse(text)
            else:
                self[name] = kind.parse(text)
        except ValueError as error:
            named = f"-{flag.short}, --{name}" if flag.short else f"--{name}"
            raise InvalidFlag(
                f'invalid argument {quote(text)} for "{named}" flag: {error}'
            ) from None
        self.given.add(name)
        if flag.version or flag.windows or flag.experimental:
            self.special = True
        if flag.deprecated:
            self.warnings.append(f"Flag --{name} has been deprecated, {flag.deprecated}")


def parse(command: Command, words: Sequence[str]) -> Options:
    """Split `words` into flags and arguments. Raises: InvalidFlag."""
    options = Options(command)
    rest = list(words)
    rest.reverse()
    while rest:
        word = rest.pop()
        if len(word) < 2 or word[0] != "-":
            options.arguments.append(word)
            if not command.interspersed:
                break
        elif word == "--":
            break
        elif word[1] == "-":
            _long(options, command, word[2:], rest)
        else:
            _short(options, command, word[1:], rest)
    rest.reverse()
    options.arguments.extend(rest)
    return options


def _long(options: Options, command: Command, word: str, rest: list[str]) -> None:
    name, equals, text = word.partition("=")
    if not name or name[0] == "-":
        raise InvalidFlag(f"bad flag syntax: --{word}")
    flag = HELP if name == "help" else command.by_name.get(name)
    if flag is None:
        raise InvalidFlag(f"unknown flag: --{name}")
    kind = kind_of(flag.kind)
    if equals:
        options.set(flag, text)
    elif kind.bare is not None:
        options.set(flag, kind.bare)
    elif rest:
        options.set(flag, rest.pop())
    else:
        raise InvalidFlag(f"flag needs an argument: --{name}")


def _short(options: Options, command: Command, letters: str, rest: list[str]) -> None:
    """One bundle of letters. An equal sign counts as one only with something after it."""
    while letters:
        shown, letter, letters = letters, letters[0], letters[1:]
        flag = command.by_short.get(letter)
        if flag is None:
            if letter != "h":
                raise InvalidFlag(f"unknown shorthand flag: {_rune(letter)} in -{shown}")
            options.warnings.append("Flag shorthand -h has been deprecated, use --help")
            options.help = True
            continue
        kind = kind_of(flag.kind)
        if len(letters) > 1 and letters[0] == "=":
            options.set(flag, letters[1:])
            return
        if kind.bare is not None:
            options.set(flag, kind.bare)
        elif letters:
            options.set(flag, letters)
            return
        elif rest:
            options.set(flag, rest.pop())
            return
        else:
            raise InvalidFlag(f"flag needs an argument: {_rune(letter)} in -{shown}")


def _rune(letter: str) -> str:
    """How pflag shows a letter: it looks at the first byte only."""
    shown = chr(letter.encode("utf-8", "surrogateescape")[0])
    return "'" + shown.replace("\\", "\\\\").replace("'", "\\'") + "'"
