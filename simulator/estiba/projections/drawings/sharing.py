"""Sharing drawn: a row for each image, layers as blocks from left to right, as tall as what stands on them.

A block that several images share says so in words, not by its height alone; what a removal would free is hatched.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..scenes.facts import ContainerFacts, short_id
from ..scenes.forest import Block, Layout, lay_out
from ..scenes.sharing import SharingImage, SharingScene
from ..tellings.sharing import names_told, sharing_notes, sharing_summary, sharing_title
from ..tellings.words import Words
from .marks import Box, Drawing, Line, Mark, Text
from .metrics import break_name, wrap
from .sketch import MARGIN, SMALL, WIDTH, Sketch

ROOMY_MAX = 24
COLUMN_MIN, NARROW = 116.0, 72.0
COLUMNS_MAX = 12
"""More columns than that are narrow: they tell sizes only."""
IMAGE, NAMES, CONTAINERS = 196.0, 256.0, 220.0
GAP = 10.0
LINE = 18.0
PILL_GAP = 4.0
SHOWN_MAX = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """Where things go: rows by their tops, and the width of a column of layers."""

    tops: tuple[float, ...]
    column: float
    layers: float
    roomy: bool

    @property
    def image_x(self) -> float:
        return MARGIN + self.layers + GAP


def draw_sharing(scene: SharingScene, language: str, description: str) -> Drawing:
    words = Words("sharing", language)
    layout = lay_out(scene)
    used = any(image.containers for image in scene.images)
    others = IMAGE + NAMES + 2 * GAP + (CONTAINERS + GAP if used else 0)
    columns = max(layout.columns, 1)
    least = COLUMN_MIN if columns <= COLUMNS_MAX else NARROW
    column = max(least, min(210.0, (WIDTH - 2 * MARGIN - others) / columns))
    width = 2 * MARGIN + others + column * columns
    sketch = Sketch(sharing_title(scene, words), language, max(WIDTH, width))
    ink = "wrong-ink" if scene.removal is not None else "muted"
    sketch.header(sharing_summary(scene, words), ink)
    for note in sharing_notes(scene, words):
        sketch.y -= 8
        sketch.paragraph(note)
        sketch.y += 12
    if layout.rows:
        _graph(sketch, scene, layout, column, words)
    return sketch.drawing(description)


def _graph(
    sketch: Sketch, scene: SharingScene, layout: Layout, column: float, words: Words
) -> None:
    roomy = len(layout.rows) <= ROOMY_MAX
    sketch.y += 28
    layers = column * max(layout.columns, 1)
    used = any(image.containers for image in layout.rows)
    _heads(sketch, layers, words, used=used)
    tops = [sketch.y]
    for image in layout.rows:
        tops.append(tops[-1] + _height(image, words, roomy=roomy) + (8 if roomy else 3))
    plan = Plan(tuple(tops), column, layers, roomy)
    _connections(sketch, layout, plan)
    for block in layout.blocks:
        _block(sketch, block, block.layers[0].chain_id in scene.freed, plan, words)
    for row, image in enumerate(layout.rows):
        _image(sketch, image, plan, row, words)
    sketch.y = tops[-1]


def _heads(sketch: Sketch, layers: float, words: Words, *, used: bool) -> None:
    x = MARGIN
    marks = []
    heads = [("layers", layers), ("images", IMAGE), ("names", NAMES), ("containers", CONTAINERS)]
    for key, width in heads if used else heads[:-1]:
        for at, line in enumerate(reversed(wrap(words(f"head.{key}"), width, SMALL, 2, bold=True))):
            marks.append(Text(x, sketch.y - at * 16, line, SMALL, "muted", bold=True))
        x += width + GAP
    sketch.add(*marks)
    sketch.y += 10


def _height(image: SharingImage, words: Words, *, roomy: bool) -> float:
    lists = (
        [_name_lines(name) for name in names_told(image, words)],
        [_container_lines(one) for one in image.containers],
    )
    tallest = max(_list_height(lines) for lines in lists)
    return max(64.0 if roomy else 22.0, tallest)


def _name_lines(name: str) -> tuple[str, ...]:
    return break_name(name, NAMES - 20, SMALL, 2)


def _container_lines(container: ContainerFacts) -> tuple[str, ...]:
    return break_name(container.name, CONTAINERS - 84, SMALL, 2)


def _list_height(pills: list[tuple[str, ...]]) -> float:
    """Of pills below one another; what is too much is one line that says how much."""
    shown = pills[:SHOWN_MAX]
    height = sum(_pill_height(lines) + PILL_GAP for lines in shown) - PILL_GAP
    return height + (LINE + PILL_GAP if len(pills) > SHOWN_MAX else 0)


def _pill_height(lines: tuple[str, ...]) -> float:
    return 4 + LINE * len(lines)


def _connections(sketch: Sketch, layout: Layout, plan: Plan) -> None:
    """From the top layer of every image to the image."""
    ends = {image: block.column + 1 for block in layout.blocks for image in block.images}
    lines = []
    for row, image in enumerate(layout.rows):
        start = MARGIN + ends.get(image.image_id, 0) * plan.column - 5
        y = plan.tops[row] + 11
        if image.image_id in ends and plan.image_x - start > 20:
            lines.append(Line(((start, y), (plan.image_x, y)), "line", 1.2))
    sketch.add(*lines)


def _block(sketch: Sketch, block: Block, freed: bool, plan: Plan, words: Words) -> None:
    gap = 8.0 if plan.roomy else 3.0
    x = MARGIN + block.column * plan.column
    y = plan.tops[block.first]
    height = plan.tops[block.first + block.count] - y - gap
    width = plan.column - 5
    colour = "wrong" if freed else "layer"
    fill = "shared" if block.count > 1 and not freed else colour
    marks: list[Mark] = [
        Box(
            x,
            y,
            width,
            height,
            fill,
            f"{colour}-line",
            5,
            1.8 if block.count > 1 else 1.1,
            hatched=freed,
        )
    ]
    marks += _label(block, x, y, width, height, freed, words)
    lines = [
        f"{short_id(layer.diff_id)} · {words.size(layer.size)} · {layer.command}"
        for layer in block.layers
    ]
    sketch.add(*marks, key=f"layer:{block.layers[0].chain_id}", title="\n".join(lines))


def _label(
    block: Block, x: float, y: float, width: float, height: float, freed: bool, words: Words
) -> list[Mark]:
    """As many facts as the block has room for, the size first."""
    room = width - 16
    count = len(block.layers)
    facts: list[tuple[str, bool, bool, str]] = []
    if count > 1:
        facts.append((words("layers", n=count), False, False, "ink"))
    else:
        facts.append((short_id(block.layers[0].diff_id), False, True, "muted"))
    if block.count > 1:
        facts.append((words("times", n=block.count), False, False, "layer-ink"))
    if freed:
        facts.append((words("freed"), False, False, "wrong-ink"))
    marks: list[Mark] = [Text(x + 8, y + 17, words.size(block.size), SMALL + 1, bold=True)]
    if height < 40 or width < COLUMN_MIN - 10:
        if count > 1 and room > 90:
            marks.append(Text(x + width - 7, y + 17, f"×{count}", SMALL, "muted", "end"))
        return marks
    at = y + 17
    for text, bold, mono, ink in facts:
        for line in wrap(text, room, SMALL - 0.5, 2, mono=mono):
            at += 17
            if at + 5 <= y + height:
                marks.append(Text(x + 8, at, line, SMALL - 0.5, ink, bold=bold, mono=mono))
    left = int((y + height - at - 10) // 16)
    if left > 0:
        text = block.layers[0].command
        if count > 1:
            text = " + ".join(words.size(layer.size) for layer in block.layers)
        for line in wrap(text, room, 12, min(left, 5)):
            at += 16
            marks.append(Text(x + 8, at + 2, line, 12, "muted"))
    return marks


def _image(sketch: Sketch, image: SharingImage, plan: Plan, row: int, words: Words) -> None:
    x, y = plan.image_x, plan.tops[row]
    height = plan.tops[row + 1] - y - (8 if plan.roomy else 3)
    marks: list[Mark] = [
        Box(x, y, IMAGE, height, "image", "image-line", 5, 1.2),
        Text(x + 10, y + 16.5, short_id(image.image_id), SMALL, mono=True),
        Text(x + IMAGE - 10, y + 16.5, words.size(image.size), SMALL + 1, anchor="end", bold=True),
    ]
    if plan.roomy:
        unique = words("own", size=words.size(image.unique))
        shared = words("common", size=words.size(image.shared))
        marks += [
            Text(x + 10, y + 36, unique, SMALL - 0.5, "muted"),
            Text(x + 10, y + 53, shared, SMALL - 0.5, "muted"),
        ]
    sketch.add(*marks, key=f"image:{image.image_id}", title=f"{image.image_id}\n{image.title}")
    _names(sketch, image, x + IMAGE + GAP, y, words)
    _containers(sketch, image, x + IMAGE + NAMES + 2 * GAP, y, words)


def _names(sketch: Sketch, image: SharingImage, x: float, y: float, words: Words) -> None:
    names = names_told(image, words)
    marks: list[Mark] = []
    for name in names[:SHOWN_MAX]:
        lines = _name_lines(name)
        fill = "name" if image.names else ""
        marks.append(Box(x, y, NAMES, _pill_height(lines), fill, "name-line", 10, 1))
        marks += _lines(lines, x + 10, y)
        y += _pill_height(lines) + PILL_GAP
    if len(names) > SHOWN_MAX:
        marks.append(Text(x + 9, y + 14, words("more", n=len(names) - SHOWN_MAX), SMALL, "muted"))
    sketch.add(*marks, key=f"names:{image.image_id}", title="\n".join(names))


def _containers(sketch: Sketch, image: SharingImage, x: float, y: float, words: Words) -> None:
    containers = image.containers
    marks: list[Mark] = []
    for container in containers[:SHOWN_MAX]:
        lines = _container_lines(container)
        height = _pill_height(lines)
        marks += [
            Box(x, y, CONTAINERS, height, "writable", "writable-line", 4, 1.2, dashed=True),
            *_lines(lines, x + 10, y),
            _right(x + CONTAINERS - 8, y + 15.5, words.size(container.size)),
        ]
        y += height + PILL_GAP
    if len(containers) > SHOWN_MAX:
        more = words("more", n=len(containers) - SHOWN_MAX)
        marks.append(Text(x + 9, y + 14, more, SMALL, "muted"))
    told = "\n".join(
        " · ".join((one.name, short_id(one.container_id), one.state, words.size(one.size)))
        for one in containers
    )
    sketch.add(*marks, key=f"containers:{image.image_id}", title=told)


def _lines(lines: tuple[str, ...], x: float, y: float) -> list[Text]:
    return [Text(x, y + 15.5 + LINE * at, line, SMALL) for at, line in enumerate(lines)]


def _right(x: float, y: float, text: str) -> Text:
    return Text(x, y, text, SMALL, anchor="end", bold=True)
