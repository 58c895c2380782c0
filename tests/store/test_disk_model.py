"""The stores on the disk hold what those in memory hold, and come back as they were committed."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from estiba.filesystem.content import Content
from estiba.filesystem.saved import SavedInode
from estiba.filesystem.tree import TreeBuilder
from estiba.layer import chain_id, write_layer
from estiba.layer.reading import size_of
from estiba.spec import Digest, ImageConfig, ImageFields, normalize
from estiba.store import BlobSum, ImageRecord, LayerRecord, Stores, memory_stores
from estiba.store.disk import open_stores
from estiba.store.disk.database import Database
from estiba.store.disk.keeper import DiskKeeper

DIGESTS = tuple(Digest.of(bytes([number])) for number in range(3))
CONFIGS = tuple(ImageConfig.create(ImageFields(author=f"a{number}")) for number in range(3))
RECORDED = (CONFIGS[0], CONFIGS[1].recorded_as(Digest.of(b"recorded")), *CONFIGS[2:])
NAMES = tuple(normalize(name) for name in ("a", "a:2", "b", f"b@{DIGESTS[0]}", "h.io:5/x/y:1"))
FACTS = (("size", "recorded", "a registry"),)
KINDS = st.sampled_from(["container", "log"])
KEYS = st.sampled_from("abc")
VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda below: st.lists(below, max_size=2) | st.dictionaries(st.text(max_size=3), below),
    max_leaves=4,
)
IMAGES = st.integers(0, len(CONFIGS) - 1)
PIECES: tuple[bytes | int, ...] = (
    b"x", b"y" * 5000, b"z" * 70_000, b"\1" * 65_536, bytes(8000), 1, 9000, 65_536
)  # fmt: skip
CONTENTS = st.lists(st.integers(0, len(PIECES) - 1), max_size=4).map(
    lambda chosen: Content(PIECES[number] for number in chosen)
)

MEMORY = Path("/dev/shm")
"""A file system that does not wait for a disk; what is tested here is not power loss."""

Doing = Callable[[Stores], object]


def layer(number: int, parent: LayerRecord | None, *, recorded: bool) -> LayerRecord:
    """A layer that holds one file; a recorded one has another's diff ID."""
    builder = TreeBuilder()
    builder.file(f"file{number}", f"{number}".encode() * 3000)
    tree = builder.build()
    archive = write_layer(tree)
    diff_id = Digest.of(f"original {number}".encode()) if recorded else archive.digest
    chain = diff_id if parent is None else chain_id((parent.chain_id, diff_id))
    below = parent.chain_id if parent else None
    return LayerRecord(chain, diff_id, below, size_of(tree), 1, f"c{number}", archive, tree)


def told(stores: Stores) -> object:
    """All a store tells, as plain values."""
    layers = [(record, archived(record), files(record)) for record in stores.layers]
    images = [(record, stores.images.children(record.id)) for record in stores.images]
    sums = [stores.blob_sums.of(digest) for digest in DIGESTS]
    unpacked = [stores.blob_sums.diff_id(digest) for digest in DIGESTS]
    return layers, images, list(stores.references), sums, unpacked


def archived(record: LayerRecord) -> bytes:
    return b"" if record.archive is None else b"".join(record.archive.chunks())


def files(record: LayerRecord) -> object:
    assert record.tree is not None
    return [(path, getattr(entry, "content", None)) for path, entry in record.tree.walk()]


class Reopened(RuleBasedStateMachine):
    """Stores on the disk that end and start again at any moment, committed or not."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.opened = 0
        self.disk = open_stores(self.home)

    @property
    def home(self) -> Path:
        return self.place / str(self.opened)

    def teardown(self) -> None:
        self.disk.close()
        shutil.rmtree(self.place)

    def start_again(self, *, killed: bool) -> None:
        """After an end, or after a kill: then with the files as they are at this moment."""
        before = self.home
        self.opened += 1
        if killed:
            shutil.copytree(before, self.home)
        self.disk.close()
        if not killed:
            before.rename(self.home)
        self.disk = open_stores(self.home)


class DiskBesideMemory(Reopened):
    """Every step is done to both. `log` is what brings a fresh memory to the same."""

    def __init__(self) -> None:
        super().__init__()
        self.memory = memory_stores()
        self.log: list[Doing] = []
        self.committed: list[Doing] = []
        self.held: Counter[Digest] = Counter()
        self.held_before = self.held.copy()

    def both(self, doing: Doing) -> None:
        self.log.append(doing)
        assert outcome(doing, self.disk) == outcome(doing, self.memory)

    @rule(number=st.integers(0, 2), below=st.integers(0, 2), recorded=st.booleans())
    def add_layer(self, number: int, below: int, recorded: bool) -> None:
        known = [None, *self.memory.layers]
        record = layer(number, known[below % len(known)], recorded=recorded)
        self.held[record.chain_id] += 1
        self.both(lambda stores: stores.layers.add(record).chain_id)

    @precondition(lambda self: +self.held)
    @rule(pick=st.integers(0, 9))
    def release_layer(self, pick: int) -> None:
        held = sorted(+self.held)
        chain = held[pick % len(held)]
        self.held[chain] -= 1
        self.both(lambda stores: [record.chain_id for record in stores.layers.release(chain)])

    @rule(number=IMAGES, parent=st.none() | IMAGES, tagged=st.none() | st.integers(0, 1 << 60))
    def add_image(self, number: int, parent: int | None, tagged: int | None) -> None:
        config = RECORDED[number]
        below = None if parent is None else RECORDED[parent].id
        if below not in self.memory.images or below == config.id:
            below = None
        record = ImageRecord(
            config.id, config, None, number, below, tagged, config.recorded, FACTS[:number]
        )
        self.both(lambda stores: stores.images.add(record))

    @rule(number=IMAGES)
    def remove_image(self, number: int) -> None:
        self.both(lambda stores: stores.images.remove(RECORDED[number].id).id)

    @rule(number=IMAGES, parent=IMAGES, time_ns=st.integers(0, 1 << 62))
    def change_image(self, number: int, parent: int, time_ns: int) -> None:
        self.both(lambda s: s.images.set_parent(RECORDED[number].id, RECORDED[parent].id))
        self.both(lambda stores: stores.images.set_last_tagged(RECORDED[number].id, time_ns))

    @rule(name=st.sampled_from(NAMES), number=IMAGES)
    def add_name(self, name: Any, number: int) -> None:
        image = RECORDED[number].id
        if name.digest is None:
            self.both(lambda stores: stores.references.add_tag(name, image))
        else:
            self.both(lambda stores: stores.references.add_digest(name, image))

    @rule(name=st.sampled_from(NAMES))
    def remove_name(self, name: Any) -> None:
        self.both(lambda stores: stores.references.remove(name))

    @rule(diff_id=st.sampled_from(DIGESTS), digest=st.sampled_from(DIGESTS), where=KEYS)
    def add_sum(self, diff_id: Digest, digest: Digest, where: str) -> None:
        self.both(lambda stores: stores.blob_sums.add(diff_id, BlobSum(digest, 1, "m", where)))

    @rule(killed=st.none() | st.booleans())
    def commit(self, killed: bool | None) -> None:
        self.disk.commit()
        self.committed = list(self.log)
        self.held_before = self.held.copy()
        kept = {record.archive.digest.encoded for record in self.memory.layers if record.archive}
        assert {path.name for path in (self.home / "blobs/sha256").iterdir()} == kept
        if killed is not None:
            self.end(killed=killed)

    @rule(killed=st.booleans())
    def end(self, *, killed: bool) -> None:
        self.start_again(killed=killed)
        self.memory = memory_stores()
        for doing in self.committed:
            outcome(doing, self.memory)
        self.log, self.held = list(self.committed), self.held_before.copy()
        for chain in self.held.elements():
            self.disk.layers.hold(chain)
        assert self.disk.layers.sweep() == ()

    @invariant()
    def they_tell_the_same(self) -> None:
        assert told(self.disk) == told(self.memory)


class KeptBesideDictionaries(Reopened):
    """Documents and trees, beside the plainest model of them."""

    def __init__(self) -> None:
        super().__init__()
        self.documents: dict[tuple[str, str], Any] = {}
        self.trees: dict[tuple[str, int], SavedInode] = {}
        self.committed = (dict(self.documents), dict(self.trees))

    @property
    def keeper(self) -> DiskKeeper:
        assert isinstance(self.disk.trees, DiskKeeper)
        return self.disk.trees

    @rule(kind=KINDS, key=KEYS, value=VALUES)
    def put(self, kind: str, key: str, value: Any) -> None:
        self.documents[kind, key] = value
        self.disk.documents.put(kind, key, value)

    @rule(kind=KINDS, key=KEYS)
    def take_away(self, kind: str, key: str) -> None:
        self.documents.pop((kind, key), None)
        self.disk.documents.remove(kind, key)

    @rule(kind=KINDS)
    def clear(self, kind: str) -> None:
        self.documents = {key: value for key, value in self.documents.items() if key[0] != kind}
        self.disk.documents.clear(kind)

    @rule(tree=KEYS, number=st.integers(1, 2), content=CONTENTS, mode=st.integers(0, 0o777))
    def save(self, tree: str, number: int, content: Content, mode: int) -> None:
        self.trees[tree, number] = inode = SavedInode(
            number,
            mode,
            target="t\udcff",
            xattrs={"user.a": b"\0\xff"},
            entries={"a": 1, "gone": None, "\udcfe": 2},
            content=content,
        )
        self.keeper.save(tree, [inode], ())

    @rule(tree=KEYS, number=st.integers(1, 2), more=CONTENTS)
    def append(self, tree: str, number: int, more: Content) -> None:
        """As a file that grows: what was there are the same pieces."""
        before = self.trees.get((tree, number))
        if before is not None:
            self.save(tree, number, before.content + more, before.mode)

    @rule(tree=KEYS, number=st.integers(1, 2))
    def save_removal(self, tree: str, number: int) -> None:
        self.trees.pop((tree, number), None)
        self.keeper.save(tree, (), [number])

    @rule(tree=KEYS)
    def forget(self, tree: str) -> None:
        self.trees = {key: inode for key, inode in self.trees.items() if key[0] != tree}
        self.keeper.forget(tree)

    @rule(killed=st.none() | st.booleans())
    def commit(self, killed: bool | None) -> None:
        self.disk.commit()
        self.committed = (dict(self.documents), dict(self.trees))
        if killed is not None:
            self.end(killed=killed)

    @rule(killed=st.booleans())
    def end(self, *, killed: bool) -> None:
        self.start_again(killed=killed)
        self.documents, self.trees = map(dict, self.committed)

    @invariant()
    def documents_come_back(self) -> None:
        for kind in ("container", "log"):
            kept = [(key, value) for (k, key), value in self.documents.items() if k == kind]
            assert list(self.disk.documents.items(kind)) == kept

    @invariant()
    def trees_come_back(self) -> None:
        names = {name for name, _ in self.trees}
        assert set(self.keeper.names()) == names
        for name in names:
            kept = [inode for (n, _), inode in sorted(self.trees.items(), key=at) if n == name]
            assert list(self.keeper.load(name)) == kept

    @invariant()
    def every_piece_has_as_many_users_as_blocks_name_it(self) -> None:
        named: Counter[str] = Counter()
        database = Database(self.home / "estiba.db", read_only=True)
        for (layout,) in database.rows("SELECT layout FROM inodes"):
            named.update(digest for _, _, digest in json.loads(layout) if digest)
        users = dict(database.rows("SELECT digest, users FROM pieces WHERE users > 0"))
        database.close()
        assert users == named


def at(item: tuple[tuple[str, int], SavedInode]) -> tuple[str, int]:
    return item[0]


def outcome(doing: Doing, stores: Stores) -> object:
    """What a step answers, or how it is refused."""
    try:
        return doing(stores)
    except Exception as error:
        return type(error), str(error)


TestDiskBesideMemory = DiskBesideMemory.TestCase
TestDiskBesideMemory.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestKept = KeptBesideDictionaries.TestCase
TestKept.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
