"""A telling in a terminal: with rich in colours where it is installed, else as plain text."""

from __future__ import annotations

import importlib.util
from textwrap import wrap
from typing import TYPE_CHECKING

from ..projections.drawings.palette import DARK
from ..projections.tellings import Row, Telling

if TYPE_CHECKING:
    from rich.table import Table

WORD = 14
GAP = 2
BAR = 12
INDENT = " "


def has_rich() -> bool:
    return importlib.util.find_spec("rich") is not None


def paint_terminal(telling: Telling, width: int, *, colour: bool = True) -> str:
    """The telling for a terminal of so many columns. Without rich or colour it is plain text."""
    if not colour or not has_rich():
        return paint_plain(telling, width)
    from rich.console import Console  # noqa: PLC0415  (an extra)
    from rich.text import Text  # noqa: PLC0415

    console = Console(width=width, force_terminal=True, color_system="truecolor", highlight=False)
    with console.capture() as captured:
        console.print(Text(telling.title, style="bold"))
        console.print(Text(telling.summary))
        if telling.rows:
            console.print()
            console.print(_table(telling))
            console.print()
        for note in telling.notes:
            console.print(Text(note, style="dim"))
    return captured.get()


def _table(telling: Telling) -> Table:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    shares = any(row.share is not None for row in telling.rows)
    for column in ["", *telling.columns, *([""] if shares else [])]:
        table.add_column(column, overflow="fold")
    for row in telling.rows:
        colour = DARK.get(f"{row.role}-line", DARK["line"])
        cells = [Text("▐█" if row.role else "  ", style=colour)]
        cells += [Text(cell) for cell in _indented(row)]
        if shares:
            cells.append(Text("▇" * round((row.share or 0) * BAR), style=colour))
        table.add_row(*cells)
    return table


def paint_plain(telling: Telling, width: int) -> str:
    """Plain text: a table whose cells go on below where they do not fit."""
    lines = [telling.title, "=" * min(len(telling.title), width), *wrap(telling.summary, width)]
    if telling.rows:
        cells = [telling.columns, *[tuple(_indented(row)) for row in telling.rows]]
        widths = _widths(cells, width)
        lines.append("")
        lines += _wrapped(cells[0], widths)
        lines.append((" " * GAP).join("-" * one for one in widths))
        for row in cells[1:]:
            lines += _wrapped(row, widths)
        lines.append("")
    for note in telling.notes:
        lines += wrap(note, width)
    return "\n".join(lines) + "\n"


def _indented(row: Row) -> list[str]:
    first, *rest = row.cells
    return [INDENT * row.depth + first, *rest]


def _widths(rows: list[tuple[str, ...]], width: int) -> list[int]:
    """As wide as the cells are; while that is too much, the widest column gives way.

    A column keeps room for its longest word if it can, and that is no longer than an identifier.
    """
    columns = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    floors = [min(WORD, max(map(_longest_word, column))) for column in columns]
    room = width - GAP * (len(widths) - 1)
    while sum(widths) > room and max(widths) > 1:
        spare = [one - floor for one, floor in zip(widths, floors, strict=True)]
        may = max(spare) > 0
        widest = max(range(len(widths)), key=lambda at: (not may or spare[at] > 0, widths[at]))
        widths[widest] -= 1
    return widths


def _longest_word(cell: str) -> int:
    """With its indentation."""
    indent = len(cell) - len(cell.lstrip(" "))
    return indent + max(map(len, cell.split()), default=0)


def _wrapped(row: tuple[str, ...], widths: list[int]) -> list[str]:
    """One row as lines. Leading spaces, which are an indentation, stay."""
    columns = []
    for cell, width in zip(row, widths, strict=True):
        indent = cell[: len(cell) - len(cell.lstrip(" "))][: width - 1]
        columns.append(
            wrap(cell.strip(" "), width, initial_indent=indent, subsequent_indent=indent) or [""]
        )
    height = max(map(len, columns))
    gap = " " * GAP
    return [
        gap.join(
            (lines[at] if at < len(lines) else "").ljust(width)
            for lines, width in zip(columns, widths, strict=True)
        ).rstrip()
        for at in range(height)
    ]
