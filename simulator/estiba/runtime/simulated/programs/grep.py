"""grep, egrep, fgrep."""

from __future__ import annotations

import re
from collections import deque
from fnmatch import fnmatchcase

from ..program import Process
from ..streams import LineReader, Output, decode, encode, read_file
from ..syscalls import O_RDONLY, Body, Close, Fstat, Getdents, Isatty, Lstat, Open, SyscallError
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .regexes import BadPattern, compile_pattern
from .status import is_directory, is_link

LONG = {
    "after-context=": "A", "before-context=": "B", "context=": "C", "count": "c",
    "color=?": "color",
    "colour=?": "color", "extended-regexp": "E", "fixed-strings": "F", "basic-regexp": "G",
    "perl-regexp": "P", "regexp=": "e", "file=": "f", "with-filename": "H", "no-filename": "h",
    "ignore-case": "i", "files-without-match": "L", "files-with-matches": "l", "max-count=": "m",
    "line-number": "n", "only-matching": "o", "quiet": "q", "silent": "q", "recursive": "r",
    "dereference-recursive": "R", "no-messages": "s", "invert-match": "v", "word-regexp": "w",
    "line-regexp": "x", "null": "Z", "include=": "include", "exclude=": "exclude",
    "exclude-dir=": "exclude-dir", "text": "a", "line-buffered": "buffered", "byte-offset": "b",
    "label=": "label", "null-data": "z", "directories=": "d",
}  # fmt: skip
GRAMMAR = Grammar("abcd:hHiIlLnoqrRsTUvwxyzZEFGPA:B:C:e:f:m:0123456789", LONG,
                  "HhnlLoqvsrRiwFEzcxm:A:B:C:e:f:")  # fmt: skip


def _usage(process: Process) -> str:
    return f"Usage: {process.name} [OPTION]... PATTERNS [FILE]..."


@tool("grep", "egrep", "fgrep", "rgrep", misuse=2)
def grep(process: Process, args: list[str]) -> Body[int]:
    try:
        options = GRAMMAR.parse(process, args)
    except Misuse as wrong:
        if not is_busybox(process):
            wrong.text += f"\n{_usage(process)}"
        raise
    operands = options.operands
    patterns: list[str] = []
    for text in options.values("e"):
        patterns += text.split("\n")
    for path in options.values("f"):
        patterns += decode((yield from read_file(path))).removesuffix("\n").split("\n")
    if not options.any("ef"):
        if not operands:
            if is_busybox(process):
                raise Misuse(status=2)
            raise Misuse(_usage(process), prefix=False)
        patterns += operands.pop(0).split("\n")
    pattern = _compile(process, options, patterns)
    search = _Search(process, options, pattern)
    if options.last("color") and _always(options, (yield from Isatty(1))):
        search.color = True
    default = "." if options.any("rR") else "-"
    many = len(operands) > 1 or options.any("rR")
    search.named = options.last("hH") == "H" or (many and options.last("hH") != "h")
    for path in operands or [default]:
        yield from search.path(path, top=True, implied=not operands)
        if search.quiet and search.found:
            return 0
    yield from search.out.flush()
    if search.failed and not (search.quiet and search.found):
        return 2
    return 0 if search.found else 1


def _always(options: Options, tty: bool) -> bool:
    when = options.value("color") or "auto"
    return when == "always" or (when == "auto" and tty)


def _compile(process: Process, options: Options, patterns: list[str]) -> re.Pattern[bytes]:
    name = process.name.rpartition("/")[2]
    style = options.last("EFGP") or {"egrep": "E", "fgrep": "F"}.get(name, "G")
    parts: list[bytes] = []
    flags = re.IGNORECASE if options.any("iy") else 0
    for pattern in patterns:
        if style == "F":
            part = re.escape(encode(pattern))
        elif style == "P":
            part = encode(pattern)
        else:
            try:
                part = compile_pattern(pattern, extended=style == "E").pattern
            except BadPattern as bad:
                text = f"bad regex '{pattern}'" if is_busybox(process) else str(bad)
                raise Misuse(text, hint=False, status=2) from None
        if "x" in options:
            part = b"^(?:" + part + b")$"
        elif "w" in options:
            part = rb"(?<![A-Za-z0-9_])(?:" + part + rb")(?![A-Za-z0-9_])"
        parts.append(part)
    try:
        joined = parts[0] if len(parts) == 1 else b"|".join(b"(?:" + p + b")" for p in parts)
        return re.compile(joined, flags | re.DOTALL)
    except re.error as error:
        raise Misuse(str(error), hint=False) from None


class _Search:
    """One run of grep."""

    def __init__(self, process: Process, options: Options, pattern: re.Pattern[bytes]) -> None:
        self.process, self.options, self.pattern = process, options, pattern
        self.invert, self.quiet = "v" in options, "q" in options
        self.count, self.only, self.numbers = "c" in options, "o" in options, "n" in options
        self.list = options.last("lL")
        context = options.value("C") or "".join(x for x, _ in options.pairs if x.isdecimal())
        self.after = int(options.value("A", context or "0"))
        self.before = int(options.value("B", context or "0"))
        self.limit = int(options.value("m", "-1"))
        self.silent, self.recursive = (
            "s" in options,
            options.last("rR") or ("r" if process.name.endswith("rgrep") else ""),
        )
        self.named = self.color = self.found = self.failed = self.begun = False
        self.out = Output()

    def refuse(self, path: str, error: SyscallError) -> Body[None]:
        self.failed = True
        if not self.silent:
            yield from self.out.flush()
            yield from complain(self.process, f"{path}: {error}")

    def path(self, path: str, *, top: bool = False, implied: bool = False) -> Body[None]:
        if path == "-":
            yield from self.stream(0, "(standard input)")
            return
        try:
            if (
                self.recursive
                and not top
                and is_link((yield from Lstat(path)))
                and self.recursive == "r"
            ):
                return
            fd = yield from Open(path, O_RDONLY)
            directory = is_directory((yield from Fstat(fd)))
        except SyscallError as error:
            yield from self.refuse(path, error)
            return
        if directory:
            yield from Close(fd)
            yield from self.directory(path, implied)
            return
        yield from self.stream(fd, path)
        yield from Close(fd)

    def directory(self, path: str, implied: bool) -> Body[None]:
        if not self.recursive:
            if is_busybox(self.process):
                pass
            elif not self.silent:
                yield from self.out.flush()
                yield from complain(self.process, f"{path}: Is a directory")
                self.failed = True
            return
        for entry in (yield from Getdents(path)):
            inner = entry.name if implied else f"{path.rstrip('/')}/{entry.name}"
            if implied and is_busybox(self.process):
                inner = f"{path}/{entry.name}"
            if self.wanted(entry.name, entry.kind == 0o040000):
                yield from self.path(inner)

    def wanted(self, name: str, directory: bool) -> bool:
        options = self.options
        if directory:
            return not any(fnmatchcase(name, glob) for glob in options.values("exclude-dir"))
        if any(fnmatchcase(name, glob) for glob in options.values("exclude")):
            return False
        include = options.values("include")
        return not include or any(fnmatchcase(name, glob) for glob in include)

    def stream(self, fd: int, name: str) -> Body[None]:
        reader = LineReader(fd)
        count = number = pending = last_shown = 0
        held: deque[tuple[int, bytes]] = deque(maxlen=self.before or 1)
        binary = False
        while self.limit != 0 and (line := (yield from reader.next())) is not None:
            number += 1
            body = line.removesuffix(b"\n")
            binary = binary or b"\0" in body
            if (self.pattern.search(body) is None) != self.invert:
                if pending > 0 and not self.quiet:
                    self.show(name, number, body, b"-")
                    pending, last_shown = pending - 1, number
                elif self.before:
                    held.append((number, body))
                continue
            count += 1
            self.found = True
            if self.quiet or self.list:
                break
            if not self.count:
                if binary and not is_busybox(self.process) and "a" not in self.options:
                    self.out.put(f"{self.process.name}: {name}: binary file matches\n")
                    break
                first = number - len(held) if self.before else number
                if (self.before or self.after) and self.begun and first > last_shown + 1:
                    self.out.put(b"--\n")
                for earlier, text in held if self.before else ():
                    self.show(name, earlier, text, b"-")
                held.clear()
                self.show(name, number, body, b":")
                self.begun, pending, last_shown = True, self.after, number
                if fd == 0:
                    yield from self.out.flush()
            if count == self.limit:
                break
        self.finish(name, count)

    def finish(self, name: str, count: int) -> None:
        if self.quiet:
            return
        if self.list:
            if (count > 0) == (self.list == "l"):
                self.out.put(name + "\n")
            if self.list == "L" and count == 0:
                self.found = True
        elif self.count:
            self.out.put(f"{name}:{count}\n" if self.named else f"{count}\n")

    def show(self, name: str, number: int, body: bytes, mark: bytes) -> None:
        head = self.paint(encode(name), b"35") + self.paint(mark, b"36") if self.named else b""
        if self.numbers:
            head += self.paint(b"%d" % number, b"32") + self.paint(mark, b"36")
        if self.only:
            if mark == b":" and not self.invert:
                for found in self.pattern.finditer(body):
                    if found[0]:
                        self.out.put(head + self.paint(found[0], b"01;31") + b"\n")
            return
        if self.color and mark == b":" and not self.invert:
            body = self.pattern.sub(lambda m: self.paint(m[0], b"01;31") if m[0] else b"", body)
        self.out.put(head + body + b"\n")

    def paint(self, text: bytes, color: bytes) -> bytes:
        if not self.color:
            return text
        return b"\x1b[" + color + b"m\x1b[K" + text + b"\x1b[m\x1b[K"
