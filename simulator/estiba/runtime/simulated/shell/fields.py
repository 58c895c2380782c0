"""Fields under construction: pieces of text, quoted or not, split by IFS.

Source: POSIX.1-2017, Shell Command Language, 2.6.5 "Field Splitting".
"""

from __future__ import annotations

from .patterns import has_magic, quote, unquote

WHITE = " \t\n"
Piece = tuple[str, bool]


class Fields:
    """A list of fields; each is a list of (text, quoted) pieces."""

    __slots__ = ("_ifs", "_open", "done")

    def __init__(self, ifs: str) -> None:
        self._ifs = ifs
        self._open: list[Piece] | None = None
        self.done: list[list[Piece]] = []

    def add(self, text: str, quoted: bool) -> None:
        """Text that is not split. An empty quoted one still makes a field."""
        if text or quoted:
            if self._open is None:
                self._open = []
            self._open.append((text, quoted))

    def end(self) -> None:
        """The field is complete."""
        if self._open is not None:
            self.done.append(self._open)
            self._open = None

    def split(self, text: str) -> None:
        """Add unquoted text, cutting it at the characters of IFS."""
        ifs = self._ifs
        if not ifs:
            self.add(text, False)
            return
        start = at = 0
        size = len(text)
        while at < size:
            if text[at] not in ifs:
                at += 1
                continue
            self.add(text[start:at], False)
            hard = False
            while at < size and text[at] in ifs:
                if text[at] not in WHITE:
                    if hard:
                        break
                    hard = True
                at += 1
            if hard and self._open is None:
                self._open = []
            self.end()
            start = at
        self.add(text[start:], False)

    def finish(self) -> list[list[Piece]]:
        self.end()
        return self.done


def plain(pieces: list[Piece]) -> str:
    return pieces[0][0] if len(pieces) == 1 else "".join(text for text, _ in pieces)


def pattern_of(pieces: list[Piece]) -> str:
    """The pattern of a field: what was quoted stands for itself."""
    return "".join(quote(text) if quoted else text for text, quoted in pieces)


def may_glob(pieces: list[Piece], *, extended: bool) -> bool:
    """Is there a pattern outside the quotes?"""
    return any(
        not quoted and not set("*?[(").isdisjoint(text) for text, quoted in pieces
    ) and has_magic(pattern_of(pieces), extended=extended)


__all__ = ["Fields", "Piece", "may_glob", "pattern_of", "plain", "unquote"]
