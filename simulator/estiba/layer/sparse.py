"""Sparse files in tars: a map of where the stored data belong; the rest is holes.

Source: GNU tar manual, "Storing Sparse Files": the old GNU form, and pax forms 0.0, 0.1 and 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..filesystem.content import Content, Piece
from .errors import DamagedArchive
from .header import BLOCK, Header
from .stream import Source

Map = list[tuple[int, int]]
ENTRIES_MAX = 65536


def old_map(block: bytes, source: Source, header: Header) -> tuple[Map, int, bytes]:
    """Map, real size and extension blocks of the old GNU form."""
    found: Map = []
    extra = b""
    field, more = block[386:482], block[482]
    while True:
        for at in range(0, len(field), 24):
            if field[at]:
                found.append(
                    (
                        _octal(field[at : at + 12], source, header),
                        _octal(field[at + 12 : at + 24], source, header),
                    )
                )
        if not more:
            return found, _octal(block[483:495], source, header), extra
        if len(found) > ENTRIES_MAX:
            raise DamagedArchive("its sparse map is too long", source.offset, header.name)
        extension = source.take(BLOCK, "a sparse map", header.name)
        extra += extension
        field, more = extension[:504], extension[504]


def pax_map(records: Sequence[tuple[str, bytes]], source: Source, header: Header) -> Map:
    """The map of pax forms 0.0 and 0.1, which is in the records."""
    values = [
        int_of(value, source, header)
        for key, value in records
        if key in ("GNU.sparse.offset", "GNU.sparse.numbytes")
    ]
    text = dict(records).get("GNU.sparse.map")
    if text is not None:
        values = [int_of(value, source, header) for value in text.split(b",")] if text else []
    if len(values) % 2:
        raise DamagedArchive("its sparse map is malformed", source.offset, header.name)
    return list(zip(values[::2], values[1::2], strict=True))


def data_map(source: Source, header: Header) -> tuple[Map, bytes]:
    """The map of pax form 1.0, which stands before the data in blocks of its own."""
    taken = b""
    numbers: list[int] = []
    count, tail = None, b""
    while count is None or len(numbers) < 2 * count:
        if len(taken) + BLOCK > header.size or len(numbers) > 2 * ENTRIES_MAX:
            raise DamagedArchive("its sparse map is malformed", source.offset, header.name)
        block = source.take(BLOCK, "a sparse map", header.name)
        taken += block
        *lines, tail = (tail + block).split(b"\n")
        for line in lines:
            if count is None:
                count = int_of(line, source, header)
            elif len(numbers) < 2 * count:
                numbers.append(int_of(line, source, header))
    return list(zip(numbers[::2], numbers[1::2], strict=True)), taken


def is_form_1(records: Mapping[str, bytes]) -> bool:
    return records.get("GNU.sparse.major") == b"1" and records.get("GNU.sparse.minor") == b"0"


def expand(stored: Content, places: Map, size: int, source: Source, header: Header) -> Content:
    """The file the stored data make. Raises: DamagedArchive when map and data do not agree."""
    pieces: list[Piece | int] = []
    end = taken = 0
    for offset, length in places:
        if offset < end or offset + length > size:
            raise DamagedArchive("its sparse map is out of order", source.offset, header.name)
        pieces.append(offset - end)
        pieces.extend(stored[taken : taken + length].segments())
        taken += length
        end = offset + length
    if taken != len(stored):
        raise DamagedArchive(
            "its sparse map and its data differ in size", source.offset, header.name
        )
    return Content([*pieces, size - end])


def int_of(value: bytes, source: Source, header: Header) -> int:
    if not value.isdigit() or len(value) > 18:
        raise DamagedArchive("its sparse map holds no number", source.offset, header.name)
    return int(value)


def _octal(field: bytes, source: Source, header: Header) -> int:
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    if digits.strip(b"01234567"):
        raise DamagedArchive("its sparse map holds no number", source.offset, header.name)
    return int(digits or b"0", 8)
