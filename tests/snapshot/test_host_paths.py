"""Directories of this machine as bind mounts."""

import os
from pathlib import Path

import pytest

from estiba.filesystem import MountNamespace
from estiba.filesystem.flags import O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY
from estiba.snapshot.host_paths import DiskPaths


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_bytes(b"hola\n")
    (tmp_path / "sub" / "b.txt").write_bytes(b"b" * 3_000_000)
    (tmp_path / "link").symlink_to("a.txt")
    return tmp_path


def view(paths: DiskPaths, place: Path) -> MountNamespace:
    mount = paths.mount(str(place))
    assert not isinstance(mount, bytes)
    return MountNamespace(mount)


def write(files: MountNamespace, path: str, data: bytes) -> None:
    opened = files.open(path, O_WRONLY | O_CREAT | O_TRUNC)
    opened.write(data)
    opened.close()


def test_what_is_on_the_disk_shows(place: Path) -> None:
    files = view(DiskPaths(), place)
    assert [entry.name for entry in files.readdir("/")] == ["a.txt", "link", "sub"]
    assert files.open("/link", O_RDONLY).read() == b"hola\n"
    found = files.stat("/sub/b.txt")
    assert (found.size, found.mtime_ns) == (
        3_000_000,
        (place / "sub" / "b.txt").stat().st_mtime_ns,
    )


def test_nothing_is_read_before_somebody_looks(place: Path) -> None:
    files = view(DiskPaths(), place)
    (place / "late").write_text("x")
    assert files.stat("/late").size == 1


def test_changes_reach_the_disk_at_the_end(place: Path) -> None:
    paths = DiskPaths()
    files = view(paths, place)
    write(files, "/a.txt", b"nuevo\n")
    files.mkdir("/d", 0o750)
    write(files, "/d/c.txt", b"c")
    files.symlink("c.txt", "/d/l")
    files.unlink("/sub/b.txt")
    files.rmdir("/sub")
    assert (place / "a.txt").read_bytes() == b"hola\n"
    paths.release(str(place))
    assert (place / "a.txt").read_bytes() == b"nuevo\n"
    assert (place / "d" / "c.txt").read_bytes() == b"c"
    assert (place / "d").stat().st_mode & 0o777 == 0o750
    assert os.readlink(place / "d" / "l") == "c.txt"
    assert not (place / "sub").exists()
    assert (place / "link").is_symlink()


def test_a_directory_in_the_place_of_a_file(place: Path) -> None:
    paths = DiskPaths()
    files = view(paths, place)
    files.unlink("/a.txt")
    files.mkdir("/a.txt")
    write(files, "/a.txt/x", b"x")
    paths.release(str(place))
    assert (place / "a.txt" / "x").read_bytes() == b"x"


def test_links_of_the_disk_are_not_followed_when_writing(place: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.write_text("safe")
    paths = DiskPaths()
    files = view(paths, place)
    write(files, "/new", b"data")
    (place / "new").symlink_to(outside)
    paths.release(str(place))
    assert outside.read_text() == "safe"


def test_two_containers_see_one_anothers_changes(place: Path) -> None:
    paths = DiskPaths()
    one, other = view(paths, place), view(paths, place)
    write(one, "/seen", b"x")
    assert other.stat("/seen").size == 1
    paths.release(str(place))
    assert (place / "seen").exists()
    write(other, "/later", b"y")
    paths.release(str(place))
    assert (place / "later").exists()


def test_a_file_is_mounted_as_its_content(place: Path) -> None:
    assert DiskPaths().mount(str(place / "a.txt")) == b"hola\n"
