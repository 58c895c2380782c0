"""Taking a word apart: quotes, `$…`, backquotes.

Source: POSIX.1-2017, Shell Command Language, 2.2 "Quoting" and 2.6 "Word Expansions".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dialect import Dialect
from .escapes import dollar_quoted
from .syntax import (
    ArithmeticExpansion,
    CommandSubstitution,
    DoubleQuoted,
    HereDocument,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Quoted,
    Word,
)

if TYPE_CHECKING:
    from .lexer import Lexer
    from .syntax import Sequence

META = " \t\n;&|<>()"
SPECIAL = "@*#?-$!0123456789"
OPERATORS = (
    ":-", ":=", ":?", ":+", "-", "=", "?", "+", "##", "#", "%%", "%", "//", "/#", "/%", "/",
    "^^", "^", ",,", ",", "@", ":",
)  # fmt: skip
PLAIN_OPERATORS = OPERATORS[:12]
DIALECT_OPERATORS = {
    Dialect.BASH: OPERATORS,
    Dialect.DASH: PLAIN_OPERATORS,
    Dialect.ASH: (*PLAIN_OPERATORS, "//", "/#", "/%", "/", ":"),
}


def is_name(text: str) -> bool:
    return text.isidentifier() and text.isascii()


class WordParts:
    """The part of the lexer that reads inside words."""

    def __init__(self, text: str, dialect: Dialect, extglob: bool = False) -> None:
        self.text = text
        self.position = 0
        self.dialect = dialect
        self.extglob = extglob
        self.open_document: HereDocument | None = None

    line = 0

    def parse_nested(self, closer: str) -> Sequence:
        raise NotImplementedError

    def derive(self, text: str) -> Lexer:
        raise NotImplementedError

    def fail(self, wanted: str, start: int = -1) -> Exception:
        """The text ended while something was open since `start`."""
        from .lexer import Incomplete  # noqa: PLC0415 - the two modules are one lexer

        if start >= 0:
            if self.dialect is Dialect.BASH or wanted == "`}'":
                self.position = start
            else:
                self.position = len(self.text)
        return Incomplete("", self.line, wanted, f"matching {wanted}")

    # Words.

    def read_word(self, stop: str = META) -> Word:
        """A word up to an unquoted character of `stop`."""
        start = self.position
        parts: list[Part] = []
        literal: list[str] = []
        text = self.text
        while self.position < len(text):
            character = text[self.position]
            if character in stop and not (stop is META and self._goes_on(start)):
                break
            if character in "\\'\"$`<>@*+?!":
                part = self._special(character, start)
                if part is not None:
                    self._add(parts, literal, part)
                    continue
            literal.append(text[self.position])
            self.position += 1
        self._flush(parts, literal)
        return Word(parts, text[start : self.position])

    def _goes_on(self, start: int) -> bool:
        return self.position == start and self.is_process_substitution()

    def is_process_substitution(self) -> bool:
        return self.dialect is Dialect.BASH and self.text.startswith(("<(", ">("), self.position)

    def _add(self, parts: list[Part], literal: list[str], part: Part) -> None:
        if isinstance(part, Literal):
            literal.append(part.text)
        else:
            self._flush(parts, literal)
            parts.append(part)

    @staticmethod
    def _flush(parts: list[Part], literal: list[str]) -> None:
        if literal:
            parts.append(Literal("".join(literal)))
            literal.clear()

    def _special(self, character: str, start: int) -> Part | None:
        """A quoted or expanded part at the position; None if the character is itself."""
        if character == "\\":
            return self._backslash()
        if character == "'":
            return self._single_quoted()
        if character == '"':
            self.position += 1
            return DoubleQuoted(self.read_double_quoted('"'))
        if character == "$":
            return self.read_dollar(quoted=False)
        if character == "`":
            return self._backquoted(quoted=False)
        if character in "<>":
            return self._process_substitution() if self._goes_on(start) else None
        if self.extglob and self.text.startswith("(", self.position + 1):
            return self._extended_glob()
        return None

    def _backslash(self) -> Part:
        following = self.text[self.position + 1 : self.position + 2]
        self.position += 2
        if following == "\n":
            return Literal("")
        if not following:
            self.position -= 1
            return Quoted("\\")
        return Quoted(following)

    def _single_quoted(self) -> Part:
        end = self.text.find("'", self.position + 1)
        if end < 0:
            raise self.fail("`''")
        quoted = Quoted(self.text[self.position + 1 : end])
        self.position = end + 1
        return quoted

    def _extended_glob(self) -> Part:
        """`@(a|b)` stays literal: the pattern matcher reads it."""
        depth, start = 0, self.position
        while self.position < len(self.text):
            character = self.text[self.position]
            self.position += 1
            if character == "(":
                depth += 1
            elif character == ")":
                depth -= 1
                if depth == 0:
                    return Literal(self.text[start : self.position])
        raise self.fail("`)'")

    def _process_substitution(self) -> Part:
        direction = self.text[self.position]
        start = self.position
        self.position += 2
        body = self.parse_nested(")")
        return ProcessSubstitution(direction, body, self.text[start : self.position])

    # Inside double quotes.

    def read_double_quoted(self, closer: str) -> list[Part]:
        """The parts up to the closing quote, which is taken too."""
        start = self.position
        parts: list[Part] = []
        literal: list[str] = []
        text = self.text
        while self.position < len(text):
            character = text[self.position]
            if character == closer:
                self.position += 1
                self._flush_quoted(parts, literal)
                return parts
            self._inside_quotes(character, parts, literal, '"\\$`\n')
        raise self.fail("`\"'", start)

    def read_document_parts(self) -> list[Part]:
        """A here-document: as in double quotes, but quotes are plain and it ends with the text."""
        parts: list[Part] = []
        literal: list[str] = []
        while self.position < len(self.text):
            self._inside_quotes(self.text[self.position], parts, literal, "\\$`\n")
        self._flush_quoted(parts, literal)
        return parts

    def _inside_quotes(
        self, character: str, parts: list[Part], literal: list[str], escapable: str
    ) -> None:
        part: Part | None = None
        if character == "\\" and self.position + 1 < len(self.text):
            following = self.text[self.position + 1]
            if following in escapable:
                self.position += 2
                literal.append("" if following == "\n" else following)
                return
        elif character == "$":
            part = self.read_dollar(quoted=True)
        elif character == "`":
            part = self._backquoted(quoted=True)
        if part is None:
            literal.append(character)
            self.position += 1
        elif isinstance(part, Literal):
            literal.append(part.text)
        else:
            self._flush_quoted(parts, literal)
            parts.append(part)

    @staticmethod
    def _flush_quoted(parts: list[Part], literal: list[str]) -> None:
        if literal:
            parts.append(Quoted("".join(literal)))
            literal.clear()

    # Dollars and backquotes.

    def read_dollar(self, *, quoted: bool) -> Part | None:
        text, start = self.text, self.position
        following = text[start + 1 : start + 2]
        if following == "(":
            return self._parenthesis(start)
        if following == "{":
            self.position = start + 2
            return self._braced(quoted)
        if following and following in SPECIAL:
            self.position = start + 2
            return Parameter(following)
        if following == "_" or following.isalpha():
            return self._named(start + 1)
        if following == "'" and not quoted and self.dialect is not Dialect.DASH:
            return self._dollar_quoted(start)
        if following == '"' and not quoted and self.dialect is Dialect.BASH:
            self.position = start + 2
            return DoubleQuoted(self.read_double_quoted('"'))
        return None

    def _named(self, start: int) -> Part:
        end = start
        while end < len(self.text) and (self.text[end] == "_" or self.text[end].isalnum()):
            end += 1
        self.position = end
        return Parameter(self.text[start:end])

    def _dollar_quoted(self, start: int) -> Part:
        end = start + 2
        while end < len(self.text) and self.text[end] != "'":
            end += 2 if self.text[end] == "\\" else 1
        if end >= len(self.text):
            raise self.fail("`''")
        self.position = end + 1
        return Quoted(dollar_quoted(self.text[start + 2 : end]))

    def _parenthesis(self, start: int) -> Part:
        if self.text.startswith("$((", start):
            found = self._arithmetic(start)
            if found is not None:
                return found
        self.position = start + 2
        body = self.parse_nested(")")
        return CommandSubstitution(body, self.text[start : self.position])

    def _arithmetic(self, start: int) -> Part | None:
        """`$((…))`; None if the parentheses do not close together."""
        depth, end = 0, start + 3
        while end < len(self.text):
            character = self.text[end]
            if character == "(":
                depth += 1
            elif character == ")":
                if depth == 0:
                    break
                depth -= 1
            end += 1
        if end >= len(self.text):
            raise self.fail("`)'")
        if not self.text.startswith("))", end):
            return None
        inner = self.derive(self.text[start + 3 : end])
        self.position = end + 2
        return ArithmeticExpansion(inner.read_document_parts())

    def _backquoted(self, *, quoted: bool) -> Part:
        end = self.position + 1
        raw: list[str] = []
        escapable = '\\`$"' if quoted else "\\`$"
        while end < len(self.text) and self.text[end] != "`":
            if self.text[end] == "\\" and self.text[end + 1 : end + 2] in escapable:
                end += 1
            raw.append(self.text[end : end + 1])
            end += 1
        if end >= len(self.text):
            raise self.fail("``'", self.position)
        text = self.text[self.position : end + 1]
        self.position = end + 1
        return CommandSubstitution(self.derive("".join(raw)).parse_nested(""), text)

    # ${…}.

    def _braced(self, quoted: bool) -> Part:
        text = self.text
        indirect = length = False
        if text.startswith("#", self.position) and not text.startswith(
            ("#}", "#-", "#?"), self.position
        ):
            length, self.position = True, self.position + 1
        elif text.startswith("!", self.position) and not text.startswith("!}", self.position):
            indirect, self.position = self.dialect is Dialect.BASH, self.position + 1
        parameter = Parameter(self._parameter_name(), length=length, indirect=indirect)
        if text.startswith("[", self.position) and self.dialect is Dialect.BASH:
            self.position += 1
            parameter.index = self.read_word("]")
            self.position += 1
        self._operation(parameter, quoted)
        if not text.startswith("}", self.position):
            if "}" not in text[self.position :]:
                raise self.fail("`}'", self.position)
            parameter.operator = "bad"
            self.position = max(text.find("}", self.position), self.position)
        self.position += 1
        return parameter

    def _parameter_name(self) -> str:
        text, start = self.text, self.position
        end = start
        if text[start : start + 1].isdigit():
            while text[end : end + 1].isdigit():
                end += 1
        elif text[start : start + 1] in SPECIAL and text[start : start + 1]:
            end += 1
        else:
            while end < len(text) and (text[end] == "_" or text[end].isalnum()):
                end += 1
        self.position = end
        return text[start:end]

    def _operation(self, parameter: Parameter, quoted: bool) -> None:
        if not parameter.name:
            parameter.operator = "bad"
            return
        for operator in DIALECT_OPERATORS[self.dialect]:
            if self.text.startswith(operator, self.position):
                break
        else:
            return
        self.position += len(operator)
        parameter.operator = operator
        if operator == ":":
            parameter.word = self._operand(":}", quoted)
            if self.text.startswith(":", self.position):
                self.position += 1
                parameter.second = self._operand("}", quoted)
        elif operator in ("/", "//", "/#", "/%"):
            parameter.word = self._operand("/}", False)
            if self.text.startswith("/", self.position):
                self.position += 1
                parameter.second = self._operand("}", quoted)
        else:
            is_pattern = operator in ("#", "##", "%", "%%", "^", "^^", ",", ",,")
            parameter.word = self._operand("}", quoted and not is_pattern)

    def _operand(self, stop: str, quoted: bool) -> Word:
        """The word after an operator; inside double quotes, single quotes are plain in it."""
        if not quoted:
            return self.read_word(stop)
        start = self.position
        parts: list[Part] = []
        literal: list[str] = []
        while self.position < len(self.text) and self.text[self.position] not in stop:
            if self.text[self.position] == '"':
                self._flush_quoted(parts, literal)
                self.position += 1
                parts.append(DoubleQuoted(self.read_double_quoted('"')))
            else:
                self._inside_quotes(self.text[self.position], parts, literal, '"\\$`\n}')
        self._flush_quoted(parts, literal)
        return Word(parts, self.text[start : self.position])
