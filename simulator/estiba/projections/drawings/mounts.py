"""Namespaces and mounts drawn: the container as a room; from the host, what is mounted into it."""

from __future__ import annotations

from ..scenes.mounts import Mounted, MountsScene
from ..tellings.mounts import facts_told, mounts_summary, owner_told, source_told
from ..tellings.words import Words
from .marks import Box, Drawing, Line, Mark, Text
from .metrics import break_name, fit_middle, wrap
from .sketch import BODY, MARGIN, SMALL, Sketch

TILE_GAP = 8.0
HOST = 372.0
ARROW = 96.0
ROW = 42.0
LOOKS = {
    "overlay": ("shared", "layer-line"),
    "volume": ("name", "name-line"),
    "bind": ("image", "image-line"),
    "file": ("writable", "writable-line"),
}


def draw_mounts(scene: MountsScene, language: str, description: str) -> Drawing:
    words = Words("mounts", language)
    sketch = Sketch(words("title", name=scene.name), language)
    sketch.header(mounts_summary(scene, words))
    facts = " · ".join(facts_told(scene, words))
    if facts:
        sketch.y -= 8
        sketch.paragraph(facts)
        sketch.y += 12
    _namespaces(sketch, scene, words)
    _mounts(sketch, scene, words)
    return sketch.drawing(description)


def _namespaces(sketch: Sketch, scene: MountsScene, words: Words) -> None:
    count = len(scene.namespaces)
    width = (sketch.inner - TILE_GAP * (count - 1)) / count
    x, y, height = MARGIN, sketch.y, 94.0
    for one in scene.namespaces:
        own = one.owner == "own"
        fill, line = ("writable", "writable-line") if own else ("panel", "line")
        marks: list[Mark] = [
            Box(x, y, width, height, fill, line, 8, 1.6, dashed=not own),
            Text(x + width / 2, y + 24, one.kind, BODY + 1, "ink", "middle", bold=True, mono=True),
        ]
        at = y + 44
        for text, ink in ((owner_told(one, words), "ink"), (words(f"ns.{one.kind}"), "muted")):
            for part in wrap(text, width - 10, SMALL - 0.5, 2):
                marks.append(Text(x + width / 2, at, part, SMALL - 0.5, ink, "middle"))
                at += 16
            at += 2
        title = f"{one.kind}: {owner_told(one, words)}, {words(f'ns.{one.kind}')}"
        sketch.add(*marks, key=f"namespace:{one.kind}", title=title)
        x += width + TILE_GAP
    sketch.y = y + height + 22


def _mounts(sketch: Sketch, scene: MountsScene, words: Words) -> None:
    left = MARGIN + HOST + ARROW
    top = sketch.y
    height = 40 + ROW * len(scene.mounts) + 6
    sketch.add(
        Text(MARGIN, top + 22, words("head.host"), SMALL, "muted", bold=True),
        Box(left - 14, top, sketch.width - MARGIN - left + 14, height, "panel", "line", 10, 1.5),
        Text(left, top + 22, words("head.container"), SMALL, "muted", bold=True),
    )
    sketch.y = top + 36
    for one in scene.mounts:
        _mount(sketch, scene, one, left, words)
    sketch.y = top + height


def _mount(sketch: Sketch, scene: MountsScene, one: Mounted, left: float, words: Words) -> None:
    y = sketch.y
    fill, line = LOOKS.get(one.kind, ("", "line"))
    width = sketch.width - MARGIN - left - 14
    mode = words("rw" if one.writable else "ro")
    source = source_told(scene, one, words)
    kind = words(f"kind.{one.kind}")
    middle = y + ROW / 2 - 3
    lines = break_name(source, HOST - 20, SMALL, 2, mono=one.kind in ("volume", "bind", "file"))
    marks: list[Mark] = [Box(MARGIN, y, HOST, ROW - 6, fill, line, 6, 1.2)]
    for at, text in enumerate(lines):
        base = middle + 5 + (at - (len(lines) - 1) / 2) * 15
        mono = one.kind in ("volume", "bind", "file")
        marks.append(Text(MARGIN + 10, base, text, SMALL if len(lines) == 1 else 12, mono=mono))
    place = fit_middle(one.destination, width - 150, BODY, mono=True)
    marks += [
        Line(((MARGIN + HOST + 3, middle), (left - 3, middle)), line, 1.8, not one.writable, True),
        Box(left, y, width, ROW - 6, "paper", line, 6, 1.2, dashed=not one.writable),
        Text(left + 10, middle + 5, place, BODY, mono=True, bold=True),
        Text(left + width - 10, middle - 2, kind, 12, "muted", "end"),
        Text(
            left + width - 10,
            middle + 12,
            mode,
            12,
            "wrong-ink" if not one.writable else "muted",
            "end",
        ),
    ]
    title = f"{one.destination} ← {source} ({kind}, {mode})"
    sketch.add(*marks, key=f"mount:{one.destination}", title=title)
    sketch.y += ROW
