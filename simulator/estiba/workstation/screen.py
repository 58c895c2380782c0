"""What a terminal shows in the end of all that was written to it.

As much of a terminal as Docker's progress and a shell's line editor use: cursor up, down, left, right
and to a column, erasing, carriage return, backspace. Source: ECMA-48; console_codes(4).
"""

from __future__ import annotations

import re

PIECE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b[()][A-Z0-9]|\x1b.|[\r\n\b\a]|[^\x1b\r\n\b\a]+")


class Screen:
    """Endless lines of text, and a cursor."""

    def __init__(self) -> None:
        self._lines: list[str] = [""]
        self._row = self._column = 0

    def write(self, text: str) -> None:
        for match in PIECE.finditer(text):
            piece = match[0]
            if match[2]:
                self._control(match[2], match[1])
            elif piece == "\n":
                self._move(1)
                self._column = 0
            elif piece == "\r":
                self._column = 0
            elif piece == "\b":
                self._column = max(0, self._column - 1)
            elif piece[0] not in "\x1b\a":
                self._put(piece)

    @property
    def lines(self) -> list[str]:
        """The lines, without the white space at their ends and without empty ones at the end."""
        lines = [line.rstrip() for line in self._lines]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def _put(self, text: str) -> None:
        line = self._lines[self._row].ljust(self._column)
        end = self._column + len(text)
        self._lines[self._row] = line[: self._column] + text + line[end:]
        self._column = end

    def _move(self, rows: int) -> None:
        self._row = max(0, self._row + rows)
        while len(self._lines) <= self._row:
            self._lines.append("")

    def _control(self, letter: str, argument: str) -> None:
        count = int(argument) if argument.isdecimal() else 1
        match letter:
            case "A":
                self._move(-count)
            case "B":
                self._move(count)
            case "C":
                self._column += count
            case "D":
                self._column = max(0, self._column - count)
            case "G":
                self._column = max(0, count - 1)
            case "K":
                line = self._lines[self._row]
                keep = "" if argument == "2" else line[: self._column]
                self._lines[self._row] = keep
            case "J" | "H":
                self._lines, self._row, self._column = [""], 0, 0
            case _:
                pass


def rendered(text: str) -> list[str]:
    """What a terminal shows in the end of a text, line by line."""
    screen = Screen()
    screen.write(text)
    return screen.lines
