"""A container's life in words: the ways of the table, with the steps that went them."""

from __future__ import annotations

from ..scenes.life import LifeScene
from .telling import Row, Telling
from .words import Words


def tell_life(scene: LifeScene, language: str) -> Telling:
    words = Words("life", language)
    rows = []
    for way in scene.ways:
        gone = scene.travelled(way)
        numbers = ", ".join(map(str, gone))
        ends = state_told(way.source, words), state_told(way.target, words)
        action = action_told(way.action, words)
        rows.append(Row((numbers, ends[0], action, ends[1]), "writable" if gone else "layer"))
    columns = tuple(map(words, ("step", "source", "action", "target")))
    return Telling(
        life_title(scene, words),
        life_summary(scene, words),
        columns,
        tuple(rows),
        life_notes(scene, words),
    )


def life_title(scene: LifeScene, words: Words) -> str:
    return words("title.container", name=scene.name) if scene.name else words("title")


def life_summary(scene: LifeScene, words: Words) -> str:
    if not scene.name:
        return words("summary", states=len(scene.states), ways=len(scene.ways))
    count = len(scene.steps)
    if scene.current == "removed":
        return words("summary.gone", n=count)
    state = state_told(scene.current, words)
    if not count:
        return words("summary.still", state=state)
    return words("summary.container", state=state, n=count)


def life_notes(scene: LifeScene, words: Words) -> tuple[str, ...]:
    """The path in one line."""
    if not scene.steps:
        return ()
    told = [scene.steps[0].source]
    for number, step in enumerate(scene.steps, 1):
        action = action_told(step.action, words)
        if step.exit_code is not None:
            action += f", {words('code', code=str(step.exit_code))}"
        told.append(f"→ {number} ({action}) → {step.target}")
    return (" ".join(told),)


def state_told(state: str, words: Words) -> str:
    """Docker's word, and in Spanish what it means."""
    key = f"state.{state}"
    meaning = words(key) if words.has(key) else state
    return state if meaning == state else f"{state} ({meaning})"


def action_told(action: str, words: Words) -> str:
    key = f"action.{action}"
    return words(key) if words.has(key) else action
