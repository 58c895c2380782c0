"""The expression of find: tests, actions, and, or, not."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from ..program import Process
from ..syscalls import (
    X_OK,
    Access,
    Body,
    Getdents,
    Stat,
    SyscallError,
    Time,
)
from .accounts import read_accounts
from .dates import SECOND
from .find_actions import Actions
from .find_expression import Expression, Test, Visit, compared, plain, tick
from .modes import apply_mode
from .options import Misuse, is_busybox
from .quoting import quoted
from .regexes import BadPattern, compile_pattern
from .status import LETTERS, is_directory, kind

UNCLOSED = "invalid expression; I was expecting to find a ')' somewhere but did not see one."
KINDS = {letter if letter != "-" else "f": value for value, letter in LETTERS.items()}
SIZES = {"c": 1, "w": 2, "b": 512, "k": 1024, "M": 1 << 20, "G": 1 << 30}


def parse_expression(process: Process, words: list[str]) -> Body[Expression]:
    """Raises: Misuse."""
    parser = _Parser(process, words)
    parser.expression.now_ns = yield from Time()
    if "-user" in words or "-group" in words or "-printf" in words or "-ls" in words:
        parser.expression.accounts = yield from read_accounts()
    if "-newer" in words:
        yield from parser.references()
    parser.parse()
    return parser.expression


class _Parser(Actions):
    def __init__(self, process: Process, words: list[str]) -> None:
        super().__init__(process, words)
        self.newer: dict[str, int] = {}

    def references(self) -> Body[None]:
        for option, path in zip(self.words, self.words[1:], strict=False):
            if option == "-newer":
                try:
                    self.newer[path] = (yield from Stat(path)).mtime_ns
                except SyscallError as error:
                    shown = path if is_busybox(self.process) else quoted(self.process, path)
                    raise Misuse(f"{shown}: {error}", hint=False) from None

    def parse(self) -> None:
        if self.words:
            test = self.either()
            if self.index < len(self.words):
                raise self.stray()
            self.expression.test = test
        if not self.expression.acts:
            first, show = self.expression.test, self.printer("\n")
            self.expression.test = _both(first, show)

    def either(self) -> Test:
        test = self.all()
        while self.peek() in ("-o", "-or"):
            self.index += 1
            test = _either(test, self.all())
        return test

    def all(self) -> Test:
        test = self.one()
        while self.index < len(self.words) and self.peek() not in ("-o", "-or", ")", ","):
            if self.peek() in ("-a", "-and"):
                self.index += 1
            test = _both(test, self.one())
        return test

    def one(self) -> Test:
        word = self.peek()
        if not word or word == ")":
            if not word:
                raise Misuse(UNCLOSED, hint=False)
            empty = "invalid expression; empty parentheses are not allowed."
            raise Misuse(empty, hint=False)
        self.index += 1
        if word in ("!", "-not"):
            return _negated(self.one())
        if word == "(":
            test = self.either()
            if self.peek() != ")":
                raise Misuse(
                    (
                        "invalid expression; I was expecting to "
                        "find a ')' somewhere but did not see one."
                    ),
                    hint=False,
                )
            self.index += 1
            return test
        handler: Callable[[], Test] | None = getattr(
            self, "do_" + word.lstrip("-").replace("-", "_"), None
        )
        if not word.startswith("-") or handler is None:
            if word.startswith("-") and not is_busybox(self.process):
                raise Misuse(f"unknown predicate {tick(word)}", hint=False)
            self.index -= 1
            raise self.stray()
        self.word = word
        return handler()

    def do_name(self) -> Test:
        glob = self.argument()
        return plain(lambda visit: fnmatchcase(visit.name, _glob(glob)))

    def do_iname(self) -> Test:
        glob = self.argument().lower()
        return plain(lambda visit: fnmatchcase(visit.name.lower(), _glob(glob)))

    def do_path(self) -> Test:
        glob = self.argument()
        return plain(lambda visit: fnmatchcase(visit.path, _glob(glob)))

    do_wholename = do_path

    def do_ipath(self) -> Test:
        glob = self.argument().lower()
        return plain(lambda visit: fnmatchcase(visit.path.lower(), _glob(glob)))

    def do_regex(self) -> Test:
        try:
            pattern = compile_pattern(self.argument(), extended=False)
        except BadPattern as bad:
            raise Misuse(str(bad), hint=False) from None
        return plain(lambda visit: pattern.fullmatch(visit.path.encode()) is not None)

    def do_type(self) -> Test:
        text = self.argument()
        wanted = [KINDS[letter] for letter in text.split(",") if letter in KINDS]
        if not wanted:
            if is_busybox(self.process):
                raise Misuse(f"invalid argument '{text}' to '-type'", hint=False)
            raise Misuse(f"Unknown argument to -type: {text}", hint=False)
        return plain(lambda visit: kind(visit.status) in wanted)

    def do_size(self) -> Test:
        text = self.argument()
        matched = re.fullmatch(r"([-+]?)(\d+)([cwbkMG]?)", text)
        if not matched:
            self.invalid(text)
        assert matched is not None
        unit = SIZES[matched[3] or "b"]
        check = compared(matched[1], int(matched[2]))
        return plain(lambda visit: check(-(-visit.status.size // unit)))

    def do_empty(self) -> Test:
        def test(visit: Visit) -> Body[bool]:
            if is_directory(visit.status):
                return not (yield from Getdents(visit.path))
            return kind(visit.status) == 0o100000 and visit.status.size == 0

        return test

    def do_maxdepth(self) -> Test:
        self.expression.max_depth = self.depth()
        return plain(lambda _: True)

    def do_mindepth(self) -> Test:
        self.expression.min_depth = self.depth()
        return plain(lambda _: True)

    def depth(self) -> int:
        text = self.argument()
        if not text.isdecimal():
            if is_busybox(self.process):
                self.invalid(text)
            text = f"Expected a positive decimal integer argument to {self.word}, but got '{text}'"
            raise Misuse(text, hint=False)
        return int(text)

    def do_depth(self) -> Test:
        self.expression.depth_first = True
        return plain(lambda _: True)

    do_d = do_depth

    def do_xdev(self) -> Test:
        self.expression.one_device = True
        return plain(lambda _: True)

    do_mount = do_xdev

    def do_follow(self) -> Test:
        self.expression.follow = True
        return plain(lambda _: True)

    def do_true(self) -> Test:
        return plain(lambda _: True)

    def do_false(self) -> Test:
        return plain(lambda _: False)

    def do_newer(self) -> Test:
        reference = self.newer[self.argument()]
        return plain(lambda visit: visit.status.mtime_ns > reference)

    def aged(self, unit_s: int) -> Test:
        check, now = self.number(), self.expression.now_ns
        return plain(lambda visit: check((now - visit.status.mtime_ns) // SECOND // unit_s))

    def do_mtime(self) -> Test:
        return self.aged(86400)

    do_ctime = do_atime = do_mtime

    def do_mmin(self) -> Test:
        return self.aged(60)

    do_cmin = do_amin = do_mmin

    def do_perm(self) -> Test:
        text = self.argument()
        sign = text[:1] if text[:1] in ("-", "/", "+") else ""
        mode = apply_mode(text[len(sign) :], 0, 0, directory=False)
        if mode is None:
            if is_busybox(self.process):
                raise Misuse(f"invalid mode '{text}'", hint=False)
            raise Misuse(f"invalid mode {tick(text)}", hint=False)
        if sign == "-":
            return plain(lambda visit: visit.status.mode & mode == mode)
        if sign:
            return plain(lambda visit: not mode or bool(visit.status.mode & mode))
        return plain(lambda visit: visit.status.mode & 0o7777 == mode)

    def do_user(self) -> Test:
        text = self.argument()
        user = self.expression.accounts.user(text)
        if user is None and not text.isdecimal():
            unknown = f"'{text}' is not the name of a known user"
            raise Misuse(
                f"unknown user {text}" if is_busybox(self.process) else unknown, hint=False
            )
        uid = user.uid if user else int(text)
        return plain(lambda visit: visit.status.uid == uid)

    def do_group(self) -> Test:
        text = self.argument()
        group = self.expression.accounts.group(text)
        if group is None and not text.isdecimal():
            unknown = f"'{text}' is not the name of an existing group"
            raise Misuse(
                f"unknown group {text}" if is_busybox(self.process) else unknown, hint=False
            )
        gid = group.gid if group else int(text)
        return plain(lambda visit: visit.status.gid == gid)

    def do_uid(self) -> Test:
        check = self.number()
        return plain(lambda visit: check(visit.status.uid))

    def do_gid(self) -> Test:
        check = self.number()
        return plain(lambda visit: check(visit.status.gid))

    def do_links(self) -> Test:
        check = self.number()
        return plain(lambda visit: check(visit.status.nlink))

    def do_inum(self) -> Test:
        check = self.number()
        return plain(lambda visit: check(visit.status.ino))

    def do_executable(self) -> Test:
        def test(visit: Visit) -> Body[bool]:
            try:
                yield from Access(visit.path, X_OK)
            except SyscallError:
                return False
            return True

        return test


def _glob(text: str) -> str:
    return text.replace("[!", "[!").replace("\\*", "[*]").replace("\\?", "[?]")


def _both(one: Test, other: Test) -> Test:
    def test(visit: Visit) -> Body[bool]:
        return (yield from one(visit)) and (yield from other(visit))

    return test


def _either(one: Test, other: Test) -> Test:
    def test(visit: Visit) -> Body[bool]:
        return (yield from one(visit)) or (yield from other(visit))

    return test


def _negated(one: Test) -> Test:
    def test(visit: Visit) -> Body[bool]:
        return not (yield from one(visit))

    return test
