"""Writable trees: are all inodes there that directories name, and all blocks that files consist of?"""

from __future__ import annotations

import hashlib
import json
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from ..errors import EstibaError
from ..store.disk.database import Database
from ..store.disk.keeper import DiskKeeper
from .ground import Ground, Problem

Entries = dict[str, int | None]
INODES = "SELECT number, attributes, layout, small FROM inodes WHERE tree = ? ORDER BY number"


def check_trees(ground: Ground) -> Iterator[Problem]:
    lost: set[str] = set()
    yield from _pieces(ground, lost)
    users: Counter[str] = Counter()
    for tree in DiskKeeper(ground.database).names():
        ground.count("trees")
        yield from _tree(ground, tree, lost, users)
    yield from _users(ground, users)


def _pieces(ground: Ground, lost: set[str]) -> Iterator[Problem]:
    """Compare every piece with its name. Those that differ are `lost`."""
    for digest, data in ground.database.rows("SELECT digest, data FROM pieces"):
        actual = hashlib.sha256(data).hexdigest()
        ground.bytes += len(data)
        if actual != digest:
            lost.add(digest)
            cure = "removed: where it was, files have zeros"
            yield Problem(
                f"piece {digest}", f"its bytes have the digest {actual}", cure, _drop(digest)
            )


def _tree(ground: Ground, tree: str, lost: set[str], users: Counter[str]) -> Iterator[Problem]:
    inodes: dict[int, Entries | None] = {}
    """By number; entries of directories, None for others."""
    used: Counter[str] = Counter()
    for number, *values in ground.database.rows(INODES, (tree,)):
        where = f"tree {tree}, inode {number}"
        try:
            inode = DiskKeeper(ground.database).inode(number, *values)
            named = [digest for _, _, digest in json.loads(values[1]) if digest]
        except (EstibaError, ValueError, KeyError, TypeError) as error:
            yield Problem(where, f"cannot be read: {error!r}", "removed", _forget(tree, number))
            continue
        inodes[number] = dict(inode.entries) if stat.S_ISDIR(inode.mode) else None
        missing = [digest for digest in named if digest in lost or not _has(ground, digest)]
        used.update(digest for digest in named if digest not in missing)
        if missing:
            what = f"{len(missing)} of its {len(named)} pieces are not usable"
            yield Problem(where, what, "zeros where they were", _unlay(tree, number, missing))
    if inodes and not _has_root(inodes):
        yield Problem(f"tree {tree}", "its root is not there", "removed", _forget_tree(tree))
        return
    users.update(used)
    yield from _names(tree, inodes)


def _has_root(inodes: dict[int, Entries | None]) -> bool:
    """The root is the first, a directory, and in no directory."""
    first = min(inodes)
    named = (entries.values() for entries in inodes.values() if entries is not None)
    return inodes[first] is not None and not any(first in numbers for numbers in named)


def _names(tree: str, inodes: dict[int, Entries | None]) -> Iterator[Problem]:
    for number, entries in inodes.items():
        for name, entry in (entries or {}).items():
            if entry is not None and entry not in inodes:
                where = f"tree {tree}, directory {number}"
                what = f"there is no inode for {name!r}"
                yield Problem(where, what, "removed", _unname(tree, number, name))


def _users(ground: Ground, users: Counter[str]) -> Iterator[Problem]:
    for digest, count in ground.database.rows("SELECT digest, users FROM pieces"):
        if count != users[digest] and (count > 0 or users[digest]):
            what = f"it has {users[digest]} users and says {count}"
            yield Problem(f"piece {digest}", what, "counted anew", _count(digest, users[digest]))


def _has(ground: Ground, digest: str) -> bool:
    found = ground.database.row("SELECT 1 FROM pieces WHERE digest = ?", (digest,))
    return found is not None


def _drop(digest: str) -> Callable[[Database], None]:
    return lambda database: database.write("DELETE FROM pieces WHERE digest = ?", (digest,))


def _count(digest: str, users: int) -> Callable[[Database], None]:
    return lambda database: database.write(
        "UPDATE pieces SET users = ? WHERE digest = ?", (users, digest)
    )


def _forget(tree: str, number: int) -> Callable[[Database], None]:
    return lambda database: database.write(
        "DELETE FROM inodes WHERE tree = ? AND number = ?", (tree, number)
    )


def _forget_tree(tree: str) -> Callable[[Database], None]:
    return lambda database: database.write("DELETE FROM inodes WHERE tree = ?", (tree,))


def _unlay(tree: str, number: int, missing: list[str]) -> Callable[[Database], None]:
    """Let a file have a hole where pieces are missing."""
    return _changed(
        tree,
        number,
        "layout",
        lambda layout: [block for block in layout if block[2] not in missing],
    )


def _unname(tree: str, number: int, name: str) -> Callable[[Database], None]:
    def without(attributes: Any) -> Any:
        attributes["entries"].pop(name, None)
        return attributes

    return _changed(tree, number, "attributes", without)


def _changed(
    tree: str, number: int, column: str, change: Callable[[Any], Any]
) -> Callable[[Database], None]:
    """The repair of a JSON column of an inode."""

    def repair(database: Database) -> None:
        key = (tree, number)
        found = database.row(f"SELECT {column} FROM inodes WHERE tree = ? AND number = ?", key)
        if found is not None:
            value = json.dumps(change(json.loads(found[0])))
            database.write(
                f"UPDATE inodes SET {column} = ? WHERE tree = ? AND number = ?", (value, *key)
            )

    return repair
