"""A layer tar becomes a tree.

Whiteouts act on the layers below only, so their place in the archive does not matter. Symlinks of
the layer are followed inside it and never out of it; a hard link names a file of the same layer.
Source: OCI image-spec, layer.md; Docker 20.10 unpacks with the layer as its root directory.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable

from ..errors import InvalidInput
from ..filesystem.content import Content
from ..filesystem.errors import FilesystemError
from ..filesystem.inode import Directory, RegularFile, Symlink, Whiteout, device_number
from ..filesystem.tree import Tree, TreeBuilder
from .archive import Archive, Layer
from .entries import Entries, Entry
from .errors import BrokenLink, DamagedArchive, UnsafeLayer
from .header import BLOCK_DEVICE, CHARACTER, DIRECTORY, FIFO, HARD_LINK, REGULAR, SYMLINK
from .stream import Source, StoredSource, decompress

WHITEOUT_PREFIX = ".wh."
META_PREFIX = ".wh..wh."
OPAQUE = ".wh..wh..opq"
UNPACKED_MAX = 4 << 30
NAME_MAX, PATH_MAX, DEPTH_MAX, LINKS_MAX = 255, 4095, 256, 40

DEVICE_TYPES = {CHARACTER: stat.S_IFCHR, BLOCK_DEVICE: stat.S_IFBLK, FIFO: stat.S_IFIFO}


def read_layer(chunks: Iterable[bytes], *, limit: int = UNPACKED_MAX) -> Layer:
    """Read a layer tar, plain or compressed with gzip, bzip2 or xz.

    Units: `limit`, bytes it may unpack to. Raises: DamagedArchive, UnsafeLayer.
    """
    source = Source(decompress(chunks), limit)
    entries = Entries(source)
    tree = _unpacked(entries)
    return Layer(tree, source.digest, size_of(tree), Archive(entries.segments, source.digest))


def read_tree(content: Content, *, limit: int = UNPACKED_MAX) -> Tree:
    """The tree of a plain layer tar that lies somewhere: the data of its files stay there.

    Raises: DamagedArchive, UnsafeLayer.
    """
    return _unpacked(Entries(StoredSource(content, limit)))


def _unpacked(entries: Entries) -> Tree:
    unpacking = Unpacking()
    for entry in entries:
        unpacking.add(entry)
    return unpacking.build()


def size_of(tree: Tree) -> int:
    """What a layer adds to an image: regular files and symlinks' targets, each inode once.

    Units: bytes.
    """
    sizes = {e.ino: e.size for _, e in tree.walk() if isinstance(e, RegularFile | Symlink)}
    return sum(sizes.values())


def clean_path(name: str, offset: int) -> str:
    """An entry's path from the root. As for a process with that root, `..` never leads above it.

    Raises: DamagedArchive when no file system takes it.
    """
    parts: list[str] = []
    for part in name.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    path = "/".join(parts)
    if len(path) > PATH_MAX or len(parts) > DEPTH_MAX or any(_too_long(part) for part in parts):
        raise DamagedArchive("a path is too long", offset, name[:NAME_MAX])
    if "\0" in path:
        raise DamagedArchive("a path holds a zero byte", offset, name)
    return path


def _too_long(part: str) -> bool:
    return len(part) > NAME_MAX or len(part.encode("utf-8", "surrogateescape")) > NAME_MAX


class Unpacking:
    """Builds the tree of one layer, entry by entry."""

    def __init__(self) -> None:
        self._builder = TreeBuilder()
        self._plain: set[str] = {""}
        self._hidden: set[str] = set()

    def add(self, entry: Entry) -> None:
        """Raises: DamagedArchive, UnsafeLayer."""
        path = clean_path(entry.header.name, entry.offset)
        if path.startswith(META_PREFIX) and path.partition("/")[0] != OPAQUE:
            return  # housekeeping of a file system named aufs
        try:
            self._add(entry, path)
        except FilesystemError as error:
            what = f"cannot be unpacked: {error.strerror}"
            raise DamagedArchive(what, entry.offset, entry.header.name) from None

    def build(self) -> Tree:
        for path in self._hidden:
            if isinstance(self._builder.get(path), Directory):
                self._builder.opaque(path)
        return self._builder.build()

    def _add(self, entry: Entry, path: str) -> None:
        parent, _, name = path.rpartition("/")
        parent = self._real(parent, entry)
        path = f"{parent}/{name}" if parent else name
        if any(part.startswith(WHITEOUT_PREFIX) for part in parent.split("/")):
            raise UnsafeLayer(f"a directory cannot begin with {WHITEOUT_PREFIX}", entry.header.name)
        if name == OPAQUE:
            self._builder.opaque(parent)
        elif name.startswith(WHITEOUT_PREFIX):
            self._hide(parent, name[len(WHITEOUT_PREFIX) :], entry)
        else:
            self._make(entry, path)

    def _hide(self, parent: str, name: str, entry: Entry) -> None:
        if name in ("", ".", "..") or name.startswith(WHITEOUT_PREFIX):
            raise UnsafeLayer("a whiteout that names no file", entry.header.name)
        path = f"{parent}/{name}" if parent else name
        self._hidden.add(path)
        self._builder.whiteout(path)

    def _make(self, entry: Entry, path: str) -> None:
        header, builder = entry.header, self._builder
        owner = (header.uid, header.gid, header.mtime_ns)
        xattrs = header.xattrs or None
        if header.kind == DIRECTORY:
            builder.directory(path, header.mode, *owner, xattrs)
            return
        if path in self._plain or not path:
            if not path:
                raise UnsafeLayer("the root can only be a directory", header.name)
            self._plain = {""}
        if header.kind == REGULAR:
            builder.file(path, entry.content, header.mode, *owner, xattrs)
        elif header.kind == SYMLINK:
            if not header.link or "\0" in header.link:
                raise DamagedArchive("a symlink without a target", entry.offset, header.name)
            builder.symlink(path, header.link, *owner).xattrs = xattrs
        elif header.kind == HARD_LINK:
            self._link(entry, path)
        else:
            device = device_number(header.major, header.minor)
            mode = DEVICE_TYPES[header.kind] | header.mode
            builder.node(path, mode, 0 if header.kind == FIFO else device, *owner).xattrs = xattrs

    def _link(self, entry: Entry, path: str) -> None:
        """A hard link: to a file that is already there, through no symlink that leads away."""
        link = clean_path(entry.header.link, entry.offset)
        parent, _, name = link.rpartition("/")
        target = f"{self._real(parent, entry)}/{name}"
        found = self._builder.get(target)
        if found is None or isinstance(found, Whiteout):
            raise BrokenLink(path, link)
        if isinstance(found, Directory):
            raise UnsafeLayer(f"a hard link to the directory {link!r}", entry.header.name)
        self._builder.hardlink(path, target)

    def _real(self, path: str, entry: Entry) -> str:
        """The directory a path means, with symlinks of this layer followed inside it."""
        if path in self._plain:
            return path
        pending, done, followed = path.split("/")[::-1], list[str](), 0
        while pending:
            part = pending.pop()
            if part == "..":
                done = done[:-1]
                continue
            if part in ("", "."):
                continue
            found = self._builder.get("/".join([*done, part]))
            if isinstance(found, Symlink):
                followed += 1
                if followed > LINKS_MAX:
                    raise UnsafeLayer("its path goes round in symlinks", entry.header.name)
                if found.target.startswith("/"):
                    done = []
                pending.extend(found.target.split("/")[::-1])
                continue
            if followed and not isinstance(found, Directory):
                link = f"its path goes through a symlink to {found_target(path, self._builder)!r}"
                raise UnsafeLayer(link, entry.header.name)
            done.append(part)
        real = "/".join(done)
        if not followed:
            self._plain.add(real)
        return real


def found_target(path: str, builder: TreeBuilder) -> str:
    """The target of the first symlink on a path."""
    parts = path.split("/")
    for end in range(1, len(parts) + 1):
        found = builder.get("/".join(parts[:end]))
        if isinstance(found, Symlink):
            return found.target
    raise InvalidInput(path)
