"""Images by ID: configuration, parent and children."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from ..errors import NotFound
from ..spec import Digest, ImageConfig
from .prefix_index import PrefixIndex


class ImageUnknown(NotFound):
    def __init__(self, image_id: str) -> None:
        super().__init__(f"image does not exist: {image_id}")
        self.image_id = image_id


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """An image. `id` is the digest of the configuration's bytes, or the recorded one (`recorded`).

    `chain_id` is the top of its layers, None when it has none; `parent` the image it was built on.
    `facts` says of a recorded image where each fact comes from: name, basis, how.
    Units: `size`, bytes of all its layers; `last_tagged_ns`, nanoseconds since the epoch.
    """

    id: Digest
    config: ImageConfig
    chain_id: Digest | None
    size: int
    parent: Digest | None = None
    last_tagged_ns: int | None = None
    recorded: bool = False
    facts: tuple[tuple[str, str, str], ...] = ()


class ImageStore(Protocol):
    """Images, whatever their names."""

    version: int

    def add(self, record: ImageRecord) -> bool:
        """Keep an image; False if it was here already (and stays as it was)."""
        ...

    def get(self, image_id: Digest) -> ImageRecord:
        """Raises: ImageUnknown."""
        ...

    def __contains__(self, image_id: object) -> bool: ...

    def __iter__(self) -> Iterator[ImageRecord]:
        """All images, the latest added first."""
        ...

    def __len__(self) -> int: ...

    def search(self, prefix: str) -> ImageRecord | None:
        """The one image whose ID begins so, with or without `sha256:`; None if not exactly one."""
        ...

    def children(self, image_id: Digest) -> tuple[Digest, ...]:
        """The images built on this one."""
        ...

    def set_parent(self, image_id: Digest, parent: Digest) -> None: ...

    def set_last_tagged(self, image_id: Digest, time_ns: int) -> None: ...

    def remove(self, image_id: Digest) -> ImageRecord:
        """Forget an image; its children stay, without a parent. Raises: ImageUnknown."""
        ...


class MemoryImages:
    """An `ImageStore` in memory."""

    def __init__(self) -> None:
        self.version = 0
        self._records: dict[Digest, ImageRecord] = {}
        self._children: dict[Digest, dict[Digest, None]] = {}
        self._prefixes = PrefixIndex()

    def add(self, record: ImageRecord) -> bool:
        if record.id in self._records:
            return False
        self.version += 1
        self._records[record.id] = replace(record, parent=None)
        self._prefixes.add(record.id.encoded)
        if record.parent is not None:
            self.set_parent(record.id, record.parent)
        return True

    def get(self, image_id: Digest) -> ImageRecord:
        try:
            return self._records[image_id]
        except KeyError:
            raise ImageUnknown(image_id) from None

    def __contains__(self, image_id: object) -> bool:
        return image_id in self._records

    def __iter__(self) -> Iterator[ImageRecord]:
        return iter(tuple(reversed(self._records.values())))

    def __len__(self) -> int:
        return len(self._records)

    def search(self, prefix: str) -> ImageRecord | None:
        found = self._prefixes.matches(prefix.removeprefix("sha256:"))
        return self._records[Digest.of_hex(found[0])] if len(found) == 1 else None

    def children(self, image_id: Digest) -> tuple[Digest, ...]:
        return tuple(self._children.get(image_id, ()))

    def set_parent(self, image_id: Digest, parent: Digest) -> None:
        record = self.get(image_id)
        self.get(parent)
        self.version += 1
        self._leave_parent(record)
        self._records[image_id] = replace(record, parent=parent)
        self._children.setdefault(parent, {})[image_id] = None

    def set_last_tagged(self, image_id: Digest, time_ns: int) -> None:
        self.version += 1
        self._records[image_id] = replace(self.get(image_id), last_tagged_ns=time_ns)

    def remove(self, image_id: Digest) -> ImageRecord:
        record = self.get(image_id)
        self.version += 1
        for child in self._children.pop(image_id, ()):
            self._records[child] = replace(self._records[child], parent=None)
        self._leave_parent(record)
        self._prefixes.remove(image_id.encoded)
        return self._records.pop(image_id)

    def _leave_parent(self, record: ImageRecord) -> None:
        if record.parent is not None:
            siblings = self._children.get(record.parent, {})
            siblings.pop(record.id, None)
            if not siblings:
                self._children.pop(record.parent, None)
