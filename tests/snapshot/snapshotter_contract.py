"""What every snapshotter must do, whatever its mounts are."""

from __future__ import annotations

import contextlib
import gc
from pathlib import Path
from typing import Generic, TypeVar

import pytest

from estiba.filesystem import (
    O_CREAT,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    FilesystemError,
    Tree,
    TreeBuilder,
)
from estiba.filesystem.content import Content
from estiba.layer.view import View
from estiba.snapshot.port import Snapshotter
from estiba.snapshot.union import SnapshotUnknown
from estiba.spec import Digest

M = TypeVar("M")
BASE, NEXT, MISSING = (Digest.of(name) for name in (b"base", b"next", b"missing"))


def tree(**files: bytes) -> Tree:
    builder = TreeBuilder(mtime_ns=1)
    for name, data in files.items():
        builder.file(name, data)
    return builder.build()


class SnapshotterContract(Generic[M]):
    """Each kind of mount says how to make a snapshotter of it, and how to look into a mount."""

    def make(self, place: Path) -> Snapshotter[M]:
        raise NotImplementedError

    def look(self, mount: M) -> View:
        raise NotImplementedError

    def write(self, mount: M, path: str, data: bytes) -> None:
        opened = self.look(mount).open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        opened.write(data)
        opened.close()

    def read(self, mount: M, path: str) -> bytes:
        opened = self.look(mount).open(path, O_RDONLY)
        try:
            return opened.read(1 << 20)
        finally:
            opened.close()

    def names(self, mount: M) -> list[str]:
        return [entry.name for entry in self.look(mount).readdir("/")]

    @pytest.fixture
    def snapshotter(self, tmp_path: Path) -> Snapshotter[M]:
        made = self.make(tmp_path)
        made.add_layer(BASE, None, tree(a=b"base", b=b"base"))
        made.add_layer(NEXT, BASE, tree(b=b"next"))
        return made

    def test_a_chain_shows_its_layers_merged(self, snapshotter: Snapshotter[M]) -> None:
        view = snapshotter.view(NEXT)
        assert (self.read(view, "/a"), self.read(view, "/b"), self.names(view)) == (
            b"base",
            b"next",
            ["a", "b"],
        )

    def test_writable_snapshots_of_a_chain_do_not_see_each_other(
        self, snapshotter: Snapshotter[M]
    ) -> None:
        snapshotter.prepare("c1", NEXT)
        snapshotter.prepare("c2", NEXT)
        self.write(snapshotter.mount("c1"), "/a", b"mine")
        assert (
            self.read(snapshotter.mount("c2"), "/a")
            == self.read(snapshotter.view(NEXT), "/a")
            == b"base"
        )
        assert [str(change) for change in snapshotter.changes("c1")] == ["C /a"]
        assert (snapshotter.size("c1"), snapshotter.size("c2")) == (4, 0)
        assert snapshotter.changes("c2") == ()

    def test_a_file_is_filled_with_a_content_and_gives_it_back(
        self, snapshotter: Snapshotter[M]
    ) -> None:
        content = Content((b"begin", 200_000, b"end", 5))
        snapshotter.prepare("c", NEXT)
        view = self.look(snapshotter.mount("c"))
        opened = view.open("/a", O_WRONLY)
        opened.fill(content)
        opened.close()
        opened = view.open("/a", O_RDONLY)
        try:
            assert opened.content() == content
        finally:
            opened.close()
        assert self.read(snapshotter.view(NEXT), "/a") == b"base"

    def test_a_snapshot_without_a_parent_is_empty(self, snapshotter: Snapshotter[M]) -> None:
        snapshotter.prepare("scratch", None)
        self.write(snapshotter.mount("scratch"), "/only", b"x")
        assert self.names(snapshotter.mount("scratch")) == ["only"]
        assert [str(change) for change in snapshotter.changes("scratch")] == ["A /only"]

    def test_what_was_written_stays_when_nobody_holds_the_mount(
        self, snapshotter: Snapshotter[M]
    ) -> None:
        snapshotter.prepare("c1", BASE)
        self.write(snapshotter.mount("c1"), "/new", b"x")
        gc.collect()
        assert self.read(snapshotter.mount("c1"), "/new") == b"x"

    def test_there_is_one_mount_of_a_key_at_a_time(self, snapshotter: Snapshotter[M]) -> None:
        snapshotter.prepare("c1", BASE)
        assert snapshotter.mount("c1") == snapshotter.mount("c1")

    def test_the_upper_tree_makes_a_layer(self, snapshotter: Snapshotter[M]) -> None:
        snapshotter.prepare("c1", NEXT)
        self.write(snapshotter.mount("c1"), "/new", b"x")
        self.look(snapshotter.mount("c1")).unlink("/a")
        committed = Digest.of(b"committed")
        snapshotter.add_layer(committed, NEXT, snapshotter.upper("c1"))
        self.write(snapshotter.mount("c1"), "/new", b"later")
        view = snapshotter.view(committed)
        assert (self.names(view), self.read(view, "/new")) == (["b", "new"], b"x")

    def test_an_unused_upper_tree_is_an_empty_layer(self, snapshotter: Snapshotter[M]) -> None:
        snapshotter.prepare("c1", BASE)
        assert list(snapshotter.upper("c1").walk()) == []

    def test_a_view_keeps_nothing_that_is_done_to_it(self, snapshotter: Snapshotter[M]) -> None:
        with contextlib.suppress(FilesystemError):
            self.write(snapshotter.view(BASE), "/a", b"changed")
        assert self.read(snapshotter.view(BASE), "/a") == b"base"

    def test_adding_a_layer_again_changes_nothing(self, snapshotter: Snapshotter[M]) -> None:
        snapshotter.add_layer(BASE, None, tree(other=b""))
        assert self.names(snapshotter.view(BASE)) == ["a", "b"]

    def test_what_is_not_there_is_an_error_that_names_it(self, snapshotter: Snapshotter[M]) -> None:
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
