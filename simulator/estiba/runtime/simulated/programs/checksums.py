"""md5sum, sha1sum, sha256sum …, cksum, sum, base64, base32, crc32."""

from __future__ import annotations

import base64 as codec
import binascii
import hashlib
import re

from ..program import Process
from ..streams import Output, decode, print_out, read_all, write_all
from ..syscalls import O_RDONLY, Body, Close, Open, SyscallError
from .concatenation import open_input
from .options import Grammar, Misuse, Options, basename, complain, is_busybox, tool
from .quoting import literal, maybe_quoted

SUM = Grammar(
    "bctwz",
    {
        "binary": "b", "check": "c", "tag": "tag", "text": "t", "zero": "z", "quiet": "quiet",
        "status": "status", "strict": "strict", "warn": "w", "ignore-missing": "ignore",
    },
    "csw",
)  # fmt: skip
BASE = Grammar("diw:", {"decode": "d", "ignore-garbage": "i", "wrap=": "w"}, "dw:")
ALGORITHMS = {
    "md5sum": "md5", "sha1sum": "sha1", "sha224sum": "sha224", "sha256sum": "sha256",
    "sha384sum": "sha384", "sha512sum": "sha512", "b2sum": "blake2b", "sha3sum": "sha3_224",
}  # fmt: skip
LINE = re.compile(r"([0-9a-fA-F]+) [ *](.+)$")


@tool(*ALGORITHMS)
def digest_sum(process: Process, args: list[str]) -> Body[int]:
    options = SUM.parse(process, args)
    name = basename(process)
    if "c" in options:
        return (yield from _check(process, options, ALGORITHMS[name]))
    status = 0
    for path in options.operands or ["-"]:
        try:
            digest = yield from _digest(path, ALGORITHMS[name])
        except SyscallError as error:
            if is_busybox(process):
                what = f"can't {'read' if error.errno == 21 else 'open'} '{path}': "
                yield from complain(process, f"{what}{error}")
            else:
                yield from complain(process, f"{maybe_quoted(process, path)}: {error}")
            status = 1
            continue
        if "tag" in options:
            label = {"md5": "MD5", "blake2b": "BLAKE2b"}.get(
                ALGORITHMS[name], ALGORITHMS[name].upper()
            )
            yield from print_out(f"{label} ({path}) = {digest}\n")
        else:
            mark = "*" if "b" in options else " "
            yield from print_out(f"{digest} {mark}{path}" + ("\0" if "z" in options else "\n"))
    return status


def _digest(path: str, algorithm: str) -> Body[str]:
    fd = 0 if path == "-" else (yield from Open(path, O_RDONLY))
    data = yield from read_all(fd)
    if fd:
        yield from Close(fd)
    return hashlib.new(algorithm, data).hexdigest()


def _check(process: Process, options: Options, algorithm: str) -> Body[int]:
    wrong = unread = bad = good = 0
    quiet, silent = "quiet" in options, options.any("s") or "status" in options
    for source in options.operands or ["-"]:
        fd = yield from open_input(process, source)
        if fd is None:
            return 1
        for line in decode((yield from read_all(fd))).splitlines():
            matched = LINE.match(line)
            if not matched:
                bad += 1
                continue
            path = matched[2]
            try:
                same = (yield from _digest(path, algorithm)) == matched[1].lower()
            except SyscallError as error:
                unread += 1
                if is_busybox(process):
                    yield from complain(process, f"can't open '{path}': {error}")
                    yield from print_out(f"{path}: FAILED\n")
                else:
                    yield from complain(process, f"{maybe_quoted(process, path)}: {error}")
                    yield from print_out(f"{path}: FAILED open or read\n")
                continue
            good += same
            wrong += not same
            if not silent and not (same and quiet):
                yield from print_out(f"{path}: {'OK' if same else 'FAILED'}\n")
    yield from _warnings(process, options, wrong, unread, bad, good)
    return 1 if wrong or unread or not (good or wrong) else 0


def _warnings(
    process: Process, options: Options, wrong: int, unread: int, bad: int, good: int
) -> Body[None]:
    if is_busybox(process):
        if wrong + unread:
            total = good + wrong + unread
            yield from complain(
                process, f"WARNING: {wrong + unread} of {total} computed checksums did NOT match"
            )
        return
    if not (good or wrong or unread):
        source = (options.operands or ["standard input"])[0]
        yield from complain(process, f"{source}: no properly formatted checksum lines found")
        return
    for count, one, many in (
        (bad, "line is improperly formatted", "lines are improperly formatted"),
        (unread, "listed file could not be read", "listed files could not be read"),
        (wrong, "computed checksum did NOT match", "computed checksums did NOT match"),
    ):
        if count and "status" not in options:
            yield from complain(process, f"WARNING: {count} {one if count == 1 else many}")


def posix_crc(data: bytes) -> int:
    """The CRC of `cksum`. Source: POSIX, cksum."""
    length, tail = len(data), bytearray()
    while length:
        tail.append(length & 255)
        length >>= 8
    crc = 0
    for byte in data + bytes(tail):
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc ^ 0xFFFFFFFF


@tool("cksum", "sum", "crc32")
def cksum(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("rsa:", {"algorithm=": "a"}).parse(process, args)
    name, status = basename(process), 0
    for path in options.operands or ["-"]:
        fd = yield from open_input(process, path)
        if fd is None:
            status = 1
            continue
        data = yield from read_all(fd)
        label = f" {path}" if options.operands else ""
        if name == "crc32":
            yield from print_out(f"{binascii.crc32(data):08x}{label}\n")
        elif name == "sum":
            check = 0
            for byte in data:
                check = (check >> 1) + ((check & 1) << 15) + byte & 0xFFFF
            yield from print_out(f"{check:05d} {-(-len(data) // 1024):5d}{label}\n")
        else:
            yield from print_out(f"{posix_crc(data)} {len(data)}{label}\n")
    return status


@tool("base64", "base32")
def base64(process: Process, args: list[str]) -> Body[int]:
    options = BASE.parse(process, args)
    text = options.value("w", "76")
    if not text.isdecimal():
        raise Misuse(f"invalid wrap size: {literal(process, text)}", hint=False)
    fd = yield from open_input(
        process, options.operands[0] if options.operands else "-", opening=False
    )
    if fd is None:
        return 1
    data = yield from read_all(fd)
    wide = basename(process) == "base32"
    if "d" in options:
        clean = re.sub(rb"\s", b"", data)
        try:
            decoded = (
                codec.b32decode(clean)
                if wide
                else codec.b64decode(clean, validate="i" not in options)
            )
        except (binascii.Error, ValueError):
            usable = re.match(rb"(?:[A-Za-z0-9+/]{4})*", clean)
            yield from write_all(1, codec.b64decode(usable[0]) if usable and not wide else b"")
            yield from complain(
                process, "invalid input" if not is_busybox(process) else "truncated input"
            )
            return 1
        yield from write_all(1, decoded)
        return 0
    coded = decode(codec.b32encode(data) if wide else codec.b64encode(data))
    width, out = int(text), Output()
    if width and coded:
        for index in range(0, len(coded), width):
            out.put(coded[index : index + width] + "\n")
    else:
        out.put(coded)
    yield from out.flush()
    return 0
