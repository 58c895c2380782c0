"""`estiba image from-host NAME...`"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
from typing import NoReturn

from ..errors import InvalidInput
from .archive import write_root

USAGE = "estiba image from-host [--name IMAGE] PROGRAM|PACKAGE..."
DESCRIPTION = """\
Make an image of this machine's own programs, with the libraries they need: for example bash and coreutils.
A name is a program in PATH or an installed Debian package. The image is named after the first one.
"""


class WrongUse(InvalidInput):
    """The words after `estiba image` make no sense."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongUse(f"{message} (usage: {USAGE})")


def run(arguments: Sequence[str], docker: Callable[[Sequence[str]], int]) -> int:
    """Make the archive, and have `docker` import it. Raises: NotFound, WrongUse."""
    parser = _Parser("estiba image", usage=USAGE, description=DESCRIPTION, allow_abbrev=False)
    parser.add_argument("action", choices=["from-host"])
    parser.add_argument("--name", default="")
    parser.add_argument("programs", nargs="+", metavar="PROGRAM|PACKAGE")
    given = parser.parse_args(list(arguments))
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "root.tar")
        with open(path, "wb") as stream:
            shell = write_root(given.programs, stream)
        changes = [f'CMD ["{shell}"]'] if shell else []
        words = [word for change in changes for word in ("--change", change)]
        message = f"made of this machine's {', '.join(given.programs)}"
        words += ["--message", message, path, given.name or given.programs[0]]
        return docker(["import", *words])
