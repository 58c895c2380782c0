"""dd and sync: copying in blocks."""

from __future__ import annotations

import contextlib

from ..program import Process
from ..streams import print_err
from ..syscalls import (
    O_APPEND,
    O_CREAT,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    SEEK_CUR,
    Body,
    Close,
    Fstat,
    Ftruncate,
    Lseek,
    Open,
    Read,
    SyscallError,
    Time,
    Write,
)
from .options import Grammar, Misuse, complain, is_busybox, tool
from .quantities import POWERS, parse_size
from .quoting import literal, quoted
from .status import is_regular

NAMES = ("if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "conv", "status", "iflag",
"oflag",
         "cbs")  # fmt: skip
NUMBERS = {"bs": 512, "ibs": 512, "obs": 512, "count": -1, "skip": 0, "seek": 0}


def _operands(process: Process, args: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for arg in args:
        name, equals, value = arg.partition("=")
        if arg == "--":
            continue
        if not equals or name not in NAMES:
            if is_busybox(process):
                raise Misuse()
            raise Misuse(f"unrecognized operand {literal(process, arg)}")
        found[name] = value
    return found


def _number(process: Process, name: str, text: str) -> int:
    total = 1
    for part in text.split("x"):
        size = parse_size(part) if part[:1].isdecimal() else None
        if size is None or (size == 0 and name in ("bs", "ibs", "obs")):
            if is_busybox(process):
                raise Misuse(
                    f"invalid number '{text}'"
                    if size is None
                    else f"number {text} is not in 1..2147483647 range",
                    hint=False,
                )
            raise Misuse(f"invalid number: {literal(process, text)}", hint=False)
        total *= size
    return total


@tool("dd")
def dd(process: Process, args: list[str]) -> Body[int]:
    given = _operands(process, args)
    numbers = {n: _number(process, n, given[n]) if n in given else d for n, d in NUMBERS.items()}
    conversions = set(given.get("conv", "").split(",")) - {""}
    size_in, size_out = numbers["ibs"], numbers["obs"]
    if "bs" in given:
        size_in = size_out = numbers["bs"]
    start = yield from Time()
    try:
        source = (yield from Open(given["if"], O_RDONLY)) if "if" in given else 0
    except SyscallError as error:
        return (yield from _failed(process, given["if"], error))
    flags = O_WRONLY | (0 if "nocreat" in conversions else O_CREAT)
    if "append" in given.get("oflag", ""):
        flags |= O_APPEND
    if "notrunc" not in conversions and not numbers["seek"]:
        flags |= O_TRUNC
    try:
        target = (yield from Open(given["of"], flags)) if "of" in given else 1
    except SyscallError as error:
        return (yield from _failed(process, given["of"], error))
    copy = _Copy(process, source, target, size_in, size_out, conversions)
    yield from copy.skip(numbers["skip"])
    yield from copy.seek(numbers["seek"] * size_out, "of" in given, "notrunc" not in conversions)
    status = yield from copy.run(numbers["count"], given)
    if given.get("status") != "none":
        yield from copy.report((yield from Time()) - start, given.get("status", ""))
    return status


def _failed(process: Process, path: str, error: SyscallError) -> Body[int]:
    if is_busybox(process):
        yield from complain(process, f"can't open '{path}': {error}")
    else:
        yield from complain(process, f"failed to open {quoted(process, path)}: {error}")
    return 1


class _Copy:
    """One run of dd, with its records."""

    def __init__(
        self, process: Process, source: int, target: int, size_in: int, size_out: int,
        conversions: set[str],
    ) -> None:  # fmt: skip
        self.process, self.source, self.target = process, source, target
        self.size_in, self.size_out, self.conversions = size_in, size_out, conversions
        self.whole_in = self.part_in = self.whole_out = self.part_out = self.total = 0
        self.pending = b""

    def skip(self, blocks: int) -> Body[None]:
        if not blocks:
            return
        try:
            yield from Lseek(self.source, blocks * self.size_in, SEEK_CUR)
        except SyscallError:
            for _ in range(blocks):
                yield from self.block()

    def seek(self, offset: int, named: bool, cut: bool) -> Body[None]:
        if not offset:
            return
        if named and cut and is_regular((yield from Fstat(self.target))):
            yield from Ftruncate(self.target, offset)
        with contextlib.suppress(SyscallError):
            yield from Lseek(self.target, offset)

    def block(self) -> Body[bytes]:
        return (yield from Read(self.source, self.size_in))

    def run(self, count: int, given: dict[str, str]) -> Body[int]:
        full = "fullblock" in given.get("iflag", "")
        while count:
            count -= 1
            data = yield from self.block()
            while full and data and len(data) < self.size_in:
                more = yield from Read(self.source, self.size_in - len(data))
                if not more:
                    break
                data += more
            if not data:
                break
            if len(data) == self.size_in:
                self.whole_in += 1
            else:
                self.part_in += 1
                if "sync" in self.conversions:
                    data = data.ljust(self.size_in, b"\0")
            yield from self.write(self.convert(data), "bs" in given)
        if self.pending:
            yield from self.put(self.pending)
        if self.target != 1:
            yield from Close(self.target)
        return 0

    def convert(self, data: bytes) -> bytes:
        if "ucase" in self.conversions:
            data = data.upper()
        if "lcase" in self.conversions:
            data = data.lower()
        if "swab" in self.conversions:
            even = len(data) & ~1
            pairs = [data[i : i + 2][::-1] for i in range(0, even, 2)]
            data = b"".join(pairs) + data[even:]
        return data

    def write(self, data: bytes, together: bool) -> Body[None]:
        if together or self.size_in == self.size_out:
            yield from self.put(data)
            return
        self.pending += data
        while len(self.pending) >= self.size_out:
            yield from self.put(self.pending[: self.size_out])
            self.pending = self.pending[self.size_out :]

    def put(self, data: bytes) -> Body[None]:
        yield Write(self.target, data)
        self.total += len(data)
        if len(data) == self.size_out:
            self.whole_out += 1
        else:
            self.part_out += 1

    def report(self, elapsed_ns: int, status: str) -> Body[None]:
        text = (
            f"{self.whole_in}+{self.part_in} records in\n"
            f"{self.whole_out}+{self.part_out} records out\n"
        )
        if status != "noxfer" and not is_busybox(self.process):
            text += self.rate((elapsed_ns or 30_000 + self.total) / 1e9)
        yield from print_err(text)

    def rate(self, seconds: float) -> str:
        total, noun = self.total, "byte" if self.total == 1 else "bytes"
        human = ""
        if total >= 1000:
            human = _scaled(total, 1000, "B")
            if total >= 1024:
                human += ", " + _scaled(total, 1024, "iB")
            human = f" ({human})"
        speed = _scaled(round(total / seconds), 1000, "B", 99.95)
        return f"{total} {noun}{human} copied, {seconds:.6g} s, {speed}/s\n"


def _scaled(number: int, base: int, unit: str, decimals_below: float = 9.95) -> str:
    if number < base:
        return f"{number} B"
    power, value = 0, float(number)
    while value >= base and power < len(POWERS):
        value /= base
        power += 1
    letter = "k" if base == 1000 and power == 1 else POWERS[power - 1]
    text = f"{value:.1f}" if value < decimals_below else f"{value:.0f}"
    return f"{text} {letter}{unit}"


@tool("sync", "fsync")
def sync(process: Process, args: list[str]) -> Body[int]:
    operands = Grammar("df", {"data": "d", "file-system": "f"}).parse(process, args).operands
    for path in operands:
        try:
            yield from Close((yield from Open(path, O_RDONLY)))
        except SyscallError as error:
            yield from complain(process, f"error opening {quoted(process, path)}: {error}")
            return 1
    return 0
