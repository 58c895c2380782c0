"""sort, uniq, cut, tr, paste, comm, join-like work on lines and fields."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..program import Process
from ..streams import (
    LineReader,
    Output,
    copy,
    decode,
    encode,
    read_all,
    write_all,
)
from ..syscalls import Body, Close, Read
from .concatenation import open_input
from .options import Grammar, Misuse, is_busybox, missing_operand, tool
from .quoting import literal

POSITIONS = "byte/character positions are numbered from 1"
CUT = Grammar(
    "b:c:d:f:nsz",
    {
        "bytes=": "b", "characters=": "c", "delimiter=": "d", "fields=": "f",
        "only-delimited": "s", "complement": "complement", "output-delimiter=": "out",
    },
    "b:c:d:f:nsO:",
)  # fmt: skip
TR = Grammar(
    "+cCdst",
    {"complement": "c", "delete": "d", "squeeze-repeats": "s", "truncate-set1": "t"},
    "+cCds",
)
CLASSES: dict[str, Callable[[int], bool]] = {
    "alpha": lambda c: 65 <= c <= 90 or 97 <= c <= 122, "digit": lambda c: 48 <= c <= 57,
    "alnum": lambda c: 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122,
    "upper": lambda c: 65 <= c <= 90, "lower": lambda c: 97 <= c <= 122,
    "space": lambda c: c in b" \t\n\v\f\r", "blank": lambda c: c in b" \t",
    "punct": lambda c: 33 <= c <= 126 and not chr(c).isalnum(),
    "print": lambda c: 32 <= c <= 126, "graph": lambda c: 33 <= c <= 126,
    "cntrl": lambda c: c < 32 or c == 127,
    "xdigit": lambda c: chr(c) in "0123456789abcdefABCDEF",
}  # fmt: skip


def _ranges(process: Process, text: str, field: bool) -> list[tuple[int, int]]:
    """1-based, last included. Raises: Misuse."""
    found = []
    for part in re.split(r"[, ]", text):
        matched = re.fullmatch(r"(\d*)(-?)(\d*)", part)
        if not matched or not (matched[1] or matched[3]):
            if is_busybox(process):
                raise Misuse(f"invalid number '{part.strip(chr(45))}'", hint=False)
            if part in ("-", ""):
                raise Misuse("invalid range with no endpoint: -" if part else
                             "fields are numbered from 1" if field else POSITIONS)  # fmt: skip
            noun = "field value" if field else "byte/character position"
            raise Misuse(f"invalid {noun} {literal(process, part)}")
        first = int(matched[1] or 1)
        last = int(matched[3]) if matched[3] else first if not matched[2] else 1 << 60
        if first == 0:
            noun = "fields are" if field else "byte/character positions are"
            raise Misuse(f"{noun} numbered from 1")
        if last < first:
            raise Misuse("invalid decreasing range")
        found.append((first, last))
    return sorted(found)


@tool("cut")
def cut(process: Process, args: list[str]) -> Body[int]:
    options = CUT.parse(process, args)
    kinds = [letter for letter, _ in options.pairs if letter in ("b", "c", "f")]
    if len(kinds) != 1:
        if is_busybox(process):
            raise Misuse(
                "" if kinds else "expected a list of bytes, characters, or fields", hint=bool(kinds)
            )
        raise Misuse("only one list may be specified" if kinds else
                     "you must specify a list of bytes, characters, or fields")  # fmt: skip
    kind = kinds[0]
    delimiter = encode(options.value("d", "\t")) or b"\0"
    if len(decode(delimiter)) > 1 and not is_busybox(process):
        raise Misuse("the delimiter must be a single character")
    ranges = _ranges(process, options.value(kind), kind == "f")
    joiner = encode(options.value("out")) if "out" in options else delimiter if kind == "f" else b""
    status = 0
    for path in options.operands or ["-"]:
        fd = yield from open_input(process, path)
        if fd is None:
            status = 1
            continue
        reader, out = LineReader(fd), Output()
        while (line := (yield from reader.next())) is not None:
            body = line.rstrip(b"\n")
            if kind == "f" and delimiter not in body:
                if "s" not in options:
                    out.put(body + b"\n")
                continue
            parts: list[bytes] = (
                body.split(delimiter) if kind == "f" else [bytes([b]) for b in body]
            )
            inside = [part for i, part in enumerate(parts, 1)
                      if any(a <= i <= b for a,
                      b in ranges) != ("complement" in options)]  # fmt: skip
            out.put((joiner if kind == "f" else b"").join(inside) + b"\n")
        yield from out.flush()
        if fd:
            yield from Close(fd)
    return status


def _class(name: str) -> list[int]:
    """Raises: Misuse."""
    check = CLASSES.get(name)
    if check is None:
        raise Misuse(f"invalid character class '{name}'", hint=False)
    return [code for code in range(256) if check(code)]


def _set(text: str) -> list[int]:
    """tr's notation: ranges, classes, escapes."""
    from .escapes import OCTAL, SIMPLE  # noqa: PLC0415 - small, shared

    codes: list[int] = []
    data, index = decode(encode(text)), 0
    units: list[tuple[int, bool]] = []
    while index < len(data):
        if found := re.match(r"\[:(\w+):\]", data[index:]):
            units += [(code, True) for code in _class(found[1])]
            index += found.end()
        elif found := re.match(r"\[(.)\*(\d*)\]", data[index:]):
            units += [(ord(found[1]), True)] * int(found[2] or 256)
            index += found.end()
        elif data[index] == "\\" and index + 1 < len(data):
            if octal := OCTAL.match(data, index + 1):
                units.append((int(octal[0], 8) & 255, False))
                index = octal.end()
            else:
                byte = SIMPLE.get(data[index + 1], encode(data[index + 1]))
                units += [(code, True) for code in byte]
                index += 2
        else:
            units += [(code, False) for code in encode(data[index])]
            index += 1
    index = 0
    while index < len(units):
        code, fixed = units[index]
        if index + 2 < len(units) and units[index + 1] == (45, False) and not fixed:
            last = units[index + 2][0]
            if last < code:
                shown = f"{chr(code)}-{chr(last)}"
                text = f"range-endpoints of '{shown}' are in reverse collating sequence order"
                raise Misuse(text, hint=False)
            codes += range(code, last + 1)
            index += 3
        else:
            codes.append(code)
            index += 1
    return codes


@tool("tr")
def tr(process: Process, args: list[str]) -> Body[int]:
    options = TR.parse(process, args)
    operands = options.operands
    delete, squeeze = "d" in options, "s" in options
    if not operands:
        raise missing_operand(process)
    needs = 1 if (delete and not squeeze) or (squeeze and not delete and len(operands) == 1) else 2
    if len(operands) < needs:
        if is_busybox(process):
            yield from copy(0, 1)
            return 0
        why = "deleting and squeezing" if delete else "translating"
        shown = literal(process, operands[0])
        tail = f"\nTwo strings must be given when {'both ' if delete else ''}{why}."
        raise Misuse(f"missing operand after {shown}{tail}")
    if len(operands) > 2 or (delete and not squeeze and len(operands) > 1):
        if is_busybox(process):
            raise Misuse()
        extra = operands[1] if delete and not squeeze else operands[2]
        tail = "\nOnly one string may be given when deleting without squeezing repeats."
        raise Misuse(
            f"extra operand {literal(process, extra)}{tail if delete and not squeeze else ''}"
        )
    first = _set(operands[0])
    if options.any("cC"):
        inside = set(first)
        first = [code for code in range(256) if code not in inside]
    second = _set(operands[1]) if len(operands) > 1 else []
    table = bytearray(range(256))
    if not delete and second:
        for index, code in enumerate(first):
            table[code] = second[min(index, len(second) - 1)]
    elif not delete and len(operands) > 1:
        raise Misuse("when not truncating set1, string2 must be non-empty", hint=False)
    doomed = bytes(set(first)) if delete else b""
    squeezed = set(second if len(operands) > 1 else first) if squeeze else set()
    last = -1
    while chunk := (yield from Read(0)):
        data = chunk.translate(bytes(table), doomed)
        if squeezed:
            kept = bytearray()
            for byte in data:
                if not (byte == last and byte in squeezed):
                    kept.append(byte)
                last = byte
            data = bytes(kept)
        yield from write_all(1, data)
    return 0


@tool("paste")
def paste(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("d:sz", {"delimiters=": "d", "serial": "s"}).parse(process, args)
    marks = [
        encode(x)
        for x in options.value("d", "\t")
        .replace("\\n", "\n")
        .replace("\\t", "\t")
        .replace("\\0", "")
    ] or [b""]
    columns: list[list[bytes]] = []
    shared: list[bytes] | None = None
    paths = options.operands or ["-"]
    dashes = paths.count("-")
    for path in paths:
        if path == "-" and shared is not None:
            columns.append([])
            continue
        fd = yield from open_input(process, path)
        if fd is None:
            return 1
        data = yield from read_all(fd)
        lines = data.split(b"\n")[: None if data and not data.endswith(b"\n") else -1]
        if path == "-":
            shared = lines
        columns.append(lines)
    if dashes > 1 and shared is not None and "s" not in options:
        order = [index for index, path in enumerate(paths) if path == "-"]
        for place, index in enumerate(order):
            columns[index] = shared[place::dashes]
    out = []
    if "s" in options:
        for lines in columns:
            out.append(_joined(lines, marks))
    else:
        for row in range(max(map(len, columns), default=0)):
            out.append(_joined([c[row] if row < len(c) else b"" for c in columns], marks))
    yield from write_all(1, b"".join(line + b"\n" for line in out))
    return 0


def _joined(parts: list[bytes], marks: list[bytes]) -> bytes:
    out = b""
    for index, part in enumerate(parts):
        out += (marks[(index - 1) % len(marks)] if index else b"") + part
    return out


@tool("comm")
def comm(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("123", {"check-order": "check", "nocheck-order": "nocheck"}, "123").parse(
        process, args
    )
    if len(options.operands) != 2:
        if is_busybox(process) or not options.operands:
            raise missing_operand(process)
        raise Misuse(f"missing operand after {literal(process, options.operands[0])}")
    sides: list[list[bytes]] = []
    for path in options.operands:
        fd = yield from open_input(process, path)
        if fd is None:
            return 1
        data = yield from read_all(fd)
        sides.append(data.split(b"\n")[: None if data and not data.endswith(b"\n") else -1])
    one, other = sides
    hidden = {int(letter) for letter, _ in options.pairs if letter in "123"}
    out: list[bytes] = []
    a = b = 0
    while a < len(one) or b < len(other):
        if b >= len(other) or (a < len(one) and one[a] < other[b]):
            column, line, a = 1, one[a], a + 1
        elif a >= len(one) or other[b] < one[a]:
            column, line, b = 2, other[b], b + 1
        else:
            column, line, a, b = 3, one[a], a + 1, b + 1
        if column not in hidden:
            tabs = sum(each not in hidden for each in range(1, column))
            out.append(b"\t" * tabs + line + b"\n")
    yield from write_all(1, b"".join(out))
    return 0
