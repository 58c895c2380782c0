"""The contract of snapshotters, kept by the one in memory."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path

from snapshotter_contract import BASE, SnapshotterContract, tree

from estiba.filesystem import O_CREAT, O_TRUNC, O_WRONLY, MountNamespace, RegularFile, UnionMount
from estiba.layer.view import View
from estiba.snapshot.port import Snapshotter
from estiba.snapshot.union import UnionSnapshotter
from estiba.trace import Event
from estiba.trace.files import FileCreated, FileWritten


def write(mount: UnionMount, path: str, data: bytes) -> None:
    with MountNamespace(mount).open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644) as file:
        file.write(data)


def read(mount: UnionMount, path: str) -> bytes:
    return MountNamespace(mount).open(path).read()


class TestUnionSnapshotter(SnapshotterContract[UnionMount]):
    def make(self, place: Path) -> Snapshotter[UnionMount]:
        return UnionSnapshotter()

    def look(self, mount: UnionMount) -> View:
        return MountNamespace(mount)


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
