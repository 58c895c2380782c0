"""Who shares what: names lead to images, images to layers, containers to images.

A layer is one layer wherever its chain ID is the same, and is stored once. As every chain ID has one parent,
all layers together are a forest, and an image is a place in it: its top layer. That is the graph drawn here,
with rows for images and columns for the depth of a layer, so that no two lines ever cross.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .facts import ContainerFacts, ImageFacts, Inventory, instruction

if TYPE_CHECKING:
    from .removal import Removal


@dataclass(frozen=True, slots=True)
class SharedLayer:
    """A layer stored once. `images` is how many images stand on it. Units: `size`, bytes."""

    chain_id: str
    diff_id: str
    parent: str | None
    size: int | None
    command: str
    images: int


@dataclass(frozen=True, slots=True)
class SharingImage:
    """An image with what it shares. Units: bytes.

    `shared` are bytes of layers that other images have too, `unique` those of all its others.
    """

    image_id: str
    names: tuple[str, ...]
    top: str | None
    size: int | None
    shared: int
    unique: int
    containers: tuple[ContainerFacts, ...] = ()
    parent: str = ""

    @property
    def title(self) -> str:
        return self.names[0] if self.names else self.image_id.removeprefix("sha256:")[:12]


@dataclass(frozen=True, slots=True)
class SharingScene:
    """All images, layers and containers. Units: bytes.

    `stored` counts every layer once, `listed` adds up what `docker images` shows; `reclaimable` is what
    images without a container alone hold; `written` are the writable layers of all containers.
    `orphans` are containers whose image is not among these: untagged by force, or a step of a build.
    With a `removal` the picture is about that: what it frees is marked.
    """

    images: tuple[SharingImage, ...]
    layers: tuple[SharedLayer, ...]
    stored: int
    listed: int
    reclaimable: int
    written: int
    orphans: tuple[ContainerFacts, ...] = ()
    removal: Removal | None = None

    @property
    def freed(self) -> frozenset[str]:
        """The chain IDs that the removal would free."""
        freed = self.removal.freed if self.removal else ()
        return frozenset(layer.chain_id for layer in freed)

    def chain(self, top: str | None) -> tuple[SharedLayer, ...]:
        """The layers of a chain, base first."""
        by_id = {layer.chain_id: layer for layer in self.layers}
        found: list[SharedLayer] = []
        while top is not None and (layer := by_id.get(top)) is not None:
            found.append(layer)
            top = layer.parent
        return tuple(reversed(found))


def sharing_scene(inventory: Inventory) -> SharingScene:
    """The graph of everything an engine or an archive holds."""
    users = Counter(layer.chain_id for image in inventory.images for layer in image.layers)
    layers = _layers(inventory, users)
    sizes = {layer.chain_id: layer.size or 0 for layer in layers}
    images = tuple(_image(image, users, inventory.containers) for image in inventory.images)
    known = {image.image_id for image in images}
    kept = {
        layer.chain_id
        for facts, image in zip(inventory.images, images, strict=True)
        if image.containers
        for layer in facts.layers
    }
    return SharingScene(
        images,
        layers,
        stored=sum(sizes.values()),
        listed=sum(image.size or 0 for image in images),
        reclaimable=sum(size for chain, size in sizes.items() if chain not in kept),
        written=sum(container.size or 0 for container in inventory.containers),
        orphans=tuple(one for one in inventory.containers if one.image_id not in known),
    )


def _layers(inventory: Inventory, users: Counter[str]) -> tuple[SharedLayer, ...]:
    found: dict[str, SharedLayer] = {}
    for image in inventory.images:
        parent = None
        for layer in image.layers:
            if layer.chain_id not in found:
                found[layer.chain_id] = SharedLayer(
                    layer.chain_id,
                    layer.diff_id,
                    parent,
                    layer.size,
                    instruction(layer.created_by),
                    users[layer.chain_id],
                )
            parent = layer.chain_id
    return tuple(found.values())


def _image(
    image: ImageFacts, users: Counter[str], containers: tuple[ContainerFacts, ...]
) -> SharingImage:
    shared = unique = 0
    for layer in image.layers:
        if users[layer.chain_id] > 1:
            shared += layer.size or 0
        else:
            unique += layer.size or 0
    return SharingImage(
        image.image_id,
        image.names,
        image.layers[-1].chain_id if image.layers else None,
        image.size,
        shared,
        unique,
        tuple(one for one in containers if one.image_id == image.image_id),
        image.parent,
    )
