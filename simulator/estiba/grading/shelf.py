"""Where exercises are, and a student's own folder for one of them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import Conflict, InvalidInput, NotFound
from .exercise import Exercise, load
from .grade import choices_shown
from .variant import Variant

MARK = ".estiba.toml"


class NoSuchExercise(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"no exercise is called {name}; see estiba exercise list")
        self.name = name


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of exercises: `topic/slug/exercise.toml`."""

    folder: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Shelf:
        """`ESTIBA_EXERCISES`, else `exercises` here, else that of the checkout this runs from.

        Raises: NotFound.
        """
        given = environment.get("ESTIBA_EXERCISES")
        places = [Path(given)] if given else [Path("exercises"), CHECKOUT]
        for place in places:
            if place.is_dir():
                return cls(place)
        raise NotFound(f"no exercises in {places[0]}; set ESTIBA_EXERCISES to their folder")

    def names(self) -> list[str]:
        """All exercises, in the order of the course."""
        found = self.folder.glob("*/*/exercise.toml")
        return sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in found)

    def path(self, name: str) -> Path:
        """The folder of an exercise, given whole or by its last part. Raises: NoSuchExercise."""
        names = self.names()
        found = [one for one in names if name in (one, one.rpartition("/")[2])]
        if len(found) != 1:
            raise NoSuchExercise(name)
        return self.folder / found[0]

    def load(self, name: str) -> Exercise:
        """Raises: NoSuchExercise, MalformedExercise."""
        return load(self.path(name))


CHECKOUT = Path(__file__).resolve().parents[3] / "exercises"


def begin(exercise: Exercise, seed: str, language: str, folder: Path) -> list[str]:
    """Make a student's folder: statement, starter files, an empty answer. Its files, by name.

    Raises: Conflict when the folder has files.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty")
    variant = exercise.variant(seed)
    files: dict[str, bytes] = {
        MARK: f'exercise = "{exercise.id}"\nseed = "{seed}"\nlanguage = "{language}"\n'.encode(),
        "README.md": sheet(exercise, variant, language).encode(),
    }
    for path, data in exercise.files.items():
        files[path] = variant.filled(data)
    if exercise.questions:
        files["answers.toml"] = "".join(f'{q.id} = ""\n' for q in exercise.questions).encode()
    if exercise.checks and exercise.kind != "build":
        files["solution.sh"] = b""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return sorted(files)


def begun(folder: Path) -> tuple[str, str, str]:
    """Exercise, seed and language of a student's folder. Raises: InvalidInput."""
    try:
        table = tomllib.loads((folder / MARK).read_text(encoding="utf-8"))
        return str(table["exercise"]), str(table["seed"]), str(table.get("language", "es"))
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        raise InvalidInput(
            f"{folder} was not begun with estiba exercise start: it has no {MARK}"
        ) from None


def sheet(exercise: Exercise, variant: Variant, language: str) -> str:
    """The exercise as a student reads it, in Markdown: title, statement, questions with choices."""
    lines = [f"# {exercise.title[language]}", "", exercise.statement[language].strip(), ""]
    for question in exercise.questions:
        lines += [
            f"## {question.id} ({question.points:g})",
            "",
            question.text[language].strip(),
            "",
        ]
        for index, choice in enumerate(choices_shown(question, variant)):
            lines.append(f"- **{chr(97 + index)})** {choice.text[language]}")
        lines += [""] if question.choices else []
    return variant.fill("\n".join(lines))


def titles(shelf: Shelf, language: str) -> Iterator[tuple[str, str, str, float]]:
    """Name, kind, title and points of each exercise. Raises: MalformedExercise."""
    for name in shelf.names():
        exercise = shelf.load(name)
        yield name, exercise.kind, exercise.title[language], exercise.points
