"""An index of names that are found by a prefix: the IDs of images, containers and networks."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator


class PrefixIndex:
    """A sorted set of texts. Looking one up costs the same for ten and for ten thousand.

    >>> index = PrefixIndex(["abc", "abd", "b"])
    >>> index.matches("ab"), index.matches("b"), index.matches("x")
    (('abc', 'abd'), ('b',), ())
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = sorted(set(texts))

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __contains__(self, text: object) -> bool:
        if not isinstance(text, str):
            return False
        place = bisect_left(self._texts, text)
        return place < len(self._texts) and self._texts[place] == text

    def add(self, text: str) -> None:
        if text not in self:
            insort(self._texts, text)

    def remove(self, text: str) -> None:
        """Take a text out, if it is there."""
        if text in self:
            del self._texts[bisect_left(self._texts, text)]

    def matches(self, prefix: str, limit: int = 2) -> tuple[str, ...]:
        """The first texts that begin so, at most `limit`: two are enough to be ambiguous."""
        place = bisect_left(self._texts, prefix)
        found = self._texts[place : place + limit]
        return tuple(text for text in found if text.startswith(prefix))
