"""sort and uniq: lines in order."""

from __future__ import annotations

import itertools
import re
from functools import cmp_to_key

from ..program import Process
from ..streams import (
    decode,
    encode,
    print_err,
    read_all,
    write_all,
    write_file,
)
from ..syscalls import Body, Close
from .concatenation import open_input
from .options import Grammar, Misuse, complain, is_busybox, tool
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


MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


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
    for number, (one, other) in enumerate(itertools.pairwise(lines), 2):
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
