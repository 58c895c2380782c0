"""One session at the prompt: a line in, an exit code out. Knows no terminal."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Callable
from importlib.resources import files

from ..app import House
from ..cli.commands import GROUPS, TOP
from ..cli.console import Console

WORDS = ("docker", "why", "help", "exit")


class Session:
    """Runs lines in a house. `console` makes the console of one command; `show` prints."""

    def __init__(
        self,
        house: House,
        language: str,
        console: Callable[[], Console],
        show: Callable[[str], None],
    ) -> None:
        self._house = house
        self._language = language
        self._console = console
        self._show = show
        text = (files(__package__) / f"texts.{language}.toml").read_text(encoding="utf-8")
        self.texts: dict[str, str] = tomllib.loads(text)
        self.ended = False

    def run(self, line: str) -> int:
        """Run one line; its exit code. 127 for words that are none of ours, 2 for an open quote."""
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            self._show(self.texts["quote"].format(reason=error) + "\n")
            return 2
        match words:
            case []:
                return 0
            case ["docker", *arguments]:
                return self._house.docker(arguments, self._console())
            case ["why", _, *_]:
                self._show(self._house.why(" ".join(words[1:]), self._language))
                return 0
            case ["why"]:
                self._show(self.texts["why"] + "\n")
                return 2
            case ["help"]:
                self._show(self.texts["help"])
                return 0
            case ["exit" | "quit"]:
                self.ended = True
                return 0
        self._show(self.texts["unknown"].format(word=words[0]) + "\n")
        return 127

    def complete(self, before: str, word: str) -> list[str]:
        """What the word at the cursor may become, given the line before it."""
        words = before.split()
        match words:
            case []:
                choices: list[str] = list(WORDS)
            case ["docker"]:
                choices = [*TOP, *GROUPS]
            case ["docker", *_] | ["why", *_]:
                choices = self._names()
            case _:
                choices = []
        return sorted(choice for choice in set(choices) if choice.startswith(word))

    def _names(self) -> list[str]:
        """Names of containers and images that are here."""
        engine = self._house.engine
        names = [container.name.removeprefix("/") for container in engine.containers.newest_first()]
        for image in engine.images.list():
            names += image["RepoTags"] or ()
        return names
