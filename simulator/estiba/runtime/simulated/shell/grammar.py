"""From tokens to the tree of a program, by recursive descent.

Source: POSIX.1-2017, Shell Command Language, 2.10 "Shell Grammar"; bash(1), "SHELL GRAMMAR".
"""

from __future__ import annotations

from collections.abc import Mapping

from .compound import CompoundCommands
from .dialect import Dialect
from .lexer import Incomplete, Lexer
from .syntax import Sequence


class Parser(CompoundCommands):
    """Parses a text command by command, so that what ran before can change aliases."""

    def __init__(
        self,
        text: str,
        dialect: Dialect,
        *,
        first_line: int = 1,
        aliases: Mapping[str, str] | None = None,
        extglob: bool = False,
    ) -> None:
        lexer = Lexer(text, dialect, _parse_nested, first_line, aliases, extglob)
        super().__init__(lexer)

    def next_line(self) -> Sequence | None:
        """The commands up to the end of a line;

        None at the end of the text. Raises: ShellSyntaxError.
        """
        self.skip_newlines()
        if self.peek().kind == "end":
            return None
        sequence = self.parse_sequence(single_line=True)
        token = self.peek()
        if token.kind == "newline":
            self.take()
        elif token.kind != "end":
            raise self.unexpected()
        return sequence

    def at_end(self) -> bool:
        """Is there nothing more to run?"""
        self.skip_newlines()
        return self.peek().kind == "end"


def _parse_nested(lexer: Lexer, closer: str) -> Sequence:
    """The commands inside `$( … )`, up to and with the closing parenthesis;

    "" for the whole text.
    """
    parser = NestedParser(lexer)
    sequence = parser.parse_sequence()
    token = parser.peek()
    if closer and token.text == closer and token.kind == "operator":
        parser.take()
    elif token.kind == "end" and closer:
        raise Incomplete("", lexer.line, ")", "matching `)'")
    elif token.kind != "end":
        raise parser.unexpected()
    return sequence


class NestedParser(CompoundCommands):
    """Parses on with a lexer that is in the middle of a word."""
