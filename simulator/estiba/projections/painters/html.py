"""HTML from a scene: the picture, and under it the same facts as a table that opens."""

from __future__ import annotations

from html import escape

from ..drawings import draw
from ..scenes import Scene
from ..tellings import Telling, tell_scene
from .svg import paint_svg

PAGE_STYLE = (
    "body{font-family:sans-serif;margin:1rem auto;max-width:80rem;padding:0 1rem}"
    "table{border-collapse:collapse;margin:1rem 0}caption{text-align:left;margin:.5rem 0}"
    "th,td{border-bottom:1px solid #8886;padding:.3rem .6rem;text-align:left;vertical-align:top}"
)
AS_TABLE = {"es": "Los mismos datos en una tabla", "en": "The same facts as a table"}


def paint_html(scene: Scene, language: str = "es", theme: str = "auto") -> str:
    """A `<figure>` that stands in a page or a notebook as it is."""
    telling = tell_scene(scene, language)
    svg = paint_svg(draw(scene, language), theme)
    return (
        f'<figure lang="{language}" style="margin:0">{svg}'
        f"<details><summary>{AS_TABLE[language]}</summary>{paint_table(telling)}</details></figure>"
    )


def paint_page(scene: Scene, language: str = "es", theme: str = "auto") -> str:
    """A whole page with the figure in it."""
    scheme = "light dark" if theme == "auto" else theme
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="color-scheme" content="{scheme}">'
        f"<title>{escape(tell_scene(scene, language).title)}</title><style>{PAGE_STYLE}</style>"
        f"</head><body>{paint_html(scene, language, theme)}</body></html>\n"
    )


def paint_table(telling: Telling) -> str:
    """A telling as a table with its summary as caption, and its remarks below."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in telling.columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row.cells)}</tr>"
        for row in telling.rows
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in telling.notes)
    caption = f"{escape(telling.title)}. {escape(telling.summary)}"
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>{notes}"
    )
