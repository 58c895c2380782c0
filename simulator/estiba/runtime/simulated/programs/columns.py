"""sort, uniq, cut, tr, paste, comm, join-like work on lines and fields."""

from __future__ import annotations

import re
from functools import cmp_to_key

from ..program import Process
from ..streams import (
    LineReader,
    Output,
    copy,
    decode,
    encode,
    print_err,
    read_all,
    write_all,
    write_file,
)
from ..syscalls import Body, Close, Read
from .concatenation import open_input
from .options import Grammar, Misuse, complain, is_busybox, missing_operand, tool
from .quantities import POWERS
from .quoting import literal

SORT = Grammar(
    "bcCdfghik:mMno:rRsS:t:T:uVz",
    {
        "ignore-leading-blanks": "b", "check=?": "c", "dictionary-order": "d", "ignore-case": "f",
        "general-numeric-sort": "g", "human-numeric-sort": "h", "key=": "k", "merge": "m",
        "month-sort": "M", "numeric-sort": "n", "output=": "o", "reverse": "r", "stable": "s",
        "field-separator=": "t", "unique": "u", "version-sort": "V", "zero-terminated": "z",
        "random-sort": "R",
    },
    "nrugMcszbdfiokt:k:o:hVS:T:m",
)  # fmt: skip
UNIQ = Grammar(
    "cdDf:is:uw:z",
    {
        "count": "c", "repeated": "d", "skip-fields=": "f", "ignore-case": "i", "skip-chars=": "s",
        "unique": "u", "check-chars=": "w", "all-repeated=?": "D", "zero-terminated": "z",
    },
    "cduf:s:w:i",
)  # fmt: skip
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
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
CLASSES = {
    "alpha": lambda c: 65 <= c <= 90 or 97 <= c <= 122, "digit": lambda c: 48 <= c <= 57,
    "alnum": lambda c: 48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122,
    "upper": lambda c: 65 <= c <= 90, "lower": lambda c: 97 <= c <= 122,
    "space": lambda c: c in b" \t\n\v\f\r", "blank": lambda c: c in b" \t",
    "punct": lambda c: 33 <= c <= 126 and not chr(c).isalnum(),
    "print": lambda c: 32 <= c <= 126, "graph": lambda c: 33 <= c <= 126,
    "cntrl": lambda c: c < 32 or c == 127,
    "xdigit": lambda c: chr(c) in "0123456789abcdefABCDEF",
}  # fmt: skip


class _Key:
    """One -k, or the whole line."""

    def __init__(self, text: str, letters: str, separator: bytes) -> None:
        self.separator = separator
        first, _, last = text.partition(",")
        self.start, start_letters = self._place(first)
        self.stop, stop_letters = self._place(last) if last else ((0, 0), "")
        self.letters = start_letters + stop_letters or letters

    @staticmethod
    def _place(text: str) -> tuple[tuple[int, int], str]:
        matched = re.match(r"(\d+)(?:\.(\d+))?([a-zA-Z]*)$", text)
        if not matched:
            raise ValueError(text)
        return (int(matched[1]), int(matched[2] or 0)), matched[3]

    def cut(self, line: bytes) -> bytes:
        if self.start == (1, 0) and self.stop == (0, 0) and "b" not in self.letters:
            return line
        bounds = self._fields(line)
        field, character = self.start
        if field > len(bounds):
            return b""
        begin = bounds[field - 1][0]
        if "b" in self.letters:
            begin = _skip_blanks(line, begin)
        begin += max(0, character - 1)
        field, character = self.stop
        if not field or field > len(bounds):
            return line[begin:]
        end = bounds[field - 1][1]
        if character:
            end = min(end, bounds[field - 1][0] + character)
        return line[begin:end]

    def _fields(self, line: bytes) -> list[tuple[int, int]]:
        if self.separator:
            bounds, place = [], 0
            for part in line.split(self.separator):
                bounds.append((place, place + len(part)))
                place += len(part) + len(self.separator)
            return bounds
        return [found.span() for found in re.finditer(rb"[ \t]*[^ \t]+", line)] or [(0, len(line))]

    def value(self, line: bytes) -> bytes | float | tuple[object, ...]:
        text = self.cut(line)
        for letter in self.letters:
            if letter == "n":
                return _number(text)
            if letter == "g":
                return _general(text)
            if letter == "h":
                return _human(text)
            if letter == "M":
                name = text.strip()[:3].upper().decode("latin-1")
                return float(MONTHS.index(name) + 1) if name in MONTHS else 0.0
            if letter == "V":
                return _version(text)
        if "d" in self.letters:
            text = re.sub(rb"[^a-zA-Z0-9 \t]", b"", text)
        if "i" in self.letters:
            text = re.sub(rb"[^ -~]", b"", text)
        return text.upper() if "f" in self.letters else text


def _skip_blanks(line: bytes, index: int) -> int:
    while index < len(line) and line[index] in b" \t":
        index += 1
    return index


def _number(text: bytes) -> float:
    matched = re.match(rb"\s*(-?\d*\.?\d*)", text)
    digits = matched[1] if matched else b""
    return float(digits) if re.search(rb"\d", digits) else 0.0


def _general(text: bytes) -> float:
    matched = re.match(rb"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)", text)
    return float(matched[1]) if matched else float("-inf")


def _human(text: bytes) -> tuple[object, ...]:
    matched = re.match(rb"\s*(-?)(\d*\.?\d*)([kKMGTPEZY]?)", text)
    if not matched or not re.search(rb"\d", matched[2]):
        return (0, 0, 0.0)
    power = POWERS.find(matched[3].decode().upper()) + 1 if matched[3] else 0
    sign = -1 if matched[1] else 1
    number = float(matched[2])
    return (sign if number else 0, sign * power, sign * number)


def _version(text: bytes) -> tuple[object, ...]:
    parts = re.findall(rb"\d+|\D+", text)
    return tuple((0, int(part), b"") if part.isdigit() else (1, 0, part) for part in parts)


@tool("sort", misuse=2)
def sort(process: Process, args: list[str]) -> Body[int]:
    options = SORT.parse(process, args)
    letters = "".join(letter for letter, _ in options.pairs if letter in set("bdfghiMnrV"))
    separator = encode(options.value("t")).replace(b"\\0", b"\0")
    if len(decode(separator)) > 1:
        text = literal(process, options.value("t"))
        raise Misuse(
            "bad -t parameter" if is_busybox(process) else f"multi-character tab {text}", hint=False
        )
    try:
        keys = [_Key(text, letters, separator) for text in options.values("k")]
    except ValueError as wrong:
        text = literal(process, str(wrong))
        raise Misuse(
            f"invalid number at field start: invalid count at start of {text}", hint=False
        ) from None
    end = b"\0" if "z" in options else b"\n"
    lines: list[bytes] = []
    for path in options.operands or ["-"]:
        fd = yield from _input(process, path)
        if fd is None:
            return 2
        data = yield from read_all(fd)
        lines += data.split(end)[: None if data and not data.endswith(end) else -1]
        if fd:
            yield from Close(fd)
    order = _Order(keys or [_Key("1", letters, separator)], letters, options.any("su"))
    if options.any("cC"):
        return (yield from _check(process, lines, order, "u" in options, options.operands))
    lines.sort(key=cmp_to_key(order.compare))
    if "u" in options:
        lines = order.unique(lines)
    data = b"".join(line + end for line in lines)
    if "o" in options:
        yield from write_file(options.value("o"), data)
    else:
        yield from write_all(1, data)
    return 0


def _input(process: Process, path: str) -> Body[int | None]:
    """sort words a missing file its own way."""
    from ..syscalls import O_RDONLY, Open, SyscallError  # noqa: PLC0415

    if path == "-":
        return 0
    try:
        return (yield from Open(path, O_RDONLY))
    except SyscallError as error:
        text = f"{path}: {error}" if is_busybox(process) else f"cannot read: {path}: {error}"
        yield from complain(process, text)
        return None


class _Order:
    """Compares lines by the keys, at last by the whole line."""

    def __init__(self, keys: list[_Key], letters: str, stable: bool) -> None:
        self.keys, self.stable = keys, stable
        self.reverse = "r" in letters

    def by_keys(self, one: bytes, other: bytes) -> int:
        for key in self.keys:
            first, second = key.value(one), key.value(other)
            if first != second:
                less = first < second  # type: ignore[operator]
                return (-1 if less else 1) * (-1 if "r" in key.letters else 1)
        return 0

    def compare(self, one: bytes, other: bytes) -> int:
        found = self.by_keys(one, other)
        if found or self.stable or one == other:
            return found
        return (-1 if one < other else 1) * (-1 if self.reverse else 1)

    def unique(self, lines: list[bytes]) -> list[bytes]:
        kept: list[bytes] = []
        for line in lines:
            if not kept or self.by_keys(kept[-1], line):
                kept.append(line)
        return kept


def _check(
    process: Process, lines: list[bytes], order: _Order, unique: bool, operands: list[str]
) -> Body[int]:
    for number, (one, other) in enumerate(zip(lines, lines[1:], strict=False), 2):
        found = order.compare(one, other)
        if found > 0 or (unique and found == 0):
            name = operands[0] if operands else "-"
            if is_busybox(process):
                yield from print_err(f"Check line {number - 1}\n")
            else:
                yield from complain(process, f"{name}:{number}: disorder: {decode(other)}")
            return 1
    return 0


@tool("uniq")
def uniq(process: Process, args: list[str]) -> Body[int]:
    options = UNIQ.parse(process, args)
    fields, characters = int(options.value("f", "0")), int(options.value("s", "0"))
    width = int(options.value("w")) if "w" in options else None
    end = b"\0" if "z" in options else b"\n"

    def key(line: bytes) -> bytes:
        text = line
        for _ in range(fields):
            text = re.sub(rb"^[ \t]*[^ \t]*", b"", text)
        text = text[characters:][:width]
        return text.upper() if "i" in options else text

    fd = yield from open_input(process, options.operands[0] if options.operands else "-")
    if fd is None:
        return 1
    data = yield from read_all(fd)
    lines = data.split(end)
    if not lines[-1]:
        lines.pop()
    out = []
    for group in _groups(lines, key):
        many = len(group) > 1
        if ("d" in options and not many) or ("u" in options and many):
            continue
        if "D" in options:
            out += [line + end for line in group] if many else []
            continue
        count = b"%7d " % len(group) if "c" in options else b""
        out.append(count + group[0] + end)
    result = b"".join(out)
    if len(options.operands) > 1:
        yield from write_file(options.operands[1], result)
    else:
        yield from write_all(1, result)
    return 0


def _groups(lines: list[bytes], key: object) -> list[list[bytes]]:
    groups: list[list[bytes]] = []
    for line in lines:
        if groups and key(groups[-1][0]) == key(line):  # type: ignore[operator]
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


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
                             "fields are numbered from 1" if field else "byte/character positions are numbered from 1")  # fmt: skip
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
                      if any(a <= i <= b for a, b in ranges) != ("complement" in options)]  # fmt: skip
            out.put((joiner if kind == "f" else b"").join(inside) + b"\n")
        yield from out.flush()
        if fd:
            yield from Close(fd)
    return status


def _set(text: str) -> list[int]:
    """tr's notation: ranges, classes, escapes."""
    from .escapes import OCTAL, SIMPLE  # noqa: PLC0415 - small, shared

    codes: list[int] = []
    data, index = decode(encode(text)), 0
    units: list[tuple[int, bool]] = []
    while index < len(data):
        if found := re.match(r"\[:(\w+):\]", data[index:]):
            check = CLASSES.get(found[1])
            if check is None:
                raise Misuse(f"invalid character class '{found[1]}'", hint=False)
            units += [(code, True) for code in range(256) if check(code)]
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
