"""A layer stack in words."""

from __future__ import annotations

from dataclasses import replace

from ..scenes.facts import short_id
from ..scenes.stack import FileGroup, StackLayer, StackScene, WritableLayer
from .telling import Row, Telling
from .words import Words, short

STEPS_TOLD = 3
COLUMNS = ("number", "layer", "size", "command", "adds", "repeats", "hides")
SURE = 4
"""How many of the columns are known without a look inside."""


def tell_stack(scene: StackScene, language: str) -> Telling:
    words = Words("stack", language)
    largest = max([layer.size or 0 for layer in scene.layers], default=0)
    rows = [_writable(scene.writable, words)] if scene.writable else []
    rows += [_layer(layer, largest, words) for layer in reversed(scene.layers)]
    columns: tuple[str, ...] = COLUMNS
    if scene.buried is None and scene.writable is None:  # nobody looked
        columns = COLUMNS[:SURE]
        rows = [replace(row, cells=row.cells[:SURE]) for row in rows]
    return Telling(
        stack_title(scene, words),
        stack_summary(scene, words),
        tuple(map(words, columns)),
        tuple(rows),
        stack_notes(scene, words),
    )


def stack_title(scene: StackScene, words: Words) -> str:
    if scene.writable is not None:
        return words("title.container", name=scene.writable.name)
    return words("title", name=image_name(scene))


def image_name(scene: StackScene) -> str:
    return scene.names[0] if scene.names else short_id(scene.image_id)


def stack_summary(scene: StackScene, words: Words) -> str:
    if not scene.layers:
        told = words("summary.none")
    else:
        exact = "" if scene.size is None or scene.size < 1000 else words("exact", n=scene.size)
        told = words("summary", n=len(scene.layers), size=words.size(scene.size), exact=exact)
    if scene.writable is None:
        return told
    more = words(
        "summary.writable",
        name=scene.writable.name,
        size=words.size(scene.writable.size),
        virtual=words.size(scene.virtual),
    )
    return f"{told} {more}"


def stack_notes(scene: StackScene, words: Words) -> tuple[str, ...]:
    notes = []
    if scene.metadata:
        shown = tuple(short(step, 60) for step in scene.metadata)
        steps = told_list(shown, len(scene.metadata), words, STEPS_TOLD)
        notes.append(words("metadata", n=len(scene.metadata), steps=steps))
    if scene.buried:
        notes.append(words("buried", size=words.size(scene.buried)))
    if scene.layers and scene.buried is None:
        notes.append(words("unseen"))
    if scene.stand_in:
        notes.append(words("stand-in"))
    return tuple(notes)


def told_list(items: tuple[str, ...], count: int, words: Words, most: int) -> str:
    """The first of some things, and how many more there are."""
    shown = ", ".join(items[:most])
    left = count - min(len(items), most)
    return words("more", paths=shown, n=left) if left > 0 else shown


def layer_chips(layer: StackLayer, words: Words, *, brief: bool = False) -> list[str]:
    """`adds 12 files (3kB)`, `repeats 1 file (926B)`, `hides 2 files (80B)`: those that are not zero."""
    groups = (("adds", layer.adds), ("repeats", layer.repeats), ("hides", layer.hides))
    return [
        words(
            f"brief.{key}" if brief else f"chip.{key}", n=group.count, size=words.size(group.size)
        )
        for key, group in groups
        if group and group.count
    ]


def writable_chips(layer: WritableLayer, words: Words) -> list[str]:
    groups = (("added", layer.added), ("changed", layer.changed), ("deleted", layer.deleted))
    return [words(f"chip.{key}", n=len(paths)) for key, paths in groups if paths]


def command_told(layer: StackLayer, words: Words) -> str:
    return layer.command or words("unknown")


def group_told(group: FileGroup | None, words: Words) -> str:
    """How many files, their bytes, and the largest of them."""
    if group is None:
        return "?"
    if not group.count:
        return ""
    told = words("files", n=group.count, size=words.size(group.size))
    return f"{told}: {told_list(group.paths, group.count, words, len(group.paths))}"


def _layer(layer: StackLayer, largest: int, words: Words) -> Row:
    cells = (
        str(layer.number),
        short_id(layer.diff_id),
        words.size(layer.size),
        short(command_told(layer, words)),
        group_told(layer.adds, words),
        group_told(layer.repeats, words),
        group_told(layer.hides, words),
    )
    share = (layer.size or 0) / largest if largest else 0.0
    return Row(cells, "layer", share=share)


def _writable(layer: WritableLayer, words: Words) -> Row:
    groups = (layer.added, layer.changed, layer.deleted)
    told = [
        "?" if paths is None else told_list(paths, len(paths), words, 3) if paths else ""
        for paths in groups
    ]
    cells = ("", short_id(layer.container_id), words.size(layer.size))
    name = words("writable", name=layer.name)
    return Row((*cells, name, *told), "writable")
