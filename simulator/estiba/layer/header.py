"""Tar headers: 512 bytes that say what the next entry is, and extended records that say more.

Read: ustar, GNU and pax, as real tools write them. Written: what Docker 20.10 writes, which is
ustar, preceded by a pax header where a name, a link or a number does not fit.
Source: POSIX pax(1), "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "Basic Tar
Format".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import DamagedArchive

BLOCK = 512
ZERO_BLOCK = bytes(BLOCK)
NAME_SIZE = 100
XATTR = "SCHILY.xattr."

REGULAR, HARD_LINK, SYMLINK, CHARACTER, BLOCK_DEVICE, DIRECTORY, FIFO = "0123456"
EXTENDED, GLOBAL, LONG_NAME, LONG_LINK, SPARSE = "xgLKS"
WITHOUT_DATA = frozenset((HARD_LINK, SYMLINK, CHARACTER, BLOCK_DEVICE, DIRECTORY, FIFO))


@dataclass(slots=True)
class Header:
    """What an entry says of itself. `mode` is without the type. Units: `size` bytes, `mtime_ns`
    nanoseconds.
    """

    name: str
    kind: str = REGULAR
    mode: int = 0
    uid: int = 0
    gid: int = 0
    size: int = 0
    mtime_ns: int = 0
    link: str = ""
    major: int = 0
    minor: int = 0
    uname: str = ""
    gname: str = ""
    xattrs: dict[str, bytes] = field(default_factory=dict)


def text(raw: bytes) -> str:
    """Names are bytes; what is no UTF-8 survives in surrogates."""
    return raw.decode("utf-8", "surrogateescape")


def raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def padding(size: int) -> int:
    """How many bytes bring `size` to a whole block."""
    return -size % BLOCK


def parse(block: bytes, offset: int) -> Header:
    """Read a header block. Raises: DamagedArchive."""
    name = text(block[:NAME_SIZE].split(b"\0", 1)[0])
    if _checksum(block) != _number(block[148:156], "checksum", offset, name):
        raise DamagedArchive("the header's checksum is wrong", offset, name or None)
    kind = chr(block[156]) if block[156] else REGULAR
    header = Header(
        name,
        REGULAR if kind == "7" else kind,
        _number(block[100:108], "mode", offset, name) & 0o7777,
        _number(block[108:116], "uid", offset, name),
        _number(block[116:124], "gid", offset, name),
        _number(block[124:136], "size", offset, name),
        _number(block[136:148], "mtime", offset, name, negative=True) * 1_000_000_000,
        text(block[157:257].split(b"\0", 1)[0]),
    )
    if kind in (CHARACTER, BLOCK_DEVICE):
        header.major = _number(block[329:337], "device number", offset, name)
        header.minor = _number(block[337:345], "device number", offset, name)
    if block[257:263] == b"ustar\0" and block[345]:
        header.name = text(block[345:500].split(b"\0", 1)[0]) + "/" + header.name
    return header


def _checksum(block: bytes) -> int:
    return sum(block) - sum(block[148:156]) + 8 * 32


def _number(field: bytes, what: str, offset: int, name: str, *, negative: bool = False) -> int:
    """An octal number, or GNU's binary one. Raises: DamagedArchive."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big") - (1 << (8 * len(field) - 1))
        if field[0] & 0x40:
            value -= 1 << (8 * len(field) - 1)
    else:
        digits = field.strip(b" \0")
        if digits.strip(b"01234567"):
            raise DamagedArchive(f"the header's {what} is no octal number", offset, name or None)
        value = int(digits or b"0", 8)
    if (value < 0 and not negative) or abs(value) >= 1 << 62:
        raise DamagedArchive(f"the header's {what} is out of range", offset, name or None)
    return value


def parse_records(data: bytes, offset: int) -> list[tuple[str, bytes]]:
    """The records of a pax header, in order. Raises: DamagedArchive."""
    records = []
    while data:
        length, space, _ = data[:24].partition(b" ")
        size = int(length) if length.isdigit() else 0
        record = data[len(length) + 1 : size]
        key, equals, value = record.partition(b"=")
        if not space or not 0 < size <= len(data) or not equals or record[-1:] != b"\n":
            raise DamagedArchive("a record of the pax header is malformed", offset)
        records.append((text(key), value[:-1]))
        data = data[size:]
    return records


def apply_records(header: Header, records: Mapping[str, bytes], offset: int) -> None:
    """Let a pax header overrule what the plain header says. Raises: DamagedArchive."""
    for key, value in records.items():
        if key in ("path", "linkpath"):
            if b"\0" in value:
                raise DamagedArchive(f"the pax record {key} holds a zero byte", offset, header.name)
            if value:
                setattr(header, "name" if key == "path" else "link", text(value))
        elif key in ("uid", "gid", "size"):
            if not value.isdigit() or len(value) > 18:
                raise DamagedArchive(f"the pax record {key} is no number", offset, header.name)
            setattr(header, key, int(value))
        elif key == "mtime":
            header.mtime_ns = _time_ns(value, offset, header.name)
        elif key.startswith(XATTR):
            header.xattrs[key[len(XATTR) :]] = value


def _time_ns(value: bytes, offset: int, name: str) -> int:
    sign = -1 if value[:1] == b"-" else 1
    whole, _, part = value.lstrip(b"-").partition(b".")
    if not whole.isdigit() or (part and not part.isdigit()) or len(whole) > 12:
        raise DamagedArchive("the pax record mtime is no time", offset, name)
    return sign * (int(whole) * 1_000_000_000 + int((part + b"0" * 9)[:9]))


def render(header: Header, type_bits: int = 0) -> bytes:
    """The bytes Docker 20.10 writes for a header: a pax header first, if anything does not fit.

    `type_bits` are those of the file, which Docker leaves in the mode.
    """
    name, link = raw(header.name), raw(header.link)
    records: dict[str, bytes] = {}
    if len(name) > NAME_SIZE or not name.isascii():
        records["path"] = name
    if len(link) > NAME_SIZE or not link.isascii():
        records["linkpath"] = link
    for key, value, width in (
        ("uid", header.uid, 7),
        ("gid", header.gid, 7),
        ("size", header.size, 11),
    ):
        if value >= 8**width:
            records[key] = b"%d" % value
    records.update((XATTR + key, value) for key, value in header.xattrs.items())
    main = _block(header, type_bits, records)
    return _pax_header(header.name, records) + main if records else main


def render_plain(header: Header) -> bytes:
    """A header without the pax way: a long name is split between its two fields, if it can be."""
    name = raw(header.name)
    cut = name.rfind(b"/", 0, 156) if len(name) > NAME_SIZE else 0
    if (
        max(header.uid, header.gid) >= 8**7
        or not name.isascii()
        or (cut and not 0 < len(name) - cut - 1 <= NAME_SIZE)
        or cut < 0
    ):
        return render(header)
    return _block(header, 0, {}, name[cut + 1 if cut else 0 :], name[:cut])


def _block(
    header: Header,
    type_bits: int,
    records: Mapping[str, bytes],
    name: bytes | None = None,
    prefix: bytes = b"",
) -> bytes:
    fields = (
        (_ascii(raw(header.name)) if name is None else name)[:NAME_SIZE].ljust(NAME_SIZE, b"\0"),
        b"%07o\0" % (header.mode | type_bits),
        b"%07o\0" % (0 if "uid" in records else header.uid),
        b"%07o\0" % (0 if "gid" in records else header.gid),
        b"%011o\0" % (0 if "size" in records else header.size),
        b"%011o\0" % (max(header.mtime_ns, 0) // 1_000_000_000),
        b"        ",
        header.kind.encode(),
        _ascii(raw(header.link))[:NAME_SIZE].ljust(NAME_SIZE, b"\0"),
        b"ustar\x0000",
        raw(header.uname)[:32].ljust(32, b"\0"),
        raw(header.gname)[:32].ljust(32, b"\0"),
        b"%07o\0" % header.major,
        b"%07o\0" % header.minor,
        prefix.ljust(155, b"\0"),
        bytes(12),
    )
    return _sealed(b"".join(fields))


def _sealed(block: bytes) -> bytes:
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def _pax_header(name: str, records: Mapping[str, bytes]) -> bytes:
    data = b"".join(_record(raw(key), records[key]) for key in sorted(records))
    head, _, tail = name.rstrip("/").rpartition("/")
    if name.endswith("/"):
        head, tail = name.rstrip("/"), ""
    parts = [part for part in head.split("/") if part and part != "."]
    path = "/".join([*parts, "PaxHeaders.0", *([tail] if tail else [])])
    block = b"".join(
        (
            _ascii(raw("/" * name.startswith("/") + path))[:NAME_SIZE]
            .rstrip(b"/")
            .ljust(NAME_SIZE, b"\0"),
            b"0000000\0" * 3,
            b"%011o\0" % len(data),
            b"00000000000\0",
            b"        ",
            b"x",
            bytes(NAME_SIZE),
            b"ustar\x0000",
            bytes(247),
        )
    )
    return _sealed(block) + data + bytes(padding(len(data)))


def _record(key: bytes, value: bytes) -> bytes:
    body = b" " + key + b"=" + value + b"\n"
    size = len(body)
    while size != len(body) + len(b"%d" % size):
        size = len(body) + len(b"%d" % size)
    return b"%d" % size + body


def _ascii(name: bytes) -> bytes:
    return name if name.isascii() else text(name).encode("ascii", "ignore")
