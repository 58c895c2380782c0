"""`test` and `[`. Source: POSIX.1-2017, test; bash(1), "CONDITIONAL EXPRESSIONS"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...syscalls import Body
from ..conditional import BINARY_FILES, FILES, TestFailure, compare, examine
from ..dialect import Dialect
from .registry import builtin

if TYPE_CHECKING:
    from ..shell import Shell

BINARY = frozenset(
    ("=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", *BINARY_FILES)
)
UNARY = frozenset(("-n", "-z", "-o", "-v", "-t", "-R", *FILES))


class _Test:
    """An expression of `test`: a list of words, read from left to right."""

    def __init__(self, shell: Shell, words: list[str]) -> None:
        self._shell = shell
        self._words = words
        self._at = 0

    def whole(self) -> Body[bool]:
        words = self._words
        short = yield from self._short(words)
        if short is not None:
            return short
        value = yield from self._or()
        if self._at < len(words):
            raise TestFailure(f"{words[self._at]}: unexpected operator", "many")
        return value

    def _short(self, words: list[str]) -> Body[bool | None]:
        """Up to three words have their meaning from their number."""
        count = len(words)
        if count == 0:
            return False
        if count == 1:
            return words[0] != ""
        if count == 2 and words[0] == "!":
            return words[1] == ""
        if count == 3 and words[1] in BINARY:
            return (yield from compare(self._shell, words[0], words[1], words[2]))
        if count == 3 and words[0] == "!":
            inner = yield from _Test(self._shell, words[1:]).whole()
            return not inner
        if count == 3 and (words[0], words[2]) == ("(", ")"):
            return words[1] != ""
        return None

    def _peek(self) -> str | None:
        return self._words[self._at] if self._at < len(self._words) else None

    def _take(self) -> str:
        word = self._peek()
        if word is None:
            raise TestFailure("argument expected", "argument")
        self._at += 1
        return word

    def _or(self) -> Body[bool]:
        value = yield from self._and()
        while self._peek() == "-o":
            self._take()
            right = yield from self._and()
            value = value or right
        return value

    def _and(self) -> Body[bool]:
        value = yield from self._not()
        while self._peek() == "-a":
            self._take()
            right = yield from self._not()
            value = value and right
        return value

    def _not(self) -> Body[bool]:
        if self._peek() == "!" and self._at + 1 < len(self._words):
            self._take()
            value = yield from self._not()
            return not value
        return (yield from self._primary())

    def _primary(self) -> Body[bool]:
        rest = self._words[self._at :]
        if len(rest) >= 3 and rest[1] in BINARY:
            self._at += 3
            return (yield from compare(self._shell, rest[0], rest[1], rest[2]))
        word = self._take()
        if word == "(" and len(rest) > 1:
            value = yield from self._or()
            if self._peek() != ")":
                raise TestFailure("`)' expected", "paren")
            self._take()
            return value
        if word in UNARY and self._peek() is not None:
            return (yield from examine(self._shell, word, self._take()))
        if word.startswith("-") and len(rest) == 2 and len(word) == 2:
            raise TestFailure(f"{word}: unary operator expected", "unary")
        if len(rest) == 3:
            raise TestFailure(f"{rest[1]}: binary operator expected", "binary")
        return word != ""


def _run(shell: Shell, name: str, words: list[str]) -> Body[int]:
    try:
        return 0 if (yield from _Test(shell, words).whole()) else 1
    except TestFailure as failure:
        message = failure.message
        if shell.dialect is Dialect.BASH and failure.kind == "many":
            message = "too many arguments" if len(words) > 4 else message
        if shell.dialect is Dialect.ASH:
            yield from shell.write_error(f"{shell.state.name}: {message}\n")
        else:
            yield from shell.complain(message, name)
        return 2


@builtin("test")
def test(shell: Shell, args: list[str]) -> Body[int]:
    return (yield from _run(shell, "test", args))


@builtin("[")
def bracket(shell: Shell, args: list[str]) -> Body[int]:
    if args[-1:] != ["]"]:
        text = {Dialect.BASH: "missing `]'"}.get(shell.dialect, "missing ]")
        if shell.dialect is Dialect.ASH:
            yield from shell.write_error(f"{shell.state.name}: {text}\n")
        else:
            yield from shell.complain(text, "[")
        return 2
    return (yield from _run(shell, "[", args[:-1]))
