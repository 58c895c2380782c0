"""Where a path is found: the way of a name through the layers, as the union mount goes it.

The first layer that has the name decides, from the top down; a whiteout of it, or of a directory on
the way, or an opaque directory ends the search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .facts import LayerFacts

GONE = ("whiteout", "opaque")


class Index:
    """Lower layers by path, topmost first: layer 1 is the top one. None where nobody looked."""

    def __init__(self, layers: Sequence[LayerFacts]) -> None:
        """`layers` come base first, as images have them."""
        self.known = all(layer.files is not None for layer in layers)
        self._entries: list[dict[str, tuple[str, int]]] = []
        self._ends: list[dict[str, str]] = []
        for layer in reversed(layers):
            files = layer.files or ()
            self._entries.append({f.path: (f.kind, f.size) for f in files if f.kind not in GONE})
            self._ends.append({f.path: f.kind for f in files if f.kind in GONE})

    def holders(self, path: str) -> tuple[int, ...]:
        """Every layer with an entry at the path, topmost first, hidden ones too."""
        return tuple(n for n, entries in enumerate(self._entries, 1) if path in entries)

    def found(self, path: str) -> int | None:
        """The layer whose entry shows; None if none does."""
        for number, (entries, ends) in enumerate(zip(self._entries, self._ends, strict=True), 1):
            if path in entries:
                return number
            if self._ends_here(path, entries, ends):
                return None
        return None

    def searched(self, path: str) -> int:
        """How many layers the search asks before it ends."""
        for number, (entries, ends) in enumerate(zip(self._entries, self._ends, strict=True), 1):
            if path in entries or self._ends_here(path, entries, ends):
                return number
        return len(self._entries)

    def kind(self, layer: int, path: str) -> str:
        """What a layer has at a path: a file's kind, `whiteout`, or nothing."""
        entry = self._entries[layer - 1].get(path)
        if entry is not None:
            return entry[0]
        return "whiteout" if self._ends[layer - 1].get(path) == "whiteout" else ""

    def size(self, layer: int, path: str) -> int:
        """Units: bytes."""
        entry = self._entries[layer - 1].get(path)
        return entry[1] if entry else 0

    @staticmethod
    def _ends_here(path: str, entries: dict[str, tuple[str, int]], ends: dict[str, str]) -> bool:
        if ends.get(path) == "whiteout":
            return True
        return any(
            up in ends or (up in entries and entries[up][0] != "directory") for up in parents(path)
        )


def parents(path: str) -> Iterator[str]:
    """The directories above a path, nearest first, without the root."""
    while "/" in path.strip("/"):
        path = path.rpartition("/")[0]
        yield path
