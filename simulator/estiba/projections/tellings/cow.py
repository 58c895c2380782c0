"""Copy-on-write in words, a line for each step."""

from __future__ import annotations

from ..scenes.cow import CowScene, CowStep
from .telling import Row, Telling
from .words import Words

ROLES = {"whiteout": "wrong", "opaque": "wrong", "lookup": "layer", "missing": "layer"}


def tell_cow(scene: CowScene, language: str) -> Telling:
    words = Words("cow", language)
    rows = []
    for number, step in enumerate(scene.steps, 1):
        action, told = step_told(scene, step, words)
        after = "; ".join(
            f"{layer_told(layer.number, words)}: {words(f'cell.{cell}')}"
            for layer, cell in zip(scene.layers, step.cells, strict=True)
            if cell and cell != "unknown"
        )
        what = f"{action}: {told}" if told else action
        rows.append(Row((str(number), step.path, what, after), ROLES.get(step.action, "writable")))
    columns = tuple(map(words, ("number", "path", "action", "after")))
    return Telling(
        cow_title(scene, words),
        cow_summary(scene, words),
        columns,
        tuple(rows),
        cow_notes(scene, words),
    )


def cow_title(scene: CowScene, words: Words) -> str:
    if scene.path:
        return words("title", path=scene.path)
    return words("title.all", name=scene.name)


def cow_summary(scene: CowScene, words: Words) -> str:
    count = len(scene.steps)
    told = words(
        "summary",
        name=scene.name,
        image=scene.image,
        layers=words("layers", n=len(scene.layers) - 1),
        steps=words("steps", n=count) if count else words("steps.none"),
    )
    return told if scene.size is None else f"{told} {words('size', size=words.size(scene.size))}"


def cow_notes(scene: CowScene, words: Words) -> tuple[str, ...]:
    notes = []
    if scene.directories:
        notes.append(words("directories", n=scene.directories))
    if any(step.inferred for step in scene.steps):
        notes.append(words("inferred"))
    if scene.left_out:
        notes.append(words("left-out", n=scene.left_out))
    return tuple(notes)


def layer_told(number: int, words: Words) -> str:
    """A row's name; numbers count from the base, 0 is the writable layer."""
    return words("layer", n=number) if number else words("writable")


def step_told(scene: CowScene, step: CowStep, words: Words) -> tuple[str, str]:
    """What happens, and its facts."""
    key = "told"
    if step.action == "lookup" and step.source == 0:
        key = "upper"
    if step.action == "copy-up" and step.source is None:
        key = "unknown" if step.size is None else "size"
    layer = scene.layers[step.source].number if step.source is not None else 0
    told = words(
        f"{step.action}.{key}",
        layer=layer,
        searched=step.searched or 0,
        size=words.size(step.size),
        total=words.size(step.total),
        detail=step.detail,
    )
    return words(step.action) + ("*" if step.inferred else ""), told
