"""The line being edited: text, cursor, what was cut, and the lines typed before.

Source: readline(3), "EDITING COMMANDS".
"""

from __future__ import annotations


class LineBuffer:
    """Editing commands that need nothing but the text. `lines` is the history, oldest first."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._killed = ""
        self._undo: list[tuple[str, int]] = []
        self.text = ""
        self.cursor = 0
        self._place = 0
        self._own = ""

    def reset(self) -> None:
        self.text, self.cursor, self._own = "", 0, ""
        self._place = len(self._lines)
        self._undo = []

    def _insert(self, text: str) -> None:
        self._remember()
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def _remember(self) -> None:
        self._undo.append((self.text, self.cursor))

    def left(self) -> None:
        self.cursor = max(self.cursor - 1, 0)

    def right(self) -> None:
        self.cursor = min(self.cursor + 1, len(self.text))

    def home(self) -> None:
        self.cursor = 0

    def end(self) -> None:
        self.cursor = len(self.text)

    def _word_left(self) -> int:
        at = self.cursor
        while at and not self.text[at - 1].isalnum():
            at -= 1
        while at and self.text[at - 1].isalnum():
            at -= 1
        return at

    def _word_right(self) -> int:
        at, size = self.cursor, len(self.text)
        while at < size and not self.text[at].isalnum():
            at += 1
        while at < size and self.text[at].isalnum():
            at += 1
        return at

    def word_left(self) -> None:
        self.cursor = self._word_left()

    def word_right(self) -> None:
        self.cursor = self._word_right()

    def _cut(self, start: int, end: int, *, keep: bool = True) -> None:
        self._remember()
        if keep and end > start:
            self._killed = self.text[start:end]
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def backspace(self) -> None:
        if self.cursor:
            self._cut(self.cursor - 1, self.cursor, keep=False)

    def delete(self) -> None:
        if self.cursor < len(self.text):
            self._cut(self.cursor, self.cursor + 1, keep=False)

    def kill_to_end(self) -> None:
        self._cut(self.cursor, len(self.text))

    def kill_to_start(self) -> None:
        self._cut(0, self.cursor)

    def kill_word_back(self) -> None:
        at = self.cursor
        while at and self.text[at - 1].isspace():
            at -= 1
        while at and not self.text[at - 1].isspace():
            at -= 1
        self._cut(at, self.cursor)

    def kill_letters_back(self) -> None:
        self._cut(self._word_left(), self.cursor)

    def kill_letters(self) -> None:
        self._cut(self.cursor, self._word_right())

    def yank(self) -> None:
        self._insert(self._killed)

    def transpose(self) -> None:
        at = min(self.cursor, len(self.text) - 1)
        if at > 0:
            self._remember()
            text = self.text
            self.text = text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
            self.cursor = at + 1

    def undo(self) -> None:
        if self._undo:
            self.text, self.cursor = self._undo.pop()

    def last_argument(self) -> None:
        words = self._lines[-1].split() if self._lines else []
        if words:
            self._insert(words[-1])

    def _recall(self, place: int) -> None:
        if not 0 <= place <= len(self._lines):
            return
        if self._place == len(self._lines):
            self._own = self.text
        self._place = place
        self.text = self._own if place == len(self._lines) else self._lines[place]
        self.cursor = len(self.text)

    def previous(self) -> None:
        self._recall(self._place - 1)

    def next(self) -> None:
        self._recall(self._place + 1)

    def oldest(self) -> None:
        self._recall(0)

    def newest(self) -> None:
        self._recall(len(self._lines))
