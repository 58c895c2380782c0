"""Layer trees and their builder."""

from __future__ import annotations

import stat

import pytest

from estiba.filesystem import (
    WHITEOUT,
    Directory,
    Errno,
    FilesystemError,
    Inode,
    RegularFile,
    Symlink,
    TreeBuilder,
    UpperTree,
    device_number,
)


def test_missing_parents_are_made_for_root() -> None:
    builder = TreeBuilder(mtime_ns=7)
    builder.file("a/b/c", b"x", 0o600, 1, 2)
    tree = builder.build()
    parent, file = tree.get("/a/b"), tree.get("a/b/c")
    assert isinstance(parent, Directory)
    assert (parent.mode, parent.uid, parent.mtime_ns) == (stat.S_IFDIR | 0o755, 0, 7)
    assert isinstance(file, RegularFile)
    assert (file.mode, file.uid, file.gid, file.size) == (stat.S_IFREG | 0o600, 1, 2, 1)


def test_a_directory_over_a_directory_keeps_what_is_inside() -> None:
    builder = TreeBuilder()
    builder.file("d/f", b"x")
    builder.directory("d", 0o700, 5, 6, 9, {"user.k": b"v"})
    directory = builder.build().get("d")
    assert isinstance(directory, Directory)
    assert (directory.permissions, directory.uid, directory.gid) == (0o700, 5, 6)
    assert (list(directory.entries), directory.xattrs) == (["f"], {"user.k": b"v"})


def test_anything_else_over_a_directory_replaces_it_with_all_below() -> None:
    builder = TreeBuilder()
    linked = builder.file("d/f")
    builder.hardlink("g", "d/f")
    builder.symlink("d", "g")
    tree = builder.build()
    assert isinstance(tree.get("d"), Symlink)
    assert tree.get("d/f") is None
    assert linked.nlink == 1
    assert tree.root.nlink == 2


def test_an_entry_wins_over_a_whiteout_of_the_same_tree_in_any_order() -> None:
    builder = TreeBuilder()
    builder.file("kept", b"x")
    builder.whiteout("kept")
    builder.whiteout("gone")
    builder.whiteout("back")
    builder.file("back", b"y")
    tree = builder.build()
    assert isinstance(tree.get("kept"), RegularFile)
    assert isinstance(tree.get("back"), RegularFile)
    assert tree.get("gone") is WHITEOUT


def test_hard_links_are_one_inode() -> None:
    builder = TreeBuilder()
    builder.file("a", b"x")
    assert builder.hardlink("b", "a") is builder.hardlink("c", "/b")
    tree = builder.build()
    file = tree.get("a")
    assert isinstance(file, Inode)
    assert file is tree.get("c")
    assert (file.nlink, tree.count) == (3, 2)


@pytest.mark.parametrize(
    ("target", "errno"), [("missing", Errno.ENOENT), ("d", Errno.EPERM), ("hidden", Errno.ENOENT)]
)
def test_what_cannot_be_linked(target: str, errno: Errno) -> None:
    builder = TreeBuilder()
    builder.directory("d")
    builder.whiteout("hidden")
    with pytest.raises(FilesystemError) as caught:
        builder.hardlink("new", target)
    assert caught.value.errno == errno


def test_a_path_through_a_file_is_refused() -> None:
    builder = TreeBuilder()
    builder.file("a")
    with pytest.raises(FilesystemError) as caught:
        builder.file("a/b/c")
    assert (caught.value.errno, str(caught.value)) == (Errno.ENOTDIR, "a: Not a directory")


def test_a_built_tree_is_walked_by_name_parents_first() -> None:
    builder = TreeBuilder()
    for path in ("b", "a/z", "a/b", "a-b"):
        builder.file(path)
    tree = builder.build()
    assert [path for path, _ in tree.walk()] == ["a", "a/b", "a/z", "a-b", "b"]
    numbers = sorted(entry.ino for _, entry in tree.walk() if isinstance(entry, Inode))
    assert numbers == list(range(2, tree.count + 1))


def test_a_builder_builds_once() -> None:
    builder = TreeBuilder()
    builder.build()
    with pytest.raises(RuntimeError):
        builder.file("late")


def test_an_upper_tree_made_of_a_frozen_one_is_a_copy() -> None:
    builder = TreeBuilder()
    builder.file("d/f", b"x")
    builder.hardlink("g", "d/f")
    builder.whiteout("w")
    builder.opaque("d")
    tree = builder.build()
    frozen = UpperTree.of(tree).freeze()
    assert [path for path, _ in frozen.walk()] == [path for path, _ in tree.walk()]
    directory = frozen.get("d")
    assert isinstance(directory, Directory)
    assert directory.opaque
    assert frozen.get("g") is frozen.get("d/f") is not tree.get("g")
    assert frozen.get("w") is WHITEOUT


def test_device_numbers_are_packed_as_linux_does() -> None:
    assert device_number(1, 3) == 0x103
    assert device_number(259, 1048575) == 0xFFF103FF


def test_an_error_says_what_and_where() -> None:
    error = FilesystemError(Errno.ENOENT, "/x")
    assert (str(error), error.strerror, error.path) == (
        "/x: No such file or directory",
        "No such file or directory",
        "/x",
    )
    assert str(FilesystemError(17)) == "File exists"
