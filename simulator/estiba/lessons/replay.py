"""Replaying the transcripts of a lesson and comparing them with what the engine prints.

Everything is compared letter by letter, but for what nobody can know beforehand: identifiers that the
engine made up (one written stands for one made, all through the lesson) and seconds and minutes gone by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..trace.images import ImageCreated, ImageResolved, LayerApplied, LayerFetched
from ..trace.recorder import Record
from ..workstation import Step, Workstation
from ..workstation.screen import rendered
from .source import PROMPT, Command, Lesson

PACE_S = 2.0
KEYS = re.compile(r"(?:\^[A-Z\\\]^_\[@])+$")
HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}(?:[0-9a-f]{52})?(?![0-9a-f])")
AGE = re.compile(r"(?:Less than a|About a|\d+) (?:second|minute)s?")
ANYTHING = ("…", "...")


@dataclass(frozen=True, slots=True)
class Difference:
    """A command whose output is not what the lesson says. `line` counts from 1."""

    line: int
    command: str
    written: tuple[str, ...]
    printed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A command of a lesson with what it printed, as lines."""

    command: Command
    printed: tuple[str, ...]


def run(lesson: Lesson) -> tuple[list[Replayed], Masks]:
    """Run all transcripts of a lesson on one workstation, in order."""
    machine = Workstation(seed=lesson.seed, pace_s=PACE_S, progress=True)
    found: list[Replayed] = []
    for block in lesson.transcripts:
        machine.house.pass_time(block.wait_s)
        for command in block.commands():
            steps = list(machine.run([*command.lines, *command.typed]))
            found.append(Replayed(command, tuple(_shown(steps))))
    return found, Masks(_published(machine.house.recorder.since(0)))


def _published(records: Iterable[Record]) -> frozenset[str]:
    """The identifiers that are the same everywhere: those of images and layers of a registry."""
    found: set[str] = set()
    for record in records:
        event = record.event
        if isinstance(event, ImageResolved | LayerFetched):
            found.add(event.digest)
        if isinstance(event, ImageCreated) and event.how == "pull":
            found.add(event.image_id)
        if isinstance(event, LayerApplied) and event.digest:
            found |= {event.digest, event.diff_id, event.chain_id}
    return frozenset(identifier.removeprefix("sha256:")[:12] for identifier in found)


def replay(lesson: Lesson) -> Iterator[Difference]:
    """Where the lesson and the engine differ; nothing if it is true."""
    found, masks = run(lesson)
    for replayed in found:
        command = replayed.command
        if not masks.equal(command.output, replayed.printed):
            yield Difference(
                command.line, "\n".join(command.lines), command.output, replayed.printed
            )


def updated(lesson: Lesson) -> str:
    """The lesson's text with the outputs the engine prints now; what is elided stays so."""
    lines = list(lesson.lines)
    found, masks = run(lesson)
    for replayed in reversed(found):
        command = replayed.command
        elided = any(line.strip() in ANYTHING for line in command.output)
        if elided and masks.equal(command.output, replayed.printed):
            continue
        start = command.line - 1 + len(command.lines)
        lines[start : start + len(command.output)] = _with_keys(command, replayed.printed)
    return "\n".join(lines) + "\n"


def _with_keys(command: Command, printed: tuple[str, ...]) -> list[str]:
    """The printed lines, with the keys that show nothing where they were typed."""
    keys = [typed for typed in command.typed if KEYS.fullmatch(typed)]
    shown = []
    for line in printed:
        prompt = PROMPT.fullmatch(line)
        waits = keys and prompt is not None and not prompt[1]
        shown.append(f"{line} {keys.pop(0)}" if waits else line)
    return shown


def _shown(steps: list[Step]) -> list[str]:
    return rendered("".join(step.output for step in steps))


class Masks:
    """What was written for each identifier the engine made, and the other way round.

    `published` ones (their first twelve digits) are what they are.
    """

    def __init__(self, published: frozenset[str]) -> None:
        self._published = published
        self._made: dict[str, str] = {}
        self._written: dict[str, str] = {}

    def equal(self, written: tuple[str, ...], printed: tuple[str, ...]) -> bool:
        """Are the lines the same, but for identifiers, ages and what is elided?"""
        wanted = [KEYS.sub("", line).rstrip() for line in written]
        got = [line.rstrip() for line in printed]
        while wanted and not wanted[-1]:
            wanted.pop()
        while got and not got[-1]:
            got.pop()
        return self._match(wanted, got)

    def _match(self, wanted: list[str], got: list[str]) -> bool:
        while wanted:
            if wanted[0].strip() in ANYTHING:
                rest = wanted[1:]
                return any(self._match(rest, got[skip:]) for skip in range(len(got) + 1))
            if not got or not self._same(wanted[0], got[0]):
                return False
            wanted, got = wanted[1:], got[1:]
        return not got

    def _same(self, wanted: str, got: str) -> bool:
        if _plain(wanted) != _plain(got):
            return False
        ids = zip(HEX.findall(wanted), HEX.findall(got), strict=True)
        return all(self._pair(one[:12], other[:12]) for one, other in ids)

    def _pair(self, written: str, made: str) -> bool:
        if written in self._published or made in self._published:
            return written == made
        return (
            self._made.setdefault(written, made) == made
            and self._written.setdefault(made, written) == written
        )


def _plain(line: str) -> str:
    """The line without identifiers and ages, and with single spaces: columns move with them."""
    return " ".join(AGE.sub("AGE", HEX.sub("ID", line)).split())
