"""Conditions: the primaries shared by `test` and `[[ … ]]`, and the latter's grammar."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..syscalls import (
    R_OK,
    W_OK,
    X_OK,
    Access,
    Body,
    Getgid,
    Getuid,
    Isatty,
    Lstat,
    Stat,
    SyscallError,
)
from .arithmetic import ArithmeticFailure
from .control import Failure
from .patterns import matches
from .state import Elements
from .syntax import Word

if TYPE_CHECKING:
    from ....filesystem import Stat as Status
    from .shell import Shell

KINDS = {
    "-f": stat.S_IFREG, "-d": stat.S_IFDIR, "-b": stat.S_IFBLK, "-c": stat.S_IFCHR,
    "-p": stat.S_IFIFO, "-S": stat.S_IFSOCK,
}  # fmt: skip
BITS = {"-u": stat.S_ISUID, "-g": stat.S_ISGID, "-k": stat.S_ISVTX}
ACCESS = {"-r": R_OK, "-w": W_OK, "-x": X_OK}
FILES = frozenset(("-a", "-e", "-s", "-h", "-L", "-O", "-G", "-N", *KINDS, *BITS, *ACCESS))
BINARY_FILES = ("-nt", "-ot", "-ef")
NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda a, b: a == b, "-ne": lambda a, b: a != b, "-lt": lambda a, b: a < b,
    "-le": lambda a, b: a <= b, "-gt": lambda a, b: a > b, "-ge": lambda a, b: a >= b,
}  # fmt: skip


class TestFailure(Exception):
    """The expression makes no sense."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind


def _status(path: str, *, follow: bool = True) -> Body[Status | None]:
    try:
        if follow:
            return (yield from Stat(path))
        return (yield from Lstat(path))
    except SyscallError:
        return None


def examine(shell: Shell, operator: str, word: str) -> Body[bool]:
    """A primary with one operand. Raises: TestFailure."""
    if operator == "-n":
        return word != ""
    if operator == "-z":
        return word == ""
    if operator == "-v":
        name, bracket, index = word.partition("[")
        if bracket:
            return shell.expander.key_of(name, index.rstrip("]")) in shell.expander.elements(name)
        return shell.expander.lookup(word) is not None
    if operator in ("-o", "-R"):
        return word in shell.state.options
    if operator == "-t":
        if not word.isdecimal():
            raise TestFailure(shell.wording.integer_expected(word))
        return (yield from Isatty(int(word)))
    if operator in ACCESS:
        try:
            yield from Access(word, ACCESS[operator])
        except SyscallError:
            return False
        return True
    status = yield from _status(word, follow=operator not in ("-h", "-L"))
    return status is not None and (yield from _of_status(operator, status))


def _of_status(operator: str, status: Status) -> Body[bool]:
    mode = status.mode
    if operator in KINDS:
        return stat.S_IFMT(mode) == KINDS[operator]
    if operator in BITS:
        return bool(mode & BITS[operator])
    if operator in ("-h", "-L"):
        return stat.S_ISLNK(mode)
    if operator == "-s":
        return status.size > 0
    if operator == "-O":
        return status.uid == (yield from Getuid())
    if operator == "-G":
        return status.gid == (yield from Getgid())
    return True


def compare(shell: Shell, left: str, operator: str, right: str) -> Body[bool]:
    """A primary with two operands, as `test` has it. Raises: TestFailure."""
    if operator in ("=", "=="):
        return left == right
    if operator == "!=":
        return left != right
    if operator in ("<", ">"):
        return left < right if operator == "<" else left > right
    if operator in NUMBERS:
        return NUMBERS[operator](_integer(shell, left), _integer(shell, right))
    one, other = (yield from _status(left)), (yield from _status(right))
    if operator == "-ef":
        return (
            one is not None and other is not None and (one.dev, one.ino) == (other.dev, other.ino)
        )
    newer = operator == "-nt"
    if one is None or other is None:
        return (other is None and one is not None) if newer else (one is None and other is not None)
    return one.mtime_ns > other.mtime_ns if newer else one.mtime_ns < other.mtime_ns


def _integer(shell: Shell, text: str) -> int:
    try:
        return int(text.strip())
    except ValueError:
        raise TestFailure(shell.wording.integer_expected(text)) from None


# [[ … ]].


class _Conditional:
    """An expression between `[[` and `]]`."""

    def __init__(self, shell: Shell, tokens: list[Word | str]) -> None:
        self._shell = shell
        self._tokens = tokens
        self._at = 0

    def _peek(self) -> Word | str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _plain(self) -> str | None:
        token = self._peek()
        return token.plain if isinstance(token, Word) else token

    def _take(self) -> Word | str:
        token = self._peek()
        if token is None:
            raise Failure("unexpected argument to conditional expression", 2)
        self._at += 1
        return token

    def whole(self) -> Body[bool]:
        value = yield from self._or(True)
        if self._at < len(self._tokens):
            raise Failure("syntax error in conditional expression", 2)
        return value

    def _or(self, live: bool) -> Body[bool]:
        value = yield from self._and(live)
        while self._peek() == "||":
            self._take()
            right = yield from self._and(live and not value)
            value = value or right
        return value

    def _and(self, live: bool) -> Body[bool]:
        value = yield from self._not(live)
        while self._peek() == "&&":
            self._take()
            right = yield from self._not(live and value)
            value = value and right
        return value

    def _not(self, live: bool) -> Body[bool]:
        if self._plain() == "!":
            self._take()
            value = yield from self._not(live)
            return not value
        if self._peek() == "(":
            self._take()
            value = yield from self._or(live)
            self._take()
            return value
        return (yield from self._primary(live))

    def _primary(self, live: bool) -> Body[bool]:
        shell = self._shell
        first = self._take()
        assert isinstance(first, Word)
        operator = first.plain
        following = self._tokens[self._at] if self._at < len(self._tokens) else None
        is_unary = operator in FILES or operator in ("-n", "-z", "-v", "-t", "-o", "-R")
        if is_unary and isinstance(following, Word):
            self._take()
            if not live:
                return False
            word = yield from shell.expander.single(following)
            return (yield from examine(shell, operator or "", word))
        binary = self._plain()
        if binary is None or binary in ("&&", "||", ")"):
            return live and (yield from shell.expander.single(first)) != ""
        self._take()
        second = self._take()
        assert isinstance(second, Word)
        if not live:
            return False
        left = yield from shell.expander.single(first)
        return (yield from self._compare(left, binary, second))

    def _compare(self, left: str, operator: str, second: Word) -> Body[bool]:
        shell = self._shell
        if operator in ("=", "==", "!="):
            pattern = yield from shell.expander.pattern(second)
            ignore = "nocasematch" in shell.state.shopt
            found = matches(pattern, left, extended=True, ignore_case=ignore)
            return found != (operator == "!=")
        if operator == "=~":
            return (yield from self._regular(left, second))
        right = yield from shell.expander.single(second)
        if operator in NUMBERS:
            one, two = shell.expander.arithmetic(left), shell.expander.arithmetic(right)
            return NUMBERS[operator](one, two)
        return (yield from compare(shell, left, operator, right))

    def _regular(self, left: str, second: Word) -> Body[bool]:
        shell = self._shell
        pattern = yield from _regular_expression(shell, second)
        try:
            match = re.search(_python(pattern), left)
        except re.error:
            raise Failure("syntax error in regular expression", 2) from None
        groups = [match[0], *match.groups("")] if match else []
        record: Elements = dict(enumerate(groups))
        shell.state.variables.pop("BASH_REMATCH", None)
        shell.state.set("BASH_REMATCH", record)
        return match is not None


def _regular_expression(shell: Shell, word: Word) -> Body[str]:
    """What was quoted stands for itself."""
    pattern = yield from shell.expander.pattern(word)
    return pattern


def _python(pattern: str) -> str:
    classes = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "space": r"\s"}
    classes |= {"upper": "A-Z", "lower": "a-z", "xdigit": "0-9A-Fa-f", "punct": r"!-/:-@\[-`{-~"}
    for name, text in classes.items():
        pattern = pattern.replace(f"[:{name}:]", text)
    return pattern


def conditional(shell: Shell, tokens: list[Word | str]) -> Body[int]:
    """The status of `[[ … ]]`. Raises: Failure."""
    try:
        return 0 if (yield from _Conditional(shell, tokens).whole()) else 1
    except (TestFailure, ArithmeticFailure) as failure:
        yield from shell.complain(f"{failure}", "[[")
        return 2
