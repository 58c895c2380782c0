"""The layers of all images as a forest, laid out: images are rows, depth is columns, nothing crosses.

A run of layers without a branch, and without an image that ends inside it, is one block: it is as tall as the
images that stand on it. Costs as much as there are layers and images.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from .sharing import SharedLayer, SharingImage, SharingScene


@dataclass(frozen=True, slots=True)
class Block:
    """Layers in a run, base first. It covers `count` rows from `first`; `images` end on its top.

    `column` counts blocks from the base.
    """

    layers: tuple[SharedLayer, ...]
    column: int
    first: int
    count: int
    images: tuple[str, ...]

    @property
    def size(self) -> int | None:
        """Units: bytes."""
        sizes = [layer.size for layer in self.layers]
        return None if None in sizes else sum(size or 0 for size in sizes)


@dataclass(frozen=True, slots=True)
class Layout:
    """Images in the order of their rows, and blocks, parents first."""

    rows: tuple[SharingImage, ...]
    blocks: tuple[Block, ...]

    @property
    def columns(self) -> int:
        return max((block.column + 1 for block in self.blocks), default=0)


def lay_out(scene: SharingScene) -> Layout:
    """Rows and blocks. Bigger families come first."""
    layers = {layer.chain_id: layer for layer in scene.layers}
    above: dict[str | None, list[str]] = defaultdict(list)
    for layer in scene.layers:
        above[layer.parent].append(layer.chain_id)
    for chains in above.values():
        chains.sort(key=lambda chain: -layers[chain].images)
    ends: dict[str | None, list[SharingImage]] = defaultdict(list)
    for image in scene.images:
        ends[image.top].append(image)
    rows: list[SharingImage] = []
    blocks: list[Block] = []
    waiting = [(chain, 0) for chain in reversed(above[None])]
    while waiting:
        chain, column = waiting.pop()
        run = [layers[chain]]
        while not ends[chain] and len(above[chain]) == 1:
            (chain,) = above[chain]
            run.append(layers[chain])
        here = ends[chain]
        names = tuple(image.image_id for image in here)
        count = run[0].images
        blocks.append(Block(tuple(run), column, len(rows), count, names))
        rows += here
        waiting += [(child, column + 1) for child in reversed(above[chain])]
    rows += ends[None]
    return Layout(tuple(rows), tuple(blocks))
