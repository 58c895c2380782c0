"""A stream of bytes to read an archive from: decompressed, hashed and counted on the way.

Nothing is ever held but the piece being read. `Content` made here keeps runs of zeros as holes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol

from ..errors import NotSupported
from ..filesystem.content import Content
from ..spec import Digest
from .errors import DamagedArchive

PIECE = 65536
WINDOW = 8192
DATA_MAX = 1 << 20
_ZEROS = bytes(PIECE)

MAGIC = {b"\x1f\x8b\x08": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd"}


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...


def compression(head: bytes) -> str | None:
    """How a stream is compressed, by its first bytes; None for plain."""
    return next((name for magic, name in MAGIC.items() if head.startswith(magic)), None)


def decompress(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The plain bytes of a stream that may be compressed. Raises: DamagedArchive, NotSupported."""
    rest = iter(chunks)
    head = b""
    while len(head) < 6 and (chunk := next(rest, None)) is not None:
        head += chunk
    kind = compression(head)
    if kind is None:
        if head:
            yield head
        yield from rest
    else:
        yield from _inflate(kind, head, rest)


def _inflate(kind: str, head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    engine, given, chunk = _engine(kind), 0, head
    while True:
        try:
            yield from _feed(engine, chunk)
        except (zlib.error, OSError, EOFError, ValueError, _lzma_error()) as error:
            what = str(error).removeprefix("Error -3 while decompressing data: ")
            raise DamagedArchive(f"the {kind} stream is broken: {what}", given) from None
        given += len(chunk)
        chunk = engine.unused_data if engine.eof else b""
        if engine.eof:
            chunk = chunk or next(rest, b"")
            if not chunk:
                return
            engine = _engine(kind)
        else:
            chunk = next(rest, b"")
            if not chunk:
                raise DamagedArchive(f"the {kind} stream ends too early", given)


def _feed(engine: _Decompressor, data: bytes) -> Iterator[bytes]:
    """Decompress in bounded pieces, so that a small input cannot fill the memory."""
    if isinstance(engine, _Zlib):
        while data:
            yield engine.decompress(data, PIECE)
            data = engine.unconsumed_tail
        return
    yield engine.decompress(data, PIECE)  # type: ignore[attr-defined]
    while not engine.eof and not engine.needs_input:  # type: ignore[attr-defined]
        yield engine.decompress(b"", PIECE)  # type: ignore[attr-defined]


class _Zlib:
    """A gzip member; `unused_data` is what follows it."""

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(16 + zlib.MAX_WBITS)

    def decompress(self, data: bytes, limit: int) -> bytes:
        return self._engine.decompress(data, limit)

    @property
    def unconsumed_tail(self) -> bytes:
        return self._engine.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data


def _engine(kind: str) -> _Decompressor:
    if kind == "gzip":
        return _Zlib()
    try:
        if kind == "bzip2":
            import bz2  # noqa: PLC0415

            return bz2.BZ2Decompressor()
        if kind == "xz":
            import lzma  # noqa: PLC0415

            return lzma.LZMADecompressor(lzma.FORMAT_XZ)
    except ImportError:
        pass
    raise NotSupported(f"{kind} compression is not available here")


def _lzma_error() -> type[Exception]:
    try:
        import lzma  # noqa: PLC0415
    except ImportError:
        return OSError
    return lzma.LZMAError


class Source:
    """Takes bytes from a stream of chunks. Units: `offset`, bytes taken so far; `limit`, bytes at
    most.

    Raises: DamagedArchive when the stream ends too early or has more than `limit` bytes.
    """

    def __init__(self, chunks: Iterable[bytes], limit: int) -> None:
        self._chunks = iter(chunks)
        self._limit = limit
        self._hash = hashlib.sha256()
        self._buffer = b""
        self._at = 0
        self.offset = 0

    def take(self, size: int, what: str, entry: str | None = None) -> bytes:
        """Exactly that many bytes."""
        data = self._buffer[self._at : self._at + size]
        if len(data) == size:
            self._at += size
            self.offset += size
            return data
        parts = list(self._pieces(size))
        if sum(map(len, parts)) < size:
            raise DamagedArchive(f"it ends inside {what}", self.offset, entry)
        return b"".join(parts)

    def take_block(self, size: int) -> bytes:
        """That many bytes, or fewer at the end of the stream."""
        return b"".join(self._pieces(size))

    def content(self, size: int, entry: str) -> Content:
        """That many bytes as a content with holes where there are only zeros."""
        content = Content(joined(self._pieces(size)))
        if len(content) < size:
            raise DamagedArchive("it ends inside a file's data", self.offset, entry)
        return content

    def rest(self) -> Content:
        """Everything up to the end."""
        return Content(joined(self._pieces(self._limit + 1)))

    @property
    def digest(self) -> Digest:
        """The digest of all bytes, once all are taken."""
        return Digest.of_hash(self._hash)

    def _pieces(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if self._at >= len(self._buffer) and not self._fill():
                return
            piece = self._buffer[self._at : self._at + min(size, PIECE)]
            self._at += len(piece)
            self.offset += len(piece)
            size -= len(piece)
            yield piece

    def _fill(self) -> bool:
        chunk = next(self._chunks, None)
        while chunk == b"":
            chunk = next(self._chunks, None)
        if chunk is None:
            return False
        if self.offset + len(chunk) > self._limit:
            raise DamagedArchive(f"it unpacks to more than {self._limit} bytes", self.offset)
        self._hash.update(chunk)
        self._buffer, self._at = chunk, 0
        return True


class StoredSource(Source):
    """Takes bytes from a content that stays where it is: headers are read, data only pointed at."""

    def __init__(self, content: Content, limit: int) -> None:
        if content.size > limit:
            raise DamagedArchive(f"it unpacks to more than {limit} bytes", 0)
        super().__init__((), limit)
        self._content = content

    def content(self, size: int, entry: str) -> Content:
        if self.offset + size > self._content.size:
            raise DamagedArchive("it ends inside a file's data", self._content.size, entry)
        return self._skip(size)

    def rest(self) -> Content:
        return self._skip(self._content.size - self.offset)

    def _skip(self, size: int) -> Content:
        part = self._content[self.offset : self.offset + size]
        self.offset += size
        self._at += size
        if self._at >= len(self._buffer):
            self._buffer, self._at = b"", 0
        return part

    def _fill(self) -> bool:
        self._buffer, self._at = self._content.read(self.offset, WINDOW), 0
        return bool(self._buffer)


def source_of(archive: Content | Iterable[bytes], limit: int) -> Source:
    """Where to take an archive from: in place, if it is a content and not compressed."""
    if not isinstance(archive, Content):
        return Source(decompress(archive), limit)
    if compression(archive.read(0, 6)) is None:
        return StoredSource(archive, limit)
    return Source(decompress(archive.chunks()), limit)


def joined(pieces: Iterable[bytes]) -> Iterator[bytes | int]:
    """Pieces of at most `PIECE` bytes as what a `Content` is made of: holes for those of zeros, the
    others joined to about a megabyte.
    """
    data: list[bytes] = []
    size = hole = 0
    for piece in pieces:
        empty = piece == _ZEROS[: len(piece)]
        if data and (empty or size + len(piece) > DATA_MAX):
            yield b"".join(data)
            data, size = [], 0
        if empty:
            hole += len(piece)
            continue
        if hole:
            yield hole
            hole = 0
        data.append(piece)
        size += len(piece)
    if data:
        yield b"".join(data)
    if hole:
        yield hole
