"""diff, normal and unified, of files and directories.

Simplified: lines are matched by Python's difflib, which finds longest blocks; GNU diff finds the
shortest edit script. For everyday changes they agree.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from ..program import Process
from ..streams import Output, read_all
from ..syscalls import O_RDONLY, Body, Close, Getdents, Open, Stat, SyscallError
from .dates import strftime, zone_of
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .quoting import literal
from .status import is_directory

GRAMMAR = Grammar(
    "abBcC:diNqrsu U:wy".replace(" ", ""),
    {
        "unified=?": "u", "context=?": "c", "brief": "q", "recursive": "r", "new-file": "N",
        "ignore-case": "i", "ignore-all-space": "w", "ignore-space-change": "b", "text": "a",
        "ignore-blank-lines": "B", "report-identical-files": "s", "color=?": "color", "label=": "L",
    },
    "abdiL:NqrTstwU:uB",
)  # fmt: skip
NO_NEWLINE = b"\\ No newline at end of file\n"


@tool("diff", misuse=2)
def diff(process: Process, args: list[str]) -> Body[int]:
    options = GRAMMAR.parse(process, args)
    operands = options.operands
    if len(operands) != 2:
        if is_busybox(process):
            raise Misuse()
        if len(operands) < 2:
            raise Misuse(
                f"missing operand after {literal(process, operands[-1] if operands else 'diff')}"
            )
        raise Misuse(f"extra operand {literal(process, operands[2])}")
    run = _Diff(process, options)
    yield from run.compare(operands[0], operands[1], top=True)
    yield from run.out.flush()
    return run.status


class _Diff:
    """One run of diff."""

    def __init__(self, process: Process, options: Options) -> None:
        self.process, self.options = process, options
        self.unified = options.any("uU") or is_busybox(process)
        self.context = int(options.value("U") or options.value("u") or 3)
        self.out = Output()
        self.status = 0

    def refuse(self, path: str, error: SyscallError) -> Body[None]:
        self.status = 2
        yield from self.out.flush()
        shown = f"can't stat '{path}'" if is_busybox(self.process) else path
        yield from complain(self.process, f"{shown}: {error}")

    def is_dir(self, path: str) -> Body[bool | None]:
        if path == "-":
            return False
        try:
            return is_directory((yield from Stat(path)))
        except SyscallError as error:
            yield from self.refuse(path, error)
            return None

    def compare(self, one: str, other: str, *, top: bool = False) -> Body[None]:
        first, second = (yield from self.is_dir(one)), (yield from self.is_dir(other))
        if first is None or second is None:
            return
        if first and second:
            yield from self.directories(one, other)
            return
        if first != second and top:
            if first:
                one = f"{one.rstrip('/')}/{other.rpartition('/')[2]}"
            else:
                other = f"{other.rstrip('/')}/{one.rpartition('/')[2]}"
            if (yield from self.is_dir(one)) is None or (yield from self.is_dir(other)) is None:
                return
        yield from self.files(one, other, top)

    def directories(self, one: str, other: str) -> Body[None]:
        left = {entry.name for entry in (yield from Getdents(one))}
        right = {entry.name for entry in (yield from Getdents(other))}
        for name in sorted(left | right):
            a, b = f"{one.rstrip('/')}/{name}", f"{other.rstrip('/')}/{name}"
            if name not in right or name not in left:
                if "N" in self.options:
                    yield from self.files(a, b, False)
                    continue
                self.status = max(self.status, 1)
                self.out.put(f"Only in {one if name in left else other}: {name}\n")
                continue
            both = (yield from self.is_dir(a)), (yield from self.is_dir(b))
            if both == (True, True):
                if "r" in self.options:
                    yield from self.directories(a, b)
                else:
                    self.out.put(f"Common subdirectories: {a} and {b}\n")
            elif both[0] != both[1]:
                self.status = max(self.status, 1)
                kinds = ["a directory" if each else "a regular file" for each in both]
                self.out.put(f"File {a} is {kinds[0]} while file {b} is {kinds[1]}\n")
            else:
                yield from self.files(a, b, False)

    def read(self, path: str) -> Body[bytes]:
        try:
            fd = 0 if path == "-" else (yield from Open(path, O_RDONLY))
        except SyscallError:
            if "N" in self.options:
                return b""
            raise
        data = yield from read_all(fd)
        if fd:
            yield from Close(fd)
        return data

    def files(self, one: str, other: str, top: bool) -> Body[None]:
        data = (yield from self.read(one)), (yield from self.read(other))
        left, right = (_lines(text) for text in data)
        keys = [[self.key(line) for line in lines] for lines in (left, right)]
        if keys[0] == keys[1]:
            if "s" in self.options:
                self.out.put(f"Files {one} and {other} are identical\n")
            return
        self.status = max(self.status, 1)
        if "q" in self.options:
            self.out.put(f"Files {one} and {other} differ\n")
            return
        if b"\0" in data[0] + data[1] and "a" not in self.options:
            self.out.put(f"Binary files {one} and {other} differ\n")
            return
        if not top:
            words = self.shown_options()
            self.out.put(" ".join(["diff", *words, one, other]) + "\n")
        matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
        if self.unified:
            yield from self.heads(one, other)
            self.put_unified(matcher, left, right)
        else:
            self.put_normal(matcher, left, right)

    def shown_options(self) -> list[str]:
        if is_busybox(self.process):
            return []
        return ["-" + letter + value for letter, value in self.options.pairs if len(letter) == 1]

    def key(self, line: bytes) -> bytes:
        options = self.options
        if "w" in options:
            line = b"".join(line.split()) + b"\n"
        elif "b" in options:
            line = b" ".join(line.split()) + b"\n"
        return line.lower() if "i" in options else line

    def heads(self, one: str, other: str) -> Body[None]:
        for mark, path in (("---", one), ("+++", other)):
            if is_busybox(self.process):
                self.out.put(f"{mark} {path}\n")
                continue
            try:
                time_ns = (yield from Stat(path)).mtime_ns if path != "-" else 0
            except SyscallError:
                time_ns = 0
            date = strftime("%Y-%m-%d %H:%M:%S.%N %z", time_ns, zone_of(self.process.environment))
            self.out.put(f"{mark} {path}\t{date}\n")

    def put_unified(
        self, matcher: SequenceMatcher[bytes], left: list[bytes], right: list[bytes]
    ) -> None:
        for group in matcher.get_grouped_opcodes(self.context):
            a, b = group[0][1], group[0][3]
            head = f"@@ -{_span(a, group[-1][2] - a)} +{_span(b, group[-1][4] - b)} @@\n"
            self.out.put(head)
            for tag, i1, i2, j1, j2 in group:
                if tag == "equal":
                    self.lines(b" ", left[i1:i2])
                else:
                    self.lines(b"-", left[i1:i2])
                    self.lines(b"+", right[j1:j2])

    def lines(self, mark: bytes, lines: list[bytes]) -> None:
        for line in lines:
            self.out.put(mark + line)
            if not line.endswith(b"\n"):
                self.out.put(b"\n" + NO_NEWLINE)

    def put_normal(
        self, matcher: SequenceMatcher[bytes], left: list[bytes], right: list[bytes]
    ) -> None:
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            if tag == "equal":
                continue
            letter = {"insert": "a", "delete": "d", "replace": "c"}[tag]
            one = _range(i1, i2) if letter != "a" else str(i1)
            other = _range(j1, j2) if letter != "d" else str(j1)
            self.out.put(f"{one}{letter}{other}\n")
            self.lines(b"< ", left[i1:i2])
            if letter == "c":
                self.out.put("---\n")
            self.lines(b"> ", right[j1:j2])


def _lines(data: bytes) -> list[bytes]:
    parts = data.split(b"\n")
    last = parts.pop()
    return [part + b"\n" for part in parts] + ([last] if last else [])


def _range(first: int, end: int) -> str:
    return str(end) if end - first == 1 else f"{first + 1},{end}"


def _span(first: int, count: int) -> str:
    if count == 1:
        return str(first + 1)
    return f"{first + (1 if count else 0)},{count}"
