"""A name taken apart: its parts in order, written or implied, or the place where it goes wrong."""

from __future__ import annotations

from dataclasses import dataclass

from ...spec import InvalidReference, normalize
from ..names import NamePart, name_parts

SEPARATORS = {"tag": ":", "digest": "@"}


@dataclass(frozen=True, slots=True)
class NameScene:
    """A text as a name. When `flaw` is set, `text[start:end]` is what is wrong and `message` what Docker says."""

    text: str
    parts: tuple[NamePart, ...] = ()
    canonical: str = ""
    familiar: str = ""
    message: str = ""
    flaw: str = ""
    start: int = 0
    end: int = 0

    @property
    def is_valid(self) -> bool:
        return not self.flaw


def name_scene(text: str) -> NameScene:
    """The parts of any text somebody may type after `docker pull`."""
    try:
        parts = name_parts(text)
    except InvalidReference as error:
        flaw, start, end = error.place
        return NameScene(text, message=str(error), flaw=flaw.value, start=start, end=end)
    reference = normalize(text).with_default_tag()
    return NameScene(text, parts, str(reference), reference.familiar)


def separator(part: NamePart, first: bool) -> str:
    """The sign before a part in the canonical form."""
    return "" if first else SEPARATORS.get(part.key, "/")
