"""A name taken apart: what was written, what Docker adds, or where and why it is refused.

Texts for people are in `names.es.toml` and `names.en.toml`; a reading holds only keys and facts.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..spec.invalid_reference import InvalidReference
from ..spec.reference import DEFAULT_DOMAIN, OFFICIAL, normalize
from .texts import texts


@dataclass(frozen=True, slots=True)
class NamePart:
    """One part of a reference: `host`, `user`, `repository`, `tag` or `digest`."""

    key: str
    text: str
    written: bool


def name_parts(text: str) -> tuple[NamePart, ...]:
    """The parts of a name as users type it, in order, those that Docker adds among them.

    A path below a host other than the Hub's is all repository. Raises: InvalidReference.
    """
    reference = normalize(text)
    user, repository = "", reference.path
    if reference.domain == DEFAULT_DOMAIN:
        user, _, repository = reference.path.partition("/")
    host_written = text.startswith((f"{reference.domain}/", "index.docker.io/"))
    user_written = user != OFFICIAL.rstrip("/") or OFFICIAL in text
    parts = [NamePart("host", reference.domain, host_written)]
    if user:
        parts.append(NamePart("user", user, user_written))
    parts.append(NamePart("repository", repository, written=True))
    tag = reference.with_default_tag().tag
    if tag is not None:
        parts.append(NamePart("tag", tag, written=reference.tag is not None))
    if reference.digest is not None:
        parts.append(NamePart("digest", str(reference.digest), written=True))
    return tuple(parts)


def tell_name(text: str, language: str) -> str:
    """What a name means, part by part; or Docker's refusal, with a sign under what is wrong."""
    words = texts("names", language)
    try:
        parts = name_parts(text)
    except InvalidReference as error:
        pointer = "".join(f"   {line}\n" for line in error.pointer().splitlines())
        told = words["refused"].format(message=error)
        return f"{told}\n{pointer}   {words[error.flaw.value]}\n"
    kinds = [words[f"part.{part.key}"] for part in parts]
    width = max(map(len, kinds))
    lines = [words["name"].format(canonical=normalize(text).with_default_tag())]
    for kind, part in zip(kinds, parts, strict=True):
        source = words["written" if part.written else "added"]
        lines.append(f"   {kind:<{width}}  {part.text}  ({source})")
    return "\n".join(lines) + "\n"
