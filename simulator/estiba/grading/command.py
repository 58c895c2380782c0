"""`estiba exercise …`: exercises at the terminal."""

from __future__ import annotations

import argparse
import getpass
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ..errors import EstibaError, InvalidInput
from .grade import grade
from .proof import prove
from .shelf import Shelf, begin, begun, sheet, titles
from .submission import read_submission
from .telling import tell


def run(arguments: Sequence[str], environment: Mapping[str, str], language: str) -> int:
    """Carry out one command; its exit code: 0 done and all points, 1 not yet, 2 misused."""
    parser = _parser()
    try:
        given = parser.parse_args(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    given.lang = given.lang or language
    function: Callable[[argparse.Namespace, Shelf], int] = given.run
    return function(given, Shelf.of(environment))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="estiba exercise", allow_abbrev=False)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace, Shelf], int], text: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        made.add_argument("--lang", choices=("es", "en"))
        made.set_defaults(run=run)
        return made

    command("list", list_, "the exercises, with kind and points")
    one = command("show", show, "read an exercise")
    one.add_argument("exercise")
    one.add_argument("--seed", default=None, help="whose variant (default: the user's name)")
    one = command("start", start, "make a folder to work in")
    one.add_argument("exercise")
    one.add_argument("folder", nargs="?", type=Path, help="default: the exercise's name")
    one.add_argument("--seed", default=None, help="whose variant (default: the user's name)")
    one = command("check", check, "grade the folder one works in")
    one.add_argument("folder", nargs="?", type=Path, default=Path())
    one.add_argument("--json", action="store_true", help="the whole report")
    one = command("submit", submit, "pack the folder into one file to hand in")
    one.add_argument("folder", nargs="?", type=Path, default=Path())
    one = command("test", test, "for authors: prove that exercises are fair")
    one.add_argument("path", nargs="+", type=Path)
    return parser


def list_(given: argparse.Namespace, shelf: Shelf) -> int:
    for name, kind, title, points in titles(shelf, given.lang):
        print(f"{name:<32} {kind:<8} {points:>4g}  {title}")
    return 0


def _seed(given: argparse.Namespace) -> str:
    return given.seed if given.seed is not None else getpass.getuser()


def show(given: argparse.Namespace, shelf: Shelf) -> int:
    exercise = shelf.load(given.exercise)
    print(sheet(exercise, exercise.variant(_seed(given)), given.lang))
    return 0


def start(given: argparse.Namespace, shelf: Shelf) -> int:
    exercise = shelf.load(given.exercise)
    folder = given.folder or Path(exercise.id.rpartition("/")[2])
    for name in begin(exercise, _seed(given), given.lang, folder):
        print(folder / name)
    return 0


def check(given: argparse.Namespace, shelf: Shelf) -> int:
    name, seed, language = begun(given.folder)
    report = grade(shelf.load(name), read_submission(given.folder), seed)
    print(report.dumps() if given.json else tell(report, language), end="")
    return 0 if report.score == report.max_score else 1


def submit(given: argparse.Namespace, shelf: Shelf) -> int:
    name, seed, _ = begun(given.folder)
    shelf.load(name)
    target = Path(f"{name.replace('/', '-')}-{seed}.zip")
    if target.exists():
        raise InvalidInput(f"{target} is there already")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in given.folder.rglob("*") if path.is_file()):
            if path.resolve() != target.resolve():
                archive.write(path, path.relative_to(given.folder).as_posix())
    print(target)
    return 0


def test(given: argparse.Namespace, shelf: Shelf) -> int:
    failures = 0
    for folder in given.path:
        folders = sorted(p.parent for p in folder.rglob("exercise.toml")) or [folder]
        for one in folders:
            try:
                problems = list(prove(one))
            except EstibaError as error:
                problems = [str(error)]
            print("\n".join(problems) if problems else f"{one}: fair", flush=True)
            failures += bool(problems)
    if failures:
        print(f"{failures} not fair", file=sys.stderr)
    return 1 if failures else 0
