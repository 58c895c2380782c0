"""A drawing as a matplotlib figure, for notebooks, slides and paper (extra `notebook`).

The same marks at the same places as in the SVG: one unit of the drawing is a pixel at 96 dots an inch.
"""

from __future__ import annotations

import io
import warnings
from itertools import count
from typing import TYPE_CHECKING

from ..errors import NotSupported
from ..projections.drawings.marks import Box, Drawing, Line, Text
from ..projections.drawings.palette import THEMES
from ..projections.painters.svg import arrow_head, hatch_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 96
POINTS = 72 / DPI
DASH, LINE_DASH = (0, (4, 2.7)), (0, (3.5, 2.8))
ANCHORS = {"start": "left", "middle": "center", "end": "right"}
CURVE_POINTS = 4
COMPRESSION = 2


class MissingExtra(NotSupported):
    """A library that is not installed. `str()` says how to get it."""

    def __init__(self, extra: str, library: str) -> None:
        super().__init__(
            f"this needs {library}, of the extra '{extra}': pip install 'estiba[{extra}]'"
        )


def paint_figure(drawing: Drawing, theme: str = "light") -> Figure:
    """The drawing as a figure of its own, `light` or `dark`. Raises: MissingExtra."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415  (an extra)
    except ImportError:
        raise MissingExtra("notebook", "matplotlib") from None
    colours = THEMES[theme]
    figure = Figure(
        figsize=(drawing.width / DPI, drawing.height / DPI), dpi=DPI, facecolor=colours["paper"]
    )
    figure.set_label(drawing.title)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, drawing.width)
    axes.set_ylim(drawing.height, 0)
    axes.set_axis_off()
    axes.set_autoscale_on(False)
    order = count(1)
    for mark in drawing.marks():
        match mark:
            case Box():
                _box(axes, mark, colours, order)
            case Text():
                _text(axes, mark, colours, next(order))
            case Line():
                _line(axes, mark, colours, order)
    return figure


def png(drawing: Drawing, theme: str = "light", *, dpi: int = 2 * DPI) -> bytes:
    """The figure as a PNG file, with the alternative text in it. Raises: MissingExtra."""
    figure = paint_figure(drawing, theme)
    from matplotlib import rc_context  # noqa: PLC0415

    told = {"Title": drawing.title, "Description": drawing.description}
    told = {key: text.encode("latin-1", "replace").decode("latin-1") for key, text in told.items()}
    file = io.BytesIO()
    with warnings.catch_warnings(), rc_context({"text.hinting": "no_hinting"}):
        warnings.filterwarnings("ignore", message="Glyph", category=UserWarning)
        figure.savefig(
            file,
            format="png",
            dpi=dpi,
            facecolor=figure.get_facecolor(),
            metadata=told,
            pil_kwargs={"compress_level": COMPRESSION},
        )
    return file.getvalue()


def _box(axes: Axes, box: Box, colours: dict[str, str], order: Iterator[int]) -> None:
    from matplotlib.collections import LineCollection  # noqa: PLC0415
    from matplotlib.patches import FancyBboxPatch  # noqa: PLC0415

    radius = min(box.radius, box.width / 2, box.height / 2)
    stroke = colours[box.stroke] if box.stroke else "none"
    axes.add_artist(
        FancyBboxPatch(
            (box.x, box.y),
            box.width,
            box.height,
            boxstyle=f"round,pad=0,rounding_size={radius}",
            facecolor=colours[box.fill] if box.fill else "none",
            edgecolor=stroke,
            linewidth=box.line * POINTS if box.stroke else 0,
            linestyle=DASH if box.dashed else "solid",
            zorder=next(order),
        )
    )
    if box.hatched:
        lines = [((a, b), (c, d)) for a, b, c, d in hatch_lines(box)]
        axes.add_artist(
            LineCollection(lines, colors=stroke, linewidths=0.7, alpha=0.35, zorder=next(order))
        )


def _text(axes: Axes, text: Text, colours: dict[str, str], zorder: int) -> None:
    axes.text(
        text.x,
        text.y,
        text.text,
        fontsize=text.size * POINTS,
        color=colours[text.ink],
        horizontalalignment=ANCHORS[text.anchor],
        verticalalignment="baseline",
        family="DejaVu Sans Mono" if text.mono else "DejaVu Sans",
        fontweight="bold" if text.bold else "normal",
        parse_math=False,
        zorder=zorder,
    )


def _line(axes: Axes, line: Line, colours: dict[str, str], order: Iterator[int]) -> None:
    from matplotlib.patches import PathPatch, Polygon  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    curved = line.curved and len(line.points) == CURVE_POINTS
    step = Path.CURVE4 if curved else Path.LINETO
    codes = [Path.MOVETO, *[step] * (len(line.points) - 1)]
    colour = colours[line.ink]
    axes.add_artist(
        PathPatch(
            Path(list(line.points), codes),
            fill=False,
            edgecolor=colour,
            linewidth=line.width * POINTS,
            linestyle=LINE_DASH if line.dashed else "solid",
            capstyle="round",
            zorder=next(order),
        )
    )
    if line.arrow:
        head = Polygon(list(arrow_head(line)), color=colour, linewidth=0, zorder=next(order))
        axes.add_artist(head)
