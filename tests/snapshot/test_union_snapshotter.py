"""The contract of snapshotters, kept by the one in memory."""

from __future__ import annotations

import gc
import tracemalloc

import pytest

from estiba.filesystem import (
    O_CREAT,
    O_TRUNC,
    O_WRONLY,
    MountNamespace,
    RegularFile,
    Tree,
    TreeBuilder,
    UnionMount,
)
from estiba.snapshot.port import Snapshotter
from estiba.snapshot.union import SnapshotUnknown, UnionSnapshotter
from estiba.spec import Digest
from estiba.trace import Event
from estiba.trace.files import FileCreated, FileWritten

BASE, NEXT, MISSING = (Digest.of(name) for name in (b"base", b"next", b"missing"))


def tree(**files: bytes) -> Tree:
    builder = TreeBuilder(mtime_ns=1)
    for name, data in files.items():
        builder.file(name, data)
    return builder.build()


def write(mount: UnionMount, path: str, data: bytes) -> None:
    with MountNamespace(mount).open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644) as file:
        file.write(data)


def read(mount: UnionMount, path: str) -> bytes:
    return MountNamespace(mount).open(path).read()


def names(mount: UnionMount) -> list[str]:
    return [entry.name for entry in MountNamespace(mount).readdir("/")]


class TestUnionSnapshotter:
    @pytest.fixture
    def snapshotter(self) -> Snapshotter[UnionMount]:
        made: Snapshotter[UnionMount] = UnionSnapshotter()
        made.add_layer(BASE, None, tree(a=b"base", b=b"base"))
        made.add_layer(NEXT, BASE, tree(b=b"next"))
        return made

    def test_a_chain_shows_its_layers_merged(self, snapshotter: Snapshotter[UnionMount]) -> None:
        view = snapshotter.view(NEXT)
        assert (read(view, "/a"), read(view, "/b"), names(view)) == (b"base", b"next", ["a", "b"])

    def test_writable_snapshots_of_a_chain_do_not_see_each_other(
        self, snapshotter: Snapshotter[UnionMount]
    ) -> None:
        snapshotter.prepare("c1", NEXT)
        snapshotter.prepare("c2", NEXT)
        write(snapshotter.mount("c1"), "/a", b"mine")
        assert read(snapshotter.mount("c2"), "/a") == read(snapshotter.view(NEXT), "/a") == b"base"
        assert [str(change) for change in snapshotter.changes("c1")] == ["C /a"]
        assert (snapshotter.size("c1"), snapshotter.size("c2")) == (4, 0)
        assert snapshotter.changes("c2") == ()

    def test_a_snapshot_without_a_parent_is_empty(
        self, snapshotter: Snapshotter[UnionMount]
    ) -> None:
        snapshotter.prepare("scratch", None)
        write(snapshotter.mount("scratch"), "/only", b"x")
        assert names(snapshotter.mount("scratch")) == ["only"]
        assert [str(change) for change in snapshotter.changes("scratch")] == ["A /only"]

    def test_what_was_written_stays_when_nobody_holds_the_mount(
        self, snapshotter: Snapshotter[UnionMount]
    ) -> None:
        snapshotter.prepare("c1", BASE)
        write(snapshotter.mount("c1"), "/new", b"x")
        gc.collect()
        assert read(snapshotter.mount("c1"), "/new") == b"x"

    def test_there_is_one_mount_of_a_key_at_a_time(
        self, snapshotter: Snapshotter[UnionMount]
    ) -> None:
        snapshotter.prepare("c1", BASE)
        assert snapshotter.mount("c1") is snapshotter.mount("c1")

    def test_the_upper_tree_makes_a_layer(self, snapshotter: Snapshotter[UnionMount]) -> None:
        snapshotter.prepare("c1", NEXT)
        write(snapshotter.mount("c1"), "/new", b"x")
        MountNamespace(snapshotter.mount("c1")).unlink("/a")
        committed = Digest.of(b"committed")
        snapshotter.add_layer(committed, NEXT, snapshotter.upper("c1"))
        write(snapshotter.mount("c1"), "/new", b"later")
        view = snapshotter.view(committed)
        assert (names(view), read(view, "/new")) == (["b", "new"], b"x")

    def test_an_unused_upper_tree_is_an_empty_layer(
        self, snapshotter: Snapshotter[UnionMount]
    ) -> None:
        snapshotter.prepare("c1", BASE)
        assert list(snapshotter.upper("c1").walk()) == []

    def test_a_view_keeps_nothing_that_is_done_to_it(
        self, snapshotter: Snapshotter[UnionMount]
    ) -> None:
        write(snapshotter.view(BASE), "/a", b"changed")
        assert read(snapshotter.view(BASE), "/a") == b"base"

    def test_adding_a_layer_again_changes_nothing(
        self, snapshotter: Snapshotter[UnionMount]
    ) -> None:
        snapshotter.add_layer(BASE, None, tree(other=b""))
        assert names(snapshotter.view(BASE)) == ["a", "b"]

    def test_what_is_not_there_is_an_error_that_names_it(
        self, snapshotter: Snapshotter[UnionMount]
    ) -> None:
        snapshotter.prepare("gone", BASE)
        snapshotter.remove("gone")
        for call in (snapshotter.mount, snapshotter.size, snapshotter.changes, snapshotter.upper):
            with pytest.raises(SnapshotUnknown) as caught:
                call("gone")
            assert caught.value.key == "gone"
        with pytest.raises(SnapshotUnknown):
            snapshotter.prepare("c1", MISSING)
        with pytest.raises(SnapshotUnknown):
            snapshotter.add_layer(NEXT, MISSING, tree())
        snapshotter.remove_layer(NEXT)
        with pytest.raises(SnapshotUnknown):
            snapshotter.view(NEXT)


def test_events_carry_the_key_and_times_come_from_the_clock() -> None:
    events: list[Event] = []
    snapshotter = UnionSnapshotter(events.append, lambda: 77)
    snapshotter.prepare("c1", None)
    write(snapshotter.mount("c1"), "/f", b"x")
    assert events == [FileCreated("c1", "/f", "file"), FileWritten("c1", "/f", 1, 1)]
    entry = snapshotter.upper("c1").get("f")
    assert isinstance(entry, RegularFile)
    assert entry.mtime_ns == 77


def test_a_thousand_unused_containers_cost_next_to_nothing() -> None:
    snapshotter = UnionSnapshotter()
    snapshotter.add_layer(BASE, None, tree(**{f"f{n}": b"data" for n in range(1000)}))
    keys = [str(n) for n in range(1000)]
    tracemalloc.start()
    try:
        for key in keys:
            snapshotter.prepare(key, BASE)
            read(snapshotter.mount(key), "/f500")
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 1000 * 500
    finally:
        tracemalloc.stop()
