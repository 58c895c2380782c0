"""Blobs: files named by the digest of their bytes, one for each layer.

A blob begins as a temporary file and gets its name when the stores commit, after its bytes are on
the disk and before the row that speaks of it is; it is removed after the row is gone. So whatever the
moment of a crash, no row speaks of a blob that is not whole, and blobs no row speaks of are swept.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from weakref import WeakValueDictionary

from ...filesystem.content import Content
from ...filesystem.region import Region
from ...filesystem.tree import Tree
from ...layer import Archive, Layer, read_tree
from ...layer.errors import DamagedArchive
from ...layer.reading import UNPACKED_MAX, size_of
from ...layer.stream import compression, decompress
from ...spec import Digest
from .files import OpenFiles, StoredFile, sync_directory
from .spool import DiskSpool

BLOBS = "blobs/sha256"
TEMPORARY = "tmp"


class DiskBlobs:
    """`Blobs` on the disk, and the blobs that stay."""

    def __init__(self, home: Path) -> None:
        self._directory = home / BLOBS
        self._temporary = home / TEMPORARY
        for path in (self._directory.parent, self._directory, self._temporary):
            if not path.exists():
                path.mkdir(mode=0o700)
                sync_directory(path.parent)
        self._files = OpenFiles()
        self._counted = 0
        self._known: WeakValueDictionary[Digest, StoredFile] = WeakValueDictionary()
        self._new: dict[Digest, StoredFile] = {}
        self._users: dict[Digest, int] = {}
        self._unused: set[Digest] = set()
        self.trees: WeakValueDictionary[Digest, Tree] = WeakValueDictionary()

    def spool(self) -> DiskSpool:
        self._counted += 1
        return DiskSpool(self._files, self._temporary / f"{self._counted}")

    def read_layer(self, chunks: Iterable[bytes]) -> Layer:
        content, digest = self._spooled(decompress(chunks))
        tree = read_tree(content)
        return Layer(tree, digest, size_of(tree), Archive((content,), digest))

    def read_tree(self, archive: Content) -> Tree:
        if compression(archive.read(0, 6)) is not None:
            archive, _ = self._spooled(decompress(archive.chunks()))
        return read_tree(archive)

    def _spooled(self, chunks: Iterable[bytes]) -> tuple[Content, Digest]:
        spool, hashing, size = self.spool(), hashlib.sha256(), 0
        for chunk in chunks:
            size += len(chunk)
            if size > UNPACKED_MAX:
                raise DamagedArchive(f"it unpacks to more than {UNPACKED_MAX} bytes", size)
            hashing.update(chunk)
            spool.write(chunk)
        return spool.content(), Digest.of_hash(hashing)

    def keep(self, archive: Archive) -> tuple[Digest, int]:
        """Have the bytes of an archive as a blob, used once more; its name and size in bytes.

        A layer that was read here is not written again.
        """
        digest = archive.known_digest
        if digest is None or digest not in self._users:
            digest = self._take_over(archive)
        self._users[digest] = self._users.get(digest, 0) + 1
        self._unused.discard(digest)
        return digest, archive.size

    def _take_over(self, archive: Archive) -> Digest:
        file, digest = spooled_file(archive), archive.known_digest
        if file is None or digest is None:
            file, digest = self._written(archive)
        if digest not in self._users:
            self._known[digest] = self._new[digest] = file
        return digest

    def _written(self, archive: Archive) -> tuple[StoredFile, Digest]:
        spool, digest = self.spool(), archive.known_digest
        hashing = hashlib.sha256()
        for chunk in archive.chunks():
            if digest is None:
                hashing.update(chunk)
            spool.write(chunk)
        return spool.file(), digest or Digest.of_hash(hashing)

    def use(self, digest: Digest) -> None:
        """A row that was there at the start speaks of this blob."""
        self._users[digest] = self._users.get(digest, 0) + 1

    def release(self, digest: Digest) -> None:
        """One user less; the last one takes the blob with it, once that is committed."""
        self._users[digest] -= 1
        if not self._users[digest]:
            del self._users[digest]
            self._unused.add(digest)

    def content(self, digest: Digest, size: int) -> Content:
        """The bytes of a blob, where they lie."""
        file = self._known.get(digest)
        if file is None:
            file = self._known[digest] = StoredFile(self._files, self.path(digest), size)
        return Content((Region(file, 0, size),))

    def path(self, digest: Digest) -> Path:
        return self._directory / digest.encoded

    def settle(self) -> None:
        """Give the new blobs their names, with all their bytes on the disk."""
        new = {digest: file for digest, file in self._new.items() if digest in self._users}
        for digest, file in new.items():
            file.sync()
            file.moved(self.path(digest))
        if new:
            sync_directory(self._directory)
        self._new.clear()

    def drop_unused(self) -> None:
        """Remove the blobs whose rows are gone for good."""
        for digest in self._unused:
            file = self._known.pop(digest, None)
            if file is None or not file.temporary:
                (file or StoredFile(self._files, self.path(digest), 0)).remove()
        self._unused.clear()

    def sweep(self) -> None:
        """Remove what no row speaks of: remains of a crash."""
        for path in self.strays():
            os.unlink(path)

    def strays(self) -> Iterator[Path]:
        """Temporary files, and blobs that no row speaks of."""
        used = {digest.encoded for digest in self._users}
        for entry in (*os.scandir(self._temporary), *os.scandir(self._directory)):
            if entry.name not in used:
                yield Path(entry.path)

    def close(self) -> None:
        self._files.close()


def spooled_file(archive: Archive) -> StoredFile | None:
    """The temporary file that holds exactly this archive, if one does."""
    match list(archive.segments):
        case [Content() as content]:
            match list(content.segments()):
                case [Region(source=StoredFile() as file, start=0) as region]:
                    return file if file.temporary and len(region) == file.size else None
    return None
