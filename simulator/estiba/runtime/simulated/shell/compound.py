"""Parsing of compound commands: groups, loops, cases, functions."""

from __future__ import annotations

from collections.abc import Callable

from .commands import ListParser
from .dialect import Dialect
from .lexer import Incomplete, ShellSyntaxError
from .syntax import (
    ArithmeticCommand,
    ArithmeticFor,
    Case,
    CaseItem,
    Command,
    Conditional,
    For,
    Function,
    Group,
    If,
    Literal,
    Redirected,
    Redirection,
    Select,
    Sequence,
    Subshell,
    While,
    Word,
)
from .word_parts import is_name

CONDITIONAL_OPERATORS = frozenset(("&&", "||", "(", ")", "<", ">"))


class CompoundCommands(ListParser):
    """The whole grammar."""

    def parse_command(self) -> Command:
        self._expanded = set()
        if self.peek().word is not None:
            self.expand_alias()
        token = self.peek()
        if token.kind == "operator" and token.text == "(":
            return self._with_redirections(self._parenthesis())
        plain = token.word.plain if token.word is not None else None
        if plain is not None:
            starts: dict[str, Callable[[], Command]] = {
                "{": self._group,
                "if": self._if,
                "while": self._while,
                "until": self._while,
                "for": self._for,
                "case": self._case,
            }
            if plain in starts:
                return self._with_redirections(starts[plain]())
            if plain in ("function", "[[", "select") and self.dialect is not Dialect.DASH:
                return self._extension(plain)
            if plain in ("then", "else", "elif", "fi", "do", "done", "esac", "}"):
                raise self.unexpected()
            if (function := self._function()) is not None:
                return function
        return self.parse_simple()

    def _extension(self, plain: str) -> Command:
        if plain == "function":
            return self._function_word()
        if plain == "[[":
            return self._with_redirections(self._conditional())
        if self.dialect is not Dialect.BASH:
            return self.parse_simple()
        loop = self._for()
        assert isinstance(loop, For)
        return self._with_redirections(Select(loop.name, loop.words, loop.body))

    def _with_redirections(self, command: Command) -> Command:
        redirections: list[Redirection] = []
        while (redirection := self.parse_redirection()) is not None:
            redirections.append(redirection)
        return Redirected(command, redirections) if redirections else command

    # Groups.

    def _parenthesis(self) -> Command:
        line = self.lexer.line
        start = self.peek().start
        if self.dialect is Dialect.BASH and self.lexer.text.startswith("((", start):
            text = self._double_parenthesis(start)
            if text is not None:
                return ArithmeticCommand(text, line)
        self.take()
        body = self.parse_body()
        self.expect_operator(")")
        return Subshell(body)

    def _double_parenthesis(self, start: int) -> str | None:
        """The text between `((` and `))`, taken; None if they do not close together."""
        text, depth, end = self.lexer.text, 0, start + 2
        while end < len(text):
            if text[end] == "(":
                depth += 1
            elif text[end] == ")":
                if depth == 0:
                    break
                depth -= 1
            end += 1
        if end >= len(text):
            raise Incomplete("", self.lexer.line, ")", "matching `)'")
        if not text.startswith("))", end):
            return None
        self._token = None
        self.lexer.position = end + 2
        return text[start + 2 : end]

    def _group(self) -> Command:
        self.take()
        body = self.parse_body()
        self.expect_word("}")
        return Group(body)

    # Conditions and loops.

    def _if(self) -> Command:
        clauses = []
        otherwise = None
        while self.is_word("if", "elif"):
            self.take()
            condition = self._until("then")
            clauses.append((condition, self.parse_body()))
        if self.is_word("else"):
            self.take()
            otherwise = self.parse_body()
        self.expect_word("fi")
        return If(clauses, otherwise)

    def _until(self, word: str) -> Sequence:
        body = self.parse_body()
        self.expect_word(word)
        return body

    def _while(self) -> Command:
        until = self.take().text == "until"
        condition = self._until("do")
        return While(condition, self._until("done"), until)

    def _for(self) -> Command:
        self.take()
        line = self.lexer.line
        token = self.peek()
        if self.lexer.text.startswith("((", token.start):
            if self.dialect is not Dialect.BASH:
                raise ShellSyntaxError("((", line, message="bad for loop variable")
            return self._arithmetic_for(token.start)
        if token.word is None:
            raise self.unexpected()
        name = token.word.text
        self.take()
        if not is_name(name):
            raise ShellSyntaxError(name, line, message="bad for loop variable")
        words = self._for_words()
        return For(name, words, self._loop_body(), line)

    def _for_words(self) -> list[Word] | None:
        if self.is_operator(";"):
            self.take()
        self.skip_newlines()
        if not self.is_word("in"):
            return None
        self.take()
        words: list[Word] = []
        while (token := self.peek()).word is not None:
            words.append(token.word)
            self.take()
        if not self.is_operator(";") and self.peek().kind != "newline":
            raise self.unexpected()
        self.take()
        return words

    def _loop_body(self) -> Sequence:
        self.skip_newlines()
        if self.is_word("{"):
            self.take()
            return self._until("}")
        self.expect_word("do")
        return self._until("done")

    def _arithmetic_for(self, start: int) -> Command:
        text = self._double_parenthesis(start)
        if text is None or text.count(";") != 2:
            raise self.unexpected()
        first, condition, step = (part.strip() for part in text.split(";"))
        if self.is_operator(";"):
            self.take()
        return ArithmeticFor(first, condition, step, self._loop_body())

    def _case(self) -> Command:
        self.take()
        token = self.take()
        if token.word is None:
            raise ShellSyntaxError(token.text, self.lexer.line)
        self.skip_newlines()
        self.expect_word("in")
        self.skip_newlines()
        items: list[CaseItem] = []
        while not self.is_word("esac"):
            if self.peek().kind == "end":
                raise self.unexpected(")")
            items.append(self._case_item())
            self.skip_newlines()
        self.take()
        return Case(token.word, items)

    def _case_item(self) -> CaseItem:
        if self.is_operator("("):
            self.take()
        patterns: list[Word] = []
        while True:
            token = self.peek()
            word = token.word
            if token.kind == "number":
                word = Word([Literal(token.text)], token.text)
            if word is None:
                raise self.unexpected()
            patterns.append(word)
            self.take()
            if not self.is_operator("|"):
                break
            self.take()
        self.expect_operator(")")
        body = self.parse_sequence()
        terminator = ";;"
        if self.is_operator(";;", ";&", ";;&"):
            terminator = self.take().text
        elif not self.is_word("esac"):
            raise self.unexpected(";;")
        return CaseItem(patterns, body, terminator)

    # Functions.

    def _function(self) -> Command | None:
        """`name () command`, or None when the word is no function's name."""
        token = self.peek()
        after = self.lexer.text[self.lexer.position :].lstrip(" \t")
        word = token.word
        if word is None or word.plain is None or not after.startswith("("):
            return None
        if not after[1:].lstrip(" \t").startswith(")"):
            return None
        name = word.plain
        if "=" in name:
            return None
        self.take()
        self.take()
        self.expect_operator(")")
        return self._function_body(name)

    def _function_word(self) -> Command:
        self.take()
        token = self.take()
        if token.word is None:
            raise ShellSyntaxError(token.text, self.lexer.line)
        if self.is_operator("("):
            self.take()
            self.expect_operator(")")
        return self._function_body(token.text)

    def _function_body(self, name: str) -> Command:
        self.skip_newlines()
        return Function(name, self.parse_command())

    # [[ … ]].

    def _conditional(self) -> Command:
        line = self.lexer.line
        self.take()
        tokens: list[Word | str] = []
        while not self.is_word("]]"):
            token = self.peek()
            if token.kind == "end":
                raise Incomplete("", line, "]]")
            if tokens and isinstance(tokens[-1], Word) and tokens[-1].plain == "=~":
                tokens.append(self._regular_expression())
                continue
            if token.kind == "newline":
                self.take()
                continue
            if token.kind == "operator" and token.text not in CONDITIONAL_OPERATORS:
                raise self.unexpected()
            self.take()
            if token.kind == "number":
                tokens.append(Word([Literal(token.text)], token.text))
            else:
                tokens.append(token.word or token.text)
        self.take()
        return Conditional(tokens, line)

    def _regular_expression(self) -> Word:
        """The word after `=~`, in which parentheses and bars are plain."""
        lexer = self.lexer
        lexer.position = self.peek().start
        self._token = None
        return lexer.read_word(" \t\n")
