"""The source of a lesson: Markdown with fenced blocks, of which `console` ones are transcripts.

In a transcript a line that begins with `$ ` is a command, `> ` goes on with it, and a line that begins
with the prompt of a shell inside a container has what is typed there (`^D` and the like are keys). All
else is output. A line `…` stands for any lines. `<!-- wait: 45 -->` before a block lets so many seconds
pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidInput

FENCE = re.compile(r"(`{3,}|:{3,}|~{3,})\s*(\{?[\w-]*\}?)\s*(.*)")
PROMPT = re.compile(r"(?:[\w.-]+@[\w.-]+:\S*[#$]|/\S* [#$]|(?:bash|sh)-[\d.]+[#$]) ?(.*)")
WAIT = re.compile(r"<!-- wait: (\d+) -->")
FRONT = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)


class MalformedLesson(InvalidInput):
    """A lesson cannot be read. `line` counts from 1."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a transcript. `line` is where it begins, `output` the lines below it."""

    line: int
    lines: tuple[str, ...]
    output: tuple[str, ...]

    @property
    def typed(self) -> list[str]:
        """What is typed into the command, line by line."""
        found = (PROMPT.fullmatch(line) for line in self.output)
        return [match[1] for match in found if match is not None and match[1]]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: `first` and `last` are the lines of its content, counted from 0, `last` exclusive."""

    kind: str
    argument: str
    first: int
    last: int
    text: tuple[str, ...]
    wait_s: int = 0

    def commands(self) -> Iterator[Command]:
        """The commands of a transcript."""
        starts = [i for i, line in enumerate(self.text) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(self.text)], strict=True):
            rest = self.text[start + 1 : end]
            more = next((i for i, line in enumerate(rest) if not line.startswith("> ")), len(rest))
            lines = tuple(line[2:] for line in self.text[start : start + 1 + more])
            yield Command(self.first + start + 1, lines, rest[more:])


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson in one language. `front` is what stands between the first two lines `---`."""

    path: Path
    front: dict[str, str]
    lines: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def seed(self) -> str:
        """The same in every language: the folder's name."""
        return self.path.parent.name

    @property
    def transcripts(self) -> tuple[Block, ...]:
        return tuple(block for block in self.blocks if block.kind == "console")


def read_lesson(path: Path) -> Lesson:
    """Raises: MalformedLesson, InvalidInput."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise MalformedLesson(path, 1, "not UTF-8") from None
    found = FRONT.match(text)
    pairs = (line.partition(":") for line in (found[1] if found else "").splitlines())
    front = {key.strip(): value.strip() for key, _, value in pairs}
    lines = tuple(text.splitlines())
    return Lesson(path, front, lines, tuple(_blocks(path, lines)))


def _blocks(path: Path, lines: tuple[str, ...]) -> Iterator[Block]:
    """The innermost fenced blocks: directives made of colons may hold others."""
    opened: list[tuple[str, str, str, int]] = []
    wait_s = 0
    for number, line in enumerate(lines):
        wait = WAIT.fullmatch(line.strip())
        if wait and not opened:
            wait_s = int(wait[1])
        stripped = line.strip()
        if opened and stripped == opened[-1][0]:
            _, kind, argument, first = opened.pop()
            yield Block(kind, argument, first, number, lines[first:number], wait_s)
            wait_s = 0
            continue
        fence = FENCE.fullmatch(stripped)
        if (
            fence
            and (fence[2] or fence[3] or not opened)
            and not (opened and opened[-1][0][0] in "`~")
        ):
            opened.append((fence[1], fence[2], fence[3], number + 1))
    if opened:
        raise MalformedLesson(path, opened[-1][3], "a block is not closed")
