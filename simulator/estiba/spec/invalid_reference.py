"""The refusal of a reference: Docker's words, and for learners the place and the kind of flaw."""

from enum import Enum
from functools import cached_property
from typing import ClassVar, NamedTuple

from estiba.errors import InvalidInput
from estiba.spec.rule import Rule


class Reason(Enum):
    """Docker's kinds of refusal; the value is its message, or the part that never changes."""

    EMPTY = "repository name must have at least one component"
    FORMAT = "invalid reference format"
    UPPERCASE = "repository name must be lowercase"
    NAME_TOO_LONG = "repository name must not be more than 255 characters"
    IDENTIFIER = "cannot specify 64-byte hexadecimal strings"
    TAG = "invalid tag format"
    DIGEST_FORMAT = "invalid checksum digest format"
    DIGEST_LENGTH = "invalid checksum digest length"
    DIGEST_ALGORITHM = "unsupported digest algorithm"


class Flaw(Enum):
    """What exactly is wrong; the value is the key under which lessons explain it."""

    EMPTY = "empty"
    SPACE = "space"
    SCHEME = "scheme"
    CREDENTIALS = "credentials"
    HOST = "host"
    PORT = "port"
    EMPTY_COMPONENT = "component.empty"
    UPPERCASE = "component.uppercase"
    CHARACTER = "component.character"
    EDGE = "component.edge"
    SEPARATORS = "component.separators"
    NAME_LENGTH = "name.length"
    IDENTIFIER = "name.identifier"
    EMPTY_TAG = "tag.empty"
    TAG_START = "tag.start"
    TAG_CHARACTER = "tag.character"
    TAG_LENGTH = "tag.length"
    SECOND_TAG = "tag.second"
    DIGEST_FORM = "digest.form"
    DIGEST_ALGORITHM = "digest.algorithm"
    DIGEST_LENGTH = "digest.length"
    DIGEST_CHARACTER = "digest.character"


class Place(NamedTuple):
    """A flaw and the part of the text it is in; `end` is exclusive."""

    flaw: Flaw
    start: int
    end: int


class InvalidReference(InvalidInput):
    """A text is no reference. `str()` is Docker's message; `reason` its kind.

    `place` tells what is wrong and where, `pointer()` draws it. It is found when asked for.
    """

    hint: ClassVar[str] = "A reference looks like [domain/]path[:tag][@digest], path in lower case."

    def __init__(
        self,
        reason: Reason,
        text: str,
        *,
        rule: Rule = Rule.CLIENT,
        repository: str | None = None,
    ) -> None:
        super().__init__(_message(reason, text, rule, repository))
        self.reason = reason
        self.text = text
        self.rule = rule

    @cached_property
    def place(self) -> Place:
        from estiba.spec.flaws import locate  # noqa: PLC0415  needed only to explain

        return locate(self.text, self.reason, self.rule)

    @property
    def flaw(self) -> Flaw:
        return self.place.flaw

    @property
    def position(self) -> int:
        """Where the flaw begins, in characters."""
        return self.place.start

    def pointer(self) -> str:
        """Two lines: the text, and a sign under what is wrong.

        >>> print(InvalidReference(Reason.FORMAT, "a/b..c").pointer())
        a/b..c
        ~~~^^
        """
        _, start, end = self.place
        before, wrong = _cells(self.text[:start]), _cells(self.text[start:end])
        return f"{_printable(self.text)}\n{'~' * before}{'^' * max(wrong, 1)}"


def _message(reason: Reason, text: str, rule: Rule, repository: str | None) -> str:
    if reason is Reason.IDENTIFIER:
        return f"invalid repository name ({text}), {reason.value}"
    if reason is Reason.UPPERCASE and repository is not None:
        if rule is Rule.ENGINE:
            return f"{Reason.FORMAT.value}: {reason.value}"
        return f"{Reason.FORMAT.value}: repository name ({repository}) must be lowercase"
    return str(reason.value)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _cells(text: str) -> int:
    """How many columns a terminal needs."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415  large, seldom needed

    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text
    )
