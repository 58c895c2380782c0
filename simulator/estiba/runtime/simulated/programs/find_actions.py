"""What find does with what it finds: print, execute, delete."""

from __future__ import annotations

import re

from ..syscalls import (
    Body,
    Readlink,
    Rmdir,
    SyscallError,
    Unlink,
)
from .asking import agrees
from .dates import SECOND, strftime, zone_of
from .environment import child_of, wait_for
from .find_expression import Test, Visit, Words, tick
from .options import Misuse, complain, is_busybox
from .quoting import quoted
from .status import LETTERS, blocks, is_directory, kind, permissions


class Actions(Words):
    """The words that do something."""

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
            raise self.stray()
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
        raise Misuse(f"missing argument to {tick(self.word)}", hint=False)

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
            "p": visit.path, "f": visit.name, "s": str(status.size),
            "m": f"{status.mode & 0o7777:o}",
            "M": permissions(status.mode), "u": accounts.user_name(status.uid),
            "U": str(status.uid),
            "g": accounts.group_name(status.gid), "G": str(status.gid), "d": str(visit.depth),
            "h": visit.path.rpartition("/")[0] or ".", "i": str(status.ino), "n": str(status.nlink),
            "P": visit.path[len(visit.root) :].lstrip("/"), "H": visit.root, "l": target,
            "y": {"-": "f"}.get(LETTERS[kind(status)], LETTERS[kind(status)]), "%": "%",
            "k": str(blocks(status) // 2), "b": str(blocks(status)), "D": str(status.dev),
            "t": strftime(("%a %b %e " "%H:%M:%S.0000000000 %Y"), status.mtime_ns,
            zone_of(self.process.environment)),
        }  # fmt: skip
        text = table.get(letter, piece)
        width = piece[1:-1]
        return ("%" + width + "s") % text if width else text
