"""What would `docker rmi X` free?

A name that is not the last one is only taken away. The last name takes the image with it, and the image
those layers that no other image stands on, unless something stands in the way: a container, or an image
built on this one. Source: Docker Engine 20.10, daemon/images/image_delete.go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from ...spec import InvalidReference, normalize
from .sharing import SharedLayer, SharingImage, SharingScene


class Obstacle(Enum):
    """What keeps an image here; the value is the key of its text."""

    NONE = "none"
    UNKNOWN = "unknown"
    OTHER_NAMES = "other-names"
    SEVERAL_NAMES = "several-names"
    CONTAINER = "container"
    CHILD = "child"


@dataclass(frozen=True, slots=True)
class Removal:
    """The outcome of `docker rmi asked`, without force.

    `untagged` are the names that go, `freed` the layers. `refused`: nothing happens at all. `by` are
    the containers that stand in the way. Units: `size`, bytes.
    """

    asked: str
    image: SharingImage | None = None
    untagged: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    freed: tuple[SharedLayer, ...] = ()
    obstacle: Obstacle = Obstacle.NONE
    refused: bool = False
    by: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return sum(layer.size or 0 for layer in self.freed)


def removal(scene: SharingScene, asked: str) -> Removal:
    """What would happen to a name or the beginning of an ID."""
    image, name = _find(scene, asked)
    if image is None:
        return Removal(asked, obstacle=Obstacle.UNKNOWN, refused=True)
    if name is not None and len(image.names) > 1:
        return Removal(asked, image, (name,), obstacle=Obstacle.OTHER_NAMES)
    child = any(other.parent == image.image_id for other in scene.images)
    if name is None and child:
        return Removal(asked, image, obstacle=Obstacle.CHILD, refused=True)
    running = any(one.running for one in image.containers)
    if name is None and len(image.names) > 1 and not running:
        return Removal(asked, image, obstacle=Obstacle.SEVERAL_NAMES, refused=True)
    if image.containers:
        by = tuple(one.name for one in image.containers)
        return Removal(asked, image, obstacle=Obstacle.CONTAINER, refused=True, by=by)
    if child:
        return Removal(asked, image, image.names, obstacle=Obstacle.CHILD)
    deleted = _with_parents(scene, image)
    ids = tuple(one.image_id for one in deleted)
    return Removal(asked, image, image.names, ids, freed_by(scene, ids))


def with_removal(scene: SharingScene, asked: str) -> SharingScene:
    """The scene about what removing a name or ID would do."""
    return replace(scene, removal=removal(scene, asked))


def freed_by(scene: SharingScene, image_ids: Sequence[str]) -> tuple[SharedLayer, ...]:
    """The layers that no image would stand on any more, base first."""
    by_id = {layer.chain_id: layer for layer in scene.layers}
    kept: set[str] = set()
    gone = set(image_ids)
    for image in scene.images:
        if image.image_id not in gone:
            top = image.top
            while top is not None and top not in kept:
                kept.add(top)
                top = by_id[top].parent
    found: dict[str, SharedLayer] = {}
    for image in scene.images:
        if image.image_id in gone:
            found.update((one.chain_id, one) for one in scene.chain(image.top))
    return tuple(layer for chain, layer in found.items() if chain not in kept)


def _with_parents(scene: SharingScene, image: SharingImage) -> list[SharingImage]:
    """The image, and its nameless parents as far as nothing else needs them."""
    by_id = {one.image_id: one for one in scene.images}
    gone = [image]
    while (parent := by_id.get(gone[-1].parent)) is not None:
        others = [one for one in scene.images if one.parent == parent.image_id]
        if parent.names or parent.containers or any(one not in gone for one in others):
            break
        gone.append(parent)
    return gone


def _find(scene: SharingScene, asked: str) -> tuple[SharingImage | None, str | None]:
    """The image, and the name by which it was found (None: by ID)."""
    try:
        familiar = normalize(asked).with_default_tag().familiar
    except InvalidReference:
        familiar = asked
    for image in scene.images:
        if familiar in image.names:
            return image, familiar
    digits = asked.removeprefix("sha256:")
    found = [one for one in scene.images if one.image_id[7:].startswith(digits)]
    return (found[0], None) if digits and len(found) == 1 else (None, None)
