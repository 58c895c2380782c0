"""Cuts a template into tokens, one at a time: what is wrong further on must not hide what is wrong here.

Source: the behaviour of Go's text/template/parse, release 1.24.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from enum import Enum

from .errors import TemplateError

SPACES = " \t\r\n"
KEYWORDS = frozenset("block break continue define else end if range nil template with".split())
WORD = re.compile(r"\w*")
FIELD = re.compile(r"\.\w*")
NUMBER = re.compile(
    r"[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*"
    r"|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?"
)
STRING = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"')
CHARACTER = re.compile(r"'(?:[^'\\\n]|\\[^\n])*'")


class Kind(Enum):
    """The value of a member is how the parser groups tokens."""

    TEXT = "text"
    LEFT = "{{"
    RIGHT = "}}"
    SPACE = "space"
    WORD = "identifier"
    FIELD = "field"
    VARIABLE = "variable"
    DOT = "."
    BOOL = "bool"
    NUMBER = "number"
    CHARACTER = "character"
    STRING = "string"
    RAW = "raw string"
    KEYWORD = "keyword"
    CHAR = "char"
    DECLARE = ":="
    ASSIGN = "="
    PIPE = "|"
    OPEN = "("
    CLOSE = ")"
    COMMENT = "comment"
    END = "EOF"


@dataclass(slots=True)
class Token:
    kind: Kind
    text: str
    position: int

    def shown(self) -> str:
        """How messages show a token."""
        from ...spec.gotext import quote  # noqa: PLC0415

        if self.kind is Kind.END:
            return "EOF"
        if self.kind in (Kind.KEYWORD, Kind.DOT):
            return f"<{self.text}>"
        return f"{quote(self.text[:10])}..." if len(self.text) > 10 else quote(self.text)


def line_of(text: str, position: int) -> int:
    return 1 + text.count("\n", 0, position)


def tokens(text: str) -> Iterator[Token]:
    """All tokens, the last one being END for ever. Raises: TemplateError without its beginning."""
    position = 0
    while position < len(text):
        left = text.find("{{", position)
        if left < 0:
            break
        trims = text[left + 2 : left + 3] == "-" and text[left + 3 : left + 4] in SPACES != ""
        trims = trims and left + 3 < len(text)
        before = text[position:left]
        before = before.rstrip(SPACES) if trims else before
        if before:
            yield Token(Kind.TEXT, before, position)
        inside = left + (4 if trims else 2)
        if text.startswith("/*", inside if trims else left + 2):
            position = _comment(text, inside if trims else left + 2)
            continue
        yield Token(Kind.LEFT, "{{", left)
        position = yield from _action(text, inside)
    if position < len(text):
        yield Token(Kind.TEXT, text[position:], position)
    while True:
        yield Token(Kind.END, "", len(text))


def _comment(text: str, position: int) -> int:
    end = text.find("*/", position)
    if end < 0:
        raise TemplateError("unclosed comment")
    end += 2
    if text.startswith("}}", end):
        return end + 2
    if text[end : end + 1] in SPACES and text.startswith("-}}", end + 1):
        return _skip_spaces(text, end + 4)
    raise TemplateError("comment ends before closing delimiter")


def _skip_spaces(text: str, position: int) -> int:
    while position < len(text) and text[position] in SPACES:
        position += 1
    return position


def _action(text: str, position: int) -> Generator[Token, None, int]:
    depth = 0
    while True:
        trims = text[position : position + 1] in SPACES and text.startswith("-}}", position + 1)
        trims = trims and position < len(text)
        if trims or text.startswith("}}", position):
            if depth:
                raise TemplateError("unclosed left paren")
            at = position + 2 if trims else position
            yield Token(Kind.RIGHT, "}}", at)
            return _skip_spaces(text, at + 2) if trims else at + 2
        if position >= len(text):
            raise TemplateError("unclosed action")
        token = _token(text, position)
        depth += {Kind.OPEN: 1, Kind.CLOSE: -1}.get(token.kind, 0)
        if depth < 0:
            raise TemplateError("unexpected right paren")
        yield token
        position += len(token.text)


def _token(text: str, position: int) -> Token:
    letter = text[position]
    following = text[position + 1 : position + 2]
    if letter in SPACES:
        return _space(text, position)
    if letter == "." and following and not following.isdigit():
        return _name(text, position, FIELD, Kind.FIELD)
    if letter == "$":
        return _variable(text, position)
    if letter in "+-." or letter.isdigit():
        return _number(text, position)
    if letter == "_" or letter.isalnum():
        return _name(text, position, WORD, Kind.WORD)
    return _mark(text, position, letter, following)


def _space(text: str, position: int) -> Token:
    end = _skip_spaces(text, position)
    if text.startswith("-}}", end) and end - position > 1:
        end -= 1  # the last one belongs to the trimming delimiter
    return Token(Kind.SPACE, text[position:end], position)


def _mark(text: str, position: int, letter: str, following: str) -> Token:
    if letter == ":":
        if following != "=":
            raise TemplateError("expected :=")
        return Token(Kind.DECLARE, ":=", position)
    if letter == '"':
        return _quoted(text, position, STRING, Kind.STRING, "unterminated quoted string")
    if letter == "'":
        return _quoted(text, position, CHARACTER, Kind.CHARACTER, "unterminated character constant")
    if letter == "`":
        end = text.find("`", position + 1)
        if end < 0:
            raise TemplateError("unterminated raw quoted string")
        return Token(Kind.RAW, text[position : end + 1], position)
    plain = {"=": Kind.ASSIGN, "|": Kind.PIPE, "(": Kind.OPEN, ")": Kind.CLOSE}.get(letter)
    if plain is not None:
        return Token(plain, letter, position)
    if " " < letter <= "~":
        return Token(Kind.CHAR, letter, position)
    raise TemplateError(f"unrecognized character in action: {_code_point(letter)}")


def _code_point(letter: str) -> str:
    shown = f" '{letter}'" if letter.isprintable() else ""
    return f"U+{ord(letter):04X}{shown}"


def _quoted(text: str, position: int, form: re.Pattern[str], kind: Kind, fault: str) -> Token:
    match = form.match(text, position)
    if match is None:
        raise TemplateError(fault)
    return Token(kind, match[0], position)


def _check_end(text: str, end: int) -> None:
    """A name must be followed by something that cannot belong to a name."""
    if end < len(text) and text[end] not in SPACES + ".,|:()" and not text.startswith("}}", end):
        raise TemplateError(f"bad character {_code_point(text[end])}")


def _name(text: str, position: int, form: re.Pattern[str], kind: Kind) -> Token:
    match = form.match(text, position)
    word = match[0] if match else ""
    if word == ".":
        _check_end(text, position + 1)
        return Token(Kind.DOT, word, position)
    _check_end(text, position + len(word))
    if kind is Kind.WORD:
        if word in KEYWORDS:
            kind = Kind.KEYWORD
        elif word in ("true", "false"):
            kind = Kind.BOOL
    return Token(kind, word, position)


def _variable(text: str, position: int) -> Token:
    match = WORD.match(text, position + 1)
    word = "$" + (match[0] if match else "")
    _check_end(text, position + len(word))
    return Token(Kind.VARIABLE, word, position)


def _number(text: str, position: int) -> Token:
    match = NUMBER.match(text, position)
    number = match[0] if match else ""
    end = position + len(number)
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        from ...spec.gotext import quote  # noqa: PLC0415

        raise TemplateError(f"bad number syntax: {quote(text[position : end + 1])}")
    return Token(Kind.NUMBER, number, position)
