"""Drawings: boxes, texts and lines in a plane, all that painters know.

A drawing is a scene laid out. Units are pixels at natural size, the origin is top left, y grows downwards. Colours
are names of `palette`; a painter looks them up for its theme. A group is one thing of the scene: it has a
stable key, a title (what a pointer or a screen reader is told), and the step of the story it comes in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with round corners. `hatched` marks it for those who do not see its colour."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = ""
    radius: float = 6
    line: float = 1.5
    dashed: bool = False
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text on its baseline. `anchor`: `start`, `middle` or `end`."""

    x: float
    y: float
    text: str
    size: float = 15
    ink: str = "ink"
    anchor: str = "start"
    bold: bool = False
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; with four and `curved`, a Bézier curve. `arrow`: a head at its end."""

    points: tuple[tuple[float, float], ...]
    ink: str = "line"
    width: float = 1.5
    dashed: bool = False
    arrow: bool = False
    curved: bool = False


Mark = Box | Text | Line


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that are one thing. `step` counts from 1; None is there from the beginning."""

    marks: tuple[Mark, ...]
    key: str = ""
    title: str = ""
    step: int | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with its alternative text."""

    width: float
    height: float
    groups: tuple[Group, ...]
    title: str
    description: str = ""
    language: str = "es"

    def marks(self) -> Iterator[Mark]:
        for group in self.groups:
            yield from group.marks

    def texts(self) -> Iterator[str]:
        """Every text that can be read in the picture."""
        return (mark.text for mark in self.marks() if isinstance(mark, Text))
