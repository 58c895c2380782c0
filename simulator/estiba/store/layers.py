"""Layers by chain ID, and how many hold each.

A layer lives while something holds it: an image, a container, a pull under way, a layer above it.
`release` frees downwards as far as nothing else holds, which is what `Deleted:` of `rmi` shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..errors import NotFound
from ..spec import Digest

if TYPE_CHECKING:
    from ..filesystem.tree import Tree
    from ..layer import Archive


class LayerUnknown(NotFound):
    def __init__(self, chain_id: Digest) -> None:
        super().__init__(f"layer does not exist: {chain_id}")
        self.chain_id = chain_id


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """One layer on top of its parent.

    `archive` is None when the bytes are not known, and so may be `tree`, its files. `cache_id` names
    its directory.
    Units: `size` bytes of regular files in this layer, `total_size` in the whole chain.
    """

    chain_id: Digest
    diff_id: Digest
    parent: Digest | None
    size: int
    total_size: int
    cache_id: str
    archive: Archive | None = field(default=None, compare=False, repr=False)
    tree: Tree | None = field(default=None, compare=False, repr=False)


class LayerStore(Protocol):
    """Layers and their holders."""

    def add(self, record: LayerRecord) -> LayerRecord:
        """Keep a layer above its parent, held once for the caller; a known one is held once more.

        Raises: LayerUnknown when the parent is not here.
        """
        ...

    def get(self, chain_id: Digest) -> LayerRecord:
        """Raises: LayerUnknown."""
        ...

    def __contains__(self, chain_id: object) -> bool: ...

    def __iter__(self) -> Iterator[LayerRecord]: ...

    def chain(self, chain_id: Digest) -> tuple[LayerRecord, ...]:
        """A layer and those below it, top first. Raises: LayerUnknown."""
        ...

    def hold(self, chain_id: Digest) -> None:
        """Raises: LayerUnknown."""
        ...

    def release(self, chain_id: Digest) -> tuple[LayerRecord, ...]:
        """Take one holder away; the layers freed by it, top first. Raises: LayerUnknown."""
        ...

    def sweep(self) -> tuple[LayerRecord, ...]:
        """Free every layer that nothing holds, tops first.

        After a start nothing but layers hold layers: whoever holds some says so before.
        """
        ...


class MemoryLayers:
    """A `LayerStore` in memory."""

    def __init__(self) -> None:
        self._records: dict[Digest, LayerRecord] = {}
        self._holders: dict[Digest, int] = {}

    def add(self, record: LayerRecord) -> LayerRecord:
        known = self._records.get(record.chain_id)
        if known is None:
            if record.parent is not None:
                self.hold(record.parent)
            self._records[record.chain_id] = known = record
            self._holders[record.chain_id] = 0
        self._holders[record.chain_id] += 1
        return known

    def get(self, chain_id: Digest) -> LayerRecord:
        try:
            return self._records[chain_id]
        except KeyError:
            raise LayerUnknown(chain_id) from None

    def __contains__(self, chain_id: object) -> bool:
        return chain_id in self._records

    def __iter__(self) -> Iterator[LayerRecord]:
        return iter(tuple(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)

    def chain(self, chain_id: Digest) -> tuple[LayerRecord, ...]:
        records = [self.get(chain_id)]
        while (parent := records[-1].parent) is not None:
            records.append(self.get(parent))
        return tuple(records)

    def hold(self, chain_id: Digest) -> None:
        self.get(chain_id)
        self._holders[chain_id] += 1

    def release(self, chain_id: Digest) -> tuple[LayerRecord, ...]:
        self.get(chain_id)
        self._holders[chain_id] -= 1
        return tuple(self._free(chain_id))

    def sweep(self) -> tuple[LayerRecord, ...]:
        unheld = [chain_id for chain_id, holders in self._holders.items() if holders <= 0]
        return tuple(record for chain_id in unheld for record in self._free(chain_id))

    def _free(self, chain_id: Digest) -> Iterator[LayerRecord]:
        """Drop a layer if nothing holds it, and what it held, as far as that is so."""
        place: Digest | None = chain_id
        while place is not None and self._holders[place] <= 0:
            record = self._records[place]
            self._drop(record)
            yield record
            place = record.parent
            if place is not None:
                self._holders[place] -= 1

    def _drop(self, record: LayerRecord) -> None:
        del self._records[record.chain_id], self._holders[record.chain_id]
