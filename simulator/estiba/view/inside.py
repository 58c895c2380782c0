"""What is inside a layer: its tree as a list of files, in the form scenes know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..filesystem import Directory, RegularFile, Symlink, Tree, Whiteout
from ..filesystem.inode import Entry
from ..projections.scenes import ImageFacts, LayerFile


def layer_files(tree: Tree) -> tuple[LayerFile, ...]:
    """Every entry with its absolute path; hard links count their bytes once."""
    return tuple(_files(tree))


def with_files(image: ImageFacts, trees: Iterable[Tree]) -> ImageFacts:
    """The image with what is inside its layers. `trees` are theirs, base first."""
    layers = tuple(
        replace(layer, files=layer_files(tree))
        for layer, tree in zip(image.layers, trees, strict=True)
    )
    return replace(image, layers=layers)


def _files(tree: Tree) -> Iterator[LayerFile]:
    seen: set[int] = set()
    if tree.root.opaque:
        yield LayerFile("/", "opaque")
    for path, entry in tree.walk():
        size = 0
        if isinstance(entry, RegularFile | Symlink) and entry.ino not in seen:
            seen.add(entry.ino)
            size = entry.size
        yield LayerFile(f"/{path}", _kind(entry), size)
        if isinstance(entry, Directory) and entry.opaque:
            yield LayerFile(f"/{path}", "opaque")


def _kind(entry: Entry) -> str:
    match entry:
        case Whiteout():
            return "whiteout"
        case Directory():
            return "directory"
        case RegularFile():
            return "file"
        case Symlink():
            return "symlink"
        case _:
            return "special"
