"""A container's life drawn: states as boxes, ways as arrows, the ways it went thick and numbered.

Docker's states have fixed places; states of another table stand in a circle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..scenes.life import LifeScene, Way
from ..tellings.life import action_told, life_notes, life_summary, life_title, state_told
from ..tellings.words import Words
from .marks import Box, Drawing, Line, Mark, Text
from .metrics import text_width
from .sketch import BODY, SMALL, Sketch

Point = tuple[float, float]
NODE_W, NODE_H = 150.0, 58.0
HEIGHT = 500.0
PLACES: dict[str, Point] = {
    "created": (104, 226),
    "running": (400, 226),
    "exited": (850, 226),
    "paused": (400, 44),
    "restarting": (400, 400),
    "dead": (580, 400),
    "removing": (850, 400),
}
BENDS: dict[tuple[str, str], tuple[Point, Point]] = {
    ("created", "removing"): ((104, 530), (720, 530)),
    ("paused", "exited"): ((640, 44), (850, 90)),
}
LABELS: dict[tuple[str, str], Point] = {
    ("created", "removing"): (430, 484),
    ("paused", "exited"): (676, 83),
}
APART = 13.0
BADGES_MAX = 6


@dataclass(frozen=True, slots=True)
class Route:
    """An arrow and the place of its label."""

    points: tuple[Point, ...]
    label: Point
    curved: bool = False


def draw_life(scene: LifeScene, language: str, description: str) -> Drawing:
    words = Words("life", language)
    sketch = Sketch(life_title(scene, words), language)
    sketch.header(life_summary(scene, words))
    top, height = sketch.y + 4, HEIGHT
    if _is_known(scene) and not any((way.source, way.target) in BENDS for way in scene.ways):
        tops = [PLACES[state][1] for state in scene.states]  # a part of the table: no empty rows
        top, height = top - min(tops) + PLACES["paused"][1], max(tops) + NODE_H
    places = _places(scene, top)
    for way in sorted(scene.ways, key=lambda way: bool(scene.travelled(way))):
        _way(sketch, scene, way, places, top, words)
    for state in scene.states:
        _state(sketch, scene, state, places[state], words)
    sketch.y = top + height
    for note in life_notes(scene, words):
        sketch.paragraph(note, size=SMALL + 1)
    return sketch.drawing(description)


def _is_known(scene: LifeScene) -> bool:
    return all(state in PLACES for state in scene.states)


def _places(scene: LifeScene, top: float) -> dict[str, Point]:
    if _is_known(scene):
        return {state: (x, y + top) for state, (x, y) in PLACES.items()}
    count = len(scene.states)
    turn = [2 * math.pi * at / count - math.pi for at in range(count)]
    middle = HEIGHT / 2
    return {
        state: (480 + 380 * math.cos(angle), top + middle + (middle - 36) * math.sin(angle))
        for state, angle in zip(scene.states, turn, strict=True)
    }


def _state(sketch: Sketch, scene: LifeScene, state: str, at: Point, words: Words) -> None:
    x, y = at[0] - NODE_W / 2, at[1] - NODE_H / 2
    visited = {step.source for step in scene.steps} | {step.target for step in scene.steps}
    here = state == scene.current
    fill, line = ("panel", "line")
    if here or state in visited:
        fill, line = "writable", "writable-line"
    marks: list[Mark] = []
    if here:
        marks.append(Box(x - 5, y - 5, NODE_W + 10, NODE_H + 10, "", "writable-line", 13, 2.5))
    told = state_told(state, words)
    meaning = told.removeprefix(state).strip(" ()")
    marks.append(Box(x, y, NODE_W, NODE_H, fill, line, 9, 1.8))
    base = at[1] + (-2 if meaning else 6)
    marks.append(Text(at[0], base, state, BODY + 1, "ink", "middle", bold=True))
    if meaning:
        marks.append(Text(at[0], at[1] + 18, meaning, SMALL, "muted", "middle"))
    sketch.add(*marks, key=f"state:{state}", title=f"{told}: {words('here')}" if here else told)


def _way(
    sketch: Sketch, scene: LifeScene, way: Way, places: dict[str, Point], top: float, words: Words
) -> None:
    steps = scene.travelled(way)
    both = any((o.source, o.target) == (way.target, way.source) for o in scene.ways)
    text = action_told(way.action, words)
    bold = bool(steps)
    width = text_width(text, SMALL, bold=bold)
    whole = width + sum(2 * _badge(number) + 4 for number in steps[:BADGES_MAX]) + 4 * bold
    route = _route(way, places, top, both=both, label_width=whole)
    x, y = route.label[0] - whole / 2, route.label[1]
    ink = "writable-line" if steps else "line"
    marks: list[Mark] = [
        Line(route.points, ink, 3.2 if steps else 1.6, arrow=True, curved=route.curved),
        Box(x - 5, y - 11, whole + 10, 22, "paper", "", 4),
        Text(x, y + 4, text, SMALL, "writable-ink" if steps else "muted", bold=bold),
    ]
    at = x + width + 4
    for number in steps[:BADGES_MAX]:
        half = _badge(number)
        marks += [
            Box(at + 4, y - 9.5, 2 * half, 19, "writable-line", "", 9.5),
            Text(at + 4 + half, y + 4.5, str(number), SMALL, "paper", "middle", bold=True),
        ]
        at += 2 * half + 4
    told = f"{way.source} → {text} → {way.target}"
    sketch.add(
        *marks, key=f"way:{way.source}:{way.action}", title=told, step=min(steps, default=None)
    )


def _badge(number: int) -> float:
    """Half the width of a step's badge."""
    return 9.5 + 4 * (len(str(number)) - 1)


def _route(
    way: Way, places: dict[str, Point], top: float, *, both: bool, label_width: float
) -> Route:
    ends = way.source, way.target
    start, end = places[way.source], places[way.target]
    if ends in BENDS:
        bends = tuple((x, y + top) for x, y in BENDS[ends])
        points = (_border(start, bends[0]), *bends, _border(end, bends[1]))
        x, y = LABELS[ends]
        return Route(points, (x, y + top), curved=True)
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    shift = APART if both else 0.0
    aside = (-dy / length * shift, dx / length * shift)
    first = _border(start, end, aside)
    last = _border(end, start, aside)
    label = ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
    if both:  # each label on its own side of the pair
        vertical = abs(dy) > abs(dx)
        out = (label_width / 2 + 8 if vertical else 0.0, 0.0 if vertical else 14.0)
        label = (
            label[0] + math.copysign(out[0], aside[0]),
            label[1] + math.copysign(out[1], aside[1]),
        )
    if ends in LABELS:
        label = (LABELS[ends][0], LABELS[ends][1] + top)
    return Route((first, last), label)


def _border(center: Point, toward: Point, aside: Point = (0.0, 0.0)) -> Point:
    """Where a line from a box's middle, shifted aside, leaves the box."""
    x, y = center[0] + aside[0], center[1] + aside[1]
    dx, dy = toward[0] - center[0], toward[1] - center[1]
    half_w, half_h = NODE_W / 2 + 5, NODE_H / 2 + 5
    reach = min(
        (half_w - math.copysign(aside[0], aside[0] * dx)) / abs(dx) if dx else math.inf,
        (half_h - math.copysign(aside[1], aside[1] * dy)) / abs(dy) if dy else math.inf,
    )
    return (x + dx * reach, y + dy * reach)
