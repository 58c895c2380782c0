"""`estiba install-alias`: the name `docker` for our command line, where no other program has it."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence

from ..errors import Conflict, Failure

MARK = "# This docker is Estiba's; `estiba install-alias --remove` takes it away."


class NameTaken(Conflict):
    """Another program is called docker."""


class CannotWrite(Failure):
    """The directory cannot be written to."""


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    parser = argparse.ArgumentParser("estiba install-alias", allow_abbrev=False)
    parser.add_argument("--dir", default=usual_folder(environment), help="where to put it")
    parser.add_argument("--force", action="store_true", help="even if there is another docker")
    parser.add_argument("--remove", action="store_true", help="take it away again")
    given = parser.parse_args(list(arguments))
    path = os.path.join(os.path.abspath(given.dir), "docker")
    try:
        said = remove(path) if given.remove else install(path, environment, force=given.force)
    except OSError as error:
        raise CannotWrite(f"{error.filename}: {(error.strerror or str(error)).lower()}") from None
    print(said)
    return 0


def usual_folder(environment: Mapping[str, str]) -> str:
    return os.path.join(environment.get("HOME") or os.path.expanduser("~"), ".local", "bin")


def install(path: str, environment: Mapping[str, str], *, force: bool = False) -> str:
    """Write the script; what was done, in words. Raises: NameTaken, OSError.

    A file that is not ours is never replaced, whatever `force` says.
    """
    if os.path.lexists(path) and not is_ours(path):
        raise NameTaken(f"{path} is another program: nothing was changed")
    search = environment.get("PATH", os.defpath)
    other = shutil.which("docker", path=search)
    if other is not None and not is_ours(other) and not force:
        raise NameTaken(f"there is a docker already, {other}: --force puts ours beside it")
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    script = f'#!/bin/sh\n{MARK}\nexec {shlex.quote(sys.executable)} -m estiba docker "$@"\n'
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o755)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(script)
    return f"made {path}{_caveat(path, search)}"


def _caveat(path: str, search: str) -> str:
    """What still stands between the name and the program."""
    folder = os.path.dirname(path)
    first = shutil.which("docker", path=search)
    if folder not in search.split(os.pathsep):
        return f"; your PATH does not have {folder} yet: export PATH={shlex.quote(folder)}:$PATH"
    if first is not None and not is_ours(first):
        return f"; but {first} comes first in your PATH"
    return ""


def remove(path: str) -> str:
    """Raises: NameTaken, OSError."""
    if not os.path.lexists(path):
        return f"there is no {path}"
    if not is_ours(path):
        raise NameTaken(f"{path} is another program: nothing was changed")
    os.unlink(path)
    return f"removed {path}"


def is_ours(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return MARK.encode() in file.read(512)
    except OSError:
        return False
