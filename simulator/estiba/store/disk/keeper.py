"""Writable trees on the disk: a row for each inode, contents in blocks stored once.

A file is cut into blocks at multiples of 64 KiB. A small block stands in the inode's row, a block of
zeros nowhere, any other in the table of pieces under its digest, with the number of its users. So a
write costs the blocks it touches, whatever the size of the file.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from ...filesystem.content import Content, Piece
from ...filesystem.region import Region
from ...filesystem.saved import SavedInode
from .database import DamagedStore, Database

BLOCK = 65536
SMALL_MAX = 4096

Block = tuple[int, int, str]
"""Offset in the file, size, digest of the piece or "" when it stands in the row."""


class StoredPiece:
    """A block in the table of pieces: `Readable`."""

    __slots__ = ("__weakref__", "_database", "digest")

    def __init__(self, database: Database, digest: str) -> None:
        self._database = database
        self.digest = digest

    def read(self, offset: int, size: int) -> bytes:
        found = self._database.row(
            "SELECT substr(data, ?, ?) FROM pieces WHERE digest = ?",
            (offset + 1, size, self.digest),
        )
        if found is None or len(found[0]) != size:
            raise DamagedStore(self._database.path, f"the piece {self.digest} is not whole")
        data: bytes = found[0]
        return data


@dataclass(slots=True)
class Known:
    """A piece of a file as it was saved. Who compares it by identity need not read it again."""

    piece: Piece
    start: int
    blocks: list[Block]
    small: dict[int, bytes]


class DiskKeeper:
    """A `TreeKeeper`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, int], dict[int, Known]] = {}
        self._pieces: WeakValueDictionary[str, StoredPiece] = WeakValueDictionary()
        self._unused = True

    def save(self, tree: str, changed: Iterable[SavedInode], removed: Iterable[int]) -> None:
        for inode in changed:
            self._save(tree, inode)
        for number in removed:
            self._forget(tree, number)

    def _save(self, tree: str, inode: SavedInode) -> None:
        before = self._layout(tree, inode.number)
        pieces = self._cut(tree, inode, Counter(d for _, _, d in before if d))
        layout = [block for piece in pieces for block in piece.blocks]
        small = b"".join(data for piece in pieces for data in piece.small.values())
        self._release(Counter(d for _, _, d in before if d) - Counter(d for _, _, d in layout if d))
        self._database.write(
            "INSERT OR REPLACE INTO inodes VALUES (?, ?, ?, ?, ?)",
            (tree, inode.number, attributes(inode), json.dumps(layout), small),
        )

    def _cut(self, tree: str, inode: SavedInode, stored: Counter[str]) -> list[Known]:
        """The pieces of a content, in blocks; those not yet `stored` for it are stored."""
        before = self._known.get((tree, inode.number), {})
        pieces, start = [], 0
        for segment in inode.content.segments():
            if isinstance(segment, int):
                start += segment
                continue
            known = before.get(id(segment))
            if known is None or known.start != start:
                known = cut(segment, start)
            self._use(known, segment, stored)
            pieces.append(known)
            start += len(segment)
        if pieces:
            self._known[tree, inode.number] = {id(piece.piece): piece for piece in pieces}
        else:
            self._known.pop((tree, inode.number), None)
        return pieces

    def _use(self, known: Known, piece: Piece, stored: Counter[str]) -> None:
        """Count the blocks of a piece as used; those the inode had already are counted."""
        for offset, size, digest in known.blocks:
            if not digest:
                continue
            if stored[digest] > 0:
                stored[digest] -= 1
                continue
            at = offset - known.start
            found = self._database.row("SELECT 1 FROM pieces WHERE digest = ?", (digest,))
            if found is not None:
                self._database.write(
                    "UPDATE pieces SET users = users + 1 WHERE digest = ?", (digest,)
                )
            else:
                self._database.write(
                    "INSERT INTO pieces VALUES (?, 1, ?)", (digest, piece[at : at + size])
                )

    def _layout(self, tree: str, number: int) -> list[Block]:
        found = self._database.row(
            "SELECT layout FROM inodes WHERE tree = ? AND number = ?", (tree, number)
        )
        layout: list[Block] = json.loads(found[0]) if found is not None else []
        return layout

    def _release(self, digests: Counter[str]) -> None:
        for digest, count in digests.items():
            self._database.write(
                "UPDATE pieces SET users = users - ? WHERE digest = ?", (count, digest)
            )
        self._unused |= bool(digests)

    def _forget(self, tree: str, number: int) -> None:
        self._release(Counter(d for _, _, d in self._layout(tree, number) if d))
        self._known.pop((tree, number), None)
        self._database.write("DELETE FROM inodes WHERE tree = ? AND number = ?", (tree, number))

    def load(self, tree: str) -> Iterator[SavedInode]:
        rows = self._database.rows(
            "SELECT number, attributes, layout, small FROM inodes WHERE tree = ? ORDER BY number",
            (tree,),
        )
        return (self.inode(*row) for row in rows)

    def inode(self, number: int, values: str, layout: str, small: bytes) -> SavedInode:
        fields: dict[str, Any] = json.loads(values)
        size = fields.pop("size")
        xattrs = {name: bytes.fromhex(value) for name, value in fields.pop("xattrs").items()}
        content = Content(self._segments(json.loads(layout), small, size))
        return SavedInode(number=number, xattrs=xattrs, content=content, **fields)

    def _segments(self, layout: list[Block], small: bytes, size: int) -> Iterator[Piece | int]:
        end = taken = 0
        for offset, length, digest in layout:
            yield offset - end
            if digest:
                piece = self._pieces.get(digest)
                if piece is None:
                    piece = self._pieces[digest] = StoredPiece(self._database, digest)
                yield Region(piece, 0, length)
            else:
                yield small[taken : taken + length]
                taken += length
            end = offset + length
        yield size - end

    def forget(self, tree: str) -> None:
        rows = self._database.rows("SELECT number FROM inodes WHERE tree = ?", (tree,))
        for (number,) in list(rows):
            self._forget(tree, number)

    def names(self) -> list[str]:
        return [name for (name,) in self._database.rows("SELECT DISTINCT tree FROM inodes")]

    def drop_unused(self) -> None:
        """Remove pieces without users. What somebody still reads goes with the next start."""
        if not self._unused:
            return
        for (digest,) in list(self._database.rows("SELECT digest FROM pieces WHERE users <= 0")):
            if digest not in self._pieces:
                self._database.write("DELETE FROM pieces WHERE digest = ?", (digest,))
        self._unused = False


def cut(piece: Piece, start: int) -> Known:
    """A piece of a file that begins at `start`, as blocks."""
    known, at = Known(piece, start, [], {}), 0
    while at < len(piece):
        stop = min(len(piece), at + BLOCK - (start + at) % BLOCK)
        data = piece[at:stop]
        if data.count(0) < len(data):
            small = len(data) <= SMALL_MAX
            digest = "" if small else hashlib.sha256(data).hexdigest()
            known.blocks.append((start + at, len(data), digest))
            if small:
                known.small[start + at] = data
        at = stop
    return known


def attributes(inode: SavedInode) -> str:
    """All of an inode but its bytes."""
    return json.dumps(
        {
            "mode": inode.mode,
            "uid": inode.uid,
            "gid": inode.gid,
            "mtime_ns": inode.mtime_ns,
            "nlink": inode.nlink,
            "rdev": inode.rdev,
            "target": inode.target,
            "opaque": inode.opaque,
            "xattrs": {name: value.hex() for name, value in inode.xattrs.items()},
            "entries": dict(inode.entries),
            "size": inode.content.size,
        },
        separators=(",", ":"),
    )
