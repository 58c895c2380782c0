"""The text of an `exercise.toml`, and errors that name the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidInput


class MalformedExercise(InvalidInput):
    """A file of an exercise is wrong. `line` counts from 1, 0 for the whole file."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        place = f"{path}:{line}" if line else str(path)
        super().__init__(f"{place}: {reason}")
        self.path, self.line, self.reason = path, line, reason


@dataclass(frozen=True, slots=True)
class Source:
    """A TOML file with its text."""

    path: Path
    content: str
    table: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> Source:
        """Raises: MalformedExercise."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise MalformedExercise(path, 0, (error.strerror or str(error)).lower()) from None
        except UnicodeDecodeError:
            raise MalformedExercise(path, 0, "not UTF-8") from None
        try:
            return cls(path, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            reason = re.sub(r" \(at .*\)", "", str(error))
            raise MalformedExercise(path, int(found[1]) if found else 0, reason.lower()) from None

    def error(self, word: str, reason: str) -> MalformedExercise:
        """An error at the first line that has this word."""
        pattern = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
        lines = self.content.splitlines()
        found = (number for number, line in enumerate(lines, 1) if pattern.search(line))
        return MalformedExercise(self.path, next(found, 0), reason)

    def only(self, table: Mapping[str, Any], known: Iterable[str], owner: str = "") -> None:
        """Refuse keys nobody knows. Raises: MalformedExercise."""
        for key in table:
            if key not in known:
                whose = f' of "{owner}"' if owner else ""
                raise self.error(key, f'unknown key "{key}"{whose}')

    def text_of(self, value: Any, key: str, owner: str) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self.error(owner or key, f'"{key}" must be a text')
        return value

    def text(self, table: Mapping[str, Any], key: str, owner: str = "") -> str:
        """A text that must be there. Raises: MalformedExercise."""
        if key not in table:
            raise self.error(
                owner or key, f'"{key}" is missing' + (f' in "{owner}"' if owner else "")
            )
        return self.text_of(table[key], key, owner)

    def texts(
        self, table: Mapping[str, Any], key: str, owner: str = "", *, optional: bool = False
    ) -> dict[str, str]:
        """A text in both languages. Raises: MalformedExercise."""
        given = table.get(key)
        if given is None and optional:
            return {}
        if not isinstance(given, dict) or given.keys() != {"es", "en"}:
            raise self.error(owner or key, f'"{key}" needs es and en')
        return {language: self.text_of(text, key, owner) for language, text in given.items()}

    def lines(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """Commands, one a line."""
        return tuple(str(table.get(key, "")).strip("\n").splitlines())

    def strings(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        given = table.get(key, [])
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            raise self.error(key, f'"{key}" must be a list of texts')
        return tuple(given)

    def rows(self, key: str) -> list[dict[str, Any]]:
        """The tables `[[key]]`. Raises: MalformedExercise."""
        given = self.table.get(key, [])
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            raise self.error(key, f'"{key}" is written [[{key}]]')
        return given

    def points(self, table: Mapping[str, Any], owner: str) -> float:
        """Raises: MalformedExercise."""
        given = table.get("points")
        if isinstance(given, bool) or not isinstance(given, int | float) or given < 0:
            raise self.error(owner, f'"points" of "{owner}" must be a number')
        return given
