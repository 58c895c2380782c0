"""The ledger: what the trace says is there, with every size and identifier that was ever shown.

A fold of the records, nothing else: who wants to know why a number is what it is asks here, not the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..spec import InvalidReference, normalize
from ..trace import Record
from ..trace import containers as told_of_containers
from ..trace import files as told_of_files
from ..trace import images as told_of_images


@dataclass(slots=True)
class LedgerLayer:
    """A layer as it was applied. Units: `size`, bytes of its files."""

    chain_id: str
    diff_id: str
    parent: str | None
    size: int
    digest: str | None


@dataclass(slots=True)
class LedgerImage:
    """An image with its layers, base first. Units: `size`, bytes."""

    image_id: str
    how: str
    size: int
    layers: tuple[LedgerLayer, ...]
    stand_in: bool = False
    names: list[str] = field(default_factory=list)


@dataclass(slots=True)
class LedgerFile:
    """A file of a writable layer; hard links share one. Units: bytes."""

    size: int = 0


@dataclass(slots=True)
class LedgerContainer:
    """A container and what it has written, by path."""

    container_id: str
    name: str
    reference: str
    image: LedgerImage | None
    files: dict[str, LedgerFile] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of the writable layer: every file once."""
        return sum(file.size for file in {id(file): file for file in self.files.values()}.values())


class Ledger:
    """Images, layers and containers, as a trace tells them."""

    def __init__(self, records: Iterable[Record] = ()) -> None:
        self.layers: dict[str, LedgerLayer] = {}
        self.images: dict[str, LedgerImage] = {}
        self.containers: dict[str, LedgerContainer] = {}
        self._top: str | None = None
        self._stand_ins: set[str] = set()
        self._names: dict[str, str] = {}
        for record in records:
            self.take(record)

    def take(self, record: Record) -> None:
        """Add one record."""
        event = record.event
        match event:
            case told_of_files.FileEvent():
                self._file(event)
            case told_of_containers.ContainerEvent():
                self._container(event)
            case _:
                self._image(event)

    def _image(self, event: object) -> None:
        match event:
            case told_of_images.ImageResolved():
                self._top = None
                if event.stand_in:
                    self._stand_ins.add(str(event.image_id))
            case told_of_images.LayerApplied():
                layer = LedgerLayer(
                    event.chain_id, event.diff_id, event.parent, event.size, event.digest
                )
                self.layers[event.chain_id] = layer
                self._top = event.chain_id
            case told_of_images.LayerAlreadyExists():
                self._top = event.chain_id
            case told_of_images.ImageCreated():
                self.images[event.image_id] = LedgerImage(
                    event.image_id,
                    event.how,
                    event.size,
                    self._chain(self._top if event.layers else None),
                    event.image_id in self._stand_ins,
                )
            case told_of_images.ImageTagged():
                self._untag(event.reference)
                self._names[event.reference] = event.image_id
                if event.image_id in self.images:
                    self.images[event.image_id].names.append(event.reference)
            case told_of_images.ImageUntagged():
                self._untag(event.reference)
            case _:
                pass

    def _untag(self, reference: str) -> None:
        image = self.images.get(self._names.pop(reference, ""))
        if image is not None and reference in image.names:
            image.names.remove(reference)

    def _chain(self, top: str | None) -> tuple[LedgerLayer, ...]:
        found: list[LedgerLayer] = []
        while top is not None and (layer := self.layers.get(top)) is not None:
            found.append(layer)
            top = layer.parent
        return tuple(reversed(found))

    def _container(self, event: told_of_containers.ContainerEvent) -> None:
        match event:
            case told_of_containers.ContainerCreated():
                image = self.image_of(event.image)
                made = LedgerContainer(event.container, event.container_name, event.image, image)
                made.files = self._files(event.container)
                self.containers[event.container] = made
            case told_of_containers.ContainerRenamed():
                if event.container in self.containers:
                    self.containers[event.container].name = event.container_name
            case told_of_containers.ContainerDestroyed():
                self.containers.pop(event.container, None)
            case _:
                pass

    def _files(self, container: str) -> dict[str, LedgerFile]:
        known = self.containers.get(container)
        return known.files if known is not None else {}

    def image_of(self, reference: str) -> LedgerImage | None:
        """The image a name, or the beginning of an ID, leads to."""
        try:
            familiar = normalize(reference).with_default_tag().familiar
        except InvalidReference:
            familiar = reference
        return self.images.get(self._names.get(familiar, "")) or self._by_id(reference)

    def _by_id(self, text: str) -> LedgerImage | None:
        digits = text.removeprefix("sha256:")
        found = [i for i in self.images.values() if i.image_id[7:].startswith(digits)]
        return found[0] if len(found) == 1 and digits else None

    def _file(self, event: told_of_files.FileEvent) -> None:
        container = self.containers.get(event.mount)
        if container is None:
            return
        files, path = container.files, event.path
        match event:
            case told_of_files.FileCreated(kind="file" | "symlink"):
                files[path] = LedgerFile(event.size)
            case told_of_files.FileCopiedUp(size=size) if size:
                files[path] = LedgerFile(size)
            case told_of_files.FileWritten(total=total) if total is not None:
                files.setdefault(path, LedgerFile()).size = total
            case told_of_files.FileTruncated():
                files.setdefault(path, LedgerFile()).size = event.size
            case told_of_files.FileLinked():
                files[path] = files.setdefault(event.target, LedgerFile())
            case told_of_files.FileRemoved():
                files.pop(path, None)
            case told_of_files.FileRenamed():
                _rename(files, path, event.to)
            case _:
                pass


def _rename(files: dict[str, LedgerFile], old: str, new: str) -> None:
    """Move a path, and what lies below it."""
    files.pop(new, None)
    for path in [path for path in files if path == old or path.startswith(old + "/")]:
        files[new + path.removeprefix(old)] = files.pop(path)
