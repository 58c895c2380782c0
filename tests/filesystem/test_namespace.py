"""Paths, mounts and permissions as a process meets them."""

from __future__ import annotations

import stat
from collections.abc import Callable

import pytest

from estiba.filesystem import (
    O_APPEND,
    O_CREAT,
    O_DIRECTORY,
    O_EXCL,
    O_NOFOLLOW,
    O_RDONLY,
    O_RDWR,
    O_TRUNC,
    O_WRONLY,
    R_OK,
    SEEK_CUR,
    SEEK_END,
    W_OK,
    X_OK,
    Credentials,
    Errno,
    FilesystemError,
    MemoryFilesystem,
    MountNamespace,
    TreeBuilder,
    UnionMount,
)
from estiba.filesystem.flags import XATTR_CREATE, XATTR_REPLACE

USER = Credentials(1000, 1000, (50,))
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
    builder.directory("d")
    builder.file("d/in", b"in")
    builder.symlink("link", "/d")
    builder.symlink("up", "../../d/in")
    builder.symlink("loop", "loop")
    builder.symlink("dangling", "d/made")
    builder.symlink("slash", "f/")
    builder.node("fifo", stat.S_IFIFO | 0o644)
    builder.node("null", stat.S_IFCHR | 0o666, 0x103)
    builder.directory("tmp", 0o1777)
    builder.file("tmp/theirs", b"", 0o644, 1001)
    builder.file("tmp/open", b"", 0o666)
    builder.file("tmp/suid", b"", 0o4777)
    builder.node("tmp/fifo", stat.S_IFIFO | 0o666)
    builder.directory("private", 0o700)
    builder.file("private/x", b"")
    builder.directory("shared", 0o2775, 0, 50)
    builder.file("suid", b"", 0o6755, 1000, 1000)
    return MountNamespace(UnionMount([builder.build()]))


@pytest.mark.parametrize(
    ("path", "resolved"),
    [
        ("/", "/"),
        ("/..", "/"),
        ("//d//in", "/d/in"),
        ("/link/../f", "/f"),
        ("/link/in", "/d/in"),
        ("up", "/d/in"),
        ("d/./in", "/d/in"),
        ("d/", "/d"),
    ],
)
def test_a_path_resolves(files: MountNamespace, path: str, resolved: str) -> None:
    assert files.resolve(path) == resolved


LONG = "n" * 256


def open_socket(files: MountNamespace) -> None:
    files.mknod("/s", stat.S_IFSOCK)
    files.open("/s")


def twice(files: MountNamespace, flags: int) -> None:
    for _ in range(2):
        files.setxattr("/f", "user.x", b"", flags)


TABLE: list[tuple[str, Call, Errno]] = [
    ("no path", lambda f: f.stat(""), Errno.ENOENT),
    ("missing", lambda f: f.stat("/x/y"), Errno.ENOENT),
    ("through a file", lambda f: f.stat("/f/x"), Errno.ENOTDIR),
    ("file with a slash", lambda f: f.stat("/f/"), Errno.ENOTDIR),
    ("link to a file with a slash", lambda f: f.stat("/slash"), Errno.ENOTDIR),
    ("loop", lambda f: f.stat("/loop"), Errno.ELOOP),
    ("long name", lambda f: f.stat("/" + LONG), Errno.ENAMETOOLONG),
    ("long name in bytes", lambda f: f.stat("/" + "ñ" * 128), Errno.ENAMETOOLONG),
    ("long path", lambda f: f.stat("/." * 2048), Errno.ENAMETOOLONG),
    ("open a directory to write", lambda f: f.open("/d", O_WRONLY), Errno.EISDIR),
    ("open with slash and create", lambda f: f.open("/new/", O_CREAT | O_WRONLY), Errno.EISDIR),
    ("create what exists", lambda f: f.open("/f", O_CREAT | O_EXCL), Errno.EEXIST),
    ("create at a link", lambda f: f.open("/dangling", O_CREAT | O_EXCL), Errno.EEXIST),
    ("create as directory", lambda f: f.open("/n", O_CREAT | O_DIRECTORY), Errno.EINVAL),
    ("link not followed", lambda f: f.open("/link", O_NOFOLLOW), Errno.ELOOP),
    ("file as directory", lambda f: f.open("/f", O_DIRECTORY), Errno.ENOTDIR),
    ("mkdir over a file", lambda f: f.mkdir("/f"), Errno.EEXIST),
    ("mkdir .", lambda f: f.mkdir("/d/."), Errno.EEXIST),
    ("mkdir /", lambda f: f.mkdir("/"), Errno.EEXIST),
    ("rmdir .", lambda f: f.rmdir("/d/."), Errno.EINVAL),
    ("rmdir ..", lambda f: f.rmdir("/d/.."), Errno.ENOTEMPTY),
    ("rmdir /", lambda f: f.rmdir("/"), Errno.EBUSY),
    ("rmdir a link", lambda f: f.rmdir("/link"), Errno.ENOTDIR),
    ("rmdir something", lambda f: f.rmdir("/d"), Errno.ENOTEMPTY),
    ("unlink a directory", lambda f: f.unlink("/d"), Errno.EISDIR),
    ("unlink with a slash", lambda f: f.unlink("/f/"), Errno.ENOTDIR),
    ("unlink /", lambda f: f.unlink("/"), Errno.EISDIR),
    ("rename .", lambda f: f.rename("/d/.", "/x"), Errno.EBUSY),
    ("rename onto ..", lambda f: f.rename("/f", "/d/.."), Errno.EBUSY),
    ("rename into itself", lambda f: f.rename("/d", "/d/x"), Errno.EINVAL),
    ("rename onto its parent", lambda f: f.rename("/d/in", "/d"), Errno.ENOTEMPTY),
    ("rename a file onto a directory", lambda f: f.rename("/f", "/tmp"), Errno.EISDIR),
    ("rename a directory onto a file", lambda f: f.rename("/d", "/f"), Errno.ENOTDIR),
    ("rename onto what exists", lambda f: f.rename("/f", "/suid", no_replace=True), Errno.EEXIST),
    ("link a directory", lambda f: f.link("/d", "/x"), Errno.EPERM),
    ("link over something", lambda f: f.link("/f", "/suid"), Errno.EEXIST),
    ("empty symlink", lambda f: f.symlink("", "/x"), Errno.ENOENT),
    ("long symlink", lambda f: f.symlink("x" * 4096, "/x"), Errno.ENAMETOOLONG),
    ("a whiteout by hand", lambda f: f.mknod("/w", stat.S_IFCHR | 0o600, 0), Errno.EPERM),
    ("mknod a directory", lambda f: f.mknod("/w", stat.S_IFDIR), Errno.EPERM),
    ("mknod a symlink", lambda f: f.mknod("/w", stat.S_IFLNK), Errno.EINVAL),
    ("readlink of a file", lambda f: f.readlink("/f"), Errno.EINVAL),
    ("readdir of a file", lambda f: f.readdir("/f"), Errno.ENOTDIR),
    ("truncate a directory", lambda f: f.truncate("/d", 0), Errno.EISDIR),
    ("truncate a fifo", lambda f: f.truncate("/fifo", 0), Errno.EINVAL),
    ("truncate below zero", lambda f: f.truncate("/f", -1), Errno.EINVAL),
    ("truncate beyond all", lambda f: f.truncate("/f", 1 << 63), Errno.EFBIG),
    ("read what is for writing", lambda f: f.open("/f", O_WRONLY).read(), Errno.EBADF),
    ("write what is for reading", lambda f: f.open("/f", O_RDONLY).write(b"x"), Errno.EBADF),
    ("read a directory", lambda f: f.open("/d").read(), Errno.EISDIR),
    ("read a device", lambda f: f.open("/null").read(), Errno.ENXIO),
    ("seek before the start", lambda f: f.open("/f").seek(-1), Errno.EINVAL),
    ("umount what is not", lambda f: f.umount("/d"), Errno.EINVAL),
    ("mount over the root", lambda f: f.mount("/", MemoryFilesystem()), Errno.EBUSY),
    ("no such attribute", lambda f: f.getxattr("/f", "user.x"), Errno.ENODATA),
    ("unknown attribute space", lambda f: f.setxattr("/f", "x", b""), Errno.EOPNOTSUPP),
    (
        "attribute of a link",
        lambda f: f.setxattr("/link", "user.x", b"", follow=False),
        Errno.EPERM,
    ),
    ("attribute that exists", lambda f: twice(f, XATTR_CREATE), Errno.EEXIST),
    (
        "attribute to replace",
        lambda f: f.setxattr("/f", "user.x", b"", XATTR_REPLACE),
        Errno.ENODATA,
    ),
    ("remove an attribute", lambda f: f.removexattr("/f", "user.x"), Errno.ENODATA),
    ("read an unknown space", lambda f: f.getxattr("/f", "x.y"), Errno.EOPNOTSUPP),
    ("remove from an unknown space", lambda f: f.removexattr("/f", "x.y"), Errno.EOPNOTSUPP),
    ("symlink with a slash", lambda f: f.symlink("f", "/new/"), Errno.ENOENT),
    ("link with a slash", lambda f: f.link("/f", "/new/"), Errno.ENOENT),
    ("rename a long name", lambda f: f.rename("/" + LONG, "/x"), Errno.ENAMETOOLONG),
    ("rename to a long name", lambda f: f.rename("/f", "/" + LONG), Errno.ENAMETOOLONG),
    ("open a socket", open_socket, Errno.ENXIO),
    ("list an open file", lambda f: f.open("/f").readdir(), Errno.ENOTDIR),
    ("write to a device", lambda f: f.open("/null", O_WRONLY).write(b"x"), Errno.ENXIO),
    ("read before the start", lambda f: f.open("/f").pread(1, -1), Errno.EINVAL),
    ("write before the start", lambda f: f.open("/f", O_RDWR).pwrite(b"x", -1), Errno.EINVAL),
    ("write beyond all", lambda f: f.open("/f", O_RDWR).pwrite(b"xx", (1 << 63) - 2), Errno.EFBIG),
    ("seek from nowhere", lambda f: f.open("/f").seek(0, 9), Errno.EINVAL),
    ("cut what is for reading", lambda f: f.open("/f").truncate(0), Errno.EINVAL),
    ("grow beyond all", lambda f: f.open("/f", O_RDWR).truncate(1 << 63), Errno.EFBIG),
    ("resolve what is not", lambda f: f.resolve("/missing"), Errno.ENOENT),
    ("relative to a file", lambda f: f.stat("x", cwd="/f"), Errno.ENOTDIR),
    ("enter a file", lambda f: f.check_directory("/f"), Errno.ENOTDIR),
]


@pytest.mark.parametrize(
    ("call", "errno"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_root_meets_an_error(files: MountNamespace, call: Call, errno: Errno) -> None:
    assert errno_of(files, call) == errno


def moved(files: MountNamespace) -> None:
    """A directory that changes its parent must be writable itself: its `..` changes."""
    files.mkdir("/tmp/mine", 0o500, credentials=USER)
    files.rename("/tmp/mine", "/tmp/still-mine", credentials=USER)
    files.mkdir("/tmp/other", 0o700, credentials=USER)
    files.rename("/tmp/still-mine", "/tmp/other/mine", credentials=USER)


USERS: list[tuple[str, Call, Errno | None]] = [
    ("search a private directory", lambda f: f.stat("/private/x", credentials=USER), Errno.EACCES),
    ("list it", lambda f: f.readdir("/private", credentials=USER), Errno.EACCES),
    ("enter it", lambda f: f.check_directory("/private", credentials=USER), Errno.EACCES),
    ("write somebody's file", lambda f: f.open("/f", O_WRONLY, credentials=USER), Errno.EACCES),
    ("truncate it", lambda f: f.open("/f", O_TRUNC, credentials=USER), Errno.EACCES),
    ("read it", lambda f: f.open("/f", credentials=USER), None),
    ("create in /", lambda f: f.open("/n", O_CREAT | O_RDWR, credentials=USER), Errno.EACCES),
    ("create in /tmp", lambda f: f.open("/tmp/n", O_CREAT | O_RDWR, credentials=USER), None),
    ("remove in sticky", lambda f: f.unlink("/tmp/theirs", credentials=USER), Errno.EPERM),
    ("move in sticky", lambda f: f.rename("/tmp/theirs", "/tmp/n", credentials=USER), Errno.EPERM),
    ("write as group member", lambda f: f.mkdir("/shared/n", credentials=USER), None),
    ("chmod somebody's", lambda f: f.chmod("/f", 0o777, credentials=USER), Errno.EPERM),
    ("chmod one's own", lambda f: f.chmod("/suid", 0o600, credentials=USER), None),
    ("chown away", lambda f: f.chown("/suid", 0, -1, credentials=USER), Errno.EPERM),
    ("chgrp to one's group", lambda f: f.chown("/suid", -1, 50, credentials=USER), None),
    ("chgrp to another", lambda f: f.chown("/suid", -1, 51, credentials=USER), Errno.EPERM),
    ("touch somebody's", lambda f: f.utimens("/f", credentials=USER), Errno.EACCES),
    ("set its times", lambda f: f.utimens("/f", 1, credentials=USER), Errno.EPERM),
    ("link somebody's", lambda f: f.link("/f", "/tmp/l", credentials=USER), Errno.EPERM),
    ("link a file one may change", lambda f: f.link("/tmp/open", "/tmp/l", credentials=USER), None),
    ("link a program with set-ID", lambda f: f.link("/tmp/suid", "/tmp/l", credentials=USER), Errno.EPERM),
    ("link somebody's fifo", lambda f: f.link("/tmp/fifo", "/tmp/l", credentials=USER), Errno.EPERM),
    ("make a device", lambda f: f.mknod("/tmp/n", stat.S_IFCHR, 9, credentials=USER), Errno.EPERM),
    ("make a fifo", lambda f: f.mknod("/tmp/n", stat.S_IFIFO, credentials=USER), None),
    ("execute without x", lambda f: f.access("/f", X_OK, credentials=USER), Errno.EACCES),
    ("security attributes", lambda f: f.setxattr("/suid", "security.x", b"", credentials=USER), Errno.EPERM),
    ("read trusted ones", lambda f: f.getxattr("/suid", "trusted.x", credentials=USER), Errno.ENODATA),
    ("user ones of a sticky directory", lambda f: f.setxattr("/tmp", "user.x", b"", credentials=USER), Errno.EPERM),
    ("user ones without permission", lambda f: f.setxattr("/f", "user.x", b"", credentials=USER), Errno.EACCES),
    ("move a directory one cannot write", moved, Errno.EACCES),
    ("trusted attributes", lambda f: f.setxattr("/suid", "trusted.x", b"", credentials=USER), Errno.EPERM),
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "errno"), [row[1:] for row in USERS], ids=[row[0] for row in USERS]
)
def test_a_user_meets_an_error_or_not(
    files: MountNamespace, call: Call, errno: Errno | None
) -> None:
    assert errno_of(files, call) == errno


def test_root_may_everything_but_execute_what_nobody_may(files: MountNamespace) -> None:
    files.access("/private/x", R_OK | W_OK)
    assert errno_of(files, lambda f: f.access("/f", X_OK)) == Errno.EACCES


def test_opening_a_dangling_link_creates_its_target(files: MountNamespace) -> None:
    write(files, "/dangling", b"made")
    assert files.open("/d/made").read() == b"made"


def test_forty_links_are_followed_and_no_more(files: MountNamespace) -> None:
    files.symlink("/f", "/l1")
    for at in range(2, 42):
        files.symlink(f"l{at - 1}", f"/l{at}")
    assert files.stat("/l40").size == 4
    assert errno_of(files, lambda f: f.stat("/l41")) == Errno.ELOOP


def test_what_is_made_belongs_to_who_makes_it_or_to_the_directorys_group(
    files: MountNamespace,
) -> None:
    files.mkdir("/shared/dir", 0o750, credentials=USER)
    files.open("/shared/dir/file", O_CREAT | O_WRONLY, 0o640, credentials=USER).close()
    files.mkdir("/tmp/dir", credentials=USER)
    made = [files.stat(path) for path in ("/shared/dir", "/shared/dir/file", "/tmp/dir")]
    assert [(s.uid, s.gid, oct(s.mode & 0o7777)) for s in made] == [
        (1000, 50, "0o2750"),
        (1000, 50, "0o640"),
        (1000, 1000, "0o777"),
    ]


def test_a_group_one_does_not_belong_to_is_not_borrowed(files: MountNamespace) -> None:
    files.mkdir("/open", 0o777)
    files.chown("/open", 0, 60)
    files.chmod("/open", 0o2777)
    files.open("/open/file", O_CREAT, 0o2755, credentials=USER).close()
    assert files.stat("/open/file").mode & 0o7777 == 0o755
    files.chown("/open/file", 1000, 60)
    files.chmod("/open/file", 0o2755, credentials=USER)
    assert files.stat("/open/file").mode & 0o7777 == 0o755


def test_extended_attributes(files: MountNamespace) -> None:
    files.setxattr("/f", "user.b", b"1")
    files.setxattr("/f", "user.a", b"2", XATTR_CREATE)
    files.setxattr("/f", "user.a", b"3", XATTR_REPLACE)
    assert files.listxattr("/f") == ("user.a", "user.b")
    files.removexattr("/f", "user.b")
    assert files.getxattr("/f", "user.a") == b"3"


def test_writing_and_giving_away_take_set_id_bits(files: MountNamespace) -> None:
    with files.open("/suid", O_WRONLY, credentials=USER) as file:
        file.write(b"x")
    assert files.stat("/suid").mode & 0o7777 == 0o755
    files.chmod("/suid", 0o6755)
    with files.open("/suid", O_WRONLY) as file:
        file.write(b"by root")
    assert files.stat("/suid").mode & 0o7777 == 0o6755
    files.chown("/suid", 0, 0)
    assert files.stat("/suid").mode & 0o7777 == 0o755


def test_a_write_takes_capabilities(files: MountNamespace) -> None:
    files.setxattr("/f", "security.capability", b"cap")
    with files.open("/f", O_APPEND | O_WRONLY) as file:
        file.write(b"x")
    assert files.listxattr("/f") == ()


def test_positions(files: MountNamespace) -> None:
    file = files.open("/f", O_RDWR)
    assert (file.read(2), file.read(9), file.read()) == (b"te", b"xt", b"")
    assert (file.seek(-1, SEEK_END), file.seek(-1, SEEK_CUR)) == (3, 2)
    assert (file.write(b"XYZ"), file.position) == (3, 5)
    assert file.pwrite(b"_", 8) == 1
    assert (file.pread(-1, 0), file.position) == (b"teXYZ\0\0\0_", 5)
    appending = files.open("/f", O_WRONLY | O_APPEND)
    appending.write(b"1")
    file.truncate(2)
    appending.write(b"2")
    assert appending.pwrite(b"3", 0) == 1
    assert (file.pread(-1, 0), appending.position) == (b"te23", 3)


def test_a_closed_file_is_closed(files: MountNamespace) -> None:
    file = files.open("/f", O_RDWR)
    file.close()
    file.close()
    for call in (file.read, lambda: file.write(b"x"), lambda: file.truncate(0)):
        with pytest.raises(FilesystemError) as caught:
            call()
        assert caught.value.errno == Errno.EBADF


def test_an_error_names_the_path_as_it_was_given(files: MountNamespace) -> None:
    with pytest.raises(FilesystemError) as caught:
        files.stat("../x", cwd="/d")
    assert str(caught.value) == "../x: No such file or directory"
