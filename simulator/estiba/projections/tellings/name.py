"""A name in words. What the parts and flaws are called is in the texts of `names`."""

from __future__ import annotations

from ..scenes.name import NameScene
from ..texts import texts
from .telling import Row, Telling
from .words import Words


def tell_name_scene(scene: NameScene, language: str) -> Telling:
    words, parts = Words("name", language), texts("names", language)
    title = words("title", text=scene.text)
    if not scene.is_valid:
        summary = words("summary.invalid", message=scene.message)
        wrong = scene.text[scene.start : scene.end]
        row = Row((flaw_told(scene, language), wrong, str(scene.start + 1)), "wrong")
        columns = (words("reason"), words("wrong"), words("position"))
        return Telling(title, summary, columns, (row,))
    rows = tuple(
        Row(
            (parts[f"part.{part.key}"], part.text, parts["written" if part.written else "added"]),
            "name" if part.written else "",
        )
        for part in scene.parts
    )
    summary = words("summary", canonical=scene.canonical)
    return Telling(title, summary, (words("part"), words("text"), words("source")), rows)


def flaw_told(scene: NameScene, language: str) -> str:
    """Why the name is refused, in a sentence."""
    return texts("names", language)[scene.flaw]
