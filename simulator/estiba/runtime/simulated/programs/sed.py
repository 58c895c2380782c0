"""sed: its options and its machine. Scripts are parsed in `sed_script`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ..program import Process
from ..streams import LineReader, Output, encode, read_file, write_file
from ..syscalls import (
    O_RDONLY,
    Body,
    Chmod,
    Chown,
    Close,
    Fstat,
    Open,
    Rename,
    Stat,
    SyscallError,
    Unlink,
)
from .options import Grammar, Misuse, complain, is_busybox, tool
from .sed_script import Command, ScriptError, parse_script
from .status import is_directory

GRAMMAR = Grammar(
    "bsnrzuEe:f:l:i::V:",
    {
        "quiet": "n", "silent": "n", "expression=": "e", "file=": "f", "in-place=?": "i",
        "regexp-extended": "E", "separate": "s", "null-data": "z", "unbuffered": "u",
        "posix": "posix", "debug": "debug", "sandbox": "sandbox", "follow-symlinks": "follow",
    },
    "nrEe:f:i::",
)  # fmt: skip


@tool("sed")
def sed(process: Process, args: list[str]) -> Body[int]:
    options = GRAMMAR.parse(process, args)
    operands = options.operands
    parts = []
    for letter, value in options.pairs:
        if letter == "e":
            parts.append(value)
        elif letter == "f":
            parts.append((yield from read_file(value)).decode().removesuffix("\n"))
    if not parts:
        if not operands:
            raise Misuse(status=1 if not is_busybox(process) else None)
        parts.append(operands.pop(0))
    try:
        commands = parse_script("\n".join(parts), extended=options.any("rE"))
    except ScriptError as error:
        if is_busybox(process):
            yield from complain(process, _busybox_wording(str(error)))
            return 1
        place = f"-e expression #{len(parts)}, char {error.place}: "
        yield from complain(process, f"{place}{error}")
        return 1
    machine = _Machine(process, commands, "n" in options)
    if "i" in options:
        for path in operands:
            yield from machine.in_place(path, options.value("i"))
            if machine.quit:
                break
    elif "s" in options:
        for path in operands or ["-"]:
            machine.number = 0
            yield from machine.run([path])
    else:
        yield from machine.run(operands or ["-"])
    return machine.status


def _busybox_wording(text: str) -> str:
    if text.startswith("unknown command: `"):
        return f"unsupported command {text[18:-1]}"
    if text == "unterminated `s' command":
        return "unmatched '/'"
    if text == "unknown option to `s'":
        return "bad option in substitution expression"
    return text


class _Machine:
    """Pattern space, hold space and the cycle."""

    def __init__(self, process: Process, commands: list[Command], quiet: bool) -> None:
        self.process, self.commands, self.quiet = process, commands, quiet
        self.status = 0
        self.space = self.hold = b""
        self.number = 0
        self.last = False
        self.quit = False
        self.out = Output()
        self.appended: list[bytes] = []
        self.ending = b"\n"
        self.paths: Iterator[str] = iter(())
        self.reader: LineReader | None = None
        self.fd = -1
        self.ahead: bytes | None = None
        self.files: dict[str, bytes] = {}
        self.substituted = False

    def in_place(self, path: str, suffix: str) -> Body[None]:
        try:
            status = yield from Stat(path)
            if is_directory(status):
                yield from complain(self.process, f"couldn't edit {path}: not a regular file")
                self.status = 4
                return
        except SyscallError as error:
            yield from self.refuse(path, error)
            return
        self.number, self.out = 0, Output()
        yield from self.run([path], flush=False)
        if suffix:
            backup = suffix.replace("*", path) if "*" in suffix else path + suffix
            yield from Rename(path, backup)
        else:
            yield from Unlink(path)
        yield from write_file(path, self.gathered)
        yield from Chown(path, status.uid, status.gid)
        yield from Chmod(path, status.mode & 0o7777)

    gathered = b""

    def refuse(self, path: str, error: SyscallError) -> Body[None]:
        yield from self.out.flush()
        if is_busybox(self.process):
            yield from complain(self.process, f"{path}: {error}")
            self.status = 1
        else:
            yield from complain(self.process, f"can't read {path}: {error}")
            self.status = 2

    def run(self, paths: list[str], *, flush: bool = True) -> Body[None]:
        self.paths, self.reader = iter(paths), None
        self.in_range: dict[int, int] = {}
        self.pieces: list[bytes] = []
        yield from self.advance()
        while self.ahead is not None and not self.quit:
            yield from self.read_line()
            yield from self.cycle()
            if flush:
                self.out.put(b"".join(self.pieces))
                self.pieces.clear()
                if self.fd == 0 or len(self.appended) > 1000:
                    yield from self.out.flush()
        if flush:
            yield from self.out.flush()
        self.gathered = b"".join(self.pieces)
        for path, data in self.files.items():
            yield from write_file(path, data)

    def advance(self) -> Body[None]:
        """Look at the next line without taking it: `$` must know the last."""
        while True:
            if self.reader is None:
                path = next(self.paths, None)
                if path is None:
                    self.ahead = None
                    return
                try:
                    self.fd = 0 if path == "-" else (yield from Open(path, O_RDONLY))
                    if self.fd and is_directory((yield from Fstat(self.fd))):
                        yield from self.out.flush()
                        text = (
                            "read error on {}: Is a directory"
                            if is_busybox(self.process)
                            else "couldn't read {}: Is a directory"
                        )
                        text = (
                            text if is_busybox(self.process) else "read error on {}: Is a directory"
                        )
                        yield from complain(self.process, text.format(path))
                        self.status = 2
                        continue
                except SyscallError as error:
                    yield from self.refuse(path, error)
                    continue
                self.reader = LineReader(self.fd)
            self.ahead = yield from self.reader.next()
            if self.ahead is not None:
                return
            if self.fd:
                yield from Close(self.fd)
            self.reader = None

    def read_line(self) -> Body[None]:
        line = self.ahead or b""
        self.ending = b"\n" if line.endswith(b"\n") else b""
        self.space = line.removesuffix(b"\n")
        self.number += 1
        yield from self.advance()
        self.last = self.ahead is None
        if not self.last and not self.ending:
            self.ending = b"\n"
        self.substituted = False

    def put(self, data: bytes) -> None:
        self.pieces.append(data)

    def cycle(self) -> Body[None]:
        while True:
            again = yield from self.execute()
            if not again:
                return

    def end_cycle(self, show: bool = True) -> None:
        if show and not self.quiet:
            self.put(self.space + self.ending)
        for text in self.appended:
            self.put(text)
        self.appended.clear()

    def selects(self, index: int, command: Command) -> bool:
        if command.first is None:
            return not command.negated
        found = self.address(index, command)
        return found != command.negated

    def address(self, index: int, command: Command) -> bool:
        first, second = command.first, command.second
        assert first is not None
        if second is None:
            return first.matches(self.number, self.last, self.space)
        end = self.in_range.get(index)
        if end is not None:
            if end == -1:
                if second.matches(self.number, self.last, self.space):
                    del self.in_range[index]
                return True
            if self.number >= end:
                del self.in_range[index]
            return self.number <= end
        if first.zero:
            self.in_range[index] = -1
            first.zero = False
            return self.address(index, command)
        if not first.matches(self.number, self.last, self.space):
            return False
        stop = second.line if second.line else self.number + second.offset if second.offset else -1
        if second.offset == 0 and second.relative:
            return True
        if stop == -1 or stop > self.number:
            self.in_range[index] = stop
        return True

    def execute(self) -> Body[bool]:
        """Run the script once on the pattern space; True to start again without reading."""
        index = 0
        while index < len(self.commands):
            command = self.commands[index]
            if not self.selects(index, command):
                index = command.jump if command.name == "{" else index + 1
                continue
            index += 1
            name = command.name
            if name == "s":
                self.substitute(command)
            elif name in "btT":
                if name == "b" or (name == "t") == self.substituted:
                    self.substituted = False
                    index = command.jump
            elif name == "d":
                self.end_cycle(show=False)
                return False
            elif name == "D":
                _head, newline, rest = self.space.partition(b"\n")
                self.end_cycle(show=False)
                self.space = rest
                return bool(newline)
            elif name in "qQ":
                self.quit = True
                self.status = int(command.text or b"0") or self.status
                self.end_cycle(show=name == "q")
                return False
            elif name == "n":
                if self.ahead is None:
                    self.quit = True
                    self.end_cycle()
                    return False
                self.end_cycle()
                yield from self.read_line()
            elif name == "N":
                if self.ahead is None:
                    self.end_cycle()
                    return False
                before = self.space
                yield from self.read_line()
                self.space = before + b"\n" + self.space
            elif name == "c":
                yield from self.change(index - 1, command)
                return False
            else:
                yield from self.simple(command)
        self.end_cycle()
        return False

    def change(self, index: int, command: Command) -> Body[None]:
        if command.second is None or index not in self.in_range:
            self.put(command.text + b"\n")
        self.end_cycle(show=False)
        return
        yield

    def simple(self, command: Command) -> Body[None]:
        name, space = command.name, self.space
        if name == "p":
            self.put(space + (self.ending or b"\n"))
        elif name == "P":
            self.put(space.partition(b"\n")[0] + b"\n")
        elif name == "a":
            self.appended.append(command.text + b"\n")
        elif name == "i":
            self.put(command.text + b"\n")
        elif name == "=":
            self.put(b"%d\n" % self.number)
        elif name == "y":
            self.space = space.translate(command.table)
        elif name == "h":
            self.hold = space
        elif name == "H":
            self.hold += b"\n" + space
        elif name == "g":
            self.space = self.hold
        elif name == "G":
            self.space += b"\n" + self.hold
        elif name == "x":
            self.space, self.hold = self.hold, space
        elif name == "l":
            self.put(_visible(space) + b"$\n")
        elif name == "w":
            self.write_to(command.text.decode(), space)
        elif name == "r":
            with contextlib.suppress(SyscallError):
                self.appended.append((yield from read_file(command.text.decode())))

    def write_to(self, path: str, data: bytes) -> None:
        if path == "/dev/stdout":
            self.put(data + b"\n")
        else:
            self.files[path] = self.files.get(path, b"") + data + b"\n"

    def substitute(self, command: Command) -> None:
        assert command.pattern is not None
        count, out, place = 0, [], 0
        for found in command.pattern.finditer(self.space):
            count += 1
            if count < command.nth:
                continue
            out.append(self.space[place : found.start()])
            out.append(command.replace(found))
            place = found.end()
            if not command.everywhere:
                break
        if not out:
            return
        self.space = b"".join(out) + self.space[place:]
        self.substituted = True
        if command.prints:
            self.put(self.space + (self.ending or b"\n"))
        if command.text:
            self.write_to(command.text.decode(), self.space)


def _visible(space: bytes) -> bytes:
    names = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r",
             92: b"\\\\"}  # fmt: skip
    return b"".join(
        names.get(b) or (bytes([b]) if 32 <= b < 127 else encode(f"\\{b:03o}")) for b in space
    )
