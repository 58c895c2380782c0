"""A name drawn: its parts side by side, what was written in full and what is implied dashed; or the flaw, marked."""

from __future__ import annotations

from ..scenes.name import NameScene, separator
from ..tellings.name import flaw_told, tell_name_scene
from ..texts import texts
from .marks import Box, Drawing, Line, Mark, Text
from .metrics import break_name, text_width, wrap
from .sketch import BODY, MARGIN, SMALL, Sketch

BIG, LEAST = 26.0, 17.0
BOX_PAD = 12.0
SIGN = 22.0


def draw_name(scene: NameScene, language: str, description: str) -> Drawing:
    telling = tell_name_scene(scene, language)
    sketch = Sketch(telling.title, language)
    sketch.header(telling.summary)
    sketch.y += 8
    if scene.is_valid:
        size = _size_that_fits(scene, sketch.inner)
        if size >= LEAST:
            _side_by_side(sketch, scene, size, language)
        else:
            _one_by_one(sketch, scene, language)
    else:
        _flaw(sketch, scene, language)
    return sketch.drawing(description)


def _widths(scene: NameScene, size: float, language: str) -> list[float]:
    words = texts("names", language)
    return [
        max(
            text_width(part.text, size, mono=True),
            text_width(words[f"part.{part.key}"], BODY, bold=True),
            text_width(words["written" if part.written else "added"], SMALL),
        )
        + 2 * BOX_PAD
        for part in scene.parts
    ]


def _size_that_fits(scene: NameScene, room: float) -> float:
    """The largest type in which all parts fit in one line, in either language; 0 for none."""
    size = BIG
    while size >= LEAST:
        widest = max(sum(_widths(scene, size, language)) for language in ("es", "en"))
        if widest + SIGN * (len(scene.parts) - 1) <= room:
            return size
        size -= 1
    return 0


def _side_by_side(sketch: Sketch, scene: NameScene, size: float, language: str) -> None:
    words = texts("names", language)
    x, y = MARGIN, sketch.y
    widths = _widths(scene, size, language)
    for place, (part, width) in enumerate(zip(scene.parts, widths, strict=True)):
        sign = separator(part, place == 0)
        if sign:
            sketch.add(Text(x + SIGN / 2, y + 36, sign, BIG, "muted", "middle", mono=True))
            x += SIGN
        fill, line, ink = ("name", "name-line", "ink") if part.written else ("", "line", "muted")
        middle = x + width / 2
        kind = words[f"part.{part.key}"]
        source = words["written" if part.written else "added"]
        sketch.add(
            Box(x, y, width, 54, fill, line, 8, 1.8, dashed=not part.written),
            Text(middle, y + 36, part.text, size, ink, "middle", mono=True),
            Line(((middle, y + 58), (middle, y + 70)), line),
            Text(middle, y + 88, kind, BODY, "ink", "middle", bold=True),
            Text(middle, y + 108, source, SMALL, "name-ink" if part.written else "muted", "middle"),
            key=f"part:{part.key}",
            title=f"{kind}: {part.text} ({source})",
        )
        x += width
    sketch.y = y + 112


def _one_by_one(sketch: Sketch, scene: NameScene, language: str) -> None:
    """Long names: a line for each part."""
    words = texts("names", language)
    for part in scene.parts:
        y = sketch.y
        lines = break_name(part.text, sketch.inner - 300, 17, 3, mono=True)
        height = 18 + 24 * len(lines)
        fill, line, ink = ("name", "name-line", "ink") if part.written else ("", "line", "muted")
        kind = words[f"part.{part.key}"]
        source = words["written" if part.written else "added"]
        marks: list[Mark] = [
            Text(MARGIN, y + 22, kind, BODY, bold=True),
            Text(MARGIN, y + 40, source, SMALL, "name-ink" if part.written else "muted"),
            Box(MARGIN + 260, y, sketch.inner - 260, height, fill, line, 8, 1.8, not part.written),
        ]
        marks += [
            Text(MARGIN + 280, y + 26 + 24 * at, text, 17, ink, mono=True)
            for at, text in enumerate(lines)
        ]
        sketch.add(*marks, key=f"part:{part.key}", title=f"{kind}: {part.text} ({source})")
        sketch.y = y + height + 10


def _flaw(sketch: Sketch, scene: NameScene, language: str) -> None:
    """The text with its flaw in a box, and the reason under it."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in scene.text)
    size = BIG
    while size > LEAST and text_width(shown, size, mono=True) > sketch.inner - 30:
        size -= 1
    before, wrong, after = _window(shown, scene.start, scene.end, sketch.inner - 30, size)
    x, y = MARGIN + 8, sketch.y
    start = x + text_width(before, size, mono=True) + (8 if before else 0)
    width = max(text_width(wrong, size, mono=True), size * 0.6)
    end = start + width
    middle = (start + end) / 2
    sketch.add(
        Box(start - 5, y, width + 10, size + 20, "wrong", "wrong-line", 5, 2),
        Text(x, y + size + 3, before, size, mono=True),
        Text(start, y + size + 3, wrong, size, "wrong-ink", bold=True, mono=True),
        Text(end + 8, y + size + 3, after, size, mono=True),
        Line(((middle, y + size + 44), (middle, y + size + 24)), "wrong-line", 2, arrow=True),
        key="flaw",
        title=scene.message,
    )
    sketch.y = y + size + 50
    for line in wrap(flaw_told(scene, language), sketch.inner, BODY + 2, 3, bold=True):
        sketch.y += 24
        half = text_width(line, BODY + 2, bold=True) / 2
        at = min(max(middle, MARGIN + half), sketch.width - MARGIN - half)
        sketch.add(Text(at, sketch.y - 6, line, BODY + 2, "wrong-ink", "middle", bold=True))


def _window(text: str, start: int, end: int, room: float, size: float) -> tuple[str, str, str]:
    """What stands before, in and after the flaw; of a long text only what is near it."""
    most = int(room / (size * 0.602))
    if len(text) <= most:
        return text[:start], text[start:end], text[end:]
    end = min(end, start + most // 2)
    before = text[max(0, start - most // 4) : start]
    left = most - len(before) - (end - start) - 2
    after = text[end : end + left]
    before = ("…" if start > most // 4 else "") + before
    return before, text[start:end], after + ("…" if end + left < len(text) else "")
