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
    keeper, directories = DiskKeeper(ground.database), dict[int, Entries]()
    numbers: set[int] = set()
    root_mode: int | None = None
    for number, *values in ground.database.rows(
        "SELECT number, attributes, layout, small FROM inodes WHERE tree = ? ORDER BY number",
        (tree,),
    ):
        where = f"tree {tree}, inode {number}"
        try:
            inode = keeper.inode(number, *values)
            layout = json.loads(values[1])
        except (EstibaError, ValueError, KeyError, TypeError) as error:
            yield Problem(where, f"cannot be read: {error}", "removed", _forget(tree, number))
            continue
        numbers.add(number)
        root_mode = inode.mode if root_mode is None else root_mode
        if stat.S_ISDIR(inode.mode):
            directories[number] = dict(inode.entries)
        named = [digest for _, _, digest in layout if digest]
        missing = [digest for digest in named if not _has(ground, digest) or digest in lost]
        users.update(digest for digest in named if digest not in missing)
        if missing:
            what = f"{len(missing)} of its {len(named)} pieces are not usable"
            yield Problem(where, what, "zeros where they were", _unlay(tree, number, missing))
    if root_mode is not None and not stat.S_ISDIR(root_mode):
        yield Problem(f"tree {tree}", "its root is no directory", "removed", _forget_tree(tree))
        return
    yield from _names(tree, directories, numbers)


def _names(tree: str, directories: dict[int, Entries], numbers: set[int]) -> Iterator[Problem]:
    known = {None, *numbers}
    for number, entries in directories.items():
        gone = [name for name, entry in entries.items() if entry not in known]
        for name in gone:
            where = f"tree {tree}, directory {number}"
            yield Problem(
                where, f"there is no inode for {name!r}", "removed", _unname(tree, number, name)
            )


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
