"""Bytes with holes: equal to plain bytes whatever is done, and never made into zeros before they are read."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from estiba.filesystem.content import EMPTY, PIECE_MAX, Content, Storage
from estiba.filesystem.region import Region

PIECES = st.lists(st.one_of(st.binary(max_size=8), st.integers(0, 20)), max_size=6)
OFFSETS = st.integers(0, 60)
WRITES = st.lists(
    st.tuples(OFFSETS, st.one_of(st.binary(max_size=9), st.integers(0, 60))), max_size=12
)


class Elsewhere:
    """Bytes that are not in memory, as far as a content can tell. `asked` counts those read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.asked = data, 0

    def read(self, offset: int, size: int) -> bytes:
        assert offset >= 0 and size > 0 and offset + size <= len(self.data)
        self.asked += size
        return self.data[offset : offset + size]


def regions(pieces: list[bytes | int]) -> list[Region | int]:
    """The same pieces, data in the middle of something else."""
    return [
        piece if isinstance(piece, int) else Region(Elsewhere(b"<" + piece + b">"), 1, len(piece))
        for piece in pieces
    ]


def plain(pieces: list[bytes | int]) -> bytes:
    return b"".join(bytes(piece) if isinstance(piece, int) else piece for piece in pieces)


@given(PIECES, OFFSETS, OFFSETS)
def test_a_content_reads_as_its_pieces_joined(
    pieces: list[bytes | int], offset: int, size: int
) -> None:
    expected = plain(pieces)
    for content in (Content(pieces), Content(regions(pieces))):
        assert content.read(offset, size) == expected[offset : offset + size]
        assert b"".join(content.chunks()) == bytes(content) == expected
        assert len(content) == content.size == len(expected)


@given(PIECES, PIECES, OFFSETS, OFFSETS)
def test_slices_and_sums_are_those_of_bytes(
    left: list[bytes | int], right: list[bytes | int], start: int, stop: int
) -> None:
    joined = Content(left) + Content(regions(right))
    assert joined == Content.of(plain(left) + plain(right))
    assert bytes(joined[start:stop]) == (plain(left) + plain(right))[start:stop]


def test_equal_bytes_are_equal_wherever_their_holes_are() -> None:
    assert Content.zeros(5) == Content.of(bytes(5))
    assert hash(Content.zeros(5)) == hash(Content.of(bytes(5)))
    assert Content.zeros(5) != Content.of(b"\0\0\0\0x")
    assert Content.of(b"ab") != Content.of(b"abc")


def test_segments_tell_holes_as_lengths() -> None:
    assert list((Content.zeros(3) + Content.of(b"x") + Content.zeros(2)).segments()) == [3, b"x", 2]


@settings(max_examples=200)
@given(PIECES, WRITES, st.booleans())
def test_a_storage_equals_a_bytearray(
    pieces: list[bytes | int], writes: list[tuple[int, bytes | int]], lies_elsewhere: bool
) -> None:
    content = Content(regions(pieces) if lies_elsewhere else pieces)
    storage, expected = Storage(content), bytearray(plain(pieces))
    for offset, data in writes:
        if isinstance(data, int):
            storage.truncate(data)
            expected = expected[:data].ljust(data, b"\0")
        else:
            storage.write(offset, data)
            if data:
                expected = expected.ljust(offset, b"\0")
                expected[offset : offset + len(data)] = data
        frozen = storage.freeze()
        assert storage.read() == bytes(frozen) == bytes(expected)
        assert storage.size == len(expected)
    assert bytes(content) == plain(pieces)


def test_writing_nothing_does_not_grow_a_file() -> None:
    storage = Storage()
    storage.write(10, b"")
    assert storage.size == 0


def test_what_was_frozen_stays_as_it_was() -> None:
    storage = Storage()
    for _ in range(3):
        storage.write(storage.size, b"abc")
    frozen = storage.freeze()
    storage.write(1, b"X")
    storage.write(storage.size, b"end")
    assert (bytes(frozen), storage.read()) == (b"abcabcabc", b"aXcabcabcend")


def test_a_hole_costs_nothing() -> None:
    tracemalloc.start()
    try:
        storage = Storage()
        storage.truncate(1 << 40)
        storage.write(1 << 39, b"middle")
        content = storage.freeze() + Content.zeros(1 << 40)
        assert content[: 1 << 39].read((1 << 39) - 2) == b"\0\0"
        assert content.read(1 << 39, 6) == b"middle"
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


def test_blocks_of_zeros_are_kept_as_holes() -> None:
    storage = Storage(Content.of(b"x" * 10_000))
    storage.write(1_000, bytes(5_000))
    storage.write(20_000, bytes(5_000))
    assert list(storage.freeze().segments()) == [b"x" * 1_000, 5_000, b"x" * 4_000, 15_000]


def test_chunks_of_a_hole_are_one_shared_block() -> None:
    blocks = {id(chunk) for chunk in Content.zeros(10 * PIECE_MAX).chunks()}
    assert len(blocks) == 1


def test_appends_join_into_few_pieces() -> None:
    storage = Storage()
    for _ in range(10_000):
        storage.write(storage.size, b"line\n")
    assert len(list(storage.freeze().segments())) == 1


def test_a_write_shares_the_pieces_it_does_not_touch() -> None:
    big = bytes(PIECE_MAX) + b"x"
    storage = Storage(Content([big, big]))
    storage.write(0, b"first")
    assert list(storage.freeze().segments())[-1] is big


def test_what_lies_elsewhere_is_read_only_where_it_is_asked_for() -> None:
    source = Elsewhere(b"x" * (4 * PIECE_MAX))
    content = Content((Region(source, 0, len(source.data)), 5))
    half = content[: 2 * PIECE_MAX] + content[3 * PIECE_MAX :]
    storage = Storage(half)
    storage.write(PIECE_MAX, b"changed")
    storage.truncate(storage.size - 100)
    frozen = storage.freeze()
    assert (source.asked, frozen.read(PIECE_MAX - 1, 9), source.asked) == (0, b"xchangedx", 2)
    assert len(list(frozen.segments())) == 4
    assert sum(map(len, frozen.chunks())) == frozen.size


def test_only_step_one_slices_a_content() -> None:
    with pytest.raises(ValueError, match="step 1"):
        EMPTY[::2]
