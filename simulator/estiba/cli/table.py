"""Columns of text: how wide things are on a terminal, and tables as Go's tabwriter lays them out."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

LEAST_WIDTH = 10
PADDING = 3


def display_width(text: str) -> int:
    """Units: cells of a terminal."""
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def ellipsis(text: str, cells: int) -> str:
    """Text cut to so many cells, the last one showing that something is missing."""
    if text.isascii():
        return text if len(text) <= cells else text[: cells - 1] + "…"
    if display_width(text) <= cells:
        return text
    used = 0
    for place, letter in enumerate(text):
        used += display_width(letter)
        if used > cells - 1:
            return text[:place] + "…" if place else text
    return text


def natural(text: str) -> list[tuple[int, int, str]]:
    """A key for sorting in which `c9` comes before `c10`."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def align(text: str, *, least: int = LEAST_WIDTH, padding: int = PADDING) -> str:
    """Lay out lines of cells that end in tabs; a column is as wide as its widest cell in neighbouring lines."""
    lines = [line.split("\t") for line in text.split("\n")]
    if text.isascii() and len(lines) > 2 and lines[-1] == [""]:
        count = len(lines[0])
        if all(len(cells) == count for cells in lines[:-1]):
            return _even(lines[:-1], least, padding)
    widths = [[0] * (len(cells) - 1) for cells in lines]
    deepest = max(map(len, widths), default=0)
    for column in range(deepest):
        _column(lines, widths, column, least, padding)
    return "\n".join(
        "".join(
            cell + " " * (width - display_width(cell))
            for cell, width in zip(cells, row, strict=False)
        )
        + cells[-1]
        for cells, row in zip(lines, widths, strict=True)
    )


def _even(lines: list[list[str]], least: int, padding: int) -> str:
    """Lines that all have the same number of cells."""
    *columns, last = zip(*lines, strict=True)
    padded = []
    for column in columns:
        width = max(least, max(map(len, column)) + padding)
        padded.append([cell.ljust(width) for cell in column])
    return "".join("".join(cells) + "\n" for cells in zip(*padded, last, strict=True))


def _column(
    lines: list[list[str]], widths: list[list[int]], column: int, least: int, padding: int
) -> None:
    start = 0
    while start < len(lines):
        if len(lines[start]) - 1 <= column:
            start += 1
            continue
        end = start
        width = least
        while end < len(lines) and len(lines[end]) - 1 > column:
            width = max(width, display_width(lines[end][column]) + padding)
            end += 1
        for line in range(start, end):
            widths[line][column] = width
        start = end
