"""Logs as rows: each holds the lines of one turn under the position of the first. Rows are only added,
and those that rotation has passed are removed.

Lines are bytes of any kind: they travel as Latin-1, a character for a byte.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ...store import Documents
from ..logs import Entry, Log


class LogRows:
    """The rows of one container's log."""

    __slots__ = ("_starts", "_written", "kind")

    def __init__(self, container_id: str) -> None:
        self.kind = f"log {container_id}"
        self._starts: list[int] = []
        self._written = 0

    def save(self, log: Log, documents: Documents) -> None:
        """Write what came since the last time."""
        self._drop(log, documents)
        if log.position > self._written:
            start = max(self._written, log.first)
            documents.put(self.kind, str(start), _row(log, start, log.position))
            self._starts.append(start)
            self._written = log.position

    def _drop(self, log: Log, documents: Documents) -> None:
        """Remove the rows before the first line, and cut the one it lies in."""
        while self._starts and self._starts[0] < log.first:
            documents.remove(self.kind, str(self._starts.pop(0)))
            end = self._starts[0] if self._starts else self._written
            if end > log.first:
                documents.put(self.kind, str(log.first), _row(log, log.first, end))
                self._starts.insert(0, log.first)

    def log(self, limit: int, documents: Documents) -> Log:
        """The log as it was written, read when somebody wants a line or adds one."""
        return Log(limit, partial(self._load, documents))

    def _load(self, documents: Documents) -> tuple[int, list[Entry]]:
        rows = sorted((int(start), row) for start, row in documents.items(self.kind))
        self._starts = [start for start, _ in rows]
        entries = [
            (time, stream, text.encode("latin-1")) for _, row in rows for time, stream, text in row
        ]
        first = self._starts[0] if rows else 0
        self._written = first + len(entries)
        return first, entries


def _row(log: Log, start: int, end: int) -> list[Any]:
    lines = log.entries[start - log.first : end - log.first]
    return [(time, stream, data.decode("latin-1")) for time, stream, data in lines]
