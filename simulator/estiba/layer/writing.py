"""A tree becomes a layer tar: the one Docker 20.10 writes when it commits.

Entries come in the order of a directory walk, names sorted by bytes, parents first. A deleted name
is an empty file `.wh.NAME` of mode 0600 in the place of NAME; an opaque directory is followed by
`.wh..wh..opq`. The mode holds the type bits too, times are whole seconds, and of extended
attributes only capabilities are written.
Source: Docker Engine 20.10 (overlay2, native diff), its archives compared byte by byte.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping

from ..filesystem.inode import Directory, Inode, RegularFile, Special, Symlink, Whiteout
from ..filesystem.tree import Tree
from . import header as tar
from .archive import Archive, Segment
from .header import Header, padding, render, render_plain
from .reading import OPAQUE, WHITEOUT_PREFIX

CAPABILITY = "security.capability"
END = bytes(2 * tar.BLOCK)
SECOND = 1_000_000_000


def _numbered(words: str) -> dict[int, str]:
    pairs = (word.split("=") for word in words.split())
    return {int(number): name for name, number in pairs}


# Docker asks its own machine for names; these are the same on every Debian and Ubuntu.
USERS = _numbered(
    "root=0 daemon=1 bin=2 sys=3 sync=4 games=5 man=6 lp=7 mail=8 news=9 uucp=10 proxy=13"
    " www-data=33 backup=34 list=38 irc=39 nobody=65534"
)
GROUPS = _numbered(
    "root=0 daemon=1 bin=2 sys=3 adm=4 tty=5 disk=6 lp=7 mail=8 news=9 uucp=10 man=12 proxy=13"
    " kmem=15 dialout=20 fax=21 voice=22 cdrom=24 floppy=25 tape=26 sudo=27 audio=29 dip=30"
    " www-data=33 backup=34 operator=37 list=38 irc=39 src=40 shadow=42 utmp=43 video=44 sasl=45"
    " plugdev=46 staff=50 games=60 users=100 nogroup=65534"
)


def write_layer(tree: Tree) -> Archive:
    """The tar Docker writes when it commits the tree. Its digest is the layer's diff ID."""
    return Archive(segments_of(_walk(tree)))


def _walk(tree: Tree) -> Iterator[tuple[bytes, Inode | None]]:
    writer = EntryWriter(USERS, GROUPS)
    root = tree.root
    if root.opaque:
        yield opaque_mark(writer, "", root), None
    owner: dict[str, int] = {"": root.mtime_ns}
    for path, entry in tree.walk():
        if isinstance(entry, Whiteout):
            parent, _, name = path.rpartition("/")
            marker = f"{parent}/{WHITEOUT_PREFIX}{name}" if parent else WHITEOUT_PREFIX + name
            mark = Header(marker, mode=0o600, mtime_ns=owner[parent], uname="root", gname="root")
            yield render(mark), None
            continue
        yield writer.header(path, entry), entry
        if isinstance(entry, Directory):
            owner[path] = entry.mtime_ns
            if entry.opaque:
                yield opaque_mark(writer, path, entry), None


def opaque_mark(writer: EntryWriter, path: str, directory: Directory) -> bytes:
    """The mark has its directory's permissions and owner, and no time."""
    return render_plain(
        Header(
            f"{path}/{OPAQUE}" if path else OPAQUE,
            mode=directory.mode & 0o777,
            uid=directory.uid,
            gid=directory.gid,
            uname=writer.users.get(directory.uid, ""),
            gname=writer.groups.get(directory.gid, ""),
        )
    )


class EntryWriter:
    """Writes headers of one archive: remembers hard links, knows names of owners."""

    def __init__(self, users: Mapping[int, str], groups: Mapping[int, str]) -> None:
        self.users, self.groups = users, groups
        self._seen: dict[int, str] = {}

    def header(self, path: str, inode: Inode) -> bytes:
        """The header of an entry; b"" for a socket, which no tar can hold."""
        made = Header(
            path,
            mode=inode.permissions,
            uid=inode.uid,
            gid=inode.gid,
            mtime_ns=inode.mtime_ns,
            uname=self.users.get(inode.uid, ""),
            gname=self.groups.get(inode.gid, ""),
        )
        if inode.xattrs and CAPABILITY in inode.xattrs:
            made.xattrs = {CAPABILITY: inode.xattrs[CAPABILITY]}
        if isinstance(inode, Directory):
            made.kind, made.name = tar.DIRECTORY, path if path.endswith("/") else path + "/"
        elif inode.nlink > 1 and (first := self._seen.setdefault(id(inode), path)) is not path:
            made.kind, made.link = tar.HARD_LINK, first
        elif isinstance(inode, Symlink):
            made.kind, made.link = tar.SYMLINK, inode.target
        elif isinstance(inode, Special):
            if inode.kind == stat.S_IFSOCK:
                return b""
            self._special(made, inode)
        else:
            made.size = inode.size
        return render(made, inode.kind)

    def _special(self, made: Header, inode: Special) -> None:
        kinds = {stat.S_IFCHR: tar.CHARACTER, stat.S_IFBLK: tar.BLOCK_DEVICE}
        made.kind = kinds.get(inode.kind, tar.FIFO)
        if made.kind != tar.FIFO:
            device = inode.rdev
            made.major = ((device >> 8) & 0xFFF) | ((device >> 32) & ~0xFFF)
            made.minor = (device & 0xFF) | ((device >> 12) & ~0xFF)


def segments_of(entries: Iterator[tuple[bytes, Inode | None]]) -> Iterator[Segment]:
    """Headers and data, as few segments as can be."""
    loose: list[bytes] = []
    for head, inode in entries:
        loose.append(head)
        if isinstance(inode, RegularFile) and inode.size and head and head[-356:-355] == b"0":
            yield b"".join(loose)
            yield inode.content
            loose = [bytes(padding(inode.size))]
    loose.append(END)
    yield b"".join(loose)
