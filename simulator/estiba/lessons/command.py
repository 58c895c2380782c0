"""`estiba lesson …`: for authors."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from .notebook import notebook
from .replay import replay, updated
from .source import read_lesson

USAGE = """\
Usage:  estiba lesson test [--update] PATH …
        estiba lesson notebooks PATH … FOLDER

test       replays every transcript of lessons (files, or folders of them) and tells where the engine
           prints something else; with --update the lessons are rewritten as the engine prints now
notebooks  makes a notebook of each, in FOLDER/es and FOLDER/en
"""


def run(arguments: Sequence[str]) -> int:
    """The exit code: 0 all true, 1 something differs, 2 misused."""
    match list(arguments):
        case ["test", "--update", *paths] if paths:
            return update(lessons(paths))
        case ["test", *paths] if paths:
            return test(lessons(paths))
        case ["notebooks", *paths, folder] if paths:
            return make_notebooks(lessons(paths), Path(folder))
        case ["-h" | "--help"]:
            print(USAGE, end="")
            return 0
    print(USAGE, file=sys.stderr, end="")
    return 2


def lessons(paths: Sequence[str]) -> list[Path]:
    """The files meant: each as given, and of folders all lessons below them."""
    found: list[Path] = []
    for path in map(Path, paths):
        found += sorted(path.rglob("lesson.*.md")) if path.is_dir() else [path]
    return found


def test(paths: Sequence[Path]) -> int:
    failed = False
    for path in paths:
        differences = list(replay(read_lesson(path)))
        for difference in differences:
            print(f"{path}:{difference.line}: $ {difference.command}")
            print("".join(f"  - {line}\n" for line in difference.written), end="")
            print("".join(f"  + {line}\n" for line in difference.printed), end="")
        if not differences:
            print(f"{path}: true")
        failed = failed or bool(differences)
    return int(failed)


def make_notebooks(paths: Sequence[Path], folder: Path) -> int:
    for path in paths:
        language = path.name.split(".")[1]
        target = folder / language / f"{path.parent.name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(notebook(read_lesson(path), language), encoding="utf-8")
        print(target)
    return 0


def update(paths: Sequence[Path]) -> int:
    for path in paths:
        path.write_text(updated(read_lesson(path)), encoding="utf-8")
        print(path)
    return 0
