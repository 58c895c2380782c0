"""The magics: what a cell says, run in the session, and errors as one sentence."""

from __future__ import annotations

import shlex
import sys
from typing import Any

from IPython.core.magic import (
    Magics,
    line_cell_magic,
    line_magic,
    magics_class,
    no_var_expand,
)
from IPython.display import display

from ..errors import EstibaError
from .session import begin, current, shown


@magics_class
class EstibaMagics(Magics):
    """`%estiba`, `%docker`, `%%docker`, `%why`, `%picture`, `%pass_time`.

    Braces in a line stay as they are: they are Go templates.
    """

    @no_var_expand
    @line_magic
    def estiba(self, line: str) -> None:
        """`%estiba [--seed S] [--lang es|en]`: a fresh engine."""
        options = _options(line, ("--seed", "--lang"))
        language = options.get("--lang", current().language)
        if language not in ("es", "en"):
            _say(f"--lang {language}: es or en")
            return
        begin(options.get("--seed"), language)

    @no_var_expand
    @line_cell_magic
    def docker(self, line: str, cell: str | None = None) -> None:
        """`%docker ps`: one command. `%%docker [--after S] [--picture …]`: a script as typed at a terminal."""
        if cell is None:
            self._type(f"docker {line}")
            return
        head, _, asked = line.partition("--picture")
        options = _options(head, ("--after",))
        if "--after" in options:
            current().wait(float(options["--after"]))
        self._type(cell)
        if asked.strip():
            _draw(asked)

    def _type(self, script: str) -> None:
        try:
            for step in current().run(script):
                sys.stdout.write(shown(step))
        except EstibaError as error:
            _say(str(error))

    @no_var_expand
    @line_magic
    def why(self, line: str) -> None:
        """`%why 52B`: where a size or an identifier comes from; `%why ubuntu`: what a name means."""
        sys.stdout.write(current().why(line.strip()))

    @no_var_expand
    @line_magic
    def picture(self, line: str) -> None:
        """`%picture stack ubuntu`: a picture, in the words of `estiba view`."""
        _draw(line)

    @no_var_expand
    @line_magic
    def pass_time(self, line: str) -> None:
        """`%pass_time 45`: let seconds go by."""
        current().wait(float(line))


def _draw(line: str) -> None:
    try:
        display(current().picture(shlex.split(line)))  # type: ignore[no-untyped-call]
    except (EstibaError, ValueError) as error:
        _say(str(error))


def _options(line: str, known: tuple[str, ...]) -> dict[str, str]:
    words = [part for word in shlex.split(line) for part in word.split("=", 1)]
    found = dict(zip(words[::2], words[1::2], strict=False))
    for word in (*found, *words[2 * len(found) :]):
        if word not in known:
            _say(f"{word}: not known; there are {', '.join(known)}")
    return found


def _say(text: Any) -> None:
    print(f"estiba: {text}", file=sys.stderr)
