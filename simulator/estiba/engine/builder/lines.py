"""A Dockerfile as statements: comments, the escape directive, continued lines, words.

Source: Dockerfile reference; behaviour of Engine 20.10 as recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...errors import InvalidInput
from ...spec.gotext import quote

SPACES = re.compile(r"[\t\v\f\r ]+")
ESCAPE = re.compile(r"#[ \t]*escape[ \t]*=[ \t]*(.).*")
BLANK = " \t\v\f\r\n"


class BadDockerfile(InvalidInput):
    """A line that cannot be read. `line` counts from 1."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Statement:
    """One instruction as written. `name` is lower case, `text` the whole statement.

    `words` are its arguments by the instruction's own grammar; `json`: they came as an array.
    """

    name: str
    text: str
    line: int
    flags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    json: bool = False


@dataclass(slots=True)
class Dockerfile:
    """What was read."""

    statements: list[Statement] = field(default_factory=list)
    escape: str = "\\"
    warnings: list[str] = field(default_factory=list)


def parse(text: str) -> Dockerfile:
    """Raises: BadDockerfile."""
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        lines = text.removeprefix("\ufeff").split("\n")
        self._lines = [line.removesuffix("\r") for line in lines]
        if self._lines and not self._lines[-1]:
            self._lines.pop()
        self._next = 0
        self._directives_over = False
        self._escape_seen = False
        self._file = Dockerfile()

    def parse(self) -> Dockerfile:
        while self._next < len(self._lines):
            start, line = self._statement()
            if line:
                self._file.statements.append(self._read(line, start))
        if not self._file.statements:
            raise BadDockerfile("file with no instructions", self._next)
        if self._file.warnings:
            self._file.warnings.append(
                "[WARNING]: Empty continuation lines will become errors in a future release."
            )
        return self._file

    def _read(self, line: str, start: int) -> Statement:
        try:
            return statement(line, self._file.escape, start)
        except BadDockerfile as error:
            raise BadDockerfile(str(error), start) from None

    def _statement(self) -> tuple[int, str]:
        """The next statement with its continuation lines joined; "" for a comment or a blank."""
        line = self._take(first=True)
        start = self._next
        line, ends = self._cut(line)
        if ends and not line:
            return start, ""
        empty = False
        while not ends and self._next < len(self._lines):
            raw = self._lines[self._next]
            more = self._take(first=False)
            if raw.strip(BLANK).startswith("#"):
                continue
            if not more.strip(BLANK):
                empty = True
                continue
            more, ends = self._cut(more)
            line += more
        if empty:
            self._file.warnings.append(f"[WARNING]: Empty continuation line found in:\n    {line}")
        return start, line

    def _take(self, *, first: bool) -> str:
        line = self._lines[self._next]
        self._next += 1
        if first:
            line = line.lstrip(BLANK)
        self._directive(line)
        return "" if line.startswith("#") else line

    def _directive(self, line: str) -> None:
        if self._directives_over:
            return
        match = ESCAPE.fullmatch(line.lower())
        if match is None:
            self._directives_over = True
            return
        if self._escape_seen:
            raise BadDockerfile("only one escape parser directive can be used", self._next)
        self._escape_seen = True
        if match[1] not in "`\\":
            raise BadDockerfile(
                f"invalid escape token '{match[1]}' does not match ` or \\", self._next
            )
        self._file.escape = match[1]

    def _cut(self, line: str) -> tuple[str, bool]:
        """Take a continuation mark off; False if there was one. A doubled mark is none."""
        bare = line.rstrip(" \t")
        escape = self._file.escape
        if bare.endswith(escape) and not bare.endswith(escape * 2):
            return bare[:-1], False
        return line, True


def statement(line: str, escape: str = "\\", number: int = 1) -> Statement:
    """One statement from its joined line. Raises: BadDockerfile."""
    parts = SPACES.split(line.strip(BLANK), maxsplit=1)
    name = parts[0].lower()
    flags, rest = builder_flags(parts[1]) if len(parts) == 2 else ((), "")
    rest = rest.strip(BLANK)
    words, is_json = _words(name, rest, escape)
    return Statement(name, line.strip(BLANK), number, flags, tuple(words), is_json)


def _words(name: str, rest: str, escape: str) -> tuple[list[str], bool]:
    match name:
        case "run" | "cmd" | "entrypoint" | "shell":
            return maybe_json(rest)
        case "add" | "copy" | "volume":
            words, is_json = maybe_json(rest)
            return (words, True) if is_json else (SPACES.split(rest) if rest else [], False)
        case "from" | "expose":
            return (SPACES.split(rest) if rest else []), False
        case "env" | "label":
            return _pairs(rest, name.upper(), escape), False
        case "arg":
            return split_words(rest, escape), False
        case "healthcheck":
            return _healthcheck(rest)
        case "onbuild":
            return ([rest] if rest else []), False
    return ([rest] if rest else []), False


def maybe_json(rest: str) -> tuple[list[str], bool]:
    """An array of strings, or else the text as one word. Raises: BadDockerfile."""
    if not rest:
        return [], False
    if rest.startswith("["):
        try:
            value, _ = json.JSONDecoder().raw_decode(rest)  # what follows the array is not read
        except ValueError:
            return [rest], False
        if all(isinstance(item, str) for item in value):
            return value, True
        raise BadDockerfile(
            "when using JSON array syntax, arrays must be comprised of strings only"
        )
    return [rest], False


def _healthcheck(rest: str) -> tuple[list[str], bool]:
    kind, _, command = rest.partition(" ") if " " in rest else (rest, "", "")
    if not kind:
        return [], False
    words, is_json = maybe_json(command.strip(BLANK))
    return [kind, *words], is_json


def _pairs(rest: str, name: str, escape: str) -> list[str]:
    """Keys and values by turns: `NAME value`, or `NAME=value` any number of times."""
    words = split_words(rest, escape)
    if not words:
        return []
    if "=" not in words[0]:
        parts = SPACES.split(rest, maxsplit=1)
        if len(parts) < 2:
            raise BadDockerfile(f"{name} must have two arguments")
        return parts
    found: list[str] = []
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise BadDockerfile(
                f"Syntax error - can't find = in {quote(word)}. Must be of the form: name=value"
            )
        found += [key, value]
    return found


def split_words(rest: str, escape: str) -> list[str]:
    """Words between spaces; quotes keep spaces and stay, and so do escaped characters."""
    return list(_split(rest, escape))


def _split(rest: str, escape: str) -> Iterator[str]:
    word, quoted, place = "", "", 0
    while place < len(rest):
        char = rest[place]
        place += 1
        if not quoted and char.isspace():
            if word:
                yield word
            word = ""
        elif char == escape and quoted != "'":
            if place < len(rest):
                word += char + rest[place]
            place += 1
        else:
            word += char
            if char == quoted:
                quoted = ""
            elif not quoted and char in "'\"":
                quoted = char
    if word:
        yield word


def builder_flags(rest: str) -> tuple[tuple[str, ...], str]:
    """The words in front that begin with `--`, unquoted, and what follows them."""
    flags: list[str] = []
    place = 0
    while True:
        while place < len(rest) and rest[place].isspace():
            place += 1
        if not rest.startswith("--", place):
            return tuple(flags), rest[place:]
        word, place = _flag(rest, place)
        if word == "--":
            return tuple(flags), rest[place:]
        flags.append(word)


def _flag(rest: str, place: int) -> tuple[str, int]:
    word, quoted = "", ""
    while place < len(rest):
        char = rest[place]
        if not quoted and char.isspace():
            break
        place += 1
        if char == quoted:
            quoted = ""
        elif not quoted and char in "'\"":
            quoted = char
        elif char == "\\" and place < len(rest):
            word += rest[place]
            place += 1
        elif char != "\\":
            word += char
    return word, place
