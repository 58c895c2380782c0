"""A pull drawn: a line for each blob, from left to right what happened to it, in order.

The distance between two moments is the same however long it took: times stand at the top. A virtual clock and a
slow line are read alike.
"""

from __future__ import annotations

from ..scenes.facts import short_id
from ..scenes.pull import PullBlob, PullScene
from ..tellings.pull import pull_notes, pull_summary, time_told
from ..tellings.words import Words
from .marks import Box, Drawing, Line, Mark, Text
from .metrics import text_width
from .sketch import BODY, MARGIN, SMALL, Sketch

LABEL = 216.0
ROW, BAR = 40.0, 22.0
LOOKS = {
    "fetched": ("shared", "layer-line", "layer-ink"),
    "verified": ("name", "name-line", "name-ink"),
    "applied": ("writable", "writable-line", "writable-ink"),
}
SIGNS = {"fetched": "↓", "verified": "✓", "applied": "■"}


def draw_pull(scene: PullScene, language: str, description: str) -> Drawing:
    words = Words("pull", language)
    sketch = Sketch(words("title", reference=scene.reference), language)
    sketch.header(pull_summary(scene, words))
    if scene.blobs:
        _legend(sketch, words)
        _times(sketch, scene, words)
        for blob in scene.blobs:
            _blob(sketch, scene, blob, words)
    for note in pull_notes(scene, words):
        sketch.paragraph(note, size=SMALL)
        sketch.y += 3
    return sketch.drawing(description)


def _legend(sketch: Sketch, words: Words) -> None:
    x = MARGIN + LABEL
    marks: list[Mark] = []
    for stage, (fill, line, ink) in LOOKS.items():
        text = f"{SIGNS[stage]} {words(f'stage.{stage}')}"
        marks += [
            Box(x, sketch.y, 26, 16, fill, line, 3, 1.2),
            Text(x + 33, sketch.y + 13, text, SMALL, ink, bold=True),
        ]
        x += 33 + text_width(text, SMALL, bold=True) + 26
    sketch.add(*marks)
    sketch.y += 34


def _x(sketch: Sketch, scene: PullScene, time_ns: int) -> float:
    """Where a moment is: the first one has some room before it."""
    moments = scene.moments
    room = sketch.inner - LABEL - 76
    return MARGIN + LABEL + room * (moments.index(time_ns) + 1) / max(len(moments), 1)


def _times(sketch: Sketch, scene: PullScene, words: Words) -> None:
    """Times at the top, as many as there is room for."""
    last = 0.0
    marks: list[Mark] = []
    bottom = sketch.y + 12 + ROW * len(scene.blobs)
    for time in scene.moments:
        x = _x(sketch, scene, time)
        told = time_told(time - scene.began_ns, words)
        half = text_width(told, SMALL - 1) / 2
        if x - half > last + 8:
            marks.append(Text(x, sketch.y + 4, told, SMALL - 1, "muted", "middle"))
            marks.append(Line(((x, sketch.y + 10), (x, bottom)), "faint", 1))
            last = x + half
    sketch.add(*marks)
    sketch.y += 16


def _blob(sketch: Sketch, scene: PullScene, blob: PullBlob, words: Words) -> None:
    y = sketch.y
    size = words.size(blob.size) if blob.size is not None else ""
    marks: list[Mark] = [
        Text(MARGIN, y + 20, short_id(blob.digest), BODY, mono=True),
        Text(MARGIN + LABEL - 14, y + 20, size, BODY, anchor="end", bold=True),
    ]
    at = MARGIN + LABEL
    if blob.existed:
        told = words("here")
        marks += [
            Box(at, y + 3, sketch.inner - LABEL, BAR, "panel", "line", 4, 1.2, dashed=True),
            Text(at + 12, y + 19, told, SMALL, "muted"),
        ]
    for stage, (fill, line, ink) in LOOKS.items():
        time = blob.time_of(stage)
        if time is None:
            continue
        end = _x(sketch, scene, time)
        if end <= at:
            end = at + 14
        marks.append(Box(at, y + 3, end - at, BAR, fill, line, 3, 1.2))
        marks.append(Text(end - 4, y + 19, SIGNS[stage], SMALL, ink, "end", bold=True))
        at = end
    if blob.unpacked is not None:
        marks.append(Text(at + 8, y + 19, words.size(blob.unpacked), SMALL, "writable-ink"))
    sketch.add(*marks, key=f"blob:{blob.digest}", title=blob.digest)
    sketch.y += ROW
