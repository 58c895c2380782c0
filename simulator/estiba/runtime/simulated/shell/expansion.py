"""Words to texts: tilde, parameters, commands, arithmetic, splitting, pathnames, quotes.

Source: POSIX.1-2017, Shell Command Language, 2.6 "Word Expansions"; bash(1), "EXPANSION".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..syscalls import Body
from .arithmetic import ArithmeticFailure, evaluate
from .braces import expand_braces
from .control import Failure
from .dialect import Dialect
from .fields import Fields, may_glob, pattern_of, plain
from .globbing import glob
from .parameters import Parameters
from .syntax import (
    ArithmeticExpansion,
    CommandSubstitution,
    DoubleQuoted,
    Literal,
    Parameter,
    Part,
    ProcessSubstitution,
    Quoted,
    Word,
)

if TYPE_CHECKING:
    from .shell import Shell

SPLITTABLE = frozenset("*?[~{")


class Expander(Parameters):
    """Expands the words of one shell."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)

    # Entries.

    def words(self, words: Iterable[Word]) -> Body[list[str]]:
        """The fields that words become: the arguments of a command."""
        result: list[str] = []
        for word in words:
            if self._fixed(word):
                result += word.fixed or ()
            else:
                for alternative in self._alternatives(word):
                    result += yield from self._word(alternative)
        return result

    def single(self, word: Word, *, assignment: bool = False) -> Body[str]:
        """One text, neither split nor globbed."""
        if self._fixed(word) and not assignment:
            return "".join(word.fixed or ())
        fields = Fields("")
        yield from self._parts(self._tilde(word.parts, assignment), fields, False, split=False)
        return " ".join(plain(pieces) for pieces in fields.finish())

    def pattern(self, word: Word) -> Body[str]:
        """A pattern in which quoted characters stand for themselves."""
        fields = Fields("")
        yield from self._parts(self._tilde(word.parts), fields, False, split=False)
        return " ".join(pattern_of(pieces) for pieces in fields.finish())

    def quoted_parts(self, parts: list[Part]) -> Body[str]:
        """The text of parts as inside double quotes: here-documents and arithmetic."""
        fields = Fields("")
        yield from self._parts(parts, fields, True, split=False)
        return " ".join(plain(pieces) for pieces in fields.finish())

    # Words.

    @staticmethod
    def _fixed(word: Word) -> bool:
        """Does the word always expand to itself? Found out once."""
        if word.is_fixed is None:
            word.is_fixed = all(
                isinstance(part, Quoted)
                or (isinstance(part, Literal) and SPLITTABLE.isdisjoint(part.text))
                for part in word.parts
            )
            if word.is_fixed:
                word.fixed = ["".join(part.text for part in word.parts)]  # type: ignore[union-attr]
                if not word.parts:
                    word.fixed = []
        return word.is_fixed

    def _alternatives(self, word: Word) -> list[Word]:
        if self.shell.dialect is not Dialect.BASH or "{" not in word.text:
            return [word]
        if word.alternatives is None:
            texts = expand_braces(word.text)
            if texts == [word.text]:
                word.alternatives = [word]
            else:
                word.alternatives = [self.shell.read_word(text) for text in texts]
        return word.alternatives

    def _word(self, word: Word) -> Body[list[str]]:
        fields = Fields(self.ifs())
        yield from self._parts(self._tilde(word.parts), fields, False, split=True)
        result: list[str] = []
        extended = "extglob" in self.shell.state.shopt
        for pieces in fields.finish():
            if may_glob(pieces, extended=extended) and "noglob" not in self.shell.state.options:
                found = yield from self._glob(pattern_of(pieces), extended)
                if found:
                    result += found
                    continue
                if "nullglob" in self.shell.state.shopt:
                    continue
            result.append(plain(pieces))
        return result

    def _glob(self, pattern: str, extended: bool) -> Body[list[str]]:
        return (
            yield from glob(pattern, extended=extended, hidden="dotglob" in self.shell.state.shopt)
        )

    def _tilde(self, parts: list[Part], assignment: bool = False) -> list[Part]:
        """Replace `~` and `~user` at the start (in assignments, after colons too)."""
        if not parts or not isinstance(first := parts[0], Literal) or "~" not in first.text:
            return parts
        closed = len(parts) == 1
        pieces = first.text.split(":") if assignment else [first.text]
        made: list[Part] = []
        for place, piece in enumerate(pieces):
            if place:
                made.append(Literal(":"))
            whole = closed or place < len(pieces) - 1
            made += self._one_tilde(piece, whole)
        return [*made, *parts[1:]]

    def _one_tilde(self, text: str, whole: bool) -> list[Part]:
        if not text.startswith("~"):
            return [Literal(text)]
        name, slash, rest = text[1:].partition("/")
        if not slash and not whole:
            return [Literal(text)]
        home = self.shell.home_of(name)
        if home is None:
            return [Literal(text)]
        if home == "/" and slash:
            home = ""
        return [Quoted(home), Literal(slash + rest)]

    # Parts.

    def _parts(
        self, parts: list[Part], fields: Fields, quoted: bool, *, split: bool, nested: bool = False
    ) -> Body[None]:
        """Add parts to the fields. `nested`: inside an operand, where plain text is split too."""
        for part in parts:
            if isinstance(part, Literal):
                if nested and split and not quoted:
                    fields.split(part.text)
                else:
                    fields.add(part.text, quoted)
            elif isinstance(part, Quoted):
                fields.add(part.text, True)
            elif isinstance(part, DoubleQuoted):
                yield from self._double_quoted(part, fields)
            elif isinstance(part, Parameter):
                yield from self._parameter(part, fields, quoted, split)
            else:
                text = yield from self._substituted(part)
                self._put(text, fields, quoted, split)

    @staticmethod
    def _put(text: str, fields: Fields, quoted: bool, split: bool) -> None:
        if split and not quoted:
            fields.split(text)
        else:
            fields.add(text, quoted)

    def _double_quoted(self, part: DoubleQuoted, fields: Fields) -> Body[None]:
        if not any(_is_list(inner) for inner in part.parts):
            fields.add("", True)
        yield from self._parts(part.parts, fields, True, split=True)

    def _substituted(self, part: Part) -> Body[str]:
        if isinstance(part, CommandSubstitution):
            return (yield from self.shell.substitute(part.body))
        if isinstance(part, ArithmeticExpansion):
            text = yield from self.quoted_parts(part.parts)
            return str(self.arithmetic(text))
        assert isinstance(part, ProcessSubstitution)
        return (yield from self.shell.process_substitution(part))

    def _parameter(self, part: Parameter, fields: Fields, quoted: bool, split: bool) -> Body[None]:
        value = yield from self.value_of(part, quoted)
        if isinstance(value, Word):
            if quoted:
                fields.add("", True)
            yield from self._parts(value.parts, fields, quoted, split=split, nested=True)
        elif isinstance(value, str):
            self._put(value, fields, quoted, split)
        else:
            self._put_list(part, value, fields, quoted, split)

    def _put_list(
        self, part: Parameter, values: list[str], fields: Fields, quoted: bool, split: bool
    ) -> None:
        """`$@`, `$*` and whole arrays."""
        joined = part.name == "*" or (part.index is not None and part.index.plain == "*")
        if quoted and (joined or not split):
            separator = (self.ifs()[:1] if joined else " ") if self.ifs() or not joined else ""
            fields.add(separator.join(values), True)
            return
        if not split:
            fields.add(" ".join(values), quoted)
            return
        for place, value in enumerate(values):
            if place:
                fields.end()
            if quoted:
                fields.add(value, True)
            else:
                fields.split(value)

    # Arithmetic.

    def arithmetic(self, text: str) -> int:
        """Raises: Failure."""
        try:
            if "#" in text and self.shell.dialect is Dialect.DASH:
                raise ArithmeticFailure("syntax", text)
            return evaluate(text, self)
        except ArithmeticFailure as error:
            wording = self.shell.wording
            message = wording.arithmetic(text, error)
            raise Failure(message, wording.assignment_status, fatal=False) from None


def _is_list(part: Part) -> bool:
    """May this be no field at all, even in double quotes?"""
    if not isinstance(part, Parameter):
        return False
    return part.name == "@" or (part.index is not None and part.index.plain == "@")
