"""An exercise as its folder says it: `exercise.toml`, statements, starter files.

Read by the standard library alone, so that a browser grades too. What is wrong in a file is told with
the file and the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .expectation import CONDITIONS, Expectation
from .source import MalformedExercise, Source
from .variant import Choices, Variant

KINDS = ("do", "predict", "explain", "repair", "build", "golf")
ANSWERS = ("number", "size", "text", "choice", "choices", "order", "open")
LANGUAGES = ("es", "en")

Texts = Mapping[str, str]
"""A text in each language."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong value and the idea behind it: a literal `value`, or what `ask` answers.

    `misconception` is a row of the list of misconceptions, 0 for none.
    """

    value: str
    ask: str
    misconception: int
    why: Texts


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold in the end.

    One of: `ask`, a command whose output is looked at; `event`, the name of an event of the trace with
    the fields `where`, counted; `used`, a docker command, counted; `commands`, all docker commands,
    counted. `needs` are checks without which this one makes no sense. `shows` is a command whose output
    goes with a failure, as evidence.
    """

    id: str
    points: float
    expectation: Expectation
    ask: str = ""
    event: str = ""
    where: tuple[tuple[str, str], ...] = ()
    used: str = ""
    commands: bool = False
    needs: tuple[str, ...] = ()
    fails: Texts = field(default_factory=dict)
    hint: Texts = field(default_factory=dict)
    shows: str = ""
    wrong: tuple[Wrong, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer; a wrong one says why it is, and names the misconception."""

    text: Texts
    right: bool
    misconception: int
    why: Texts


@dataclass(frozen=True, slots=True)
class Question:
    """Something to answer. `ask` is the command whose output is the truth, after `play`."""

    id: str
    points: float
    kind: str
    text: Texts
    ask: str
    choices: tuple[Choice, ...]
    wrong: tuple[Wrong, ...]
    why: Texts


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A line of the solution that may be missing or different, and why."""

    line: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise. `id` is its lesson's folder and its own; `setup` happens before the student, `after`
    behind, `play` is what a prediction is of.
    """

    id: str
    kind: str
    title: Texts
    statement: Texts
    setup: tuple[str, ...]
    play: tuple[str, ...]
    after: tuple[str, ...]
    allow: tuple[str, ...]
    values: Mapping[str, Choices]
    checks: tuple[Check, ...]
    questions: tuple[Question, ...]
    misconceptions: tuple[int, ...]
    files: Mapping[str, bytes]
    equivalents: tuple[Equivalent, ...] = ()

    @property
    def points(self) -> float:
        checks = sum(check.points for check in self.checks)
        return checks + sum(question.points for question in self.questions)

    def variant(self, seed: str) -> Variant:
        return Variant(self.id, self.values, seed)


def load(folder: Path) -> Exercise:
    """Read the folder of an exercise. Raises: MalformedExercise."""
    source = Source.read(folder / "exercise.toml")
    table = source.table
    source.only(table, TOP)
    kind = source.text(table, "kind")
    if kind not in KINDS:
        raise source.error("kind", f'"{kind}" is no kind of exercise: {", ".join(KINDS)}')
    made = Exercise(
        id=f"{folder.parent.name}/{folder.name}",
        kind=kind,
        title=source.texts(table, "title"),
        statement=_statements(source, folder),
        setup=source.lines(table, "setup"),
        play=source.lines(table, "play"),
        after=source.lines(table, "after"),
        allow=source.strings(table, "allow"),
        values=_values(source),
        checks=tuple(_check(source, row) for row in source.rows("check")),
        questions=tuple(_question(source, row) for row in source.rows("question")),
        misconceptions=tuple(int(row) for row in table.get("misconceptions", ())),
        files=_files(folder / "files"),
        equivalents=tuple(
            Equivalent(source.text(row, "line"), source.text(row, "reason"))
            for row in source.rows("equivalent")
        ),
    )
    _validate(source, made)
    return made


TOP = (
    "kind", "title", "setup", "play", "after", "allow", "values", "check", "question",
    "misconceptions", "equivalent",
)  # fmt: skip


def _statements(source: Source, folder: Path) -> Texts:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        path = folder / f"statement.{language}.md"
        try:
            found[language] = path.read_text(encoding="utf-8")
        except OSError:
            raise MalformedExercise(path, 0, "the statement is missing") from None
        except UnicodeDecodeError:
            raise MalformedExercise(path, 0, "not UTF-8") from None
    return found


def _files(folder: Path) -> Mapping[str, bytes]:
    if not folder.is_dir():
        return {}
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _values(source: Source) -> Mapping[str, Choices]:
    found: dict[str, Choices] = {}
    for name, given in source.table.get("values", {}).items():
        if isinstance(given, list) and given:
            found[name] = tuple(str(option) for option in given)
        elif isinstance(given, dict) and {"from", "to"} <= given.keys():
            found[name] = range(int(given["from"]), int(given["to"]) + 1, int(given.get("step", 1)))
        else:
            raise source.error(name, "a value is a list of choices, or { from = 1, to = 9 }")
    return found


def _expectation(row: dict[str, Any]) -> Expectation:
    return Expectation(tuple((key, str(row[key])) for key in CONDITIONS if key in row))


def _check(source: Source, row: dict[str, Any]) -> Check:
    name = source.text(row, "id")
    source.only(row, CHECK, name)
    kinds = [key for key in ("ask", "event", "used", "commands") if row.get(key)]
    if len(kinds) != 1:
        raise source.error(name, f'check "{name}" needs one of ask, event, used, commands')
    expectation = _expectation(row)
    if not expectation.conditions:
        if kinds == ["ask"]:
            raise source.error(name, f'check "{name}" says nothing about what it asks')
        expectation = Expectation((("at_least", "1"),))
    where = tuple((key, str(value)) for key, value in row.get("where", {}).items())
    return Check(
        id=name,
        points=source.points(row, name),
        expectation=expectation,
        ask=row.get("ask", ""),
        event=row.get("event", ""),
        where=where,
        used=row.get("used", ""),
        commands=bool(row.get("commands")),
        needs=source.strings(row, "needs"),
        fails=source.texts(row, "fails", name, optional=True),
        hint=source.texts(row, "hint", name, optional=True),
        shows=row.get("shows", ""),
        wrong=_wrong(source, row, name),
    )


CHECK = (
    "id", "points", "ask", "event", "where", "used", "commands", "needs", "fails", "hint", "shows",
    "wrong", *CONDITIONS,
)  # fmt: skip


def _wrong(source: Source, row: dict[str, Any], name: str) -> tuple[Wrong, ...]:
    found = []
    for entry in row.get("wrong", ()):
        source.only(entry, ("is", "ask", "misconception", "why"), name)
        if ("is" in entry) == ("ask" in entry):
            raise source.error(name, f'a wrong value of "{name}" has either "is" or "ask"')
        found.append(
            Wrong(
                str(entry.get("is", "")),
                entry.get("ask", ""),
                int(entry.get("misconception", 0)),
                source.texts(entry, "why", name),
            )
        )
    return tuple(found)


def _question(source: Source, row: dict[str, Any]) -> Question:
    name = source.text(row, "id")
    source.only(row, QUESTION, name)
    kind = source.text(row, "kind", name)
    if kind not in ANSWERS:
        raise source.error(name, f'"{kind}" is no kind of answer: {", ".join(ANSWERS)}')
    choices = tuple(_choice(source, entry, name) for entry in row.get("choice", ()))
    if kind in ("choice", "choices", "order") and len(choices) < 2:
        raise source.error(name, f'question "{name}" needs two choices or more')
    if kind == "choice" and sum(choice.right for choice in choices) != 1:
        raise source.error(name, f'question "{name}" needs exactly one right choice')
    if kind in ("number", "size", "text") and not row.get("ask"):
        raise source.error(name, f'question "{name}" needs ask: the command that knows the truth')
    return Question(
        id=name,
        points=source.points(row, name),
        kind=kind,
        text=source.texts(row, "text", name),
        ask=row.get("ask", ""),
        choices=choices,
        wrong=_wrong(source, row, name),
        why=source.texts(row, "why", name, optional=True),
    )


QUESTION = ("id", "points", "kind", "text", "ask", "choice", "wrong", "why")


def _choice(source: Source, row: dict[str, Any], name: str) -> Choice:
    source.only(row, ("text", "right", "misconception", "why"), name)
    return Choice(
        source.texts(row, "text", name),
        bool(row.get("right")),
        int(row.get("misconception", 0)),
        source.texts(row, "why", name, optional=True),
    )


def _validate(source: Source, exercise: Exercise) -> None:
    """Raises: MalformedExercise."""
    parts = [check.id for check in exercise.checks]
    parts += [question.id for question in exercise.questions]
    if not parts:
        raise source.error("kind", "an exercise needs checks or questions")
    for name in parts:
        if parts.count(name) > 1:
            raise source.error(name, f'two checks or questions are called "{name}"')
    for check in exercise.checks:
        for name in check.needs:
            if name not in parts[: parts.index(check.id)]:
                raise source.error(
                    check.id, f'"{check.id}" needs "{name}", which is no check before it'
                )
    if exercise.kind in ("predict", "explain") and not exercise.questions:
        raise source.error("kind", f'an exercise of kind "{exercise.kind}" asks questions')
