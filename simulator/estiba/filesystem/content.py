"""The bytes of a file, holes included.

Both kinds keep the same layout: pieces of data sorted by offset, each in memory or a `Region` that
lies elsewhere; what is between them is a hole and reads as zeros. `Content` never changes and is
shared by layers, images and containers; `Storage` is the writable kind, made from a `Content` at the
first write without copying it: pieces stay shared until a write touches them.
Invariant: pieces are not empty, do not overlap, and end at or before the size.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, TypeAlias, TypeVar

from .region import Region

BLOCK: Final = 65536
PIECE_MAX: Final = 1 << 20
BLANK_MIN: Final = 4096
CHUNK: Final = 1 << 18
_ZEROS: Final = bytes(BLOCK)

Piece: TypeAlias = bytes | Region
PieceT = TypeVar("PieceT", Piece, Piece | bytearray)


class Content:
    """Bytes with holes, immutable. Units: sizes and offsets in bytes.

    >>> (Content.of(b"ab") + Content.zeros(3)).read(1, 3)
    b'b\\x00\\x00'
    """

    __slots__ = ("_pieces", "_size", "_starts")
    _size: int
    _starts: tuple[int, ...]
    _pieces: tuple[Piece, ...]

    def __init__(self, pieces: Iterable[Piece | int] = ()) -> None:
        """Join pieces of data and holes; a hole is given by its length."""
        size, starts, kept = 0, list[int](), list[Piece]()
        for piece in pieces:
            if isinstance(piece, int):
                size += piece
            elif piece:
                starts.append(size)
                kept.append(piece if isinstance(piece, Region) else bytes(piece))
                size += len(piece)
        self._size, self._starts, self._pieces = size, tuple(starts), tuple(kept)

    @classmethod
    def of(cls, data: bytes) -> Content:
        return cls((data,)) if data else EMPTY

    @classmethod
    def zeros(cls, size: int) -> Content:
        """A single hole."""
        return cls((size,))

    @property
    def size(self) -> int:
        return self._size

    def __len__(self) -> int:
        return self._size

    def read(self, offset: int = 0, size: int | None = None) -> bytes:
        """At most `size` bytes from `offset`; empty at and after the end."""
        pieces = self._pieces
        if len(pieces) == 1 and len(pieces[0]) == self._size:
            return pieces[0][offset:] if size is None else pieces[0][offset : offset + size]
        return read_pieces(self._starts, pieces, self._size, offset, size)

    def segments(self) -> Iterator[Piece | int]:
        """The pieces of data in order, and each hole as its length."""
        end = 0
        for start, piece in zip(self._starts, self._pieces, strict=True):
            if start > end:
                yield start - end
            yield piece
            end = start + len(piece)
        if end < self._size:
            yield self._size - end

    def chunks(self) -> Iterator[bytes]:
        """All bytes in order, in blocks; a hole is one shared block of zeros, again and again."""
        for segment in self.segments():
            if isinstance(segment, bytes):
                yield segment
                continue
            if isinstance(segment, Region):
                yield from (segment[at : at + CHUNK] for at in range(0, len(segment), CHUNK))
                continue
            for _ in range(segment // BLOCK):
                yield _ZEROS
            if segment % BLOCK:
                yield _ZEROS[: segment % BLOCK]

    def __getitem__(self, part: slice) -> Content:
        start, stop, step = part.indices(self._size)
        if step != 1:
            raise ValueError("a content is sliced with step 1 only")
        return Content(self._between(start, stop))

    def _between(self, start: int, stop: int) -> Iterator[Piece | int]:
        """The segments of a part; what is before it is not looked at."""
        at = start
        for index in range(max(bisect_right(self._starts, start) - 1, 0), len(self._pieces)):
            here, piece = self._starts[index], self._pieces[index]
            if here >= stop:
                break
            if here + len(piece) <= at:
                continue
            if here > at:
                yield here - at
                at = here
            until = min(stop, here + len(piece))
            yield _part(piece, at - here, until - here)
            at = until
        if at < stop:
            yield stop - at

    def __add__(self, other: Content) -> Content:
        return Content((*self.segments(), *other.segments()))

    def __bytes__(self) -> bytes:
        return self.read()

    def __eq__(self, other: object) -> bool:
        """Same bytes, wherever their holes are."""
        if not isinstance(other, Content):
            return NotImplemented
        if self._size != other._size:
            return False
        if self._starts == other._starts and self._pieces == other._pieces:
            return True
        blocks = range(0, self._size, PIECE_MAX)
        return all(self.read(at, PIECE_MAX) == other.read(at, PIECE_MAX) for at in blocks)

    def __hash__(self) -> int:
        return hash((self._size, self.read(0, 64)))

    def __repr__(self) -> str:
        return f"Content({self._size} bytes)"


EMPTY: Final = Content()


class Storage:
    """Bytes with holes, writable. Appending costs amortised what is appended."""

    __slots__ = ("_pieces", "_size", "_starts")

    def __init__(self, content: Content = EMPTY) -> None:
        self._size = content._size
        self._starts = list(content._starts)
        self._pieces: list[Piece | bytearray] = list(content._pieces)

    @property
    def size(self) -> int:
        return self._size

    def read(self, offset: int = 0, size: int | None = None) -> bytes:
        pieces = self._pieces
        if len(pieces) == 1 and len(pieces[0]) == self._size:
            return bytes(pieces[0][offset:] if size is None else pieces[0][offset : offset + size])
        return read_pieces(self._starts, pieces, self._size, offset, size)

    def write(self, offset: int, data: bytes) -> None:
        """Put `data` at `offset`; a gap before it becomes a hole. No data, no gap.

        Blocks of nothing but zeros are kept as holes: `dd if=/dev/zero` costs nothing either.
        """
        if not data:
            return
        end = offset + len(data)
        if len(data) >= BLANK_MIN and data[0] == data[-1] == 0 and data.count(0) == len(data):
            self._clear(offset, end)
            self._size = max(self._size, end)
            return
        if offset >= self._size:
            self._append(offset, data)
        elif not self._overwrite(offset, end, data):
            self._clear(offset, end)
            self._insert(offset, data)
        self._size = max(self._size, end)

    def truncate(self, size: int) -> None:
        """Cut, or grow by a hole."""
        if size < self._size:
            self._clear(size, self._size)
        self._size = size

    def freeze(self) -> Content:
        """The present bytes, immutable; shares pieces with this storage until the next write."""
        frozen = tuple(bytes(p) if isinstance(p, bytearray) else p for p in self._pieces)
        self._pieces = list(frozen)
        content = Content()
        content._size, content._starts = self._size, tuple(self._starts)
        content._pieces = frozen
        return content

    def _append(self, offset: int, data: bytes) -> None:
        if self._pieces:
            last = self._pieces[-1]
            if self._starts[-1] + len(last) == offset and len(last) + len(data) <= PIECE_MAX:
                if not isinstance(last, bytearray):
                    last = self._pieces[-1] = bytearray(last[:])
                last += data
                return
        self._starts.append(offset)
        self._pieces.append(bytes(data))

    def _overwrite(self, offset: int, end: int, data: bytes) -> bool:
        """Write inside one writable piece, or over one whole small piece; tell whether it could."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return False
        start, piece = self._starts[index], self._pieces[index]
        if end > start + len(piece):
            return False
        if not isinstance(piece, bytearray):
            if len(piece) > PIECE_MAX:
                return False
            piece = self._pieces[index] = bytearray(piece[:])
        piece[offset - start : end - start] = data
        return True

    def _insert(self, offset: int, data: bytes) -> None:
        index = bisect_right(self._starts, offset)
        self._starts.insert(index, offset)
        self._pieces.insert(index, bytes(data))

    def _clear(self, start: int, end: int) -> None:
        """Make a hole of [start, end): drop and trim the pieces in it."""
        if start >= end:
            return
        first = max(bisect_right(self._starts, start) - 1, 0)
        last = bisect_right(self._starts, end - 1)
        starts: list[int] = []
        pieces: list[Piece | bytearray] = []
        for at, piece in zip(self._starts[first:last], self._pieces[first:last], strict=True):
            if at < start:
                starts.append(at)
                pieces.append(_part(piece, 0, start - at))
            if at + len(piece) > end:
                starts.append(max(at, end))
                pieces.append(_part(piece, max(end - at, 0), len(piece)))
        self._starts[first:last] = starts
        self._pieces[first:last] = pieces


def read_pieces(
    starts: list[int] | tuple[int, ...],
    pieces: list[Piece | bytearray] | tuple[Piece, ...],
    total: int,
    offset: int,
    size: int | None,
) -> bytes:
    """Gather what was asked for; only the asked part of a hole is made into zeros."""
    end = total if size is None else min(total, offset + size)
    if offset >= end:
        return b""
    parts: list[bytes | bytearray] = []
    position = offset
    for index in range(max(bisect_right(starts, offset) - 1, 0), len(pieces)):
        start, piece = starts[index], pieces[index]
        if start >= end:
            break
        if start + len(piece) <= position:
            continue
        if start > position:
            parts.append(bytes(start - position))
            position = start
        part = piece[position - start : end - start]
        parts.append(part)
        position += len(part)
    if position < end:
        parts.append(bytes(end - position))
    return b"".join(parts)


def _part(piece: PieceT, start: int, stop: int) -> PieceT:
    """A part of a piece, of its kind: nothing that lies elsewhere is read."""
    if isinstance(piece, Region):
        return piece.cut(start, stop)
    return piece[start:stop]
