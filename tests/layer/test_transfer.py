"""Archives out of and into a mounted view, on a view kept in a dictionary."""

from __future__ import annotations

import io
import stat
import tarfile

import pytest

from estiba.filesystem.content import Content
from estiba.filesystem.errors import Errno, FilesystemError
from estiba.filesystem.flags import O_CREAT
from estiba.filesystem.inode import (
    Directory,
    DirEntry,
    Inode,
    RegularFile,
    Special,
    Stat,
    Symlink,
)
from estiba.filesystem.region import Region
from estiba.layer import Archive, DamagedArchive, UnsafeLayer, extract_archive, write_archive
from estiba.layer.transfer import CannotOverwrite


class Reads:
    """Bytes elsewhere, and how many of them were asked for."""

    def __init__(self, data: bytes) -> None:
        self.data, self.count = data, 0

    def read(self, offset: int, size: int) -> bytes:
        self.count += size
        return self.data[offset : offset + size]


NOW = 1_600_000_000_000_000_000


class Handle:
    """An open file of the view."""

    def __init__(self, file: RegularFile) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        return self._file.data.read(0, size)

    def write(self, data: bytes) -> int:
        self._file.storage.write(self._file.size, data)
        return len(data)

    def content(self) -> Content:
        return self._file.content

    def fill(self, content: Content) -> None:
        self._file.data = content

    def close(self) -> None: ...


class MemoryView:
    """Paths to inodes; no symlink is followed."""

    def __init__(self) -> None:
        self.inodes: dict[str, Inode] = {"/": Directory(stat.S_IFDIR | 0o755)}

    def __getitem__(self, path: str) -> Inode:
        found = self.inodes.get(path.rstrip("/") or "/")
        if found is None:
            raise FilesystemError(Errno.ENOENT, path)
        return found

    def _put(self, path: str, made: Inode) -> None:
        self[path.rpartition("/")[0] or "/"]
        assert path not in self.inodes
        self.inodes[path] = made

    def lstat(self, path: str) -> Stat:
        i = self[path]
        size = i.storage.size if isinstance(i, RegularFile) else i.size
        return Stat(i.mode, id(i), i.nlink, i.uid, i.gid, size, i.mtime_ns, i.rdev, 1)

    def readdir(self, path: str) -> list[DirEntry]:
        base = path.rstrip("/") + "/"
        names = [p[len(base) :] for p in self.inodes if p.startswith(base) and p != "/"]
        return [DirEntry(name, 0, 0) for name in names if "/" not in name]

    def readlink(self, path: str) -> str:
        found = self[path]
        assert isinstance(found, Symlink)
        return found.target

    def open(self, path: str, flags: int, mode: int = 0o666) -> Handle:
        if flags & O_CREAT:
            self._put(path, RegularFile(stat.S_IFREG | mode))
        found = self[path]
        assert isinstance(found, RegularFile)
        return Handle(found)

    def mkdir(self, path: str, mode: int = 0o777) -> None:
        self._put(path, Directory(stat.S_IFDIR | mode))

    def rmdir(self, path: str) -> None:
        del self.inodes[path]

    def unlink(self, path: str) -> None:
        self[path].nlink -= 1
        del self.inodes[path]

    def link(self, source: str, target: str) -> None:
        self[source].nlink += 1
        self._put(target, self[source])

    def symlink(self, text: str, path: str) -> None:
        self._put(path, Symlink(text))

    def mknod(self, path: str, mode: int, rdev: int) -> None:
        self._put(path, Special(mode, rdev=rdev))

    def chmod(self, path: str, mode: int) -> None:
        self[path].mode = stat.S_IFMT(self[path].mode) | mode

    def chown(self, path: str, uid: int, gid: int, *, follow: bool = True) -> None:
        self[path].uid, self[path].gid = uid, gid

    def utimens(self, path: str, mtime_ns: int, *, follow: bool = True) -> None:
        self[path].mtime_ns = mtime_ns

    def listxattr(self, path: str, *, follow: bool = True) -> tuple[str, ...]:
        return tuple(self[path].xattrs or ())

    def getxattr(self, path: str, name: str, *, follow: bool = True) -> bytes:
        return (self[path].xattrs or {})[name]

    def setxattr(self, path: str, name: str, value: bytes, *, follow: bool = True) -> None:
        self[path].xattrs = {**(self[path].xattrs or {}), name: value}

    def told(self) -> dict[str, object]:
        return {path: _told(inode) for path, inode in self.inodes.items()}


def _told(inode: Inode) -> object:
    what = (
        inode.content.read() if isinstance(inode, RegularFile) else getattr(inode, "target", None)
    )
    return inode.mode, inode.uid, inode.gid, inode.mtime_ns, inode.nlink, inode.rdev, what


def sample() -> MemoryView:
    view = MemoryView()
    view.mkdir("/d", 0o755)
    view.mkdir("/d/sub", 0o1777)
    for path, data in (("/d/a", b"aaa\n"), ("/d/sub/one", b"1\n")):
        view.open(path, O_CREAT, 0o644).fill(Content.of(data))
    view.link("/d/a", "/d/hard")
    view.symlink("a", "/d/link")
    view.mknod("/d/tty", stat.S_IFCHR | 0o620, 0x501)
    view.chown("/d/a", 33, 33)
    for path in view.inodes:
        view.utimens(path, NOW)
    return view


def names(archive: Archive) -> list[str]:
    """As the bytes have them, with the slashes that tell directories."""
    with tarfile.open(fileobj=io.BytesIO(b"".join(archive.chunks()))) as found:
        return [entry.name + "/" * entry.isdir() for entry in found]


def tar(*entries: tuple[str, bytes | None]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in entries:
            info = tarfile.TarInfo(name)
            info.type = tarfile.DIRTYPE if data is None else tarfile.REGTYPE
            info.size = len(data or b"")
            archive.addfile(info, io.BytesIO(data or b""))
    return out.getvalue()


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("/d", None, "d/ d/a d/hard d/link d/sub/ d/sub/one d/tty"),
        ("/d", ".", "./ ./a ./hard ./link ./sub/ ./sub/one ./tty"),
        ("/d", "", "a hard link sub/ sub/one tty"),
        ("/d/a", None, "a"),
        ("/d/a", "b", "b"),
    ],
)
def test_entries_begin_with_the_name_they_are_given(
    path: str, name: str | None, expected: str
) -> None:
    assert names(write_archive(sample(), path, name=name)) == expected.split()


def test_headers_are_those_of_docker_cp() -> None:
    raw = b"".join(write_archive(sample(), "/d").chunks())
    assert raw[:2] + raw[100:108] + raw[265:269] == b"d/0040755\0root"
    assert raw[512 + 156 : 512 + 157] == b"0"
    assert raw[512 + 265 : 512 + 269] == bytes(4)
    assert raw.endswith(bytes(1024))


def test_what_goes_out_comes_in_as_it_was() -> None:
    view = MemoryView()
    archive = write_archive(sample(), "/", name="")
    extract_archive(view, "/", archive.chunks())
    view.utimens("/", NOW)
    assert view.told() == sample().told()


def test_a_content_is_unpacked_where_it_lies() -> None:
    view, reads = MemoryView(), Reads(tar(("d/a", b"a" * 100_000), ("b", b"bb")))
    extract_archive(view, "/", Content((Region(reads, 0, len(reads.data)),)))
    assert reads.count < 50_000
    found = view["/d/a"]
    assert isinstance(found, RegularFile)
    assert found.content.read() == b"a" * 100_000


def test_holes_stay_holes() -> None:
    view = MemoryView()
    view.open("/big", O_CREAT).fill(Content.zeros(5 << 20))
    archive = write_archive(view, "/big")
    assert [list(s.segments()) for s in archive.segments if isinstance(s, Content)] == [[5 << 20]]
    extract_archive(view, "/", archive.chunks(), replace=True)
    found = view["/big"]
    assert isinstance(found, RegularFile)
    assert list(found.content.segments()) == [5 << 20]


def test_whiteouts_are_names_like_any_other() -> None:
    view = sample()
    extract_archive(view, "/d", [tar((".wh.a", b""))])
    assert {"/d/.wh.a", "/d/a"} <= set(view.inodes)


def test_missing_parents_are_made_and_files_replaced() -> None:
    view = sample()
    extract_archive(view, "/d", [tar(("x/y/z", b"deep"), ("a", b"new"))])
    assert view["/d/x/y"].mode == stat.S_IFDIR | 0o755
    found, linked = view["/d/a"], view["/d/hard"]
    assert isinstance(found, RegularFile)
    assert (found.content.read(), found.nlink) == (b"new", 1)
    assert linked is not found


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (tar(("ok", b"1"))[:500], DamagedArchive, "it ends inside"),
        (tar(("ok", b"1"), ("sub", b"2")), CannotOverwrite,
         'cannot overwrite directory "/d/sub" with non-directory "/d"'),
        (tar(("ok", b"1"), ("a", None)), CannotOverwrite,
         'cannot overwrite non-directory "/d/a" with directory "/d"'),
        (tar(("ok", b"1"), ("..", b"2")), UnsafeLayer, "the root can only be a directory"),
    ],
)  # fmt: skip
def test_what_cannot_be_unpacked_changes_nothing(
    data: bytes, kind: type[Exception], message: str
) -> None:
    view = sample()
    for archive in ([data], Content.of(data)):
        with pytest.raises(kind) as caught:
            extract_archive(view, "/d", archive)
        assert message in str(caught.value)
        assert view.told() == sample().told()


def test_the_last_padding_may_be_missing() -> None:
    view = sample()
    extract_archive(view, "/d", [tar(("ok", b"1"))[:700]])
    found = view["/d/ok"]
    assert isinstance(found, RegularFile)
    assert found.content.read() == b"1"


def test_a_directory_gives_way_if_it_may() -> None:
    view = sample()
    extract_archive(view, "/d", [tar(("sub", b"2"))], replace=True)
    assert isinstance(view["/d/sub"], RegularFile)
    assert "/d/sub/one" not in view.inodes


def test_a_path_that_leads_out_stays_below() -> None:
    view = sample()
    extract_archive(view, "/d", [tar(("../../etc/passwd", b"x"))])
    assert "/d/etc/passwd" in view.inodes
    assert "/etc" not in view.inodes
