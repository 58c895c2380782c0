"""Archives made to harm: one clear line each, and nothing unpacked."""

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable

import pytest

from estiba.filesystem.content import Content
from estiba.filesystem.inode import RegularFile
from estiba.layer import DamagedArchive, UnsafeLayer, read_layer, read_tree
from estiba.layer.stream import compression


def tar(*names: str, size: int = 700, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(b"x" * size))
    return out.getvalue()


def with_field(whole: bytes, at: int, value: bytes) -> bytes:
    """A header field changed, and the checksum put right."""
    block = bytearray(whole)
    block[at : at + len(value)] = value
    block[148:156] = b"%06o\0 " % (sum(block[:512]) - sum(block[148:156]) + 256)
    return bytes(block)


PLAIN = tar("etc/passwd")

DAMAGED = {
    "not a tar": (b"hello " * 200, "checksum"),
    "bad checksum": (PLAIN[:20] + b"x" + PLAIN[21:], "checksum is wrong (byte 0, entry"),
    "cut inside a header": (PLAIN[:300], "it ends inside a header"),
    "cut inside the data": (PLAIN[:900], "a file's data (byte 900, entry 'etc/passwd')"),
    "a size that lies": (with_field(PLAIN, 124, b"7" * 11), "ends inside a file's data"),
    "a size below zero": (with_field(PLAIN, 124, b"\xff" * 12), "size is out of range"),
    "a size of letters": (with_field(PLAIN, 124, b"12x\0"), "size is no octal number"),
    "one block of zeros": (bytes(512) + PLAIN, "a single block of zeros is no end"),
    "a name too long": (tar("n" * 256), "a path is too long"),
    "too deep": (tar("d/" * 300 + "f"), "a path is too long"),
    "a file as a directory": (tar("a", "a/b"), "Not a directory (byte 1536, entry"),
    "an endless name": (with_field(with_field(PLAIN, 156, b"L"), 124, b"7" * 11), "too long"),
    "half a gzip": (gzip.compress(PLAIN)[:-20], "the gzip stream ends too early"),
    "broken gzip": (gzip.compress(PLAIN)[:12] + b"junk" * 9, "the gzip stream is broken"),
    "broken bzip2": (bz2.compress(PLAIN)[:12] + b"junk" * 9, "the bzip2 stream is broken"),
    "broken xz": (lzma.compress(PLAIN)[:20] + b"junk" * 9, "the xz stream is broken"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "message"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_archive_is_refused_with_what_and_where(data: bytes, message: str) -> None:
    with pytest.raises(DamagedArchive) as caught:
        read_layer([data])
    assert message in str(caught.value)
    if compression(data) is None:
        with pytest.raises(DamagedArchive) as in_place:
            read_tree(Content.of(data))
        assert str(in_place.value) == str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/../etc/passwd", "a/../../etc/passwd"])
def test_a_path_stays_below_the_root(name: str) -> None:
    assert [path for path, _ in read_layer([tar(name)]).tree.walk()] == ["etc", "etc/passwd"]


def test_a_path_through_a_symlink_that_leads_away_is_refused() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("here")
        link.type, link.linkname = tarfile.SYMTYPE, "../../../victim"
        archive.addfile(link)
        archive.addfile(tarfile.TarInfo("here/file"))
    with pytest.raises(UnsafeLayer, match="its path goes through a symlink to"):
        read_layer([out.getvalue()])


def test_a_whiteout_of_nothing_is_refused() -> None:
    with pytest.raises(UnsafeLayer, match="a whiteout that names no file"):
        read_layer([tar("etc/.wh.")])


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_stops_at_the_limit(pack: Callable[[bytes], bytes]) -> None:
    with pytest.raises(DamagedArchive, match="unpacks to more than 1000000 bytes"):
        read_layer([pack(bytes(50_000_000))], limit=1_000_000)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_every_compression_is_read(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(PLAIN)
    layer = read_layer(packed[at : at + 7] for at in range(0, len(packed), 7))
    assert isinstance(layer.tree.get("etc/passwd"), RegularFile)
    assert b"".join(layer.archive.chunks()) == PLAIN


def test_two_gzip_members_are_one_stream() -> None:
    assert read_layer([gzip.compress(PLAIN[:600]) + gzip.compress(PLAIN[600:])]).size == 700


def test_the_last_of_two_entries_with_one_name_stays() -> None:
    twice = with_field(tar("a", size=3), 100, b"0000600\0")[:1024] + tar("a", size=5)
    found = read_layer([twice]).tree.get("a")
    assert isinstance(found, RegularFile)
    assert (found.size, found.nlink) == (5, 1)


def sparse_1_0(size: int = 1 << 30, offset: int = 1 << 20) -> bytes:
    """A file of one gigabyte with three bytes in it, pax form 1.0."""
    stored = f"1\n{offset}\n3\n".encode().ljust(512, b"\0") + b"abc"
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("GNUSparseFile.0/holes")
        info.size = len(stored)
        info.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": "holes",
            "GNU.sparse.realsize": str(size),
        }
        archive.addfile(info, io.BytesIO(stored))
    return out.getvalue()


def test_a_gigabyte_of_holes_is_only_holes() -> None:
    data = sparse_1_0()
    layer = read_layer([data])
    found = layer.tree.get("holes")
    assert isinstance(found, RegularFile)
    assert list(found.content.segments()) == [1 << 20, b"abc", (1 << 30) - (1 << 20) - 3]
    assert b"".join(layer.archive.chunks()) == data


def test_a_sparse_map_beyond_the_file_is_refused() -> None:
    with pytest.raises(DamagedArchive, match="sparse map is out of order"):
        read_layer([sparse_1_0(size=100)])


def test_an_old_gnu_sparse_file_is_read() -> None:
    header = bytearray(with_field(tar("holes", size=3), 156, b"S"))
    header[257:265] = b"ustar  \0"
    header[386:410] = b"%011o\0%011o\0" % (4096, 3)
    header[483:495] = b"%011o\0" % 10_000
    found = read_layer([with_field(bytes(header), 156, b"S")]).tree.get("holes")
    assert isinstance(found, RegularFile)
    assert list(found.content.segments()) == [4096, b"xxx", 10_000 - 4099]


def test_a_long_gnu_name_is_read() -> None:
    name = "d/" * 80 + "f"
    assert read_layer([tar(name, form=tarfile.GNU_FORMAT)]).tree.get(name) is not None
