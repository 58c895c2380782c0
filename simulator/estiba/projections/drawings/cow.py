"""Copy-on-write drawn as a storyboard: layers are lines, steps are columns, the writable layer is on top.

Layers that have nothing to do with the story are one line together. More steps than fit in a band go on below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..scenes.cow import CowScene, CowStep
from ..tellings.cow import cow_notes, cow_summary, cow_title, layer_told, step_told
from ..tellings.words import Words
from .marks import Box, Drawing, Line, Mark, Text
from .metrics import break_name, fit, wrap
from .sketch import BODY, MARGIN, SMALL, Sketch

LABEL = 218.0
BAND = 5
ROW, GAP_ROW = 46.0, 26.0
LOOKS = {
    "shown": ("shared", "layer-line", "ink"),
    "hidden": ("panel", "line", "muted"),
    "whiteout": ("wrong", "wrong-line", "wrong-ink"),
    "opaque": ("wrong", "wrong-line", "wrong-ink"),
    "unknown": ("", "faint", "muted"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the storyboard: one layer, or several that the path does not touch."""

    first: int
    count: int

    @property
    def height(self) -> float:
        return ROW if self.count == 1 else GAP_ROW


def draw_cow(scene: CowScene, language: str, description: str) -> Drawing:
    words = Words("cow", language)
    sketch = Sketch(cow_title(scene, words), language)
    sketch.header(cow_summary(scene, words))
    rows = _rows(scene)
    columns = min(max(len(scene.steps), 3), BAND)
    width = (sketch.inner - LABEL) / columns
    for start in range(0, max(len(scene.steps), 1), BAND):
        _band(sketch, scene, start, rows, width, words)
        sketch.y += 18
    sketch.y -= 8
    for note in cow_notes(scene, words):
        sketch.paragraph(note, size=SMALL)
    return sketch.drawing(description)


def _rows(scene: CowScene) -> list[Row]:
    """Layers with something of the story in them have a line of their own; so has the base."""
    used = [
        index == 0
        or len(scene.layers) <= 6
        or any(step.cells[index] not in ("", "unknown") for step in scene.steps)
        for index in range(len(scene.layers))
    ]
    rows: list[Row] = []
    for index, own in enumerate(used):
        if not own and rows and not used[index - 1]:
            rows[-1] = Row(rows[-1].first, rows[-1].count + 1)
        else:
            rows.append(Row(index, 1))
    return rows


def _band(
    sketch: Sketch, scene: CowScene, start: int, rows: list[Row], width: float, words: Words
) -> None:
    steps = scene.steps[start : start + BAND]
    heads = [_head(scene, step, width, words) for step in steps]
    top = sketch.y + max([len(head) for head in heads], default=0) * 16 + 14
    tops: dict[int, float] = {}
    y = top
    for row in rows:
        for index in range(row.first, row.first + row.count):
            tops[index] = y
        _line(sketch, scene, row, y, words)
        y += row.height + 5
    for place, (step, head) in enumerate(zip(steps, heads, strict=True)):
        x = MARGIN + LABEL + place * width
        number = start + place + 1
        told = " ".join(text.text for text in head)
        marks: list[Mark] = [
            Box(x + 6, sketch.y, 22, 20, "writable-line", "", 10),
            Text(x + 17, sketch.y + 15, str(number), SMALL, "paper", "middle", bold=True),
        ]
        marks += [replace(text, x=x + text.x, y=sketch.y + text.y) for text in head]
        for row in rows:
            if row.count == 1:
                cell = step.cells[row.first]
                marks += _cell(cell, x, tops[row.first], width, words, upper=row.first == 0)
        marks += _arrow(step, x, tops)
        title = f"{number}. {step.path}: {told}"
        sketch.add(*marks, key=f"step:{number}", title=title, step=number)
    sketch.y = y


def _line(sketch: Sketch, scene: CowScene, row: Row, y: float, words: Words) -> None:
    layer = scene.layers[row.first]
    if row.count > 1:
        text = words("between", n=row.count)
        sketch.add(
            Line(((MARGIN, y + 9), (sketch.width - MARGIN, y + 9)), "faint", 1, dashed=True),
            Box(MARGIN + 4, y, LABEL - 14, 18, "paper"),
            Text(MARGIN + 10, y + 13, text, SMALL - 1, "muted"),
        )
        return
    writable = row.first == 0
    fill, ink = ("writable", "writable-line") if writable else ("layer", "layer-line")
    name = layer_told(layer.number, words)
    marks: list[Mark] = [
        Box(MARGIN, y, sketch.inner, ROW, "panel", "faint", 6, 1),
        Box(MARGIN, y, LABEL - 12, ROW, fill, ink, 6, 1.4, dashed=writable),
        Text(MARGIN + 10, y + (19 if layer.command else 28), name, BODY - 1, bold=True),
    ]
    if layer.command:
        command = fit(layer.command, LABEL - 32, 12)
        marks.append(Text(MARGIN + 10, y + 36, command, 12, "muted"))
    sketch.add(*marks, key=f"layer:{row.first}", title=f"{layer.diff_id}\n{layer.command}")


def _head(scene: CowScene, step: CowStep, width: float, words: Words) -> list[Text]:
    """The texts over a column, relative to its corner: what happens, to which path, and the facts."""
    action, told = step_told(scene, step, words)
    texts = [
        Text(34, 15 + 16 * at, line, BODY - 1, bold=True)
        for at, line in enumerate(wrap(action, width - 38, BODY - 1, 2, bold=True))
    ]
    paths = () if scene.path else break_name(step.path, width - 14, 12, 2, mono=True)
    for line in paths:
        texts.append(Text(8, texts[-1].y + 17, line, 12, mono=True))
    for line in wrap(told, width - 14, 12, 3):
        texts.append(Text(8, texts[-1].y + 16, line, 12, "muted"))
    return texts


def _cell(cell: str, x: float, y: float, width: float, words: Words, *, upper: bool) -> list[Mark]:
    if not cell:
        return []
    fill, line, ink = LOOKS[cell]
    if upper and cell == "shown":
        fill, line = "writable", "writable-line"
    box = Box(x + 30, y + 9, width - 38, ROW - 18, fill, line, 4, 1.4, cell == "hidden")
    label = words(f"cell.{cell}")
    return [box, Text(x + 30 + (width - 38) / 2, y + 28, label, SMALL - 0.5, ink, "middle")]


def _arrow(step: CowStep, x: float, tops: dict[int, float]) -> list[Mark]:
    """Down to where a look-up ends; up from where a copy comes."""
    at = x + 17
    top = tops[0]
    if step.action in ("lookup", "missing"):
        reach = step.source if step.source is not None else step.searched or 0
        end = tops.get(reach, top) + ROW / 2
        if end <= top + ROW / 2:
            end = top + ROW / 2 + 1
        return [Line(((at, top + 6), (at, end)), "layer-line", 2.4, arrow=True, dashed=True)]
    if step.action == "copy-up" and step.source:
        start = tops[step.source] + ROW / 2
        return [Line(((at, start), (at, top + ROW / 2)), "writable-line", 3, arrow=True)]
    return []
