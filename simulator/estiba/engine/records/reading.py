"""Documents as they were written, or one line that says which of them makes no sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ...errors import EstibaError, Failure
from ...store import Documents

V = TypeVar("V")

VERSION = 1


class DamagedRecord(Failure):
    """A document that cannot be read."""

    hint = "Put a backup back with estiba restore, or begin anew with another ESTIBA_HOME."

    def __init__(self, kind: str, key: str, reason: object) -> None:
        super().__init__(f"the record of {kind} {key} cannot be read: {reason}")
        self.kind, self.key = kind, key


def read(
    documents: Documents, kind: str, make: Callable[[str, dict[str, Any]], V]
) -> Iterator[tuple[V, dict[str, Any]]]:
    """What `make` makes of each document of a kind, with the document. Raises: DamagedRecord."""
    for key, value in documents.items(kind):
        try:
            if value["version"] > VERSION:
                raise DamagedRecord(kind, key, "a newer estiba wrote it")
            made = make(key, value)
        except (KeyError, TypeError, ValueError, AttributeError, EstibaError) as error:
            if isinstance(error, DamagedRecord):
                raise
            raise DamagedRecord(kind, key, repr(error)) from None
        yield made, value
