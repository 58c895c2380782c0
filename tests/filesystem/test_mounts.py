"""Mounts over names, of whole file systems, parts of them and small files; read-only ones."""

from __future__ import annotations

import stat
from collections.abc import Callable

import pytest

from estiba.filesystem import (
    O_CREAT,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    W_OK,
    Errno,
    FilesystemError,
    MemoryFilesystem,
    MountNamespace,
    TreeBuilder,
    UnionMount,
)

Call = Callable[[MountNamespace], object]


def write(files: MountNamespace, path: str, data: bytes = b"") -> None:
    with files.open(path, O_WRONLY | O_CREAT, 0o644) as file:
        file.write(data)


def errno_of(files: MountNamespace, call: Call) -> Errno | None:
    try:
        call(files)
    except FilesystemError as error:
        return error.errno
    return None


@pytest.fixture
def files() -> MountNamespace:
    builder = TreeBuilder()
    builder.file("f", b"text")
    builder.file("g0", b"")
    builder.directory("d")
    builder.file("d/in", b"in")
    builder.symlink("link", "/d")
    builder.node("null", stat.S_IFCHR | 0o666, 0x103)
    builder.directory("tmp", 0o1777)
    return MountNamespace(UnionMount([builder.build()]))


def test_a_mount_covers_what_is_there_until_it_goes(files: MountNamespace) -> None:
    volume = MemoryFilesystem()
    files.mount("/d", volume)
    write(files, "/d/new", b"in the volume")
    assert [entry.name for entry in files.readdir("/d")] == ["new"]
    assert files.stat("/d").dev != files.stat("/").dev
    assert files.resolve("/link/new") == "/d/new"
    assert files.resolve("..", cwd="/d") == "/"
    files.umount("/d")
    assert [entry.name for entry in files.readdir("/d")] == ["in"]
    assert MountNamespace(volume).open("/new").read() == b"in the volume"


def test_the_last_mount_is_on_top(files: MountNamespace) -> None:
    first, second = MemoryFilesystem(), MemoryFilesystem()
    for filesystem, name in ((first, "1"), (second, "2")):
        files.mount("/d", filesystem)
        write(files, f"/d/{name}")
    assert [entry.name for entry in files.readdir("/d")] == ["2"]
    assert files.resolve("/d/..") == "/"
    files.umount("/d")
    assert [entry.name for entry in files.readdir("/d")] == ["1"]


def test_a_mount_in_a_volume_shows_only_where_it_was_made(files: MountNamespace) -> None:
    volume = MemoryFilesystem()
    MountNamespace(volume).mkdir("/sub")
    files.mount("/d", volume)
    files.mount("/tmp", volume)
    files.mount("/d/sub", MemoryFilesystem())
    write(files, "/d/sub/x")
    assert files.readdir("/tmp/sub") == ()
    assert files.resolve("/d/sub/../../f") == "/f"


def test_a_target_need_not_exist(files: MountNamespace) -> None:
    files.mount("/new", MemoryFilesystem())
    files.mount("/deep/er/point", MemoryFilesystem())
    write(files, "/new/x", b"1")
    assert "new" in [entry.name for entry in files.readdir("/")]
    assert [str(c) for c in files.root.changes()] == ["A /deep", "A /deep/er"]
    files.umount("/new")
    assert errno_of(files, lambda f: f.stat("/new")) == Errno.ENOENT
    assert "new" not in [entry.name for entry in files.readdir("/")]


def test_a_small_file_is_mounted_over_a_file(files: MountNamespace) -> None:
    files.mount("/f", b"127.0.0.1 localhost\n")
    assert files.open("/f").read() == b"127.0.0.1 localhost\n"
    write(files, "/f", b"9")
    assert files.root.changes() == ()
    assert files.resolve("/f") == "/f"
    for call in (
        lambda f: f.unlink("/f"),
        lambda f: f.rename("/f", "/g"),
        lambda f: f.rename("/g0", "/f"),
    ):
        assert errno_of(files, call) == Errno.EBUSY
    files.umount("/f")
    assert files.open("/f").read() == b"text"


def test_files_go_over_files_and_directories_over_directories(files: MountNamespace) -> None:
    assert errno_of(files, lambda f: f.mount("/d", b"x")) == Errno.ENOTDIR
    assert errno_of(files, lambda f: f.mount("/f", MemoryFilesystem())) == Errno.ENOTDIR


def test_part_of_a_file_system_can_be_mounted(files: MountNamespace) -> None:
    volume = MemoryFilesystem()
    inside = MountNamespace(volume)
    inside.mkdir("/data")
    write(inside, "/data/x", b"1")
    files.mount("/d", volume, root="/data")
    files.mount("/f", volume, root="/data/x")
    write(files, "/f", b"2")
    assert files.open("/d/x").read() == b"2"
    assert files.resolve("/d/..") == "/"


def test_nothing_moves_or_links_across_mounts(files: MountNamespace) -> None:
    files.mount("/d", MemoryFilesystem())
    assert errno_of(files, lambda f: f.rename("/f", "/d/f")) == Errno.EXDEV
    assert errno_of(files, lambda f: f.link("/f", "/d/f")) == Errno.EXDEV
    assert errno_of(files, lambda f: f.rmdir("/d")) == Errno.EBUSY


READ_ONLY: tuple[Call, ...] = (
    lambda f: f.open("/f", O_WRONLY),
    lambda f: f.open("/f", O_TRUNC),
    lambda f: f.open("/new", O_CREAT | O_WRONLY),
    lambda f: f.mkdir("/new"),
    lambda f: f.rmdir("/tmp"),
    lambda f: f.unlink("/missing"),
    lambda f: f.rename("/f", "/g"),
    lambda f: f.link("/f", "/g"),
    lambda f: f.symlink("f", "/g"),
    lambda f: f.mknod("/g", stat.S_IFIFO),
    lambda f: f.chmod("/f", 0o600),
    lambda f: f.chown("/f", 1, 1),
    lambda f: f.utimens("/f"),
    lambda f: f.truncate("/f", 0),
    lambda f: f.setxattr("/f", "user.x", b""),
    lambda f: f.removexattr("/f", "user.x"),
    lambda f: f.access("/f", W_OK),
)


@pytest.mark.parametrize("call", READ_ONLY)
def test_a_read_only_root_refuses_changes(files: MountNamespace, call: Call) -> None:
    files.set_read_only()
    assert errno_of(files, call) == Errno.EROFS


def test_a_read_only_root_is_read_and_its_devices_written(files: MountNamespace) -> None:
    files.set_read_only()
    assert files.open("/f", O_RDONLY | O_CREAT).read() == b"text"
    assert errno_of(files, lambda f: f.mkdir("/f")) == Errno.EEXIST
    files.open("/null", O_WRONLY).close()
    files.access("/null", W_OK)


def test_a_read_only_mount_is_read_only_there(files: MountNamespace) -> None:
    volume = MemoryFilesystem()
    files.mount("/d", volume, read_only=True)
    files.mount("/tmp", volume)
    assert errno_of(files, lambda f: f.mkdir("/d/x")) == Errno.EROFS
    files.mkdir("/tmp/x")
    assert files.stat("/d/x").dev == files.stat("/tmp/x").dev
