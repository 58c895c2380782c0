"""Written layers: the same bytes as Docker's."""

import base64
import hashlib
import json
import stat
import zlib
from pathlib import Path

from estiba.filesystem.content import Content
from estiba.filesystem.inode import RegularFile
from estiba.filesystem.tree import TreeBuilder
from estiba.layer import Archive, chain_id, chain_ids, read_layer, write_layer
from estiba.spec import Digest

VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "commit_layer.json").read_text())
COMMITTED = zlib.decompress(base64.b64decode(VECTOR["tar"]))


def content(archive: Archive) -> bytes:
    return b"".join(archive.chunks())


def test_a_commit_of_docker_is_written_again_byte_for_byte() -> None:
    layer = read_layer([COMMITTED])
    assert content(write_layer(layer.tree)) == COMMITTED


def test_an_archive_keeps_the_bytes_it_was_read_from() -> None:
    odd = COMMITTED + bytes(512 * 17) + b"what comes after the end"
    layer = read_layer(odd[at : at + 700] for at in range(0, len(odd), 700))
    assert content(layer.archive) == odd
    assert layer.diff_id == layer.archive.digest == Digest.of(odd)
    assert layer.archive.size == len(odd)


def test_names_are_in_the_order_of_a_walk_and_marks_in_their_place() -> None:
    builder = TreeBuilder()
    for path in ("b/z", "b.txt", "a"):
        builder.file(path)
    builder.whiteout("b/m")
    builder.opaque("b/o")
    again = read_layer([content(write_layer(builder.build()))])
    raw = content(again.archive)
    names = [raw[at : at + 100].rstrip(b"\0").decode() for at in range(0, len(raw) - 1024, 512)]
    assert names == ["a", "b/", "b/.wh.m", "b/o/", "b/o/.wh..wh..opq", "b/z", "b.txt"]


def test_a_socket_is_left_out() -> None:
    builder = TreeBuilder()
    builder.node("socket", stat.S_IFSOCK | 0o755)
    assert content(write_layer(builder.build())) == bytes(1024)


def test_only_capabilities_are_written_of_extended_attributes() -> None:
    builder = TreeBuilder()
    builder.file("ping", b"", xattrs={"security.capability": b"\1\0\n", "user.note": b"x"})
    found = read_layer([content(write_layer(builder.build()))]).tree.get("ping")
    assert isinstance(found, RegularFile)
    assert found.xattrs == {"security.capability": b"\1\0\n"}


def test_a_large_hole_costs_nothing_to_keep() -> None:
    builder = TreeBuilder()
    builder.file("big", Content.zeros(71 << 20))
    archive = write_layer(builder.build())
    assert sum(len(s) for s in archive.segments if isinstance(s, bytes)) == 2 * 512 + 512
    again = read_layer(archive.chunks())
    found = again.tree.get("big")
    assert isinstance(found, RegularFile)
    assert list(found.content.segments()) == [71 << 20]
    assert again.diff_id == archive.digest


def test_an_archive_can_be_made_when_it_is_asked_for() -> None:
    made: list[str] = []

    def make() -> tuple[bytes, ...]:
        made.append("now")
        return (b"ab", b"c")

    archive = Archive.lazily(make)
    assert not made
    assert (archive.size, content(archive), made) == (3, b"abc", ["now"])


def test_the_chain_of_the_documents_image_is_the_recorded_one() -> None:
    diff_ids = [
        Digest("sha256:9f32931c9d28f10104a8eb1330954ba90e76d92b02c5256521ba864feec14009"),
        Digest("sha256:dbf2c0f42a39b60301f6d3936f7f8adb59bb97d31ec11cc4a049ce81155fef89"),
        Digest("sha256:02473afd360bd5391fa51b6e7849ce88732ae29f50f3630c3551f528eba66d1e"),
    ]
    assert [chain.short for chain in chain_ids(diff_ids)] == [
        "9f32931c9d28",
        "476e931831a5",
        "0770b7f116f8",
    ]
    joined = f"{diff_ids[0]} {diff_ids[1]}".encode()
    assert chain_id(diff_ids[:2]).encoded == hashlib.sha256(joined).hexdigest()
