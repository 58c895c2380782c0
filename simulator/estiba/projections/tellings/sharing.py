"""Sharing in words: the forest of layers as an outline, with images and containers at their places."""

from __future__ import annotations

from ..scenes.facts import short_id
from ..scenes.forest import lay_out
from ..scenes.removal import Obstacle, Removal
from ..scenes.sharing import SharedLayer, SharingImage, SharingScene
from .telling import Row, Telling
from .words import Words, short

USERS_TOLD = 3
DEPTH_MAX = 8
COLUMNS = ("kind", "id", "size", "shared", "unique", "what", "used")


def tell_sharing(scene: SharingScene, language: str) -> Telling:
    words = Words("sharing", language)
    rows: list[Row] = []
    layout = lay_out(scene)
    images = {image.image_id: image for image in scene.images}
    told: set[str] = set()
    for block in layout.blocks:
        depth = min(block.column, DEPTH_MAX)
        for layer in block.layers:
            rows.append(_layer(layer, layer.chain_id in scene.freed, depth, words))
        for image_id in block.images:
            rows += _image(images[image_id], depth + 1, words)
            told.add(image_id)
    for image in layout.rows:
        if image.image_id not in told:
            rows += _image(image, 0, words)
    return Telling(
        sharing_title(scene, words),
        sharing_summary(scene, words),
        tuple(map(words, COLUMNS)),
        tuple(rows),
        sharing_notes(scene, words),
    )


def sharing_title(scene: SharingScene, words: Words) -> str:
    if scene.removal is not None:
        return words("title.removing", name=scene.removal.asked)
    return words("title")


def sharing_summary(scene: SharingScene, words: Words) -> str:
    if scene.removal is not None:
        return tell_removal(scene.removal, words)
    return totals_told(scene, words)


def totals_told(scene: SharingScene, words: Words) -> str:
    """How much is stored, and what the list of images would make of it."""
    if not scene.images:
        return words("summary.empty")
    return words(
        "summary.same" if scene.stored == scene.listed else "summary",
        images=words("images", n=len(scene.images)),
        layers=words("layers", n=len(scene.layers)),
        stored=words.size(scene.stored),
        listed=words.size(scene.listed),
    )


def sharing_notes(scene: SharingScene, words: Words) -> tuple[str, ...]:
    notes = []
    if scene.removal is not None:
        notes.append(totals_told(scene, words))
    elif scene.images:
        notes.append(words("reclaimable", size=words.size(scene.reclaimable)))
    if scene.written:
        notes.append(words("written", size=words.size(scene.written)))
    if scene.orphans:
        names = list_told(tuple(one.name for one in scene.orphans), words)
        notes.append(words("orphans", names=names, n=len(scene.orphans)))
    return tuple(notes)


def list_told(names: tuple[str, ...], words: Words) -> str:
    """The first few of some names, and how many more there are."""
    told = ", ".join(names[:USERS_TOLD])
    left = len(names) - USERS_TOLD
    return f"{told} {words('more', n=left)}" if left > 0 else told


def tell_removal(removal: Removal, words: Words) -> str:
    """What `docker rmi` would do, in a sentence."""
    key = removal.obstacle.value
    if removal.obstacle is Obstacle.NONE and not removal.freed:
        key = "nothing"
    names = removal.image.names if removal.image else ()
    others = [name for name in names if name not in removal.untagged]
    return words(
        f"removal.{key}",
        name=removal.asked,
        untagged=", ".join(removal.untagged) or words("untagged"),
        others=", ".join(others),
        size=words.size(removal.size),
        layers=words("layers", n=len(removal.freed)),
        by=list_told(removal.by, words),
        n=len(removal.by),
    )


def names_told(image: SharingImage, words: Words) -> tuple[str, ...]:
    return image.names or (words("untagged"),)


def _layer(layer: SharedLayer, freed: bool, depth: int, words: Words) -> Row:
    used = words("images", n=layer.images)
    cells = (
        words("layer"),
        short_id(layer.diff_id),
        words.size(layer.size),
        "",
        "",
        short(layer.command),
        f"{used} · {words('freed')}" if freed else used,
    )
    return Row(cells, "wrong" if freed else "layer", depth)


def _image(image: SharingImage, depth: int, words: Words) -> list[Row]:
    count = words("containers", n=len(image.containers)) if image.containers else ""
    cells = (
        words("image"),
        short_id(image.image_id),
        words.size(image.size),
        words.size(image.shared),
        words.size(image.unique),
        ", ".join(names_told(image, words)),
        count,
    )
    rows = [Row(cells, "image", depth)]
    for container in image.containers:
        size = words.size(container.size)
        told = (words("container"), short_id(container.container_id), size, "", "", container.name)
        rows.append(Row((*told, container.state), "writable", depth + 1))
    return rows
