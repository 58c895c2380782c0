"""A telling: a scene in words, for those who read instead of look. Title, summary, a table, remarks.

It has what the picture has, no less: alternative texts, terminals and tests are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `role` is the name of a colour, `depth` an indentation, `share` 0 to 1 a bar."""

    cells: tuple[str, ...]
    role: str = ""
    depth: int = 0
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """A scene in one language."""

    title: str
    summary: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def alternative(self) -> str:
        """What a screen reader is told: summary, then the table line by line, then the remarks."""
        lines = [
            ", ".join(
                f"{column}: {cell}"
                for column, cell in zip(self.columns, row.cells, strict=True)
                if cell
            )
            for row in self.rows
        ]
        return "\n".join([self.summary, *lines, *self.notes])
