"""The expression of find: tests, actions, and, or, not."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ..program import Process
from ..streams import Output
from ..syscalls import (
    X_OK,
    Access,
    Body,
    Getdents,
    Readlink,
    Rmdir,
    Stat,
    SyscallError,
    Time,
    Unlink,
)
from .accounts import Accounts, read_accounts
from .asking import agrees
from .dates import SECOND, strftime, zone_of
from .environment import child_of, wait_for
from .modes import apply_mode
from .options import Misuse, complain, is_busybox
from .quoting import quoted
from .regexes import BadPattern, compile_pattern
from .status import LETTERS, blocks, is_directory, kind, permissions

KINDS = {letter if letter != "-" else "f": value for value, letter in LETTERS.items()}
SIZES = {"c": 1, "w": 2, "b": 512, "k": 1024, "M": 1 << 20, "G": 1 << 30}


@dataclass(slots=True)
class Visit:
    """One file that find looks at."""

    path: str
    name: str
    status: Any
    depth: int
    root: str
    pruned: bool = False


Test = Callable[[Visit], Body[bool]]


def plain(check: Callable[[Visit], bool]) -> Test:
    def test(visit: Visit) -> Body[bool]:
        return check(visit)
        yield

    return test


class Expression:
    """A parsed expression with the global options found in it."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.max_depth: int | None = None
        self.min_depth = 0
        self.depth_first = self.one_device = self.done = self.follow = False
        self.acts = False
        self.status = 0
        self.out = Output()
        self.batches: list[tuple[list[str], list[str]]] = []
        self.test: Test = plain(lambda _: True)
        self.now_ns = 0
        self.accounts = Accounts((), ())

    def run(self, visit: Visit) -> Body[None]:
        yield from self.test(visit)

    def finish(self) -> Body[None]:
        for command, paths in self.batches:
            if paths:
                yield from self.out.flush()
                status = yield from wait_for((yield from child_of(self.process, command + paths)))
                self.status = self.status or (1 if status else 0)


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


class _Parser:
    def __init__(self, process: Process, words: list[str]) -> None:
        self.process, self.words = process, words
        self.index = 0
        self.expression = Expression(process)
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
                self.stray()
            self.expression.test = test
        if not self.expression.acts:
            first, show = self.expression.test, self.printer("\n")
            self.expression.test = _both(first, show)

    def stray(self) -> None:
        word = self.words[self.index]
        if is_busybox(self.process):
            raise Misuse(f"unrecognized: {word}")
        if word == ")":
            raise Misuse("invalid expression; you have too many ')'", hint=False)
        raise Misuse(f"paths must precede expression: {_tick(word)}", hint=False)

    def peek(self) -> str:
        return self.words[self.index] if self.index < len(self.words) else ""

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
            raise Misuse("invalid expression; I was expecting to find a ')' somewhere but did not see one."
                         if not word else "invalid expression; empty parentheses are not allowed.", hint=False)  # fmt: skip
        self.index += 1
        if word in ("!", "-not"):
            return _negated(self.one())
        if word == "(":
            test = self.either()
            if self.peek() != ")":
                raise Misuse(
                    "invalid expression; I was expecting to find a ')' somewhere but did not see one.",
                    hint=False,
                )
            self.index += 1
            return test
        handler = getattr(self, "do_" + word.lstrip("-").replace("-", "_"), None)
        if not word.startswith("-") or handler is None:
            if word.startswith("-") and not is_busybox(self.process):
                raise Misuse(f"unknown predicate {_tick(word)}", hint=False)
            self.index -= 1
            self.stray()
        self.word = word
        found: Test = handler()
        return found

    def argument(self) -> str:
        if self.index >= len(self.words):
            if is_busybox(self.process):
                raise Misuse(f"{self.word} requires an argument", hint=False)
            raise Misuse(f"missing argument to {_tick(self.word)}", hint=False)
        self.index += 1
        return self.words[self.index - 1]

    def number(self) -> Callable[[int], bool]:
        text = self.argument()
        matched = re.fullmatch(r"([-+]?)(\d+)", text)
        if not matched:
            self.invalid(text)
        assert matched is not None
        return compared(matched[1], int(matched[2]))

    def invalid(self, text: str) -> None:
        if is_busybox(self.process):
            raise Misuse(f"invalid number '{text}'", hint=False)
        shown = _tick(self.word)
        raise Misuse(f"invalid argument {_tick(text)} to {shown}", hint=False)

    def printer(self, end: str) -> Test:
        expression = self.expression

        def show(visit: Visit) -> Body[bool]:
            expression.out.put(visit.path + end)
            return True
            yield

        return show

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
            raise Misuse(f"invalid mode {_tick(text)}", hint=False)
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

    def do_print(self) -> Test:
        self.expression.acts = True
        return self.printer("\n")

    def do_print0(self) -> Test:
        self.expression.acts = True
        return self.printer("\0")

    def do_prune(self) -> Test:
        def test(visit: Visit) -> Body[bool]:
            visit.pruned = True
            return True
            yield

        return test

    def do_quit(self) -> Test:
        self.expression.acts = True

        def test(visit: Visit) -> Body[bool]:
            self.expression.done = True
            return True
            yield

        return test

    def do_delete(self) -> Test:
        if is_busybox(self.process):
            self.index -= 1
            self.stray()
        self.expression.acts = self.expression.depth_first = True

        def test(visit: Visit) -> Body[bool]:
            if visit.path in (".", "./"):
                return True
            try:
                yield from (Rmdir if is_directory(visit.status) else Unlink)(visit.path)
            except SyscallError as error:
                yield from self.expression.out.flush()
                shown = quoted(self.process, visit.path)
                text = f"{visit.path}" if is_busybox(self.process) else f"cannot delete {shown}"
                yield from complain(self.process, f"{text}: {error}")
                self.expression.status = 1
                return False
            return True

        return test

    def do_exec(self) -> Test:
        self.expression.acts = True
        ask = self.word in ("-ok", "-okdir")
        command: list[str] = []
        while self.index < len(self.words):
            word = self.words[self.index]
            self.index += 1
            if word == ";":
                return self.each(command, ask)
            if word == "+" and command[-1:] == ["{}"]:
                return self.batch(command[:-1])
            command.append(word)
        if is_busybox(self.process):
            raise Misuse(f"{self.word} requires an argument", hint=False)
        raise Misuse(f"missing argument to {_tick(self.word)}", hint=False)

    do_execdir = do_ok = do_okdir = do_exec

    def each(self, command: list[str], ask: bool) -> Test:
        def test(visit: Visit) -> Body[bool]:
            argv = [word.replace("{}", visit.path) for word in command]
            yield from self.expression.out.flush()
            if ask and not (yield from agrees(self.process, f"< {' '.join(argv)} > ?")):
                return False
            return (yield from wait_for((yield from child_of(self.process, argv)))) == 0

        return test

    def batch(self, command: list[str]) -> Test:
        paths: list[str] = []
        self.expression.batches.append((command, paths))

        def test(visit: Visit) -> Body[bool]:
            paths.append(visit.path)
            return True
            yield

        return test

    def do_ls(self) -> Test:
        self.expression.acts = True

        def test(visit: Visit) -> Body[bool]:
            status, accounts = visit.status, self.expression.accounts
            form = (
                "%b %e %H:%M"
                if self.expression.now_ns - status.mtime_ns < 15778476 * SECOND
                else "%b %e  %Y"
            )
            date = strftime(form, status.mtime_ns, zone_of(self.process.environment))
            owner, group = accounts.user_name(status.uid), accounts.group_name(status.gid)
            line = (
                f"{status.ino:9d} {blocks(status) // 2:6d} {permissions(status.mode)} "
                f"{status.nlink:3d} {owner:<8} {group:<8} {status.size:8d} {date} {visit.path}"
            )
            if kind(status) == 0o120000:
                line += f" -> {(yield from Readlink(visit.path))}"
            self.expression.out.put(line + "\n")
            return True

        return test

    def do_printf(self) -> Test:
        self.expression.acts = True
        form = self.argument()
        pieces = re.findall(r"%[-+0 ]*\d*(?:\.\d+)?(?:[TAC].|.)|\\.|[^%\\]+", form, re.S)

        def test(visit: Visit) -> Body[bool]:
            for piece in pieces:
                self.expression.out.put((yield from self.piece(piece, visit)))
            return True

        return test

    def piece(self, piece: str, visit: Visit) -> Body[str]:
        if piece[0] == "\\":
            return {"n": "\n", "t": "\t", "0": "\0", "\\": "\\"}.get(piece[1], piece)
        if piece[0] != "%":
            return piece
        status, accounts = visit.status, self.expression.accounts
        timed = piece[-2:-1] in ("T", "A", "C") and len(piece) > 2
        if timed:
            zone = zone_of(self.process.environment)
            return strftime(
                {"@": "%s.0000000000"}.get(piece[-1], "%" + piece[-1]), status.mtime_ns, zone
            )
        letter = piece[-1]
        target = (
            (yield from Readlink(visit.path)) if letter == "l" and kind(status) == 0o120000 else ""
        )
        table = {
            "p": visit.path, "f": visit.name, "s": str(status.size), "m": f"{status.mode & 0o7777:o}",
            "M": permissions(status.mode), "u": accounts.user_name(status.uid), "U": str(status.uid),
            "g": accounts.group_name(status.gid), "G": str(status.gid), "d": str(visit.depth),
            "h": visit.path.rpartition("/")[0] or ".", "i": str(status.ino), "n": str(status.nlink),
            "P": visit.path[len(visit.root) :].lstrip("/"), "H": visit.root, "l": target,
            "y": {"-": "f"}.get(LETTERS[kind(status)], LETTERS[kind(status)]), "%": "%",
            "k": str(blocks(status) // 2), "b": str(blocks(status)), "D": str(status.dev),
            "t": strftime("%a %b %e %H:%M:%S.0000000000 %Y", status.mtime_ns, zone_of(self.process.environment)),
        }  # fmt: skip
        text = table.get(letter, piece)
        width = piece[1:-1]
        return ("%" + width + "s") % text if width else text


def _tick(text: str) -> str:
    """findutils quotes the old way in the C locale."""
    return f"`{text}'"


def _glob(text: str) -> str:
    return text.replace("[!", "[!").replace("\\*", "[*]").replace("\\?", "[?]")


def compared(sign: str, number: int) -> Callable[[int], bool]:
    if sign == "+":
        return lambda value: value > number
    if sign == "-":
        return lambda value: value < number
    return lambda value: value == number


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
