"""A layer stack drawn: boxes on one another, the writable one on top and dashed.

Up to `ROOMY_MAX` layers have two or three lines each; more become one line each, so that sixty still fit a page.
"""

from __future__ import annotations

from ..scenes.facts import short_id
from ..scenes.stack import StackLayer, StackScene, WritableLayer
from ..tellings.stack import (
    command_told,
    group_told,
    image_name,
    layer_chips,
    stack_notes,
    stack_summary,
    stack_title,
    told_list,
    writable_chips,
)
from ..tellings.words import Words
from .marks import Box, Drawing, Mark, Text
from .metrics import break_name, fit, text_width, wrap
from .sketch import BODY, MARGIN, SMALL, Sketch, row_of_texts

ROOMY_MAX = 14
BADGE = 34.0
PAD = 14.0
SIZE_ROOM = 84.0
LINE = 20.0


def draw_stack(scene: StackScene, language: str, description: str) -> Drawing:
    words = Words("stack", language)
    sketch = Sketch(stack_title(scene, words), language)
    sketch.header(stack_summary(scene, words))
    if scene.writable is not None:
        _writable(sketch, scene.writable, words)
    _image(sketch, scene, words)
    sketch.y += 6
    for note in stack_notes(scene, words):
        sketch.y += 4
        sketch.paragraph(note, size=SMALL + 1, lines=3)
    return sketch.drawing(description)


def _writable(sketch: Sketch, layer: WritableLayer, words: Words) -> None:
    chips = writable_chips(layer, words)
    paths = [*(layer.added or ()), *(layer.changed or ()), *(layer.deleted or ())]
    x, y, width = MARGIN + BADGE + 8, sketch.y, sketch.inner - BADGE - 16
    name = words("writable", name=layer.name)
    lines = break_name(name, width - SIZE_ROOM - 2 * PAD, BODY, 2, bold=True)
    looked = layer.added is not None
    height = 34 + LINE * (len(lines) - 1 + looked)
    marks: list[Mark] = [
        Box(x, y, width, height, "writable", "writable-line", 8, 2, dashed=True),
        _size(x + width - PAD, y + 23, words.size(layer.size)),
    ]
    for at, line in enumerate(lines):
        marks.append(Text(x + PAD, y + 23 + LINE * at, line, BODY, bold=True))
    y += LINE * (len(lines) - 1)
    if looked:
        told = " · ".join(chips) or words("none")
        marks.append(Text(x + PAD, y + 43, told, SMALL, "writable-ink"))
        used = text_width(told, SMALL) + 18
        shown = told_list(tuple(paths), len(paths), words, 3)
        shown = fit(shown, width - 2 * PAD - used, SMALL, mono=True)
        if paths:
            marks.append(Text(x + PAD + used, y + 43, shown, SMALL, "muted", mono=True))
    sketch.add(
        *marks,
        key=f"container:{layer.container_id}",
        title="\n".join([name, short_id(layer.container_id), *paths]),
    )
    sketch.y += height + 10


def _image(sketch: Sketch, scene: StackScene, words: Words) -> None:
    """The panel of the image with its layers in it."""
    top = sketch.y
    name = words("image", name=image_name(scene)) if scene.names else words("untagged")
    told = f"{short_id(scene.image_id)} · {words('read-only')}"
    room = sketch.inner - 2 * PAD - SIZE_ROOM - text_width(told, SMALL, mono=True) - 24
    names = break_name(name, room, BODY, 3, bold=True)
    head: list[Mark] = [
        Text(MARGIN + PAD, top + 25 + 20 * at, line, BODY, "image-ink", bold=True)
        for at, line in enumerate(names)
    ]
    at = MARGIN + PAD + max(text_width(line, BODY, bold=True) for line in names) + 14
    head.append(Text(at, top + 25, told, SMALL, "muted", mono=True))
    total = words.size(scene.size)
    head.append(_size(MARGIN + sketch.inner - PAD - 8, top + 25, total))
    head_height = 38.0 + 20 * (len(names) - 1)
    roomy = len(scene.layers) <= ROOMY_MAX
    width = sketch.inner - BADGE - 16
    heights = [_height(layer, width, words, roomy=roomy) for layer in reversed(scene.layers)]
    gap = 6 if roomy else 3
    height = head_height + sum(heights) + gap * len(heights) + 4
    panel = Box(MARGIN, top, sketch.inner, height, "panel", "image-line", 10, 1.5)
    sketch.add(panel, *head, key=f"image:{scene.image_id}", title="\n".join(scene.names))
    largest = max([layer.size or 0 for layer in scene.layers], default=0)
    y = top + head_height
    for layer, layer_height in zip(reversed(scene.layers), heights, strict=True):
        share = (layer.size or 0) / largest if largest else 0.0
        _layer(sketch, layer, y, layer_height, share, words, roomy=roomy)
        y += layer_height + gap
    sketch.y = top + height


def _height(layer: StackLayer, width: float, words: Words, *, roomy: bool) -> float:
    if not roomy:
        return 25.0
    named = any(group is not None and group.count for group in (layer.repeats, layer.hides))
    return 56.0 + LINE * (named + len(_command(layer, width, words)) - 1)


def _layer(
    sketch: Sketch,
    layer: StackLayer,
    y: float,
    height: float,
    share: float,
    words: Words,
    *,
    roomy: bool,
) -> None:
    x, width = MARGIN + BADGE + 8, sketch.inner - BADGE - 16
    middle = y + height / 2 + 5
    marks: list[Mark] = [
        Text(MARGIN + 8 + BADGE / 2, middle, str(layer.number), BODY, "muted", "middle", bold=True),
        Box(x, y, width, height, "layer", "layer-line", 6 if roomy else 4, 1.2),
    ]
    if share * width > 1.5:
        bar = 4.0 if roomy else 3.0
        marks.append(
            Box(
                x + 2,
                y + height - bar - 1,
                (width - 4) * share,
                bar,
                "layer-line",
                radius=1,
            )
        )
    marks += _roomy(layer, x, y, width, words) if roomy else _compact(layer, x, y, width, words)
    sketch.add(*marks, key=f"layer:{layer.chain_id}", title=_title(layer, words))


def _title(layer: StackLayer, words: Words) -> str:
    """All that is known of a layer, for a pointer over it."""
    groups = (("adds", layer.adds), ("repeats", layer.repeats), ("hides", layer.hides))
    told = [f"{words(key)}: {group_told(group, words)}" for key, group in groups if group]
    head = f"{layer.number} · {layer.diff_id}"
    return "\n".join([head, layer.created_by or words("unknown"), *told])


def _roomy(layer: StackLayer, x: float, y: float, width: float, words: Words) -> list[Mark]:
    marks: list[Mark] = [_size(x + width - PAD, y + 22, words.size(layer.size))]
    command = _command(layer, width, words)
    for row, line in enumerate(command):
        marks.append(Text(x + PAD, y + 22 + LINE * row, line, BODY - 1, mono=True))
    y += LINE * (len(command) - 1)
    digest = short_id(layer.diff_id)
    marks.append(Text(x + PAD, y + 43, digest, SMALL, "muted", mono=True))
    at = x + PAD + text_width(digest, SMALL, mono=True) + 18
    marks += row_of_texts(at, y + 43, [(chip, "layer-ink") for chip in layer_chips(layer, words)])
    named = [
        words(f"names.{key}", paths=told_list(group.paths, group.count, words, 3))
        for key, group in (("repeats", layer.repeats), ("hides", layer.hides))
        if group is not None and group.count
    ]
    if named:
        told = fit(" · ".join(named), width - 2 * PAD, SMALL)
        marks.append(Text(x + PAD, y + 43 + LINE - 1, told, SMALL, "wrong-ink"))
    return marks


def _command(layer: StackLayer, width: float, words: Words) -> tuple[str, ...]:
    room = width - SIZE_ROOM - 2 * PAD
    return wrap(command_told(layer, words), room, BODY - 1, 2, mono=True)


def _compact(layer: StackLayer, x: float, y: float, width: float, words: Words) -> list[Mark]:
    digest = short_id(layer.diff_id)
    room = width - SIZE_ROOM - 2 * PAD
    at = x + PAD + text_width(digest, SMALL, mono=True) + 14
    chips = " · ".join(layer_chips(layer, words, brief=True))
    used = text_width(chips, SMALL) + (16 if chips else 0)
    command = fit(command_told(layer, words), room - (at - x - PAD) - used, SMALL, mono=True)
    return [
        Text(x + PAD, y + 16.5, digest, SMALL, "muted", mono=True),
        Text(at, y + 16.5, command, SMALL, mono=True),
        Text(x + width - PAD - SIZE_ROOM, y + 16.5, chips, SMALL, "layer-ink", "end"),
        _size(x + width - PAD, y + 16.5, words.size(layer.size), SMALL),
    ]


def _size(x: float, y: float, text: str, size: float = BODY) -> Text:
    return Text(x, y, text, size, anchor="end", bold=True)
