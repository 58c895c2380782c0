"""Names side by side: the columns of ls.

Source: behaviour of GNU coreutils 9.1.
"""

from __future__ import annotations

from .quantities import ceiling


def column_sizes(widths: list[int], count: int, across: bool) -> list[int]:
    rows = ceiling(len(widths), count)
    sizes = [3] * count
    for index, width in enumerate(widths):
        column = index % count if across else index // rows
        sizes[column] = max(sizes[column], width + (0 if column == count - 1 else 2))
    return sizes


def fitting(widths: list[int], line: int, across: bool) -> int:
    """The most columns that fit in a line."""
    for count in range(min(max(1, line // 3), len(widths)), 1, -1):
        used = ceiling(len(widths), ceiling(len(widths), count))
        if sum(column_sizes(widths, count, across)) < line:
            return count if across else used
    return 1


def indent(position: int, target: int, tab: int) -> bytes:
    """From one column of the screen to another, with tabs where they reach."""
    out = bytearray()
    while position < target:
        if tab and target // tab > (position + 1) // tab:
            out += b"\t"
            position += tab - position % tab
        else:
            out += b" "
            position += 1
    return bytes(out)
