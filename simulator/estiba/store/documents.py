"""Documents: small JSON values by kind and key, for whatever the engine wants to find again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol


class Documents(Protocol):
    """JSON values in the order they were first put."""

    def put(self, kind: str, key: str, value: Any) -> None:
        """Keep a value; one of the same key is replaced, in its place."""
        ...

    def remove(self, kind: str, key: str) -> None:
        """Forget a value; nothing happens when there is none."""
        ...

    def clear(self, kind: str) -> None:
        """Forget all of a kind."""
        ...

    def items(self, kind: str) -> Iterator[tuple[str, Any]]: ...


class NoDocuments:
    """`Documents` where nothing lasts: what is put is forgotten at once."""

    def put(self, kind: str, key: str, value: Any) -> None:
        return

    def remove(self, kind: str, key: str) -> None:
        return

    def clear(self, kind: str) -> None:
        return

    def items(self, kind: str) -> Iterator[tuple[str, Any]]:
        return iter(())
