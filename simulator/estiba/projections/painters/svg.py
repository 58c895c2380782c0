"""SVG from a drawing, by writing it down: for pages, notebooks and files.

The picture has a title and a description, role `img`, colours as CSS variables that follow the reader's
light or dark setting, and, where the scene has steps, they come in one after the other unless the reader
asked for less motion. Every group carries `data-key`, so that a page can move it from where it was.
"""

from __future__ import annotations

import hashlib
from html import escape

from ..drawings.marks import Box, Drawing, Group, Line, Mark, Text
from ..drawings.palette import DARK, LIGHT, THEMES

SANS = "'Helvetica Neue', 'Segoe UI', Arial, 'DejaVu Sans', sans-serif"
MONO = "Menlo, Consolas, 'DejaVu Sans Mono', monospace"
STEP_S = 0.9
HATCH_GAP = 7


def paint_svg(drawing: Drawing, theme: str = "auto", *, animated: bool = True) -> str:
    """The drawing as one `<svg>` element. `theme`: `light`, `dark`, or `auto` for the reader's setting."""
    mark = hashlib.sha256(repr(drawing).encode()).hexdigest()[:8]
    width, height = _number(drawing.width), _number(drawing.height)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="estiba-{theme}" role="img" '
        f'lang="{drawing.language}" aria-labelledby="t{mark} d{mark}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="max-width:100%;height:auto">'
    )
    steps = animated and any(group.step is not None for group in drawing.groups)
    parts = [
        head,
        f'<title id="t{mark}">{escape(drawing.title)}</title>',
        f'<desc id="d{mark}">{escape(drawing.description)}</desc>',
        f"<style>{_style(theme, steps)}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
    ]
    parts += [_group(group, steps) for group in drawing.groups]
    return "".join([*parts, "</svg>"])


def _style(theme: str, steps: bool) -> str:
    scope = f".estiba-{theme}"
    colours = _variables(scope, LIGHT if theme == "auto" else THEMES[theme])
    if theme == "auto":
        colours += f"@media (prefers-color-scheme:dark){{{_variables(scope, DARK)}}}"
    rules = (
        f"{colours}{scope} .paper{{fill:var(--paper)}}"
        f"{scope} text{{font-family:{SANS};white-space:pre}}"
        f"{scope} .m{{font-family:{MONO}}}{scope} .b{{font-weight:700}}"
    )
    if not steps:
        return rules
    return rules + (
        "@media (prefers-reduced-motion:no-preference){"
        f"{scope} .s{{animation:estiba-in .5s ease-out backwards}}"
        "@keyframes estiba-in{from{opacity:0}}}"
    )


def _variables(scope: str, colours: dict[str, str]) -> str:
    return f"{scope}{{{''.join(f'--{name}:{value};' for name, value in colours.items())}}}"


def _group(group: Group, steps: bool) -> str:
    key = f' data-key="{escape(group.key)}"' if group.key else ""
    step = ""
    if steps and group.step is not None:
        delay = _number((group.step - 1) * STEP_S)
        step = f' class="s" data-step="{group.step}" style="animation-delay:{delay}s"'
    title = f"<title>{escape(group.title)}</title>" if group.title else ""
    return f"<g{key}{step}>{title}{''.join(map(_mark, group.marks))}</g>"


def _mark(mark: Mark) -> str:
    match mark:
        case Box():
            return _box(mark)
        case Text():
            return _text(mark)
        case Line():
            return _line(mark)


def _box(box: Box) -> str:
    x, y, width, height = map(_number, (box.x, box.y, box.width, box.height))
    dash = ' stroke-dasharray="6 4"' if box.dashed else ""
    shape = (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{_number(box.radius)}" '
        f'style="fill:{_colour(box.fill)};stroke:{_colour(box.stroke)}" '
        f'stroke-width="{_number(box.line)}"{dash}/>'
    )
    return shape + (_hatch(box) if box.hatched else "")


def _hatch(box: Box) -> str:
    path = "".join(
        f"M{_number(a)} {_number(b)}L{_number(c)} {_number(d)}" for a, b, c, d in hatch_lines(box)
    )
    return f'<path d="{path}" style="stroke:{_colour(box.stroke)}" opacity=".35" fill="none"/>'


def hatch_lines(box: Box) -> list[tuple[float, float, float, float]]:
    """Slanted lines across a box: from (a, b) to (c, d), cut at its sides."""
    lines = []
    reach = HATCH_GAP
    while reach < box.width + box.height:
        start = (box.x + max(0.0, reach - box.height), box.y + min(reach, box.height))
        end = (box.x + min(reach, box.width), box.y + max(0.0, reach - box.width))
        lines.append((*start, *end))
        reach += HATCH_GAP
    return lines


def _text(text: Text) -> str:
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    kinds = " ".join(kind for kind, on in (("m", text.mono), ("b", text.bold)) if on)
    return (
        f'<text x="{_number(text.x)}" y="{_number(text.y)}" font-size="{_number(text.size)}"{anchor}'
        + (f' class="{kinds}"' if kinds else "")
        + f' style="fill:{_colour(text.ink)}">{escape(text.text, quote=False)}</text>'
    )


def _line(line: Line) -> str:
    start, *rest = [f"{_number(x)} {_number(y)}" for x, y in line.points]
    path = f"M{start}{'C' if line.curved else 'L'}{' '.join(rest)}"
    dash = ' stroke-dasharray="5 4"' if line.dashed else ""
    drawn = (
        f'<path d="{path}" fill="none" style="stroke:{_colour(line.ink)}" '
        f'stroke-width="{_number(line.width)}" stroke-linecap="round"{dash}/>'
    )
    if not line.arrow:
        return drawn
    corners = " ".join(f"{_number(x)},{_number(y)}" for x, y in arrow_head(line))
    return drawn + f'<polygon points="{corners}" style="fill:{_colour(line.ink)}"/>'


def arrow_head(line: Line) -> tuple[tuple[float, float], ...]:
    """The triangle at the end of a line."""
    (x0, y0), (x, y) = line.points[-2:]
    length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5 or 1.0
    dx, dy = (x - x0) / length, (y - y0) / length
    size = 6 + 1.6 * line.width
    back_x, back_y = x - size * dx, y - size * dy
    half = size * 0.45
    return (
        (x, y),
        (back_x - half * dy, back_y + half * dx),
        (back_x + half * dy, back_y - half * dx),
    )


def _colour(name: str) -> str:
    return f"var(--{name})" if name else "none"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
