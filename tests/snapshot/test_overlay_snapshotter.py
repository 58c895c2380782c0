"""The contract of snapshotters, kept by the one of the real kernel; and what Docker says after steps on it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from diff_facts import FACTS, base_tree, expected_entry, layer_entries
from kernel_overlay import reason_to_skip
from shell_steps import perform
from snapshotter_contract import BASE, NEXT, SnapshotterContract, tree

from estiba.filesystem import Content, RegularFile, TreeBuilder, device_number
from estiba.filesystem.errors import Errno, FilesystemError
from estiba.layer.view import View
from estiba.linux.overlay import Overlay, TooManyLayers
from estiba.snapshot.kernel_view import KernelView
from estiba.snapshot.overlay import OverlaySnapshotter
from estiba.snapshot.port import Snapshotter
from estiba.spec import Digest

REASON = reason_to_skip()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")


def look(mount: Overlay) -> KernelView:
    return KernelView(mount.open())


class TestOverlaySnapshotter(SnapshotterContract[Overlay]):
    def make(self, place: Path) -> Snapshotter[Overlay]:
        return OverlaySnapshotter(place)

    def look(self, mount: Overlay) -> View:
        return look(mount)


@pytest.fixture
def snapshotter(tmp_path: Path) -> OverlaySnapshotter:
    return OverlaySnapshotter(tmp_path)


@pytest.fixture(params=FACTS["scenarios"], ids=lambda scenario: scenario["id"])
def scenario(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.param
    return found


def test_the_kernel_and_docker_agree(
    scenario: dict[str, Any], snapshotter: OverlaySnapshotter
) -> None:
    snapshotter.add_layer(BASE, None, base_tree())
    snapshotter.prepare("c", BASE)
    files = look(snapshotter.mount("c"))
    for step in scenario["steps"]:
        perform(cast(Any, files), step)
    assert sorted(map(str, snapshotter.changes("c"))) == sorted(scenario["diff"])
    assert snapshotter.size("c") == scenario["size_rw"]
    shown = dict(layer_entries(snapshotter.upper("c")))
    assert shown == {entry["path"]: expected_entry(entry) for entry in scenario["layer"]}


def test_a_layer_comes_back_as_it_was_given(snapshotter: OverlaySnapshotter) -> None:
    builder = TreeBuilder(mtime_ns=1_600_000_000_123_456_789)
    builder.directory("d", 0o1777, 3, 4)
    builder.file("d/f", b"x" * 5000, 0o4755, 1, 2, xattrs={"user.note": b"kept"})
    builder.hardlink("d/g", "d/f")
    builder.file("sparse", Content([b"a" * 4096, 10 << 20, b"z"]))
    builder.symlink("l", "d/f", 5, 6)
    builder.node("null", stat.S_IFCHR | 0o666, device_number(1, 3))
    builder.whiteout("gone")
    builder.opaque("d")
    given = builder.build()
    snapshotter.add_layer(BASE, None, given)
    [place] = (snapshotter.home / "l").iterdir()
    assert (place / "sparse").stat().st_blocks * 512 < 1 << 20
    assert (place / "gone").lstat().st_rdev == 0
    view = look(snapshotter.view(BASE))
    assert view.stat("/l").mode == stat.S_IFREG | 0o4755
    found = view.lstat("/d/g")
    assert (found.uid, found.gid, found.nlink) == (1, 2, 2)
    assert found.mtime_ns == view.lstat("/d").mtime_ns == 1_600_000_000_123_456_789
    assert view.getxattr("/d/f", "user.note") == b"kept"
    assert (view.lstat("/l").uid, view.lstat("/null").rdev) == (5, 259)
    snapshotter.prepare("c", BASE)
    os.rmdir(snapshotter.home / "c/c/diff")
    os.rename(place, snapshotter.home / "c/c/diff")
    back = snapshotter.upper("c")
    assert [path for path, _ in back.walk()] == [path for path, _ in given.walk()]
    assert getattr(back.get("d"), "opaque", None) is True
    again, sparse = back.get("d/f"), back.get("sparse")
    assert isinstance(again, RegularFile) and again.xattrs == {"user.note": b"kept"}
    assert back.get("d/g") is again
    assert isinstance(sparse, RegularFile) and sparse.size == 4096 + (10 << 20) + 1
    assert sum(len(s) for s in sparse.content.segments() if isinstance(s, bytes)) < 1 << 16


def test_what_was_kept_is_there_for_the_next_one(snapshotter: OverlaySnapshotter) -> None:
    snapshotter.add_layer(BASE, None, tree(a=b"a"))
    snapshotter.prepare("c", BASE)
    (snapshotter.home / "l" / "zz").mkdir()  # one that was never finished
    again = OverlaySnapshotter(snapshotter.home)
    assert not (snapshotter.home / "l" / "zz").exists()
    again.add_layer(BASE, None, tree(other=b""))
    assert [e.name for e in look(again.mount("c")).readdir("/")] == ["a"]
    again.add_layer(NEXT, BASE, tree(b=b"b"))
    assert [e.name for e in look(again.view(NEXT)).readdir("/")] == ["a", "b"]


def test_a_hundred_and_twenty_seven_layers_fit(snapshotter: OverlaySnapshotter) -> None:
    parent = None
    for number in range(127):
        chain = Digest.of(str(number).encode())
        snapshotter.add_layer(chain, parent, tree(**{f"f{number}": b""}))
        parent = chain
    snapshotter.prepare("k" * 64, parent)
    assert len(look(snapshotter.mount("k" * 64)).readdir("/")) == 127


def test_more_than_a_page_of_options_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TooManyLayers):
        Overlay(tmp_path, tuple(f"l/{n}" for n in range(1000)), "u", "w").options()


def test_a_failed_layer_leaves_nothing(snapshotter: OverlaySnapshotter) -> None:
    builder = TreeBuilder()
    builder.file("n" * 300, b"")
    with pytest.raises(OSError, match="too long"):
        snapshotter.add_layer(BASE, None, builder.build())
    assert list((snapshotter.home / "l").iterdir()) == []
    snapshotter.add_layer(BASE, None, tree(a=b""))


class TestKernelView:
    @pytest.fixture
    def view(self, tmp_path: Path) -> Iterator[KernelView]:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "secret").write_text("s")
        root, volume = tmp_path / "root", tmp_path / "volume"
        for place in (root / "d", root / "v", root / "etc", volume):
            place.mkdir(parents=True)
        (root / "d" / "f").write_text("in")
        (volume / "w").write_text("volume")
        (root / "up").symlink_to("../../../outside/secret")
        (root / "abs").symlink_to("/d/f")
        (root / "away").symlink_to(outside)
        (root / "loop").symlink_to("loop")
        fd = os.open(root, os.O_PATH | os.O_DIRECTORY)
        yield KernelView(fd, [("/v", volume, True), ("/etc/hosts", b"hosts", False)])

    def test_links_stay_inside(self, view: KernelView) -> None:
        assert view.open("/abs").read() == b"in"
        assert view.resolve("/d/../abs") == "/d/f"
        for path in ("/up", "/away/secret", f"{'/..' * 9}/outside/secret"):
            with pytest.raises(FilesystemError) as caught:
                view.stat(path)
            assert caught.value.errno == Errno.ENOENT

    def test_a_circle_of_links_is_told(self, view: KernelView) -> None:
        with pytest.raises(FilesystemError) as caught:
            view.stat("/loop")
        assert (caught.value.errno, caught.value.path) == (Errno.ELOOP, "/loop")

    def test_what_is_mounted_shows(self, view: KernelView) -> None:
        assert view.open("/v/w").read() == b"volume"
        assert view.open("/etc/hosts").read() == b"hosts"
        with pytest.raises(FilesystemError) as caught:
            view.mkdir("/v/new")
        assert caught.value.errno == Errno.EROFS

    def test_a_directory_swapped_for_a_link_leads_nowhere(
        self, view: KernelView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        find = KernelView._find

        def swapped(self: KernelView, path: str, *, follow: bool) -> str:
            place = find(self, path, follow=follow)
            (tmp_path / "root" / "d" / "f").unlink(missing_ok=True)
            (tmp_path / "root" / "d").rmdir()
            (tmp_path / "root" / "d").symlink_to(tmp_path / "outside")
            return place

        monkeypatch.setattr(KernelView, "_find", swapped)
        with pytest.raises(FilesystemError) as caught:
            view.mkdir("/d/escaped")
        assert caught.value.errno == Errno.ELOOP
        assert not (tmp_path / "outside" / "escaped").exists()

    def test_modes_come_as_asked(self, view: KernelView) -> None:
        view.mkdir("/m", 0o777)
        view.open("/m/f", os.O_CREAT | os.O_WRONLY, 0o666).close()
        assert (view.stat("/m").mode & 0o777, view.stat("/m/f").mode & 0o777) == (0o777, 0o666)
