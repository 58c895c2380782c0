"""What is on the screen of a line editor:

prompt, text and cursor, over as many rows as they take.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from .prompt import visible_width


@dataclass(frozen=True, slots=True)
class Style:
    """The escape sequences one editor uses where others use different ones."""

    before: str = "\x1b[?2004h"
    after: str = ""
    accepted: str = "\n\x1b[?2004l\r"
    ended: str = "\x1b[?2004l\r\n"
    interrupted: str = "^C\x1b[?2004l\r\x1b[?2004h\x1b[?2004l\r\n"
    clear_end: str = "\x1b[K"
    resized: str = "\r\x1b[K"


READLINE = Style()
BUSYBOX = Style(
    before="",
    after="\x1b[6n",
    accepted="\n",
    ended="\n",
    interrupted="^C\n",
    clear_end="\x1b[J",
    resized="",
)


def width(text: str) -> int:
    """Columns: wide characters count two, combining ones none, control characters two (^X)."""
    if text.isascii() and text.isprintable():
        return len(text)
    total = 0
    for one in text:
        if ord(one) < 32 or ord(one) == 127:
            total += 2
        elif not unicodedata.combining(one):
            total += 2 if unicodedata.east_asian_width(one) in "WF" else 1
    return total


def shown(text: str) -> str:
    """Control characters as ^X."""
    if text.isprintable():
        return text
    return "".join(
        f"^{chr(ord(one) ^ 64)}" if ord(one) < 32 or ord(one) == 127 else one for one in text
    )


class Display:
    """Keeps the screen equal to a text and a cursor; answers the bytes that do it."""

    def __init__(self, prompt: str, columns: int, style: Style) -> None:
        self._style = style
        self.columns = max(columns, 1)
        self._prompt = prompt.replace("\x01", "").replace("\x02", "")
        self._last_line = self._prompt.rpartition("\n")[2]
        self._indent = visible_width(prompt)
        self.text = ""
        self.cursor = 0

    def start(self) -> str:
        return self._style.before + self._prompt + self._style.after

    def _place(self, cursor: int, text: str) -> tuple[int, int]:
        """Row and column of a cursor, from the start of the prompt's last line."""
        return divmod(self._indent + width(text[:cursor]), self.columns)

    def change(self, text: str, cursor: int) -> str:
        """Show this text with the cursor there."""
        old_text, old_cursor = self.text, self.cursor
        self.text, self.cursor = text, cursor
        at_end = cursor == len(text)
        if at_end and old_cursor == len(old_text) and text.startswith(old_text):
            return self._append(old_text, text)
        if text == old_text:
            return self._move(old_cursor, cursor, text)
        return self._redraw(old_text, old_cursor)

    def _append(self, old: str, text: str) -> str:
        added = shown(text[len(old) :])
        column = self._place(len(text), text)[1]
        return added + (" \r" if added and column == 0 else "")

    def _move(self, old: int, new: int, text: str) -> str:
        row, column = self._place(old, text)
        new_row, new_column = self._place(new, text)
        if row == new_row:
            if new_column < column:
                return "\b" * (column - new_column)
            return shown(text[old:new])
        return self._go(row, new_row, new_column)

    @staticmethod
    def _go(row: int, new_row: int, column: int) -> str:
        up, down = f"\x1b[{row - new_row}A", f"\x1b[{new_row - row}B"
        vertical = up if new_row < row else down if new_row > row else ""
        return vertical + "\r" + (f"\x1b[{column}C" if column else "")

    def _redraw(self, old_text: str, old_cursor: int) -> str:
        row = self._place(old_cursor, old_text)[0]
        up = f"\x1b[{row}A" if row else ""
        rows_before = self._place(len(old_text), old_text)[0]
        end_row, end_column = self._place(len(self.text), self.text)
        many = rows_before > 0 or end_row > 0
        clear = "\x1b[J" if many else self._style.clear_end
        out = f"{up}\r{self._last_line}{shown(self.text)}"
        if end_column == 0 and self.text:
            out += " \r"
        out += clear
        new_row, new_column = self._place(self.cursor, self.text)
        if (new_row, new_column) == (end_row, end_column):
            return out
        if new_row == end_row:
            return out + "\b" * (end_column - new_column)
        return out + self._go(end_row, new_row, new_column)

    def refresh(self) -> str:
        """Draw it again, after the size of the window changed."""
        text, cursor = self.text, self.cursor
        return self._style.resized + self._redraw(text, cursor)

    def clear(self) -> str:
        """An empty screen with the line on top."""
        out = "\x1b[H\x1b[2J" + self._prompt + shown(self.text)
        row, column = self._place(len(self.text), self.text)
        new_row, new_column = self._place(self.cursor, self.text)
        return out + (
            "" if (row, column) == (new_row, new_column) else self._go(row, new_row, new_column)
        )

    def finish(self) -> str:
        """Leave the line, from wherever the cursor is."""
        end = len(self.text)
        row = self._place(self.cursor, self.text)[0]
        last = self._place(end, self.text)[0]
        return f"\x1b[{last - row}B" if last > row else ""

    def again(self) -> str:
        """After something was printed below: the prompt and the line anew."""
        text, cursor = self.text, self.cursor
        self.text, self.cursor = "", 0
        return self._prompt + self.change(text, len(text)) + self.change(text, cursor)
