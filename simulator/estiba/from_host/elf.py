"""What an executable needs: its interpreter and its libraries, read from its own headers.

Nothing is executed for it, as `ldd` would. Source: elf(5); ld.so(8), "the shared objects needed".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\x7fELF"
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NEEDED, DT_STRTAB, DT_RPATH, DT_RUNPATH = 1, 5, 15, 29
WIDTHS = {1: ("I", "<HHIIIIIHHHHHH", 16), 2: ("Q", "<HHIQQQIHHHHHH", 16)}


class NotElf(ValueError):
    """No executable of this kind, or a damaged one."""


@dataclass(frozen=True, slots=True)
class Needs:
    """`interpreter` is a path, "" for a static program; `libraries` are names; `paths` where to look first."""

    machine: tuple[int, int]
    """Word size (1: 32 bits, 2: 64) and the number of the processor."""
    interpreter: str = ""
    libraries: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


def needs(data: bytes) -> Needs:
    """Raises: NotElf."""
    try:
        return _read(data)
    except (struct.error, IndexError, KeyError, OverflowError, ValueError) as error:
        raise NotElf(str(error)) from error


def _read(data: bytes) -> Needs:
    if data[:4] != MAGIC or data[5] != 1:
        raise NotElf("no little-endian ELF file")
    size = data[4]
    _, machine, _, _, offset, _, _, _, entry_size, count, *_ = struct.unpack_from(
        WIDTHS[size][1], data, WIDTHS[size][2]
    )
    segments = [_segment(data, size, offset + index * entry_size) for index in range(count)]
    interpreter, dynamic = "", b""
    for kind, start, _, length in segments:
        if kind == PT_INTERP:
            interpreter = data[start : start + length].rstrip(b"\0").decode()
        elif kind == PT_DYNAMIC:
            dynamic = data[start : start + length]
    entries = _dynamic(dynamic, size)
    strings = next((value for tag, value in entries if tag == DT_STRTAB), 0)
    base = _place(segments, strings)
    named = [(tag, _string(data, base + value)) for tag, value in entries if tag in _NAMED]
    paths = [path for tag, text in named if tag != DT_NEEDED for path in text.split(":")]
    libraries = [text for tag, text in named if tag == DT_NEEDED]
    return Needs((size, machine), interpreter, tuple(libraries), tuple(filter(None, paths)))


_NAMED = (DT_NEEDED, DT_RPATH, DT_RUNPATH)


def _segment(data: bytes, size: int, at: int) -> tuple[int, int, int, int]:
    """Type, place in the file, address, bytes in the file."""
    if size == 2:
        kind, _, start, address, _, length = struct.unpack_from("<IIQQQQ", data, at)
    else:
        kind, start, address, _, length = struct.unpack_from("<IIIII", data, at)
    return kind, start, address, length


def _dynamic(data: bytes, size: int) -> list[tuple[int, int]]:
    letter = WIDTHS[size][0]
    pairs: list[tuple[int, int]] = list(struct.iter_unpack(f"<{letter}{letter}", data))
    return pairs


def _place(segments: list[tuple[int, int, int, int]], address: int) -> int:
    """Where in the file an address is."""
    for kind, start, low, length in segments:
        if kind == PT_LOAD and low <= address < low + length:
            return start + address - low
    return 0


def _string(data: bytes, at: int) -> str:
    return data[at : data.index(b"\0", at)].decode()
