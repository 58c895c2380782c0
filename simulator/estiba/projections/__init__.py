"""Projections of the trace and of what is there: one stream of facts, seen in several ways.

`Ledger` (what is there), `why` and `tell` (why a number is what it is), `name_parts` and `tell_name` (what a
name means).

Pictures go through four rooms, each of which only knows the one before (docs/decisions, "scenes"):

1. `scenes`: what a picture shows, frozen values made from facts. `stack_scene(image, container)`,
   `sharing_scene(inventory)`, `cow_scene(…)`, `name_scene(text)`, `life_scene(…)`, `pull_scene(…)`, `mounts_scene(…)`.
2. `tellings`: `tell_scene(scene, language)`, the same in words: alternative text and rows of a table.
3. `drawings`: `draw(scene, language)`, the same laid out as boxes, texts and lines.
4. `painters`: `paint_svg(drawing, theme)`, `paint_html(scene, language)`. Painters that need more than the standard
   library (terminal, matplotlib), and what gathers facts from an engine or an archive, are in `estiba.view`.
"""

from .ledger import Ledger
from .names import NamePart, name_parts, tell_name
from .why import Derivation, tell, why

__all__ = ["Derivation", "Ledger", "NamePart", "name_parts", "tell", "tell_name", "why"]
