"""Files with holes in a tar, written without them: GNU's sparse form 1.0, which GNU tar and Python read.

The data of the entry begin with a map (how many parts, then offset and size of each, a decimal number
a line, filled up to a block), and go on with the parts. Source: GNU tar manual, "PAX Format, Version 1.0".
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

BLOCK = 512
CHUNK = 1 << 20


def add_sparse(tar: tarfile.TarFile, path: Path, name: str) -> None:
    """Add a file under a name; times and owner are left out."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        parts = list(data_parts(file.fileno(), size))
        info = tarfile.TarInfo(name)
        info.mode = 0o600
        if parts == [(0, size)]:
            info.size = size
            file.seek(0)
            tar.addfile(info, file)
            return
        head = sparse_map(parts, size)
        info.name = f"GNUSparseFile.0/{name}"
        info.pax_headers = {
            "GNU.sparse.major": "1",
            "GNU.sparse.minor": "0",
            "GNU.sparse.name": name,
            "GNU.sparse.realsize": str(size),
        }
        info.size = len(head) + sum(length for _, length in parts)
        tar.addfile(info, Parts(file.fileno(), head, parts))  # type: ignore[arg-type]


def data_parts(descriptor: int, size: int) -> Iterator[tuple[int, int]]:
    """Offset and size of each part that is no hole."""
    end = 0
    while end < size:
        try:
            start = os.lseek(descriptor, end, os.SEEK_DATA)
        except OSError:
            return  # nothing but a hole from here on
        end = os.lseek(descriptor, start, os.SEEK_HOLE)
        yield start, end - start


def sparse_map(parts: list[tuple[int, int]], size: int) -> bytes:
    """A file that ends with a hole has an empty part at its end."""
    ended = not parts or sum(parts[-1]) < size
    places = [*parts, (size, 0)] if ended else parts
    lines = [str(len(places)), *(str(number) for place in places for number in place)]
    text = "".join(f"{line}\n" for line in lines).encode()
    return text + bytes(-len(text) % BLOCK)


class Parts:
    """What `tarfile` reads an entry's data from: the map, then the parts, one after the other."""

    def __init__(self, descriptor: int, head: bytes, parts: list[tuple[int, int]]) -> None:
        self._pieces = _pieces(descriptor, head, parts)
        self._rest = b""

    def read(self, size: int) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


def _pieces(descriptor: int, head: bytes, parts: list[tuple[int, int]]) -> Iterator[bytes]:
    yield head
    for start, length in parts:
        for at in range(start, start + length, CHUNK):
            yield os.pread(descriptor, min(CHUNK, start + length - at), at)
