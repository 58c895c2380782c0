"""Round trips, and bytes changed at random."""

import gzip
import re
import stat

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from estiba.errors import EstibaError
from estiba.filesystem.content import Content
from estiba.filesystem.inode import Inode, RegularFile, Symlink, Whiteout, device_number
from estiba.filesystem.tree import Tree, TreeBuilder
from estiba.layer import read_layer, read_tree, write_layer

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1)
NAME = NAMES.filter(
    lambda n: n not in (".", "..") and not n.startswith(".wh.") and len(n.encode()) < 120
)
PATH = st.lists(st.one_of(st.sampled_from("abc"), NAME), min_size=1, max_size=5).map("/".join)
DATA = st.lists(st.one_of(st.binary(max_size=600), st.integers(0, 70_000)), max_size=3)
OWNER = st.sampled_from([0, 33, 65534, 2_097_151, 2_097_152, 4_000_000_000])
MODE = st.integers(0, 0o7777)
TIME = st.integers(0, 4_000_000_000).map(lambda s: s * 1_000_000_000)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    builder = TreeBuilder()
    made: list[str] = []
    for path in draw(st.lists(PATH, max_size=12, unique=True)):
        if any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in made):
            continue
        kind = draw(st.sampled_from("fdlpwoh"))
        owner = (draw(OWNER), draw(OWNER), draw(TIME))
        match kind:
            case "f":
                builder.file(path, Content(draw(DATA)), draw(MODE), *owner)
            case "d" | "o":
                builder.directory(path, draw(MODE), *owner)
                if kind == "o":
                    builder.opaque(path)
            case "l":
                builder.symlink(path, draw(PATH), *owner)
            case "p":
                builder.node(path, stat.S_IFCHR | draw(MODE), device_number(5, 300), *owner)
            case "w":
                builder.whiteout(path)
            case "h":
                if not made or not isinstance(builder.get(made[-1]), RegularFile):
                    continue
                builder.hardlink(path, made[-1])
        made.append(path)
    return builder.build()


def told(tree: Tree) -> dict[str, object]:
    return {path: _told(entry) for path, entry in tree.walk()}


def _told(entry: Inode | Whiteout) -> object:
    if isinstance(entry, Whiteout):
        return entry
    what: object = getattr(entry, "opaque", None)
    if isinstance(entry, RegularFile):
        what = bytes(entry.content)
    elif isinstance(entry, Symlink):
        what = entry.target
    return entry.mode, entry.uid, entry.gid, entry.mtime_ns, entry.nlink, entry.rdev, what


@settings(max_examples=100, deadline=None)
@given(trees())
def test_a_tree_comes_back_as_it_was_written(tree: Tree) -> None:
    written = write_layer(tree)
    again = read_layer(written.chunks())
    assert told(again.tree) == told(tree)
    assert again.diff_id == written.digest
    assert write_layer(again.tree).digest == written.digest


@settings(max_examples=200, deadline=None)
@given(
    trees(),
    st.lists(st.tuples(st.integers(0, 1 << 30), st.binary(min_size=1, max_size=20)), max_size=4),
    st.booleans(),
)
@example(TreeBuilder().build(), [(0, b"\xff")], False)
def test_changed_bytes_are_read_or_refused_and_never_worse(
    tree: Tree, changes: list[tuple[int, bytes]], packed: bool
) -> None:
    data = bytearray(b"".join(write_layer(tree).chunks())[:20_000])
    if packed:
        data = bytearray(gzip.compress(bytes(data), 1))
    for at, value in changes:
        place = at % len(data)
        data[place : place + len(value)] = value
    try:
        layer = read_layer([bytes(data)], limit=1 << 20)
    except EstibaError as error:
        assert "\n" not in str(error)
        if not packed:
            with pytest.raises(type(error), match=re.escape(str(error))):
                read_tree(Content.of(bytes(data)), limit=1 << 20)
    else:
        assert packed or b"".join(layer.archive.chunks()) == data
        assert packed or told(read_tree(Content.of(bytes(data)))) == told(layer.tree)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=1500), max_size=3))
def test_any_bytes_are_read_or_refused(chunks: list[bytes]) -> None:
    try:
        read_layer(chunks, limit=1 << 20)
    except EstibaError as error:
        assert "\n" not in str(error)
