"""test and [, expr."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..program import Process
from ..streams import print_out
from ..syscalls import Access, Body, Isatty, Lstat, Stat, SyscallError
from .options import Misuse, complain, is_busybox, tool
from .quoting import literal
from .regexes import BadPattern, compile_pattern
from .status import S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFREG, S_IFSOCK, is_link, same_file

if TYPE_CHECKING:
    from .status import Status

KINDS = {"f": S_IFREG, "d": S_IFDIR, "b": S_IFBLK, "c": S_IFCHR, "p": S_IFIFO, "S": S_IFSOCK}
UNARY = set("abcdefghknoprstuwxzGLNOS")
BINARY = {"=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"}


class Wrong(Exception):
    """The expression cannot be judged."""


def judge(process: Process, args: list[str]) -> Body[bool]:
    """The truth of a test expression. Raises: Wrong."""
    judgement = _Judgement(process, args)
    return (yield from judgement.run())


class _Judgement:
    def __init__(self, process: Process, args: list[str]) -> None:
        self.process, self.args, self.index = process, args, 0

    def run(self) -> Body[bool]:
        count = len(self.args)
        if count == 0:
            return False
        if count == 1:
            return self.args[0] != ""
        if count == 2:
            return (yield from self.two(self.args[0], self.args[1]))
        if count == 3:
            found = yield from self.three()
            if found is not None:
                return found
        if count == 4 and self.args[0] == "!":
            self.args = self.args[1:]
            return not (yield from self.run())
        truth = yield from self.either()
        if self.index < count:
            raise Wrong(f"extra argument {literal(self.process, self.args[self.index])}")
        return truth

    def two(self, operator: str, operand: str) -> Body[bool]:
        if operator == "!":
            return operand == ""
        if not self.is_unary(operator):
            if (
                operator not in ("(",)
                and not operator.startswith("-")
                and not is_busybox(self.process)
            ):
                raise Wrong(f"missing argument after {literal(self.process, operand)}")
            if is_busybox(self.process):
                raise Wrong(f"{operand}: unknown operand")
            raise Wrong(f"{literal(self.process, operator)}: unary operator expected")
        return (yield from self.unary(operator, operand))

    def three(self) -> Body[bool | None]:
        one, operator, other = self.args
        if operator in BINARY:
            return (yield from self.binary(one, operator, other))
        if one == "!":
            return not (yield from self.two(operator, other))
        if one == "(" and other == ")":
            return operator != ""
        if operator in ("-a", "-o"):
            return None
        if is_busybox(self.process):
            raise Wrong(f"{operator}: unknown operand")
        raise Wrong(f"{literal(self.process, operator)}: binary operator expected")

    @staticmethod
    def is_unary(operator: str) -> bool:
        return len(operator) == 2 and operator[0] == "-" and operator[1] in UNARY

    def peek(self, ahead: int = 0) -> str | None:
        place = self.index + ahead
        return self.args[place] if place < len(self.args) else None

    def either(self) -> Body[bool]:
        truth = yield from self.both()
        while self.peek() == "-o":
            self.index += 1
            other = yield from self.both()
            truth = truth or other
        return truth

    def both(self) -> Body[bool]:
        truth = yield from self.term()
        while self.peek() == "-a":
            self.index += 1
            other = yield from self.term()
            truth = truth and other
        return truth

    def term(self) -> Body[bool]:
        word = self.peek()
        if word is None:
            if is_busybox(self.process):
                raise Wrong("argument expected")
            raise Wrong(f"missing argument after {literal(self.process, self.args[-1])}")
        if word == "!" and self.peek(1) is not None:
            self.index += 1
            return not (yield from self.term())
        if word == "(":
            self.index += 1
            truth = yield from self.either()
            if self.peek() != ")":
                raise Wrong(
                    "closing paren expected" if is_busybox(self.process) else "')' expected"
                )
            self.index += 1
            return truth
        operator = self.peek(1)
        if operator in BINARY and (other := self.peek(2)) is not None:
            self.index += 3
            assert operator is not None
            return (yield from self.binary(word, operator, other))
        if self.is_unary(word) and operator is not None:
            self.index += 2
            return (yield from self.unary(word, operator))
        self.index += 1
        return word != ""

    def integer(self, text: str) -> int:
        if not re.fullmatch(r"\s*[-+]?\d+\s*", text):
            if is_busybox(self.process):
                raise Wrong(f"{text}: bad number")
            raise Wrong(f"invalid integer {literal(self.process, text)}")
        return int(text)

    def binary(self, one: str, operator: str, other: str) -> Body[bool]:
        if operator in ("=", "=="):
            return one == other
        if operator in ("!=", "<", ">"):
            return (
                one != other
                if operator == "!="
                else one < other
                if operator == "<"
                else one > other
            )
        if operator in ("-nt", "-ot", "-ef"):
            return (yield from self.files(one, operator, other))
        a, b = self.integer(one), self.integer(other)
        return {"-eq": a == b, "-ne": a != b, "-lt": a < b, "-le": a <= b, "-gt": a > b,
                "-ge": a >= b}[operator]  # fmt: skip

    def files(self, one: str, operator: str, other: str) -> Body[bool]:
        found: list[Status | None] = []
        for path in (one, other):
            try:
                found.append((yield from Stat(path)))
            except SyscallError:
                found.append(None)
        first, second = found
        if operator == "-ef":
            return first is not None and second is not None and same_file(first, second)
        if operator == "-ot":
            first, second = second, first
        if first is None:
            return False
        return second is None or first.mtime_ns > second.mtime_ns

    def unary(self, operator: str, operand: str) -> Body[bool]:
        letter = operator[1]
        if letter in "nz":
            return (operand != "") == (letter == "n")
        if letter == "t":
            return (yield from Isatty(self.integer(operand)))
        try:
            if letter in "hL":
                return is_link((yield from Lstat(operand)))
            if letter in "rwx":
                yield from Access(operand, {"r": 4, "w": 2, "x": 1}[letter])
                return True
            status = yield from Stat(operand)
        except SyscallError:
            return False
        if letter in KINDS:
            return bool(status.mode & 0o170000 == KINDS[letter])
        bit = {"u": 0o4000, "g": 0o2000, "k": 0o1000}.get(letter)
        if bit:
            return bool(status.mode & bit)
        return bool(status.size > 0) if letter == "s" else True


@tool("test", "[", "[[", misuse=2)
def test(process: Process, args: list[str]) -> Body[int]:
    bracket = process.name.rpartition("/")[2] in ("[", "[[")
    if bracket:
        closing = "]]" if process.name.endswith("[[") else "]"
        if not args or args[-1] != closing:
            yield from complain(
                process,
                f"missing {closing}"
                if is_busybox(process)
                else f"missing {literal(process, closing)}",
            )
            return 2
        args = args[:-1]
    try:
        return 0 if (yield from judge(process, args)) else 1
    except Wrong as wrong:
        yield from complain(process, str(wrong))
        return 2


@tool("expr", misuse=2)
def expr(process: Process, args: list[str]) -> Body[int]:
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        raise Misuse(
            "too few arguments" if is_busybox(process) else "missing operand",
            hint=not is_busybox(process),
            status=2,
        )
    try:
        value = _Expression(args, is_busybox(process)).run()
    except Wrong as wrong:
        text = (
            "syntax error"
            if is_busybox(process) and str(wrong).startswith("syntax")
            else str(wrong)
        )
        yield from complain(process, text)
        return 2
    yield from print_out(f"{value}\n")
    return 1 if value in ("", 0, "0") else 0


Value = str | int


class _Expression:
    """expr's grammar, from | down to strings."""

    LEVELS = (
        {"|"},
        {"&"},
        {"=", "==", "!=", "<", "<=", ">", ">="},
        {"+", "-"},
        {"*", "/", "%"},
        {":"},
    )

    def __init__(self, args: list[str], busybox: bool) -> None:
        self.args, self.index, self.busybox = args, 0, busybox

    def run(self) -> Value:
        value = self.level(0)
        if self.index < len(self.args):
            raise Wrong(f"syntax error: unexpected argument '{self.args[self.index]}'")
        return value

    def level(self, depth: int) -> Value:
        if depth == len(self.LEVELS):
            return self.primary()
        value = self.level(depth + 1)
        while self.index < len(self.args) and self.args[self.index] in self.LEVELS[depth]:
            operator = self.args[self.index]
            self.index += 1
            value = self.apply(operator, value, self.level(depth + 1))
        return value

    def primary(self) -> Value:
        if self.index >= len(self.args):
            raise Wrong(f"syntax error: missing argument after '{self.args[-1]}'")
        word = self.args[self.index]
        self.index += 1
        if word == "(":
            value = self.level(0)
            if self.index >= len(self.args) or self.args[self.index] != ")":
                raise Wrong(f"syntax error: expecting ')' after '{self.args[-1]}'")
            self.index += 1
            return value
        if word == "length" and self.index < len(self.args):
            return len(str(self.primary()))
        if word == "index" and self.index + 1 < len(self.args):
            text, characters = str(self.primary()), str(self.primary())
            return min((text.find(c) + 1 for c in characters if c in text), default=0)
        if word == "substr" and self.index + 2 < len(self.args):
            text, start, size = (
                str(self.primary()),
                self.integer(self.primary()),
                self.integer(self.primary()),
            )
            return text[start - 1 : start - 1 + size] if start > 0 and size > 0 else ""
        if word == "match" and self.index + 1 < len(self.args):
            return self.match(str(self.primary()), str(self.primary()))
        return word

    def integer(self, value: Value) -> int:
        if isinstance(value, int):
            return value
        if not re.fullmatch(r"-?\d+", value):
            raise Wrong("non-numeric argument" if self.busybox else "non-integer argument")
        return int(value)

    def match(self, text: str, pattern: str) -> Value:
        try:
            found = compile_pattern(pattern, extended=False).match(text.encode())
        except BadPattern as bad:
            raise Wrong(str(bad)) from None
        if found is None or found.re.groups:
            return (
                (found[1] or b"").decode()
                if found and found.re.groups
                else ("" if re.search(r"\\\(", pattern) else 0)
            )
        return len(found[0].decode())

    def apply(self, operator: str, one: Value, other: Value) -> Value:
        if operator == "|":
            return one if one not in ("", "0", 0) else other if other not in ("",) else 0
        if operator == "&":
            return one if one not in ("", "0", 0) and other not in ("", "0", 0) else 0
        if operator == ":":
            return self.match(str(one), str(other))
        if operator in self.LEVELS[2]:
            return int(self.compare(operator, one, other))
        a, b = self.integer(one), self.integer(other)
        if operator in "/%" and b == 0:
            raise Wrong("division by zero")
        if operator in "/%":
            quotient = abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
            return quotient if operator == "/" else a - quotient * b
        return a + b if operator == "+" else a - b if operator == "-" else a * b

    def compare(self, operator: str, one: Value, other: Value) -> bool:
        a: str | int = str(one)
        b: str | int = str(other)
        if re.fullmatch(r"-?\d+", str(one)) and re.fullmatch(r"-?\d+", str(other)):
            a, b = int(one), int(other)
        if operator in ("=", "=="):
            return a == b
        if operator == "!=":
            return a != b
        less, equal = a < b, a == b  # type: ignore[operator]
        return {"<": less, "<=": less or equal, ">": not less and not equal, ">=": not less}[
            operator
        ]
