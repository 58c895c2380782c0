"""Scripts of sed: text to commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..streams import encode
from .regexes import BadPattern, compile_pattern


class ScriptError(Exception):
    """The script is wrong. `place` counts characters from 1."""

    def __init__(self, text: str, place: int) -> None:
        super().__init__(text)
        self.place = place


@dataclass(slots=True)
class Address:
    """A line number, `$`, a pattern, `first~step` or `+n`."""

    line: int = 0
    last: bool = False
    pattern: re.Pattern[bytes] | None = None
    step: int = 0
    offset: int = 0
    relative: bool = False
    zero: bool = False

    def matches(self, number: int, last: bool, space: bytes) -> bool:
        if self.pattern is not None:
            return self.pattern.search(space) is not None
        if self.last:
            return last
        if self.step:
            return number >= self.line and (number - self.line) % self.step == 0
        return number == self.line


def _same(found: re.Match[bytes]) -> bytes:
    return found[0]


@dataclass(slots=True)
class Command:
    name: str
    first: Address | None = None
    second: Address | None = None
    negated: bool = False
    text: bytes = b""
    label: str = ""
    jump: int = 0
    pattern: re.Pattern[bytes] | None = None
    replace: Callable[[re.Match[bytes]], bytes] = _same
    everywhere: bool = False
    prints: bool = False
    nth: int = 1
    table: bytes = b""
    opens: list[int] = field(default_factory=list)


def parse_script(text: str, *, extended: bool) -> list[Command]:
    """Raises: ScriptError."""
    return _Parser(text, extended).run()


class _Parser:
    def __init__(self, text: str, extended: bool) -> None:
        self.text, self.extended = text, extended
        self.index = 0
        self.commands: list[Command] = []
        self.last_pattern: re.Pattern[bytes] | None = None

    def fail(self, text: str) -> ScriptError:
        return ScriptError(text, self.index)

    def peek(self) -> str:
        return self.text[self.index : self.index + 1]

    def skip(self, characters: str) -> None:
        while self.peek() and self.peek() in characters:
            self.index += 1

    def run(self) -> list[Command]:
        opened: list[int] = []
        while True:
            self.skip(" \t\n;")
            if not self.peek():
                break
            command = self.command()
            if command is None:
                continue
            if command.name == "{":
                opened.append(len(self.commands))
            elif command.name == "}":
                if not opened:
                    raise self.fail("unexpected `}'")
                self.commands[opened.pop()].jump = len(self.commands)
                continue
            self.commands.append(command)
        if opened:
            raise ScriptError("unmatched `{'", 0)
        self.link()
        return self.commands

    def link(self) -> None:
        labels = {c.label: i for i, c in enumerate(self.commands) if c.name == ":"}
        for command in self.commands:
            if command.name in "btT":
                if command.label and command.label not in labels:
                    raise ScriptError(f"can't find label for jump to `{command.label}'", 0)
                command.jump = labels.get(command.label, len(self.commands))

    def address(self) -> Address | None:
        character = self.peek()
        if character.isdecimal():
            matched = re.compile(r"(\d+)(?:~(\d+))?").match(self.text, self.index)
            assert matched is not None
            self.index = matched.end()
            line = int(matched[1])
            return Address(line, step=int(matched[2] or 0), zero=line == 0 and not matched[2])
        if character == "$":
            self.index += 1
            return Address(last=True)
        if character in ("/", "\\") and character:
            self.index += 1
            mark = "/"
            if character == "\\":
                mark = self.peek()
                self.index += 1
            body = self.until(mark, "unterminated address regex", regex=True)
            flags = ""
            while self.peek() in ("I", "M") and self.peek():
                flags += self.peek()
                self.index += 1
            return Address(pattern=self.pattern(body, "I" in flags))
        return None

    def pattern(self, body: str, ignore_case: bool) -> re.Pattern[bytes]:
        if not body:
            if self.last_pattern is None:
                raise self.fail("no previous regular expression")
            return self.last_pattern
        try:
            found = compile_pattern(body, extended=self.extended, ignore_case=ignore_case)
        except BadPattern as bad:
            raise self.fail(str(bad)) from None
        self.last_pattern = found
        return found

    def until(self, mark: str, missing: str, *, regex: bool = False) -> str:
        """Text up to an unescaped mark."""
        out, bracket = [], False
        while True:
            character = self.peek()
            if not character or (character == "\n" and regex):
                raise self.fail(missing)
            self.index += 1
            if character == "\\":
                following = self.peek()
                self.index += 1
                if following == mark:
                    out.append(
                        following if mark not in "()|{}+?.*[]^$" or not regex else "\\" + following
                    )
                elif following == "\n" or (following == "n" and regex):
                    out.append("\n" if regex or (following == "\n" and not regex) else "\\n")
                else:
                    out.append("\\" + following)
            elif character == mark and not bracket:
                return "".join(out)
            else:
                if regex and character == "[" and not bracket:
                    bracket = self._bracket_ahead(mark)
                elif regex and character == "]" and bracket:
                    bracket = out[-1:] in (["["], ["^"]) and False
                out.append(character)

    def _bracket_ahead(self, mark: str) -> bool:
        line = self.text[self.index :].partition("\n")[0]
        matched = re.match(r"\^?\]?[^]]*\]", line)
        return matched is not None and mark in matched[0]

    def command(self) -> Command | None:
        if self.peek() == "#":
            self.index = (self.text + "\n").index("\n", self.index)
            return None
        command = Command("")
        command.first = self.address()
        if command.first is not None:
            self.skip(" \t")
            if self.peek() == ",":
                self.index += 1
                self.skip(" \t")
                command.second = self.second()
                if command.second is None:
                    raise self.fail("unexpected `,'")
        if (
            command.first is not None
            and command.first.zero
            and (command.second is None or command.second.pattern is None)
        ):
            self.index += 1
            raise self.fail("invalid usage of line address 0")
        self.skip(" \t")
        while self.peek() == "!":
            command.negated = True
            self.index += 1
            self.skip(" \t")
        command.name = self.peek()
        if not command.name:
            raise self.fail("missing command")
        self.index += 1
        self.arguments(command)
        return command

    def second(self) -> Address | None:
        if self.peek() in ("+", "~") and self.peek():
            matched = re.compile(r"[+~](\d+)").match(self.text, self.index)
            if matched:
                self.index = matched.end()
                return Address(offset=int(matched[1]), relative=True)
        return self.address()

    def arguments(self, command: Command) -> None:
        name = command.name
        if name == "s":
            self.substitution(command)
        elif name == "y":
            self.transliteration(command)
        elif name in "aic":
            command.text = encode(self.lines())
        elif name in ":btT":
            self.skip(" \t")
            end = re.compile(r"[;\n]" if name != ":" else r"[\n;]").search(self.text, self.index)
            stop = end.start() if end else len(self.text)
            command.label = self.text[self.index : stop].strip()
            self.index = stop
        elif name in "rw":
            self.skip(" \t")
            stop = (self.text + "\n").index("\n", self.index)
            command.text = encode(self.text[self.index : stop])
            self.index = stop
            if not command.text:
                raise self.fail("missing filename in r/R/w/W commands")
        elif name in "qQlL":
            self.skip(" \t")
            matched = re.compile(r"\d*").match(self.text, self.index)
            assert matched is not None
            command.text = encode(matched[0])
            self.index = matched.end()
            self.ended()
        elif name in "dDpPnNhHgGx=":
            self.ended()
        elif name not in "{}":
            raise self.fail(f"unknown command: `{name}'")

    def ended(self) -> None:
        self.skip(" \t")
        if self.peek() not in ("", ";", "\n", "}", "#"):
            self.index += 1
            raise self.fail("extra characters after command")

    def lines(self) -> str:
        """The text of a, i, c: one-liners and the classic backslash form."""
        self.skip(" \t")
        if self.peek() == "\\":
            self.index += 1
            self.skip(" \t")
            if self.peek() == "\n":
                self.index += 1
        if not self.peek():
            raise self.fail("expected \\ after `a', `c' or `i'")
        out = []
        while character := self.peek():
            self.index += 1
            if character == "\\":
                out.append(self.peek())
                self.index += 1
            elif character == "\n":
                break
            else:
                out.append(character)
        return "".join(out)

    def substitution(self, command: Command) -> None:
        mark = self.peek()
        if not mark or mark in "\n\\":
            raise self.fail("unterminated `s' command")
        self.index += 1
        body = self.until(mark, "unterminated `s' command", regex=True)
        replacement = self.until(mark, "unterminated `s' command")
        ignore = False
        while (flag := self.peek()) and flag not in ";\n} \t#":
            self.index += 1
            if flag == "g":
                command.everywhere = True
            elif flag == "p":
                command.prints = True
            elif flag in "iI":
                ignore = True
            elif flag.isdecimal() and flag != "0":
                digits = flag
                while self.peek().isdecimal():
                    digits += self.peek()
                    self.index += 1
                command.nth = int(digits)
            elif flag == "w":
                self.skip(" \t")
                stop = (self.text + "\n").index("\n", self.index)
                command.text = encode(self.text[self.index : stop])
                self.index = stop
            elif flag not in "mMe":
                raise self.fail("unknown option to `s'")
        command.pattern = self.pattern(body, ignore)
        command.replace = _replacer(replacement)
        most = max((int(d) for d in re.findall(r"\\(\d)", replacement)), default=0)
        if most > command.pattern.groups:
            raise self.fail(f"invalid reference \\{most} on `s' command's RHS")
        self.ended()

    def transliteration(self, command: Command) -> None:
        mark = self.peek()
        self.index += 1
        one = self.until(mark, "unterminated `y' command")
        other = self.until(mark, "unterminated `y' command")
        first, second = (encode(t.replace("\\n", "\n").replace("\\\\", "\\")) for t in (one, other))
        if len(first) != len(second):
            raise self.fail("strings for `y' command are different lengths")
        command.table = bytes.maketrans(first, second)
        self.ended()


def _replacer(text: str) -> Callable[[re.Match[bytes]], bytes]:
    pieces = re.findall(r"\\.|&|[^\\&]+", text, re.S)
    simple = {"n": b"\n", "t": b"\t", "r": b"\r", "f": b"\f", "v": b"\v", "a": b"\a"}

    def replace(found: re.Match[bytes]) -> bytes:
        out, case, once = [], "", ""
        for piece in pieces:
            if piece == "&":
                data = found[0]
            elif piece[0] == "\\" and piece[1].isdecimal():
                data = found[int(piece[1])] or b""
            elif piece[0] == "\\" and piece[1] in "ULE":
                case = piece[1]
                continue
            elif piece[0] == "\\" and piece[1] in "ul":
                once = piece[1]
                continue
            elif piece[0] == "\\":
                data = simple.get(piece[1]) or encode(piece[1])
            else:
                data = encode(piece)
            data = data.upper() if case == "U" else data.lower() if case == "L" else data
            if once and data:
                first = data[:1].upper() if once == "u" else data[:1].lower()
                data, once = first + data[1:], ""
            out.append(data)
        return b"".join(out)

    return replace
