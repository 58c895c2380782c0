"""Layers and their blobs: every byte is read and compared with the name it goes by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..errors import EstibaError
from ..filesystem.content import Content
from ..filesystem.region import Region
from ..layer import chain_id, read_tree
from ..spec import Digest
from ..store.disk.files import OpenFiles, StoredFile
from ..store.disk.layers import COLUMNS, layer_row
from ..store.layers import LayerRecord
from .ground import Ground, Problem, delete

CHUNK = 1 << 20


def check_layers(ground: Ground) -> Iterator[Problem]:
    """Rows in the order they were added, so that parents come before what stands on them."""
    for row in ground.database.rows(f"SELECT {COLUMNS}, stand_in FROM layers ORDER BY sequence"):
        ground.count("layers")
        wrong = _wrong(ground, row)
        if wrong is None:
            ground.layers[row[0]] = row[4]
        else:
            cure = "removed, with what stands on it"
            yield Problem(f"layer {row[0]}", wrong, cure, delete("layers", "chain_id", row[0]))


def _wrong(ground: Ground, row: tuple[Any, ...]) -> str | None:
    """What is wrong with a layer, None when nothing is."""
    try:
        record, blob, size = layer_row(row[:-1])
    except (EstibaError, TypeError, ValueError) as error:
        return f"its row cannot be read: {error}"
    if blob is not None and not row[-1] and blob != record.diff_id:
        return f"its blob {blob} is another layer's"
    return _out_of_place(ground, record) or (blob and _damaged(ground, blob, size))


def _out_of_place(ground: Ground, record: LayerRecord) -> str | None:
    parent, below = record.parent, 0
    if parent is not None:
        if parent not in ground.layers:
            return f"it stands on {parent}, which is not usable"
        below = ground.layers[parent]
    chain = record.diff_id if parent is None else chain_id((parent, record.diff_id))
    if chain != record.chain_id:
        return f"its diff ID makes it {chain}"
    if below + record.size != record.total_size:
        return f"it says {record.total_size} bytes in all, and has {below + record.size}"
    return None


def _damaged(ground: Ground, blob: Digest, size: int) -> str | None:
    """Compare a blob with its name and size, and read it as a layer; each one once."""
    path = ground.blob(blob)
    if blob in ground.blobs:
        return None
    try:
        found = path.stat().st_size
        if found != size:
            return f"{path} has {found} bytes instead of {size}"
        actual = digest_of(path)
        if actual != blob:
            return f"{path} has the digest {actual}"
        files = OpenFiles()
        try:
            read_tree(Content((Region(StoredFile(files, path, size), 0, size),)))
        finally:
            files.close()
    except FileNotFoundError:
        return f"{path} is not there" if ground.is_current(blob) else None
    except OSError as error:
        return f"{path}: {(error.strerror or str(error)).lower()}"
    except EstibaError as error:
        return f"{path}: {error}"
    ground.blobs.add(blob)
    ground.bytes += size
    return None


def digest_of(path: Path) -> Digest:
    hashing = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            hashing.update(chunk)
    return Digest.of_hash(hashing)
