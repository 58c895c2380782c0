"""From characters to tokens. Words are taken apart here, with all that is nested in them.

Source: POSIX.1-2017, Shell Command Language, 2.3 "Token Recognition"; bash(1), "DEFINITIONS".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .dialect import Dialect
from .syntax import HereDocument, Part, Quoted, Word
from .word_parts import WordParts

if TYPE_CHECKING:
    from .syntax import Sequence

BLANKS = " \t"
META = " \t\n;&|<>()"
OPERATORS = ";;& <<< <<- &>> && || ;; ;& << >> <& >& <> >| &> |& ; & | < > ( )".split()
BASH_ONLY = frozenset((";;&", ";&", "<<<", "&>>", "&>", "|&"))


class ShellSyntaxError(Exception):
    """The text cannot be a program. `token` is where it went wrong; "" is the end of the text."""

    def __init__(self, token: str, line: int, expecting: str = "", message: str = "") -> None:
        super().__init__(token)
        self.token = token
        self.line = line
        self.expecting = expecting
        self.message = message


class Incomplete(ShellSyntaxError):
    """The text ends before the command does: an interactive shell asks for more."""


@dataclass(slots=True)
class Token:
    """`kind` is word, operator, number (of a redirection), newline or end."""

    kind: str
    text: str
    start: int
    word: Word | None = None


class Lexer(WordParts):
    """Tokens of a text, one after another; here-documents are read at the newline after them."""

    def __init__(
        self,
        text: str,
        dialect: Dialect,
        parse_until: Callable[[Lexer, str], Sequence],
        first_line: int = 1,
        aliases: Mapping[str, str] | None = None,
        extglob: bool = False,
    ) -> None:
        super().__init__(text, dialect, extglob)
        self.parse_until = parse_until
        self.first_line = first_line
        self.aliases = aliases or {}
        self.documents: list[HereDocument] = []

    @property
    def line(self) -> int:  # type: ignore[override]
        return self.first_line + self.text.count("\n", 0, self.position)

    def parse_nested(self, closer: str) -> Sequence:
        return self.parse_until(self, closer)

    def derive(self, text: str) -> Lexer:
        """A lexer of the same kind over another text."""
        return Lexer(text, self.dialect, self.parse_until, self.line, self.aliases, self.extglob)

    def next_token(self) -> Token:
        self._skip_blanks()
        start = self.position
        if start >= len(self.text):
            return Token("end", "", start)
        if self.text[start] == "\n":
            self.position += 1
            self._read_documents()
            return Token("newline", "\n", start)
        if operator := self._operator():
            self.position += len(operator)
            return Token("operator", operator, start)
        return self._word_token(start)

    def _skip_blanks(self) -> None:
        text = self.text
        while self.position < len(text):
            character = text[self.position]
            if character in BLANKS:
                self.position += 1
            elif text.startswith("\\\n", self.position):
                self.position += 2
            elif character == "#":
                end = text.find("\n", self.position)
                self.position = len(text) if end < 0 else end
            else:
                return

    def _operator(self) -> str:
        if self.text[self.position] not in META:
            return ""
        if self.is_process_substitution():
            return ""
        for operator in OPERATORS:
            if self.text.startswith(operator, self.position) and self._understands(operator):
                return operator
        return ""

    def _understands(self, operator: str) -> bool:
        if self.dialect is Dialect.BASH or operator not in BASH_ONLY:
            return True
        return self.dialect is Dialect.ASH and operator in ("&>", "&>>")

    def _word_token(self, start: int) -> Token:
        word = self.read_word()
        end = self.position
        if word.plain and word.plain.isdigit() and end < len(self.text) and self.text[end] in "<>":
            return Token("number", word.plain, start)
        return Token("word", word.text, start, word)

    # Here-documents.

    def _read_documents(self) -> None:
        documents, self.documents = self.documents, []
        for document in documents:
            document.body = self._read_document(document)

    def _read_document(self, document: HereDocument) -> Word:
        lines: list[str] = []
        while self.position < len(self.text):
            end = self.text.find("\n", self.position)
            stop = len(self.text) if end < 0 else end
            line = self.text[self.position : stop]
            self.position = min(stop + 1, len(self.text))
            if document.strip_tabs:
                line = line.lstrip("\t")
            if line == document.delimiter:
                return self._document_word(document, lines)
            lines.append(line + "\n")
        self.unfinished_document(document)
        return self._document_word(document, lines)

    def unfinished_document(self, document: HereDocument) -> None:
        """The text ended inside a here-document: real shells warn and take what there is."""
        self.open_document = document

    def _document_word(self, document: HereDocument, lines: list[str]) -> Word:
        text = "".join(lines)
        if document.quoted:
            parts: list[Part] = [Quoted(text)]
        else:
            parts = self.derive(text).read_document_parts()
        return Word(parts, text)
