"""What can be wrong with a reference, said in Docker's words and shown at its place."""

from enum import Enum
from typing import ClassVar

from estiba.errors import InvalidInput


class Rule(Enum):
    """Whose rules a name is checked by."""

    CLIENT = "client 28"
    ENGINE = "engine 20.10"


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


class InvalidReference(InvalidInput):
    hint: ClassVar[str] = "A reference looks like [domain/]path[:tag][@digest], path in lower case."

    def __init__(
        self, reason: Reason, text: str, *, rule: Rule = Rule.CLIENT, repository: str | None = None
    ) -> None:
        super().__init__(_message(reason, text, rule, repository))
        self.reason = reason
        self.text = text
        self.rule = rule


def _message(reason: Reason, text: str, rule: Rule, repository: str | None) -> str:
    if reason is Reason.IDENTIFIER:
        return f"invalid repository name ({text}), {reason.value}"
    if reason is Reason.UPPERCASE and repository is not None:
        if rule is Rule.ENGINE:
            return f"{Reason.FORMAT.value}: {reason.value}"
        return f"{Reason.FORMAT.value}: repository name ({repository}) must be lowercase"
    return str(reason.value)
