"""Stores whose commits outlast them: `Disk` is what a crash leaves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from estiba.filesystem.saved import SavedInode
from estiba.store import (
    MemoryBlobSums,
    MemoryImages,
    MemoryLayers,
    MemoryReferences,
    Stores,
)


@dataclass
class MemoryKeeper:
    """`TreeKeeper` in memory. `saves` counts the inodes that were handed over."""

    trees: dict[str, dict[int, SavedInode]] = field(default_factory=dict)
    saves: int = 0

    def save(self, tree: str, changed: Iterable[SavedInode], removed: Iterable[int]) -> None:
        kept = self.trees.setdefault(tree, {})
        for number in removed:
            kept.pop(number, None)
        for inode in changed:
            kept[inode.number] = inode
            self.saves += 1

    def load(self, tree: str) -> Iterable[SavedInode]:
        return self.trees.get(tree, {}).values()

    def forget(self, tree: str) -> None:
        self.trees.pop(tree, None)

    def names(self) -> Iterable[str]:
        return tuple(self.trees)


@dataclass
class MemoryDocuments:
    """`Documents` as the texts a disk would hold."""

    kinds: dict[str, dict[str, str]] = field(default_factory=dict)
    puts: int = 0

    def put(self, kind: str, key: str, value: Any) -> None:
        self.kinds.setdefault(kind, {})[key] = json.dumps(value)
        self.puts += 1

    def remove(self, kind: str, key: str) -> None:
        self.kinds.get(kind, {}).pop(key, None)

    def clear(self, kind: str) -> None:
        self.kinds.pop(kind, None)

    def items(self, kind: str) -> Iterator[tuple[str, Any]]:
        for key, text in tuple(self.kinds.get(kind, {}).items()):
            yield key, json.loads(text)


class LastingLayers(MemoryLayers):
    """Holders do not last, as on a disk."""

    def forget_holders(self) -> None:
        self._holders = dict.fromkeys(self._records, 0)
        for record in self._records.values():
            if record.parent is not None:
                self._holders[record.parent] += 1


class Disk:
    """Keeps what was committed; `stores` opens it anew."""

    def __init__(self) -> None:
        self._parts: dict[str, Any] = {
            "images": MemoryImages(),
            "layers": LastingLayers(),
            "references": MemoryReferences(),
            "blob_sums": MemoryBlobSums(),
            "documents": MemoryDocuments(),
            "trees": MemoryKeeper(),
        }
        self.commits = 0

    def stores(self) -> Stores:
        parts = {name: _copied(part) for name, part in self._parts.items()}
        parts["layers"].forget_holders()

        def commit() -> None:
            self._parts = {name: _copied(part) for name, part in parts.items()}
            self.commits += 1

        return Stores(**parts, durable=True, commit=commit)


def _copied(part: Any) -> Any:
    made = copy(part)
    for name, value in vars(part).items():
        setattr(made, name, _copied_value(value))
    return made


def _copied_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return list(value)
    return copy(value) if hasattr(value, "matches") else value
