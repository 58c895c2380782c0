"""What is copied up, when, and what is told of it."""

from __future__ import annotations

import pytest

from estiba.filesystem import (
    O_APPEND,
    O_CREAT,
    O_RDONLY,
    O_RDWR,
    O_TRUNC,
    O_WRONLY,
    ROOT,
    Errno,
    FilesystemError,
    LowerStack,
    MountNamespace,
    RegularFile,
    TreeBuilder,
    UnionMount,
)
from estiba.filesystem.attributes import chmod
from estiba.trace import Event
from estiba.trace.files import (
    DirectoryMadeOpaque,
    FileChanged,
    FileCopiedUp,
    FileCreated,
    FileLinked,
    FileLookedUp,
    FileRemoved,
    FileRenamed,
    FileTruncated,
    FileWhitedOut,
    FileWritten,
)


class House:
    """A mount over two trees, and what it tells."""

    def __init__(self, *, tells_lookups: bool = False) -> None:
        bottom, top = TreeBuilder(mtime_ns=5), TreeBuilder(mtime_ns=6)
        bottom.file("d/a", b"aaa\n")
        bottom.file("d/h1", b"hard\n")
        bottom.hardlink("d/h2", "d/h1")
        bottom.file("d/sub/one", b"1")
        top.file("t/f", b"top", 0o644, 1, 2, 3, {"user.k": b"v"})
        self.events: list[Event] = []
        self.stack = LowerStack([top.build(), bottom.build()])
        self.union = UnionMount(
            self.stack, emit=self.events.append, label="c1", tells_lookups=tells_lookups
        )
        self.files = MountNamespace(self.union)

    def write(self, path: str, data: bytes, flags: int = O_TRUNC) -> None:
        with self.files.open(path, O_WRONLY | O_CREAT | flags, 0o644) as file:
            file.write(data)

    def read(self, path: str) -> bytes:
        return self.files.open(path).read()


@pytest.fixture
def house() -> House:
    return House()


def test_reading_copies_nothing_up(house: House) -> None:
    house.read("/d/a")
    house.files.stat("/d/sub")
    house.files.readdir("/d")
    assert not house.union.upper.is_used
    assert house.events == []


def test_an_append_copies_the_whole_file_and_its_parents(house: House) -> None:
    house.write("/d/a", b"more", O_APPEND)
    assert house.events == [
        FileCopiedUp("c1", "/d", 0),
        FileCopiedUp("c1", "/d/a", 4),
        FileWritten("c1", "/d/a", 4, 8),
    ]
    assert house.read("/d/a") == b"aaa\nmore"


def test_a_truncating_open_copies_no_data(house: House) -> None:
    house.write("/d/a", b"new")
    assert house.events[1:] == [
        FileCopiedUp("c1", "/d/a", 0),
        FileTruncated("c1", "/d/a", 0),
        FileWritten("c1", "/d/a", 3, 3),
    ]


def test_opening_for_writing_copies_up_even_if_nothing_is_written(house: House) -> None:
    house.files.open("/d/a", O_RDWR).close()
    assert house.union.size() == 4
    assert house.union.changes() == ()


def test_a_copy_keeps_owner_mode_times_and_attributes(house: House) -> None:
    before = house.files.stat("/t/f")
    house.files.open("/t/f", O_WRONLY).close()
    assert house.files.stat("/t/f") == before
    assert house.files.getxattr("/t/f", "user.k") == b"v"
    house.files.setxattr("/t/f", "user.k", b"w")
    other = MountNamespace(UnionMount(house.stack))
    assert other.getxattr("/t/f", "user.k") == b"v"


def test_every_kind_of_change_is_told(house: House) -> None:
    files = house.files
    files.unlink("/d/a")
    files.mkdir("/d/a")
    files.rename("/t/f", "/t/g")
    files.link("/t/g", "/t/h")
    files.chmod("/t/g", 0o600)
    assert house.events == [
        FileCopiedUp("c1", "/d", 0),
        FileWhitedOut("c1", "/d/a"),
        FileRemoved("c1", "/d/a"),
        FileCreated("c1", "/d/a", "directory"),
        DirectoryMadeOpaque("c1", "/d/a"),
        FileCopiedUp("c1", "/t", 0),
        FileCopiedUp("c1", "/t/f", 3),
        FileRenamed("c1", "/t/f", "/t/g"),
        FileWhitedOut("c1", "/t/f"),
        FileLinked("c1", "/t/h", "/t/g"),
        FileChanged("c1", "/t/g", "mode"),
    ]


def test_lookups_are_told_on_request_with_the_tree_that_answered() -> None:
    house = House(tells_lookups=True)
    house.read("/d/a")
    house.read("/t/f")
    assert house.events == [
        FileLookedUp("c1", "/d", 2, 2),
        FileLookedUp("c1", "/d/a", 2, 1),
        FileLookedUp("c1", "/t", 1, 1),
        FileLookedUp("c1", "/t/f", 1, 1),
    ]
    house.files.unlink("/d/a")
    house.events.clear()
    with pytest.raises(FilesystemError):
        house.read("/d/a")
    assert house.events == [FileLookedUp("c1", "/d", 0, 1), FileLookedUp("c1", "/d/a", None, 1)]


def test_an_open_file_follows_its_copy_up(house: House) -> None:
    reader = house.files.open("/d/a", O_RDONLY)
    house.write("/d/a", b"more\n", O_APPEND)
    assert reader.read() == b"aaa\nmore\n"
    assert reader.stat() == house.files.stat("/d/a")


def test_an_open_file_keeps_its_inode_when_the_name_goes_elsewhere(house: House) -> None:
    lower, upper = house.files.open("/d/a"), house.files.open("/new", O_RDWR | O_CREAT)
    upper.write(b"kept")
    house.files.unlink("/d/a")
    house.files.unlink("/new")
    house.write("/d/a", b"another")
    house.write("/new", b"another")
    assert (lower.read(), upper.pread(9, 0)) == (b"aaa\n", b"kept")
    assert (upper.stat().nlink, upper.write(b"!"), upper.stat().size) == (0, 1, 5)


def test_the_places_of_closed_files_are_forgotten(house: House) -> None:
    for _ in range(3):
        house.files.open("/d/a").close()
    directory = house.union.lookup(house.union.root, "d")
    assert directory is not None
    assert not getattr(directory, "open_lower", None)


def test_hard_links_of_a_lower_file_part_at_copy_up(house: House) -> None:
    assert house.files.stat("/d/h1").ino == house.files.stat("/d/h2").ino
    house.write("/d/h1", b"!", O_APPEND)
    assert (house.read("/d/h1"), house.read("/d/h2")) == (b"hard\n!", b"hard\n")
    first, second = house.files.stat("/d/h1"), house.files.stat("/d/h2")
    assert (first.nlink, second.nlink) == (1, 2)
    assert first.ino != second.ino


def test_a_directory_with_a_lower_part_cannot_be_renamed(house: House) -> None:
    house.files.mkdir("/d/sub/new")
    for source in ("/d/sub", "/d"):
        with pytest.raises(FilesystemError) as caught:
            house.files.rename(source, "/moved")
        assert (caught.value.errno, caught.value.path) == (Errno.EXDEV, source)
    house.files.rename("/d/sub/new", "/moved")


def test_a_moved_directory_hides_what_lower_trees_have_under_its_new_name(house: House) -> None:
    house.files.mkdir("/new")
    house.write("/new/mine", b"m")
    house.files.unlink("/d/sub/one")
    house.files.rmdir("/d/sub")
    house.files.rename("/new", "/d/sub")
    again = MountNamespace(UnionMount(house.stack, house.union.upper))
    assert [entry.name for entry in again.readdir("/d/sub")] == ["mine"]


def test_a_moved_directory_knows_where_it_is(house: House) -> None:
    house.files.mkdir("/new")
    house.files.mkdir("/new/in")
    house.files.rename("/new", "/d/moved")
    house.events.clear()
    house.write("/d/moved/in/f", b"x")
    assert FileCreated("c1", "/d/moved/in/f", "file") in house.events
    assert house.files.resolve("/d/moved/in/../..") == "/d"
    assert house.files.resolve("f", cwd="/d/moved/in") == "/d/moved/in/f"


def test_a_renamed_upper_file_keeps_its_other_names(house: House) -> None:
    house.write("/x", b"x")
    house.files.link("/x", "/y")
    house.files.rename("/x", "/z")
    assert house.files.stat("/z").ino == house.files.stat("/y").ino
    house.files.rename("/z", "/y")
    assert sorted(entry.name for entry in house.files.readdir("/")) == ["d", "t", "y", "z"]


def test_inode_numbers_are_unique_and_survive_copy_up(house: House) -> None:
    house.write("/created", b"x")
    paths = ["/", "/d", "/d/a", "/d/sub", "/d/sub/one", "/t", "/t/f", "/created"]
    before = [house.files.stat(path).ino for path in paths]
    assert len(set(before)) == len(paths)
    house.write("/d/a", b"more", O_APPEND)
    house.files.chmod("/d/sub", 0o700)
    assert [house.files.stat(path).ino for path in paths] == before


def test_containers_of_one_image_share_it_and_nothing_else(house: House) -> None:
    other = MountNamespace(UnionMount(house.stack))
    house.write("/d/a", b"mine")
    house.files.unlink("/d/h1")
    assert other.open("/d/a").read() == b"aaa\n"
    lower = other.open("/d/h1").inode
    assert isinstance(lower, RegularFile)
    assert lower is house.stack.trees[1].get("d/h1")


def test_what_commit_freezes_does_not_change_any_more(house: House) -> None:
    house.write("/d/a", b"first")
    frozen = house.union.upper.freeze()
    house.write("/d/a", b"second")
    house.files.unlink("/d/h1")
    again = MountNamespace(UnionMount([frozen, *house.stack.trees]))
    assert again.open("/d/a").read() == b"first"
    assert [entry.name for entry in again.readdir("/d")] == ["a", "h1", "h2", "sub"]


def test_an_unlinked_lower_file_cannot_be_changed_any_more(house: House) -> None:
    file = house.files.open("/d/a")
    house.files.unlink("/d/a")
    with pytest.raises(FilesystemError) as caught:
        chmod(file.place, 0o600, ROOT)
    assert caught.value.errno == Errno.EEXIST


def test_times_come_from_the_clock_that_was_given() -> None:
    mount = UnionMount(now_ns=lambda: 42)
    files = MountNamespace(mount)
    files.mkdir("/d")
    assert (files.stat("/d").mtime_ns, files.stat("/").mtime_ns) == (42, 42)
