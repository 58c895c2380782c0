"""References: `[domain/]path[:tag][@digest]`, strict, normalised and familiar.

What a user types (`ubuntu`) is *familiar*; what it stands for (`docker.io/library/ubuntu:latest`)
is *canonical*. `parse` reads the bare grammar and adds nothing; `normalize` adds the default domain
and `library/`, as every Docker command does first.

Two Dockers check names a little differently, and one command can meet both: the client of today
looks first, then an older engine. `Rule` says who is asking.

Source: distribution/reference (0.6 for the client; the one inside Engine 20.10 for the engine).
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from estiba.spec.digest import Digest, InvalidDigest
from estiba.spec.grammar import IDENTIFIER, NAME_LIMIT, TAG, looks_like_host, lower
from estiba.spec.grammar import reference as grammar
from estiba.spec.invalid_reference import InvalidReference, Reason
from estiba.spec.rule import Rule

DEFAULT_DOMAIN = "docker.io"
LEGACY_DOMAIN = "index.docker.io"
OFFICIAL = "library/"
DEFAULT_TAG = "latest"


@dataclass(frozen=True, slots=True)
class Reference:
    """A name in a registry, with a tag, a digest, both or neither.

    `domain` is empty when nothing in the text can be one, which a strict `parse` allows.

    >>> reference = normalize("ubuntu")
    >>> str(reference.with_default_tag()), reference.familiar
    ('docker.io/library/ubuntu:latest', 'ubuntu')
    """

    domain: str
    path: str
    tag: str | None = None
    digest: Digest | None = None

    @property
    def name(self) -> str:
        """Domain and path: the repository, wherever it is."""
        return f"{self.domain}/{self.path}" if self.domain else self.path

    @property
    def familiar_name(self) -> str:
        """The shortest name that means the same repository."""
        if self.domain != DEFAULT_DOMAIN:
            return self.name
        if self.path.startswith(OFFICIAL) and self.path.count("/") == 1:
            return self.path[len(OFFICIAL) :]
        return self.path

    @property
    def familiar(self) -> str:
        return self.familiar_name + self._suffix()

    @property
    def canonical(self) -> str:
        return self.name + self._suffix()

    def __str__(self) -> str:
        return self.canonical

    def _suffix(self) -> str:
        tag = "" if self.tag is None else f":{self.tag}"
        return tag if self.digest is None else f"{tag}@{self.digest}"

    @property
    def is_name_only(self) -> bool:
        return self.tag is None and self.digest is None

    def name_only(self) -> "Reference":
        return Reference(self.domain, self.path)

    def with_tag(self, tag: str = DEFAULT_TAG) -> "Reference":
        """The same repository and digest under another tag.

        Raises: InvalidReference.
        """
        if not re.fullmatch(TAG, tag):
            raise InvalidReference(Reason.TAG, tag)
        return replace(self, tag=tag)

    def with_default_tag(self) -> "Reference":
        """Add `latest` when there is neither tag nor digest."""
        return replace(self, tag=DEFAULT_TAG) if self.is_name_only else self

    def with_digest(self, digest: Digest) -> "Reference":
        return replace(self, digest=digest)


def parse(text: str, rule: Rule = Rule.CLIENT) -> Reference:
    """Read the bare grammar; nothing is added.

    Raises: InvalidReference.
    """
    match = grammar(rule).fullmatch(text)
    if match is None:
        raise InvalidReference(_reason(text, rule), text, rule=rule)
    domain, path, tag, digest = match.groups()
    counted = len(path)
    if rule is Rule.ENGINE and domain:
        counted += len(domain) + 1
    if counted > NAME_LIMIT:
        raise InvalidReference(Reason.NAME_TOO_LONG, text, rule=rule)
    return Reference(domain or "", path, tag, _digest(digest, text, rule) if digest else None)


def normalize(text: str, rule: Rule = Rule.CLIENT) -> Reference:
    """Read a name as users type it, and add the default domain and `library/`.

    Raises: InvalidReference.
    """
    return _normalize(text, rule)


@lru_cache(maxsize=4096)
def _normalize(text: str, rule: Rule) -> Reference:
    if re.fullmatch(IDENTIFIER, text):
        raise InvalidReference(Reason.IDENTIFIER, text, rule=rule)
    domain, rest = _split_domain(text, rule)
    repository = rest.partition(":")[0]
    if lower(repository) != repository:
        raise InvalidReference(Reason.UPPERCASE, text, rule=rule, repository=repository)
    try:
        return parse(f"{domain}/{rest}", rule)
    except InvalidReference as error:
        raise InvalidReference(error.reason, text, rule=rule, repository=repository) from None


def parse_any(text: str, rule: Rule = Rule.CLIENT) -> Reference | Digest:
    """Read an image ID (64 hex digits, or `sha256:` and them) or else a name.

    Raises: InvalidReference.
    """
    if re.fullmatch(IDENTIFIER, text):
        return Digest.of_hex(text)
    try:
        return Digest(text)
    except InvalidDigest:
        return normalize(text, rule)


def parse_docker_reference(text: str, rule: Rule = Rule.CLIENT) -> Reference:
    """Read a name to pull: a digest outweighs a tag, and `latest` is added if neither is there.

    Raises: InvalidReference.
    """
    reference = normalize(text, rule)
    if reference.digest is not None:
        return replace(reference, tag=None)
    return reference.with_default_tag()


def _split_domain(text: str, rule: Rule) -> tuple[str, str]:
    """Decide whether what stands before the first slash is a host or a user of the Hub."""
    first, slash, rest = text.partition("/")
    if not slash or not looks_like_host(first, rule):
        first, rest = DEFAULT_DOMAIN, text
    if first == LEGACY_DOMAIN:
        first = DEFAULT_DOMAIN
    if first == DEFAULT_DOMAIN and "/" not in rest:
        rest = OFFICIAL + rest
    return first, rest


def _reason(text: str, rule: Rule) -> Reason:
    if not text:
        return Reason.EMPTY
    lowered = grammar(rule).fullmatch(lower(text))
    return Reason.FORMAT if lowered is None else Reason.UPPERCASE


def _digest(digest: str, text: str, rule: Rule) -> Digest:
    try:
        return Digest(digest)
    except InvalidDigest as error:
        raise InvalidReference(Reason(error.flaw.value), text, rule=rule) from None
