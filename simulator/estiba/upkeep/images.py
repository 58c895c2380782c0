"""Images, the names that lead to them, and what registries called their layers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..errors import EstibaError
from ..layer import chain_id
from ..spec import Digest, Rule, normalize
from ..store.disk.images import image_record
from .ground import Ground, Problem, delete

COLUMNS = "id, config, recorded, chain_id, size, facts, last_tagged_ns"


def check_images(ground: Ground) -> Iterator[Problem]:
    for row in ground.database.rows(f"SELECT {COLUMNS} FROM images ORDER BY sequence"):
        ground.count("images")
        wrong = _wrong(ground, row)
        if wrong is None:
            ground.images.add(row[0])
        else:
            yield Problem(f"image {row[0]}", wrong, "removed", delete("images", "id", row[0]))
    yield from _parents(ground)
    yield from _names(ground)
    yield from _sums(ground)


def _wrong(ground: Ground, row: tuple[Any, ...]) -> str | None:
    """What is wrong with an image, None when nothing is."""
    try:
        record = image_record(row)
    except (EstibaError, ValueError, KeyError, TypeError) as error:
        return str(error)
    diff_ids = record.config.diff_ids
    top = chain_id(diff_ids) if diff_ids else None
    if top != record.chain_id:
        return f"its configuration has the layers of {top}, its row those of {record.chain_id}"
    if top is not None and top not in ground.layers:
        return f"its layer {top} is not usable"
    size = 0 if top is None else ground.layers[top]
    return None if size == record.size else f"it says {record.size} bytes, its layers have {size}"


def _parents(ground: Ground) -> Iterator[Problem]:
    for image, parent in ground.database.rows("SELECT image, parent FROM parents"):
        if not {image, parent} <= ground.images:
            what = f"its parent {parent} is not there" if image in ground.images else "is not there"
            yield Problem(
                f"image {image}", what, "forgotten as its parent", delete("parents", "image", image)
            )


def _names(ground: Ground) -> Iterator[Problem]:
    for name, image in ground.database.rows("SELECT name, image FROM names"):
        ground.count("names")
        wrong = None if image in ground.images else f"it leads to {image}, which is not usable"
        try:
            if str(normalize(name, Rule.ENGINE)) != name:
                wrong = "it is not written in full"
        except EstibaError as error:
            wrong = str(error)
        if wrong is not None:
            yield Problem(f"name {name}", wrong, "removed", delete("names", "name", name))


def _sums(ground: Ground) -> Iterator[Problem]:
    rows = ground.database.rows("SELECT sequence, diff_id, digest FROM blob_sums")
    for sequence, *digests in rows:
        try:
            for digest in digests:
                Digest(digest)
        except EstibaError as error:
            repair = delete("blob_sums", "sequence", sequence)
            yield Problem(f"blob sum {sequence}", str(error), "removed", repair)
