"""What the engine wrote of containers, volumes, networks and logs: can it be read again, and is what it
speaks of there?
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from ..engine import network, volumes
from ..engine.records import containers, records
from ..engine.volumes import Volume
from ..store.disk.database import Database
from ..store.disk.documents import DiskDocuments
from .ground import Ground, Problem

LOG = "log "
Row = tuple[int, str, str, Any]


def check_records(ground: Ground) -> Iterator[Problem]:
    rows: dict[str, list[Row]] = {}
    for sequence, kind, key, text in ground.database.rows(
        "SELECT sequence, kind, key, value FROM documents ORDER BY sequence"
    ):
        ground.count("records")
        try:
            rows.setdefault(kind, []).append((sequence, kind, key, json.loads(text)))
        except ValueError as error:
            yield _useless(sequence, f"{kind} {key}", f"no JSON: {error}")
    yield from _volumes(ground, rows.pop(volumes.KIND, []))
    for row in rows.pop(network.KIND, []):
        yield from _unreadable(row, network.restored)
    yield from _containers(ground, rows.pop(records.KIND, []))
    for kind, lines in rows.items():
        if kind.startswith(LOG):
            yield from _log(ground, kind.removeprefix(LOG), lines)


def _volumes(ground: Ground, rows: list[Row]) -> Iterator[Problem]:
    for row in rows:
        problems = list(_unreadable(row, lambda key, value: volumes.restored(key, value, None)))
        if not problems:
            ground.volumes.add(row[2])
        yield from problems


def _containers(ground: Ground, rows: list[Row]) -> Iterator[Problem]:
    reader = containers.ContainerReader()
    for row in rows:
        sequence, _, key, value = row
        problems = list(_unreadable(row, reader.read))
        chain = None if problems else value["chain_id"]
        if chain is not None and chain not in ground.layers:
            what = f"its image's layer {chain} is not usable"
            problems = [_useless(sequence, f"container {key}", what)]
        if problems:
            yield from problems
            continue
        ground.containers.add(key)
        for point in value["mounts"]:
            name = point.get("volume")
            if point.get("kind") == "volume" and name and name not in ground.volumes:
                ground.volumes.add(name)
                yield _lost_volume(key, name)


def _log(ground: Ground, container: str, rows: list[Row]) -> Iterator[Problem]:
    for sequence, _, key, lines in rows:
        where = f"log of {container}, line {key}"
        if container not in ground.containers:
            yield _useless(sequence, where, "there is no such container")
        elif not key.isdigit() or not all(map(_is_line, _listed(lines))):
            yield _useless(sequence, where, "no lines of a log")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [None]


def _is_line(value: Any) -> bool:
    match value:
        case [int(), int(), str()]:
            return True
    return False


def _unreadable(row: Row, read: Callable[[str, Any], object]) -> Iterator[Problem]:
    """Whatever keeps a value from being read: it comes from outside, so anything can be wrong."""
    sequence, kind, key, value = row
    try:
        read(key, value)
    except Exception as error:
        yield _useless(sequence, f"{kind} {key}", f"cannot be read: {error!r}")


def _useless(sequence: int, where: str, what: str) -> Problem:
    def repair(database: Database) -> None:
        database.write("DELETE FROM documents WHERE sequence = ?", (sequence,))

    return Problem(where, what, "removed", repair)


def _lost_volume(container: str, name: str) -> Problem:
    def repair(database: Database) -> None:
        made = volumes.document(Volume(name, 0, None))
        DiskDocuments(database).put(volumes.KIND, name, made)

    what = f"container {container} uses it, and it is not there"
    return Problem(f"volume {name}", what, "made anew", repair)
