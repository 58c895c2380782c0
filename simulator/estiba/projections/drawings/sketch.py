"""A drawing in the making: groups are added from top to bottom, under a title."""

from __future__ import annotations

from .marks import Drawing, Group, Mark, Text
from .metrics import text_width, wrap

WIDTH = 960.0
MARGIN = 28.0
TITLE, BODY, SMALL = 24.0, 15.0, 13.0
LINE_GAP = 1.4


class Sketch:
    """Collects groups; `y` is where the next thing may begin."""

    def __init__(self, title: str, language: str, width: float = WIDTH) -> None:
        self.title = title
        self.language = language
        self.width = width
        self.y = MARGIN
        self._groups: list[Group] = []

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * MARGIN

    def add(self, *marks: Mark, key: str = "", title: str = "", step: int | None = None) -> None:
        if marks:
            self._groups.append(Group(marks, key, title, step))

    def header(self, summary: str, ink: str = "muted") -> None:
        """The title and, below it, the summary."""
        lines = wrap(self.title, self.inner, TITLE, 4, bold=True)
        marks: list[Mark] = []
        for line in lines:
            self.y += TITLE
            marks.append(Text(MARGIN, self.y - 4, line, TITLE, bold=True))
            self.y += 4
        self.add(*marks, title=self.title)
        self.y += 2
        self.paragraph(summary, ink=ink)
        self.y += 12

    def paragraph(
        self, text: str, *, ink: str = "muted", size: float = BODY, lines: int = 6
    ) -> None:
        """Text across the whole width."""
        if not text:
            return
        marks: list[Mark] = []
        for line in wrap(text, self.inner, size, lines):
            self.y += size * LINE_GAP
            marks.append(Text(MARGIN, self.y - size * 0.3, line, size, ink))
        self.add(*marks)

    def drawing(self, description: str, *, bottom: float = MARGIN) -> Drawing:
        height = self.y + bottom
        return Drawing(
            self.width, height, tuple(self._groups), self.title, description, self.language
        )


def row_of_texts(
    x: float, y: float, parts: list[tuple[str, str]], size: float = SMALL, gap: float = 18
) -> list[Text]:
    """Texts one after the other on a line: (text, ink)."""
    marks = []
    for text, ink in parts:
        marks.append(Text(x, y, text, size, ink))
        x += text_width(text, size) + gap
    return marks
