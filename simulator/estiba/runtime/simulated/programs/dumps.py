"""od, hexdump, hd, xxd, strings, fold, expand, split, cmp: bytes made visible, files in pieces."""

from __future__ import annotations

import re

from ..program import Process
from ..streams import Output, decode, print_out, read_all, write_all, write_file
from ..syscalls import O_RDONLY, Body, Close, Open, SyscallError
from .concatenation import open_input
from .options import Grammar, Misuse, basename, complain, is_busybox, missing_operand, tool
from .quantities import parse_size

OD = Grammar(
    "A:abcdDfFhHiIj:lLN:oOst:vw::x",
    {
        "address-radix=": "A", "skip-bytes=": "j", "read-bytes=": "N", "format=": "t",
        "output-duplicates": "v", "width=?": "w",
    },
)  # fmt: skip
NAMED = (
    "nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si "
    "dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp"
).split()
ESCAPES = {0: "\\0", 7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r"}
SHORT = {"a": "a", "b": "o1", "c": "c", "d": "u2", "D": "u4", "h": "x2", "H": "x4", "i": "d4",
         "l": "d8", "o": "o2", "O": "o4", "s": "d2", "x": "x2"}  # fmt: skip
DIGITS = {("o", 1): 3, ("o", 2): 6, ("o", 4): 11, ("o", 8): 22, ("x", 1): 2, ("x", 2): 4, ("x",
4): 8,
          ("x", 8): 16, ("d", 1): 4, ("d", 2): 6, ("d", 4): 11, ("d", 8): 20, ("u", 1): 3,
          ("u", 2): 5, ("u", 4): 10, ("u", 8): 20}  # fmt: skip


def gather(process: Process, paths: list[str]) -> Body[tuple[bytes, int]]:
    """The bytes of all files, and a status."""
    parts, status = [], 0
    for path in paths or ["-"]:
        fd = yield from open_input(process, path, opening=False)
        if fd is None:
            status = 1
            continue
        parts.append((yield from read_all(fd)))
        if fd:
            yield from Close(fd)
    return b"".join(parts), status


@tool("od")
def od(process: Process, args: list[str]) -> Body[int]:
    options = OD.parse(process, args)
    forms = []
    for letter, value in options.pairs:
        if letter == "t":
            forms += re.findall(r"(?:[doux][1248CSIL]?|[acf])z?", value)
        elif letter in SHORT:
            forms.append(SHORT[letter])
    data, status = yield from gather(process, options.operands)
    skip = parse_size(options.value("j", "0")) or 0
    data = data[skip:]
    if "N" in options:
        data = data[: parse_size(options.value("N")) or 0]
    width = int(options.value("w") or 32) if "w" in options else 16
    radix = options.value("A", "o")
    out, last, starred = Output(), None, False
    for offset in range(0, len(data), width):
        chunk = data[offset : offset + width]
        if chunk == last and len(chunk) == width and "v" not in options:
            if not starred:
                out.put("*\n")
                starred = True
            continue
        last, starred = chunk, False
        head = _address(radix, offset + skip)
        for index, form in enumerate(forms or ["o2"]):
            lead = head if index == 0 else " " * len(head)
            out.put(lead + _cells(form, chunk, width, forms or ["o2"]) + "\n")
    if radix != "n":
        out.put(_address(radix, len(data) + skip) + "\n")
    yield from out.flush()
    return status


def _address(radix: str, offset: int) -> str:
    return {"o": f"{offset:07o}", "d": f"{offset:07d}", "x": f"{offset:06x}"}.get(radix, "")


def _unit(form: str) -> tuple[str, int, int]:
    """Letter, bytes and cell width of a format."""
    letter = form[0]
    if letter in "ac":
        return letter, 1, 4
    size = {"C": 1, "S": 2, "I": 4, "L": 8, "": 4}.get(form[1:].rstrip("z"), 0) or int(form[1])
    return letter, size, DIGITS[letter, size] + 1


def _cells(form: str, chunk: bytes, width: int, forms: list[str]) -> str:
    letter, size, cell = _unit(form)
    per_byte = max(_unit(each)[2] / _unit(each)[1] for each in forms)
    cell = max(cell, round(per_byte * size))
    cells = []
    for index in range(0, len(chunk), size):
        part = chunk[index : index + size]
        if letter == "c":
            byte = part[0]
            text = ESCAPES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"{byte:03o}")
        elif letter == "a":
            byte = part[0] & 127
            text = NAMED[byte] if byte < 33 else "del" if byte == 127 else chr(byte)
        else:
            value = int.from_bytes(part.ljust(size, b"\0"), "little", signed=letter == "d")
            digits = DIGITS[letter, size]
            text = f"{value:0{digits}{letter}}" if letter in "ox" else str(value)
        cells.append(text.rjust(cell))
    line = "".join(cells)
    if form.endswith("z"):
        shown = "".join(chr(b) if 32 <= b < 127 else "." for b in chunk)
        line = line.ljust(cell * width // size) + f"  >{shown}<"
    return line


@tool("hexdump", "hd")
def hexdump(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("bcCdn:os:vxe:f:", {"canonical": "C", "length=": "n", "skip=": "s"}).parse(
        process, args
    )
    data, status = yield from gather(process, options.operands)
    skip = int(options.value("s", "0"), 0)
    data = data[skip:]
    data = data[: int(options.value("n"), 0)] if "n" in options else data
    canonical = "C" in options or basename(process) == "hd"
    out, last, starred = Output(), None, False
    size = 8 if canonical else 7
    for offset in range(0, len(data), 16):
        chunk = data[offset : offset + 16]
        if chunk == last and len(chunk) == 16 and "v" not in options:
            if not starred:
                out.put("*\n")
            starred = True
            continue
        last, starred = chunk, False
        out.put(_hex_line(chunk, offset + skip, canonical, "c" in options) + "\n")
    if data:
        out.put(f"{len(data) + skip:0{size}x}\n")
    yield from out.flush()
    return status


def _hex_line(chunk: bytes, offset: int, canonical: bool, characters: bool) -> str:
    if canonical:
        one = " ".join(f"{b:02x}" for b in chunk[:8])
        other = " ".join(f"{b:02x}" for b in chunk[8:])
        shown = "".join(chr(b) if 32 <= b < 127 else "." for b in chunk)
        return f"{offset:08x}  {one:<23}  {other:<23}  |{shown}|"
    if characters:
        cells = [ESCAPES.get(b) or (chr(b) if 32 <= b < 127 else f"{b:03o}") for b in chunk]
        return f"{offset:07x} " + " ".join(cell.rjust(3) for cell in cells).ljust(63)
    words = [
        f"{int.from_bytes(chunk[i : i + 2].ljust(2, bytes(1)), 'little'):04x}"
        for i in range(0, len(chunk), 2)
    ]
    return f"{offset:07x} " + " ".join(words).ljust(39)


@tool("xxd")
def xxd(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("abc:eg:il:prs:u").parse(process, args)
    data, status = yield from gather(process, options.operands[:1])
    if status:
        return 2
    if "r" in options:
        pairs = (
            re.sub(rb"\s", b"", data)
            if "p" in options
            else b"".join(
                re.sub(rb"\s", b"", line.partition(b": ")[2].partition(b"  ")[0])
                for line in data.splitlines()
            )
        )
        yield from write_all(1, bytes.fromhex(decode(pairs)))
        return 0
    skip = int(options.value("s", "0"), 0)
    data = data[skip:]
    data = data[: int(options.value("l"), 0)] if "l" in options else data
    plain = "p" in options
    columns = int(options.value("c", "30" if plain else "16"), 0)
    group = int(options.value("g", "2"), 0) or columns
    out = Output()
    for offset in range(0, len(data), columns):
        chunk = data[offset : offset + columns]
        if plain:
            out.put(chunk.hex() + "\n")
            continue
        hexes = " ".join(chunk[i : i + group].hex() for i in range(0, len(chunk), group))
        wide = columns * 2 + -(-columns // group)
        shown = "".join(chr(b) if 32 <= b < 127 else "." for b in chunk)
        text = hexes.upper() if "u" in options else hexes
        out.put(f"{offset + skip:08x}: {text:<{wide}} {shown}\n")
    yield from out.flush()
    return 0


@tool("strings")
def strings(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("afn:ot:", {"all": "a", "bytes=": "n"}).parse(process, args)
    data, status = yield from gather(process, options.operands)
    least = int(options.value("n", "4"))
    found = re.findall(rb"[\t -~]{%d,}" % least, data)
    yield from write_all(1, b"".join(text + b"\n" for text in found))
    return status


@tool("fold")
def fold(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("bsw:", {"bytes": "b", "spaces": "s", "width=": "w"}).parse(process, args)
    data, status = yield from gather(process, options.operands)
    width, out = int(options.value("w", "80")), Output()
    for line in data.splitlines(keepends=True):
        body, end = (line[:-1], b"\n") if line.endswith(b"\n") else (line, b"")
        while len(body) > width:
            cut = width
            if "s" in options and (space := body.rfind(b" ", 0, width)) >= 0:
                cut = space + 1
            out.put(body[:cut] + b"\n")
            body = body[cut:]
        out.put(body + end)
    yield from out.flush()
    return status


@tool("expand", "unexpand")
def expand(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("ait:", {"all": "a", "initial": "i", "tabs=": "t"}).parse(process, args)
    data, status = yield from gather(process, options.operands)
    size = int(options.value("t", "8"))
    if basename(process) == "expand":
        yield from write_all(1, data.expandtabs(size))
        return status
    out = []
    for line in data.split(b"\n"):
        body = line.expandtabs(size)
        blanks = len(body) - len(body.lstrip(b" "))
        out.append(b"\t" * (blanks // size) + b" " * (blanks % size) + body[blanks:])
    yield from write_all(1, b"\n".join(out))
    return status


@tool("split")
def split(process: Process, args: list[str]) -> Body[int]:
    options = Grammar(
        "a:b:C:dl:n:x",
        {"suffix-length=": "a", "bytes=": "b", "lines=": "l", "numeric-suffixes": "d",
        "number=": "n",
         "additional-suffix=": "tail"},
    ).parse(process, args)  # fmt: skip
    operands = options.operands
    data, status = yield from gather(process, operands[:1])
    if status:
        return status
    prefix, length = (
        ([*operands, "x", "x"])[1] if len(operands) > 1 else "x",
        int(options.value("a", "2")),
    )
    if "b" in options or "n" in options:
        size = parse_size(options.value("b", "0")) or max(
            1, -(-len(data) // int(options.value("n", "1")))
        )
        parts = [data[i : i + size] for i in range(0, len(data), size)]
    else:
        count = int(options.value("l", "1000"))
        lines = data.splitlines(keepends=True)
        parts = [b"".join(lines[i : i + count]) for i in range(0, len(lines), count)]
    for number, part in enumerate(parts):
        name, rest = "", number
        for _ in range(length):
            rest, digit = divmod(rest, 10 if "d" in options else 26)
            name = (str(digit) if "d" in options else chr(97 + digit)) + name
        yield from write_file(f"{prefix}{name}{options.value('tail')}", part)
    return 0


@tool("cmp", misuse=2)
def cmp(process: Process, args: list[str]) -> Body[int]:
    options = Grammar(
        "bln:si:", {"silent": "s", "quiet": "s", "verbose": "l", "bytes=": "n"}
    ).parse(process, args)
    operands = options.operands
    if not operands:
        raise (
            missing_operand(process)
            if is_busybox(process)
            else Misuse("missing operand after 'cmp'")
        )
    sides = []
    for path in [*operands, "-"][:2]:
        try:
            fd = 0 if path == "-" else (yield from Open(path, O_RDONLY))
            sides.append((yield from read_all(fd)))
        except SyscallError as error:
            shown = f"can't open '{path}'" if is_busybox(process) else path
            yield from complain(process, f"{shown}: {error}")
            return 2
    one, other = sides
    if "n" in options:
        size = parse_size(options.value("n")) or 0
        one, other = one[:size], other[:size]
    names = [*operands, "-"][:2]
    differing = [i for i in range(min(len(one), len(other))) if one[i] != other[i]]
    if differing and "s" not in options:
        if "l" in options:
            lines = [f"{i + 1} {one[i]:3o} {other[i]:3o}\n" for i in differing]
            yield from print_out("".join(lines))
        else:
            first = differing[0]
            line = one[:first].count(b"\n") + 1
            word = "char" if is_busybox(process) else "byte"
            yield from print_out(f"{names[0]} {names[1]} differ: {word} {first + 1}, line {line}\n")
            return 1
    if len(one) != len(other):
        short, size = (names[0], len(one)) if len(one) < len(other) else (names[1], len(other))
        if "s" not in options and not (differing and "l" not in options):
            text = f"EOF on {short}"
            if not is_busybox(process):
                data = min(one, other, key=len)
                line = data.count(b"\n")
                tail = (
                    f"after byte {size}, line {line}"
                    if data.endswith(b"\n")
                    else f"after byte {size}, in line {line + 1}"
                )
                text += f" {tail}" if size else " which is empty"
            yield from complain(process, text)
        return 1
    return 1 if differing else 0
