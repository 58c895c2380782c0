"""The layer stack: read-only layers of an image, and a container's thin writable layer on top.

Every layer is compared with the view of all layers below it. It *adds* names that were not there,
*repeats* names that were (the lower copy is hidden, and its bytes stay), and *hides* names by
whiteouts and opaque directories. Directories are counted only as something that is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

from .facts import ContainerFacts, ImageFacts, LayerFile, instruction

SAMPLES = 3


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Some files of one layer: how many, their bytes, and the largest by path. Units: `size`, bytes."""

    count: int = 0
    size: int = 0
    paths: tuple[str, ...] = ()

    @classmethod
    def of(cls, files: dict[str, int]) -> FileGroup:
        largest = sorted(files, key=lambda path: (-files[path], path))
        return cls(len(files), sum(files.values()), tuple(largest[:SAMPLES]))


@dataclass(frozen=True, slots=True)
class StackLayer:
    """A read-only layer; `number` counts from 1, the base. The groups are None where nobody looked.

    `repeats` has the size of the new copies, `hides` and `buries` that of the lower files which no
    longer show: whited out, or under a new copy. Units: bytes.
    """

    number: int
    diff_id: str
    chain_id: str
    size: int | None
    created_by: str
    command: str
    adds: FileGroup | None = None
    repeats: FileGroup | None = None
    hides: FileGroup | None = None
    buries: int = 0


@dataclass(frozen=True, slots=True)
class WritableLayer:
    """The thin layer of a container. The groups are by the letters of `docker diff`: A, C, D."""

    container_id: str
    name: str
    size: int | None
    added: tuple[str, ...] | None = None
    changed: tuple[str, ...] | None = None
    deleted: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class StackScene:
    """An image's layers, base first, with a container's writable layer or none.

    `metadata` are steps that made no layer. `buried` are bytes that are stored and never seen, None where
    nobody looked. Units: bytes.
    """

    image_id: str
    names: tuple[str, ...]
    size: int | None
    layers: tuple[StackLayer, ...]
    metadata: tuple[str, ...]
    writable: WritableLayer | None = None
    buried: int | None = None
    stand_in: bool = False

    @property
    def virtual(self) -> int | None:
        """Bytes of image and writable layer, what `docker ps -s` calls virtual."""
        own = self.writable.size if self.writable else 0
        return None if self.size is None or own is None else self.size + own


def stack_scene(image: ImageFacts, container: ContainerFacts | None = None) -> StackScene:
    """The stack of an image, or of a container on it."""
    view = _View()
    layers = []
    for number, facts in enumerate(image.layers, 1):
        groups = view.stack(facts.files)
        layers.append(
            StackLayer(
                number,
                facts.diff_id,
                facts.chain_id,
                facts.size,
                facts.created_by,
                instruction(facts.created_by),
                *groups,
            )
        )
    looked = bool(layers) and all(layer.adds is not None for layer in layers)
    return StackScene(
        image.image_id,
        image.names,
        image.size,
        tuple(layers),
        tuple(map(instruction, image.metadata)),
        _writable(container) if container else None,
        sum(layer.buries for layer in layers) if looked else None,
        image.stand_in,
    )


def _writable(container: ContainerFacts) -> WritableLayer:
    groups: list[tuple[str, ...] | None] = [None, None, None]
    if container.changes is not None:
        groups = [
            tuple(path for kind, path in container.changes if kind == letter) for letter in "ACD"
        ]
    return WritableLayer(container.container_id, container.name, container.size, *groups)


class _View:
    """What shows after each layer: path to size, -1 for a directory."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}

    def stack(
        self, files: tuple[LayerFile, ...] | None
    ) -> tuple[FileGroup | None, FileGroup | None, FileGroup | None, int]:
        if files is None:
            return None, None, None, 0
        hidden = self._hide(files)
        adds: dict[str, int] = {}
        repeats: dict[str, int] = {}
        buried = sum(hidden.values())
        for file in files:
            if file.kind in ("whiteout", "opaque"):
                continue
            if file.kind == "directory":
                self._files[file.path] = -1
                continue
            old = self._files.get(file.path)
            group = adds if old is None or file.path in adds else repeats
            group[file.path] = file.size
            if group is repeats and old is not None:
                buried += max(old, 0)
            self._files[file.path] = file.size
        return FileGroup.of(adds), FileGroup.of(repeats), FileGroup.of(hidden), buried

    def _hide(self, files: tuple[LayerFile, ...]) -> dict[str, int]:
        """Take away what whiteouts and opaque directories hide: those names, with lower bytes."""
        hidden: dict[str, int] = {}
        for file in files:
            if file.kind not in ("whiteout", "opaque"):
                continue
            inside = f"{file.path.rstrip('/')}/"
            below = [path for path in self._files if path.startswith(inside)]
            if file.kind == "whiteout" and file.path in self._files:
                below.append(file.path)
            for path in below:
                size = self._files.pop(path)
                if size >= 0 or path == file.path:
                    hidden[path] = max(size, 0)
        return hidden
