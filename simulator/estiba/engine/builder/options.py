"""What a client asks of a build, and how a build fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...distribution import Credentials
from ...errors import Failure
from ...spec import InvalidReference, Platform, Reference, Rule, normalize


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """The query of `POST /build`."""

    dockerfile: str = "Dockerfile"
    tags: tuple[Reference, ...] = ()
    arguments: Mapping[str, str | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    target: str = ""
    quiet: bool = False
    use_cache: bool = True
    cache_from: tuple[str, ...] = ()
    """Only these images and what they were built on may be used again; none given: all."""
    remove: bool = True
    force_remove: bool = False
    pull: bool = False
    host: Mapping[str, Any] = field(default_factory=dict)
    """Settings of HostConfig for the containers of RUN steps."""
    platform: Platform | None = None
    credentials: Credentials | None = None


class CommandFailed(Failure):
    """A RUN that ended badly. The code travels in the stream."""

    def __init__(self, command: Sequence[str], code: int) -> None:
        super().__init__(f"The command '{' '.join(command)}' returned a non-zero code: {code}")
        self.code = code


class NothingBuilt(Failure):
    def __init__(self) -> None:
        super().__init__("No image was generated. Is your Dockerfile empty?")


def read_tags(texts: Sequence[str]) -> tuple[Reference, ...]:
    """The names to give, each once. Raises: Failure."""
    found: dict[str, Reference] = {}
    for text in texts:
        if not text:
            continue
        try:
            reference = normalize(text, Rule.ENGINE)
        except InvalidReference as error:
            raise Failure(str(error)) from None
        if reference.digest is not None:
            raise Failure("build tag cannot contain a digest")
        reference = reference.with_default_tag()
        found.setdefault(str(reference), reference)
    return tuple(found.values())
