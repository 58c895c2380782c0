"""The entries of a tar stream, in order, and the exact bytes around them.

Source: POSIX pax(1); Go's reader, whose strictness Docker has: a stream may end at any block
boundary, one zero block must be followed by another, and what comes after the two belongs to the
bytes but not to the entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..filesystem.content import Content
from . import sparse
from .archive import Segment
from .errors import DamagedArchive
from .header import (
    BLOCK,
    DIRECTORY,
    EXTENDED,
    GLOBAL,
    LONG_LINK,
    LONG_NAME,
    REGULAR,
    SPARSE,
    WITHOUT_DATA,
    ZERO_BLOCK,
    Header,
    apply_records,
    padding,
    parse,
    parse_records,
    text,
)
from .stream import Source

SPECIAL_MAX = 1 << 20
ENTRIES_MAX = 500_000
KNOWN = frozenset((REGULAR, SPARSE, *WITHOUT_DATA))
EMPTY = Content()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its data. Units: `offset`, bytes from the start of the archive to its first
    header.
    """

    header: Header
    content: Content
    offset: int


class Entries:
    """Iterates over the entries of a source; afterwards `segments` are all bytes there were."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._segments: list[Segment] = []
        self._loose: list[bytes] = []
        self._long: dict[str, str] = {}
        self._records: list[tuple[str, bytes]] = []
        self._start = 0

    @property
    def segments(self) -> list[Segment]:
        self._flush()
        return self._segments

    def __iter__(self) -> Iterator[Entry]:
        for _ in range(ENTRIES_MAX):
            block = self._next_header()
            if block is None:
                return
            header = parse(block, self._source.offset - BLOCK)
            if self._special(header):
                continue
            yield self._entry(header, block)
            self._long, self._records = {}, []
            self._start = self._source.offset
        raise DamagedArchive(f"it has more than {ENTRIES_MAX} entries", self._source.offset)

    def _next_header(self) -> bytes | None:
        """The next header block; None at the end, with everything after it taken."""
        source = self._source
        block = self._keep(source.take_block(BLOCK))
        if not block:
            self._end(None)
            return None
        if len(block) < BLOCK:
            raise DamagedArchive("it ends inside a header", source.offset)
        if block != ZERO_BLOCK:
            return block
        second = self._keep(source.take_block(BLOCK))
        if second and second != ZERO_BLOCK:
            raise DamagedArchive("a single block of zeros is no end", source.offset - len(second))
        self._end(source.rest())
        return None

    def _end(self, rest: Content | None) -> None:
        if self._long or self._records:
            raise DamagedArchive("it ends after an extended header", self._source.offset)
        if rest:
            self._flush()
            self._segments.append(rest)

    def _special(self, header: Header) -> bool:
        """Take in a header that speaks about the next entry; tell whether it was one."""
        if header.kind not in (EXTENDED, GLOBAL, LONG_NAME, LONG_LINK):
            return False
        if header.size > SPECIAL_MAX:
            raise DamagedArchive("an extended header is too long", self._source.offset, header.name)
        at = self._source.offset
        data = self._take(header.size, "an extended header")
        self._take(padding(header.size), "an extended header")
        if header.kind == EXTENDED:
            self._records = parse_records(data, at)
        elif header.kind in (LONG_NAME, LONG_LINK):
            self._long[header.kind] = text(data.split(b"\0", 1)[0])
        return True

    def _entry(self, header: Header, block: bytes) -> Entry:
        header.name = self._long.get(LONG_NAME, header.name)
        header.link = self._long.get(LONG_LINK, header.link)
        records = dict(self._records)
        if records:
            apply_records(header, records, self._start)
        if header.kind not in KNOWN:
            what = f"unhandled tar header type {ord(header.kind)}"
            raise DamagedArchive(what, self._start, header.name)
        if header.kind == REGULAR and header.name.endswith("/"):
            header.kind = DIRECTORY
        if header.kind in WITHOUT_DATA:
            header.size = 0
        return Entry(header, self._data(header, block, records), self._start)

    def _data(self, header: Header, block: bytes, records: dict[str, bytes]) -> Content:
        source, places, size = self._source, None, 0
        stored_size = header.size
        if header.kind == SPARSE:
            places, size, extra = sparse.old_map(block, source, header)
            self._keep(extra)
            header.kind = REGULAR
        elif header.kind == REGULAR and any(key.startswith("GNU.sparse.") for key in records):
            header.name = text(records.get("GNU.sparse.name", b"")) or header.name
            real = records.get("GNU.sparse.realsize", records.get("GNU.sparse.size", b"x"))
            size = sparse.int_of(real, source, header)
            if sparse.is_form_1(records):
                places, taken = sparse.data_map(source, header)
                self._keep(taken)
                stored_size -= len(taken)
            else:
                places = sparse.pax_map(self._records, source, header)
        stored = self._content(stored_size, header.name)
        # The very last padding may be missing: `docker build -f -` sends such archives.
        self._keep(source.take_block(padding(stored_size)))
        if places is None:
            return stored
        header.size = size
        return sparse.expand(stored, places, size, source, header)

    def _content(self, size: int, name: str) -> Content:
        if not size:
            return EMPTY
        content = self._source.content(size, name)
        self._flush()
        self._segments.append(content)
        return content

    def _take(self, size: int, what: str) -> bytes:
        return self._keep(self._source.take(size, what)) if size else b""

    def _keep(self, data: bytes) -> bytes:
        if data:
            self._loose.append(data)
        return data

    def _flush(self) -> None:
        if self._loose:
            self._segments.append(b"".join(self._loose))
            self._loose = []
