"""Parsing of lists, pipelines and simple commands."""

from __future__ import annotations

from .dialect import Dialect
from .lexer import Incomplete, Lexer, ShellSyntaxError, Token
from .syntax import (
    AndOr,
    Assignment,
    Command,
    HereDocument,
    Item,
    Literal,
    Pipeline,
    Redirection,
    Sequence,
    Simple,
    Word,
)
from .word_parts import is_name

CLOSERS = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "}"))
REDIRECTIONS = frozenset(("<", ">", ">>", ">|", "<>", "<&", ">&", "&>", "&>>", "<<", "<<-", "<<<"))
SEPARATORS = frozenset((";", "&"))
DECLARING = frozenset(("declare", "typeset", "local", "export", "readonly"))
STANDARD_ERROR_TOO = Redirection(">&", 2, Word([Literal("1")], "1"))


class ListParser:
    """Tokens with one of look-ahead, and the grammar down to simple commands."""

    def __init__(self, lexer: Lexer) -> None:
        self.lexer = lexer
        self._token: Token | None = None
        self._expanded: set[str] = set()
        self.dialect = lexer.dialect

    # Tokens.

    def peek(self) -> Token:
        if self._token is None:
            self._token = self.lexer.next_token()
        return self._token

    def take(self) -> Token:
        token = self.peek()
        self._token = None
        return token

    def is_operator(self, *texts: str) -> bool:
        token = self.peek()
        return token.kind == "operator" and token.text in texts

    def is_word(self, *texts: str) -> bool:
        """Is the next token one of these reserved words?"""
        token = self.peek()
        return token.word is not None and token.word.plain in texts

    def expect_word(self, text: str) -> None:
        if not self.is_word(text):
            raise self.unexpected(text)
        self.take()

    def expect_operator(self, text: str) -> None:
        if not self.is_operator(text):
            raise self.unexpected(text)
        self.take()

    def unexpected(self, expecting: str = "") -> ShellSyntaxError:
        token = self.peek()
        if token.kind == "end":
            return Incomplete("", self.lexer.line, expecting)
        back = token.kind == "newline" and self.dialect is Dialect.BASH
        line = self.lexer.line - back
        return ShellSyntaxError(
            "newline" if token.kind == "newline" else token.text, line, expecting
        )

    def skip_newlines(self) -> None:
        while self.peek().kind == "newline":
            self.take()

    # Lists.

    def parse_sequence(self, *, single_line: bool = False) -> Sequence:
        """Commands up to a closing word or operator, or, for a single line, to its end."""
        items: list[Item] = []
        if not single_line:
            self.skip_newlines()
        while not self._at_end():
            start = self.peek().start
            command = self.parse_and_or()
            background = self.is_operator("&")
            text = self.lexer.text[start : self.peek().start].strip()
            items.append(Item(command, background, text))
            if self.is_operator(*SEPARATORS):
                self.take()
            elif self.peek().kind != "newline":
                break
            if single_line and self.peek().kind == "newline":
                break
            if not single_line:
                self.skip_newlines()
        return Sequence(items)

    def _at_end(self) -> bool:
        token = self.peek()
        if token.kind in ("end", "newline"):
            return True
        if token.kind == "operator":
            return token.text in (")", ";;", ";&", ";;&")
        return token.word is not None and token.word.plain in CLOSERS

    def parse_body(self) -> Sequence:
        """A sequence that must not be empty."""
        sequence = self.parse_sequence()
        if not sequence.items:
            raise self.unexpected()
        return sequence

    def parse_and_or(self) -> Command:
        left = self.parse_pipeline()
        while self.is_operator("&&", "||"):
            operator = self.take().text
            self.skip_newlines()
            left = AndOr(left, operator, self.parse_pipeline())
        return left

    def parse_pipeline(self) -> Command:
        negated = timed = False
        while True:
            if self.is_word("!"):
                self.take()
                negated = not negated
            elif self.is_word("time") and self.dialect is not Dialect.DASH:
                self.take()
                timed = True
                if self.is_word("-p"):
                    self.take()
            else:
                break
        if timed and (self.peek().kind != "word"):
            return Pipeline([], negated, timed)
        commands = [self.parse_command()]
        while self.is_operator("|", "|&"):
            if self.take().text == "|&":
                self._join_error(commands[-1])
            self.skip_newlines()
            commands.append(self.parse_command())
        if len(commands) == 1 and not negated and not timed:
            return commands[0]
        return Pipeline(commands, negated, timed)

    @staticmethod
    def _join_error(command: Command) -> None:
        if isinstance(command, Simple):
            command.redirections.append(STANDARD_ERROR_TOO)

    def parse_command(self) -> Command:
        raise NotImplementedError

    # Simple commands.

    def expand_alias(self) -> None:
        """Put the text of an alias in the place of the next word, if it is one."""
        token = self.peek()
        lexer = self.lexer
        while token.word is not None and (name := token.word.plain) in lexer.aliases:
            if name is None or name in self._expanded:
                return
            self._expanded.add(name)
            value = lexer.aliases[name]
            rest = lexer.text[token.start + len(token.text) :]
            lexer.text = lexer.text[: token.start] + value + rest
            lexer.position = token.start
            self._token = None
            token = self.peek()

    def parse_simple(self) -> Simple:
        line = self.lexer.line
        command = Simple([], [], [], line)
        self._expanded = set()
        while True:
            token = self.peek()
            if redirection := self.parse_redirection():
                command.redirections.append(redirection)
            elif token.word is not None:
                self._take_word(command)
            else:
                break
        if not (command.words or command.assignments or command.redirections):
            raise self.unexpected()
        return command

    def _take_word(self, command: Simple) -> None:
        if not command.words:
            assignment = self._assignment(self.peek())
            if assignment is not None:
                command.assignments.append(assignment)
                return
        elif self.dialect is Dialect.BASH and command.words[0].plain in DECLARING:
            token = self.peek()
            assignment = self._assignment(token, keep=True)
            if assignment is not None and assignment.elements is not None:
                command.arrays[len(command.words)] = assignment
                command.words.append(Word([Literal(assignment.name)], assignment.name))
                return
        word = self.take().word
        assert word is not None
        command.words.append(word)

    def _assignment(self, token: Token, *, keep: bool = False) -> Assignment | None:
        """The token as an assignment (then it is taken), or None. `keep`: only arrays are taken."""
        word = token.word
        if word is None or not word.parts or not isinstance(word.parts[0], Literal):
            return None
        head, equals, rest = word.parts[0].text.partition("=")
        if not equals:
            return None
        append = head.endswith("+") and self.dialect is not Dialect.DASH
        name = head[:-1] if append else head
        index = None
        if name.endswith("]") and "[" in name and self.dialect is Dialect.BASH:
            name, _, inner = name[:-1].partition("[")
            index = self.lexer.derive(inner).read_word("")
        if not is_name(name):
            return None
        parts = [Literal(rest), *word.parts[1:]] if rest else word.parts[1:]
        value = Word(parts, word.text.partition("=")[2])
        made = Assignment(name, value, append, index, text=word.text)
        is_array = not parts and self.dialect is Dialect.BASH and self._opens_array(token)
        if keep and not is_array:
            return None
        self.take()
        if is_array:
            made.elements = self._elements()
        return made

    def _opens_array(self, token: Token) -> bool:
        end = token.start + len(token.text)
        return self.lexer.position == end and self.lexer.text.startswith("(", end)

    def _elements(self) -> list[Word]:
        self.take()
        words: list[Word] = []
        while not self.is_operator(")"):
            token = self.take()
            if token.kind == "end":
                raise Incomplete("", self.lexer.line, ")", "matching `)'")
            if token.word is not None:
                words.append(token.word)
            elif token.kind == "number":
                words.append(Word([Literal(token.text)], token.text))
            elif token.kind != "newline":
                raise ShellSyntaxError(token.text, self.lexer.line)
        self.take()
        return words

    # Redirections.

    def parse_redirection(self) -> Redirection | None:
        fd = None
        token = self.peek()
        if token.kind == "number":
            fd = int(self.take().text)
            token = self.peek()
        if token.kind != "operator" or token.text not in REDIRECTIONS:
            return None
        operator = self.take().text
        target = self.peek()
        if target.word is None and target.kind != "number":
            raise self.unexpected()
        if operator in ("<<", "<<-"):
            return self._here_document(operator, fd)
        self.take()
        word = target.word or Word([Literal(target.text)], target.text)
        return Redirection(operator, fd, word)

    def _here_document(self, operator: str, fd: int | None) -> Redirection:
        """Its lines come at the next newline, which must not be looked at before it is noted."""
        token = self.peek()
        word = token.word or Word([Literal(token.text)], token.text)
        delimiter, quoted = _unquoted(word)
        document = HereDocument(delimiter, quoted, operator == "<<-")
        self.lexer.documents.append(document)
        self.take()
        return Redirection("<<", fd, word, document)


def _unquoted(word: Word) -> tuple[str, bool]:
    """The delimiter without its quotes, and whether it had any."""
    quoted = any(character in word.text for character in "\\'\"")
    text = word.text
    if quoted:
        text = text.replace("\\", "").replace("'", "").replace('"', "")
    return text, quoted
