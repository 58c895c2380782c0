"""Variables in instructions: `$name`, `${name}`, `${name:-other}`, `${name:+other}`, quotes.

Source: Dockerfile reference, "Environment replacement"; behaviour of Engine 20.10.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...errors import InvalidInput
from ...spec.gotext import quote

SPECIAL = "@*#?-$!"


class BadWord(InvalidInput):
    """A word that cannot be expanded."""


def environment(pairs: Iterable[str]) -> dict[str, str]:
    """`NAME=value` texts as a mapping; the first of equal names counts, as in Docker."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, _, value = pair.partition("=")
        found.setdefault(name, value)
    return found


def expand(word: str, variables: Mapping[str, str], escape: str = "\\") -> str:
    """One word. Raises: BadWord.

    >>> expand("${A:-b}$C", {"C": "d"})
    'bd'
    """
    return _run(word, variables, escape)[0]


def expand_words(word: str, variables: Mapping[str, str], escape: str = "\\") -> list[str]:
    """One word that may become several, where a value has spaces. Raises: BadWord."""
    return _run(word, variables, escape)[1]


def _run(word: str, variables: Mapping[str, str], escape: str) -> tuple[str, list[str]]:
    try:
        return _Scanner(word, variables, escape).run()
    except BadWord as error:
        raise BadWord(f"failed to process {quote(word)}: {error}") from None


class _Scanner:
    def __init__(self, word: str, variables: Mapping[str, str], escape: str) -> None:
        self._text = word
        self._place = 0
        self._variables = variables
        self._escape = escape
        self._words: list[str] = []
        self._word: str | None = None

    def run(self) -> tuple[str, list[str]]:
        result = self._until("")
        self._end_word()
        return result, self._words

    def _peek(self) -> str:
        return self._text[self._place : self._place + 1]

    def _next(self) -> str:
        char = self._peek()
        self._place += 1
        return char

    def _end_word(self) -> None:
        if self._word is not None:
            self._words.append(self._word)
            self._word = None

    def _add(self, text: str, *, splits: bool) -> None:
        for char in text:
            if splits and char.isspace():
                self._end_word()
            else:
                self._word = (self._word or "") + char
        if not splits:
            self._word = self._word or ""

    def _until(self, stop: str) -> str:
        result = ""
        while char := self._peek():
            if stop and char == stop:
                self._next()
                return result
            part, splits = self._part(char)
            if part is None:
                break
            result += part
            self._add(part, splits=splits)
        if stop:
            raise BadWord(f"unexpected end of statement while looking for matching {stop}")
        return result

    def _part(self, char: str) -> tuple[str | None, bool]:
        if char == "'":
            return self._single(), False
        if char == '"':
            return self._double(), False
        if char == "$":
            return self._dollar(), True
        self._next()
        if char != self._escape:
            return char, True
        return self._next() or None, False

    def _single(self) -> str:
        self._next()
        end = self._text.find("'", self._place)
        if end < 0:
            raise BadWord("unexpected end of statement while looking for matching single-quote")
        found = self._text[self._place : end]
        self._place = end + 1
        return found

    def _double(self) -> str:
        self._next()
        result = ""
        while char := self._peek():
            if char == '"':
                self._next()
                return result
            if char == "$":
                result += self._dollar()
                continue
            self._next()
            if char == self._escape:
                if not self._peek():
                    continue
                if self._peek() in f'"${self._escape}':
                    char = self._next()
            result += char
        raise BadWord("unexpected end of statement while looking for matching double-quote")

    def _dollar(self) -> str:
        self._next()
        if self._peek() != "{":
            name = self._name()
            return self._variables.get(name, "") if name else "$"
        self._next()
        if not self._peek():
            raise BadWord("syntax error: missing '}'")
        if self._peek() in "{}:":
            raise BadWord("syntax error: bad substitution")
        name = self._name()
        char = self._next()
        if char == "}":
            return self._variables.get(name, "")
        if char == ":":
            return self._modified(name, self._next())
        raise BadWord("missing ':' in substitution")

    def _modified(self, name: str, modifier: str) -> str:
        saved = self._words, self._word
        try:
            word = self._until("}")
        except BadWord:
            if not self._peek():
                raise BadWord("syntax error: missing '}'") from None
            raise
        finally:
            self._words, self._word = saved
        value = self._variables.get(name, "")
        if modifier == "+":
            return word if value else ""
        if modifier == "-":
            return value or word
        if modifier == "?":
            return self._required(name, value, word)
        raise BadWord(f"unsupported modifier ({modifier}) in substitution")

    def _required(self, name: str, value: str, word: str) -> str:
        if value:
            return value
        reason = "empty" if name in self._variables else "unset"
        raise BadWord(f"{name}: {word or f'is not allowed to be {reason}'}")

    def _name(self) -> str:
        first = self._peek()
        if first and first in SPECIAL:
            return self._next()
        digits = first.isdigit()
        name = ""
        while (char := self._peek()) and (
            char.isdigit() if digits else char.isalnum() or char == "_"
        ):
            name += self._next()
        return name
