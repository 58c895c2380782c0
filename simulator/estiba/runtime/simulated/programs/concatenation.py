"""cat, tac, nl, rev: whole files to standard output."""

from __future__ import annotations

from ..program import Process
from ..streams import LineReader, Output, decode, encode, read_all, write_all
from ..syscalls import O_RDONLY, Body, Close, Fstat, Open, Read, SyscallError
from .options import Grammar, complain, is_busybox, tool
from .quoting import maybe_quoted
from .status import is_directory

CAT = Grammar(
    "AbeEnstTuv",
    {
        "show-all": "A", "number-nonblank": "b", "show-ends": "E", "number": "n",
        "squeeze-blank": "s", "show-tabs": "T", "show-nonprinting": "v",
    },
    "nbvteA",
)  # fmt: skip
NL = Grammar(
    "b:i:n:s:v:w:",
    {
        "body-numbering=": "b", "line-increment=": "i", "number-format=": "n",
        "number-separator=": "s", "starting-line-number=": "v", "number-width=": "w",
    },
)  # fmt: skip
NONE = Grammar("")


def open_input(process: Process, path: str, *, opening: bool = True) -> Body[int | None]:
    """A descriptor for reading, 0 for `-`; None after a complaint, which names a directory too."""
    if path == "-":
        return 0
    try:
        fd = yield from Open(path, O_RDONLY)
    except SyscallError as error:
        what = maybe_quoted(process, path)
        if is_busybox(process):
            what = f"can't open '{path}'" if opening else path
        yield from complain(process, f"{what}: {error}")
        return None
    return fd


def shown(process: Process, path: str) -> str:
    """A name at the start of a message."""
    return path if is_busybox(process) else maybe_quoted(process, path)


@tool("cat")
def cat(process: Process, args: list[str]) -> Body[int]:
    options = CAT.parse(process, args) if args and any(a[:1] == "-" for a in args) else None
    operands = (options.operands if options else args) or ["-"]
    view = _View(options.pairs, is_busybox(process)) if options and options.pairs else None
    status = 0
    for path in operands:
        fd = yield from open_input(process, path)
        if fd is None:
            status = 1
            continue
        try:
            if fd and is_directory((yield from Fstat(fd))):
                raise SyscallError(21)
            while chunk := (yield Read(fd, 131072)):
                if view and view.busy:
                    chunk = view.show(chunk)
                yield from write_all(1, chunk)
        except SyscallError as error:
            text = "read error: " if is_busybox(process) else ""
            where = "" if is_busybox(process) else f"{shown(process, path)}: "
            yield from complain(process, f"{where}{text}{error}")
            status = 1
        if fd:
            yield Close(fd)
    return status


class _View:
    """What cat does to lines: numbers, marks, squeezed blanks."""

    def __init__(self, pairs: list[tuple[str, str]], busybox: bool) -> None:
        self.always_end = busybox
        letters = {letter for letter, _ in pairs}
        self.ends = bool(letters & set("AEe"))
        self.tabs = bool(letters & set("ATt"))
        self.nonprinting = bool(letters & set("AevtT")) and bool(letters & set("Aevt"))
        self.nonblank = "b" in letters
        self.number = "n" in letters or self.nonblank
        self.squeeze = "s" in letters
        self.busy = self.ends or self.tabs or self.nonprinting or self.number or self.squeeze
        self.count, self.blank, self.fresh = 0, False, True

    def show(self, chunk: bytes) -> bytes:
        parts = chunk.split(b"\n")
        lines = [part + b"\n" for part in parts[:-1]] + parts[-1:]
        return b"".join(self._line(line) for line in lines if line)

    def _line(self, line: bytes) -> bytes:
        ended = line.endswith(b"\n")
        body = line[:-1] if ended else line
        empty = self.fresh and not body
        if self.squeeze and empty and self.blank:
            return b""
        self.blank = empty
        head = b""
        if self.number and self.fresh and not (self.nonblank and empty):
            self.count += 1
            head = b"%6d\t" % self.count
        self.fresh = ended
        body = b"".join(map(self._byte, body)) if self.nonprinting or self.tabs else body
        ended = ended or (self.always_end and self.number)
        return head + body + (b"$" if self.ends and ended else b"") + (b"\n" if ended else b"")

    def _byte(self, byte: int) -> bytes:
        if byte == 9:
            return b"^I" if self.tabs else b"\t"
        if not self.nonprinting:
            return bytes([byte])
        return visible(byte)


def visible(byte: int) -> bytes:
    """A byte in the notation of `cat -v`: ^A, M-a."""
    if byte >= 128:
        return b"M-" + visible(byte - 128)
    if byte == 127:
        return b"^?"
    return bytes([94, byte + 64]) if byte < 32 else bytes([byte])


@tool("tac")
def tac(process: Process, args: list[str]) -> Body[int]:
    status = 0
    for path in NONE.parse(process, args).operands or ["-"]:
        fd = yield from open_input(process, path)
        if fd is None:
            status = 1
            continue
        data = yield from read_all(fd)
        lines = data.split(b"\n")
        tail = lines.pop()
        kept = [line + b"\n" for line in lines]
        yield from write_all(1, b"".join(reversed([*kept, tail])))
        if fd:
            yield Close(fd)
    return status


@tool("rev")
def rev(process: Process, args: list[str]) -> Body[int]:
    status = 0
    for path in NONE.parse(process, args).operands or ["-"]:
        fd = yield from open_input(process, path)
        if fd is None:
            status = 1
            continue
        reader, out = LineReader(fd), Output()
        while (line := (yield from reader.next())) is not None:
            body = line.rstrip(b"\n")
            out.put(encode(decode(body)[::-1]) + line[len(body) :])
        yield from out.flush()
        if fd:
            yield Close(fd)
    return status


@tool("nl")
def nl(process: Process, args: list[str]) -> Body[int]:
    options = NL.parse(process, args)
    body, width = options.value("b", "t"), int(options.value("w", "6"))
    number, step = int(options.value("v", "1")), int(options.value("i", "1"))
    separator, form = options.value("s", "\t"), options.value("n", "rn")
    status = 0
    for path in options.operands or ["-"]:
        fd = yield from open_input(process, path)
        if fd is None:
            status = 1
            continue
        reader, out = LineReader(fd), Output()
        while (line := (yield from reader.next())) is not None:
            if body == "a" or (body == "t" and line != b"\n"):
                text = str(number)
                pad = {"ln": text.ljust(width), "rz": text.rjust(width, "0")}
                out.put(encode(pad.get(form, text.rjust(width)) + separator))
                number += step
            else:
                out.put(b" " * (width + len(separator)))
            out.put(line if line.endswith(b"\n") else line + b"\n")
        yield from out.flush()
        if fd:
            yield Close(fd)
    return status
