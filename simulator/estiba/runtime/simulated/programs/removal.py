"""rm, rmdir, unlink."""

from __future__ import annotations

from ..program import Process
from ..streams import print_out
from ..syscalls import (
    W_OK,
    Access,
    Body,
    Getdents,
    Isatty,
    Lstat,
    Rmdir,
    Stat,
    SyscallError,
    Unlink,
)
from ..syscalls.errnos import EBUSY, ENOENT, ENOTDIR, ENOTEMPTY
from .asking import agrees
from .options import Grammar, Misuse, complain, is_busybox, missing_operand, tool
from .quoting import literal, quoted
from .status import is_directory, is_link

RM = Grammar(
    "dfiIrRv",
    {
        "dir": "d", "force": "f", "interactive=?": "interactive", "recursive": "r", "verbose": "v",
        "one-file-system": "x", "preserve-root=?": "keep", "no-preserve-root": "no-keep",
    },
    "rRfiv",
)  # fmt: skip
RMDIR = Grammar(
    "pv",
    {"parents": "p", "verbose": "v", "ignore-fail-on-non-empty": "ignore"},
    "pv",
    both=True,
)


@tool("rm")
def rm(process: Process, args: list[str]) -> Body[int]:
    options = RM.parse(process, args)
    ask, force = _ask(options.pairs)
    if not options.operands:
        if force:
            return 0
        raise missing_operand(process)
    removal = _Removal(process, force, ask == "always", options.any("rR"), "v" in options)
    removal.empty_directories = "d" in options
    removal.warned = not force and (yield from Isatty(0))
    if ask == "once" and (len(options.operands) > 3 or removal.recursive):
        count = len(options.operands)
        how = " recursively" if removal.recursive else ""
        noun = "argument" if count == 1 else "arguments"
        if not (yield from agrees(process, f"remove {count} {noun}{how}?")):
            return 0
    for path in options.operands:
        yield from removal.operand(path, "no-keep" in options)
    return removal.status


def _ask(pairs: list[tuple[str, str]]) -> tuple[str, bool]:
    ask, force = "", False
    for letter, value in pairs:
        if letter == "f":
            ask, force = "", True
        elif letter == "i" or (letter == "interactive" and value in ("", "always", "yes")):
            ask, force = "always", False
        elif letter in {"I", "interactive"}:
            ask, force = ("once" if letter == "I" or value == "once" else ""), False
    return ask, force


class _Removal:
    """One run of rm."""

    def __init__(
        self, process: Process, force: bool, ask: bool, recursive: bool, verbose: bool
    ) -> None:
        self.process, self.force, self.ask = process, force, ask
        self.recursive, self.verbose = recursive, verbose
        self.empty_directories = False
        self.warned = False
        self.status = 0

    def refuse(self, path: str, why: str) -> Body[None]:
        self.status = 1
        if is_busybox(self.process):
            yield from complain(self.process, f"can't remove '{path}': {why}")
        else:
            yield from complain(self.process, f"cannot remove {quoted(self.process, path)}: {why}")

    def operand(self, path: str, root_too: bool) -> Body[None]:
        last = path.rstrip("/").rpartition("/")[2]
        if self.recursive and not root_too and path and not path.strip("/"):
            yield from self._root(path)
        elif last in (".", ".."):
            yield from self._dot(path)
        else:
            yield from self.remove(path)

    def _root(self, path: str) -> Body[None]:
        self.status = 1
        if is_busybox(self.process):
            yield from self.remove(path)
            return
        shown = literal(self.process, path)
        yield from complain(self.process, f"it is dangerous to operate recursively on {shown}")
        yield from complain(self.process, "use --no-preserve-root to override this failsafe")

    def _dot(self, path: str) -> Body[None]:
        self.status = 1
        if is_busybox(self.process):
            yield from complain(self.process, "can't remove '.' or '..'")
            return
        if not self.recursive:
            yield from self.refuse(path, "Is a directory")
            return
        text = "refusing to remove '.' or '..' directory: skipping "
        yield from complain(self.process, text + quoted(self.process, path))

    def remove(self, path: str) -> Body[bool]:
        try:
            status = yield from Lstat(path)
        except SyscallError as error:
            if error.errno in (ENOENT, ENOTDIR) and self.force:
                return True
            if is_busybox(self.process) and error.errno != ENOENT:
                self.status = 1
                yield from complain(self.process, f"can't stat '{path}': {error}")
                return False
            yield from self.refuse(path, str(error))
            return False
        if is_directory(status):
            return (yield from self.directory(path))
        if not (yield from self.allowed(path, status.mode, status.size)):
            return True
        try:
            yield from Unlink(path)
        except SyscallError as error:
            yield from self.refuse(path, str(error))
            return False
        yield from self.tell("removed ", path)
        return True

    def tell(self, what: str, path: str) -> Body[None]:
        if self.verbose:
            colon = ": " if is_busybox(self.process) and what.endswith("directory ") else ""
            what = what.rstrip() + colon if colon else what
            yield from print_out(f"{what}{quoted(self.process, path)}\n")

    def allowed(self, path: str, mode: int, size: int) -> Body[bool]:
        protected = False
        if self.warned and not is_link_mode(mode):
            try:
                yield from Access(path, W_OK)
            except SyscallError:
                protected = True
        if not self.ask and not protected:
            return True
        if is_busybox(self.process):
            return (yield from agrees(self.process, f"remove '{path}'?"))
        what = _described(mode, size)
        guard = "write-protected " if protected else ""
        return (
            yield from agrees(self.process, f"remove {guard}{what} {quoted(self.process, path)}?")
        )

    def directory(self, path: str) -> Body[bool]:
        if not self.recursive:
            if not self.empty_directories:
                why = "Is a directory" if not is_busybox(self.process) else None
                if why is None:
                    self.status = 1
                    yield from complain(self.process, f"'{path}' is a directory")
                else:
                    yield from self.refuse(path, why)
                return False
            return (yield from self.rmdir(path))
        try:
            names = [entry.name for entry in (yield from Getdents(path))]
        except SyscallError as error:
            yield from self.refuse(path, str(error))
            return False
        if names and self.ask:
            gnu = f"descend into directory {quoted(self.process, path)}?"
            busybox = f"descend into directory '{path}'?"
            if not (yield from agrees(self.process, busybox if is_busybox(self.process) else gnu)):
                return True
        complete = True
        base = path if path.endswith("/") else path + "/"
        for name in names:
            complete = (yield from self.remove(base + name)) and complete
        if not complete:
            return False
        if self.ask:
            shown = f"'{path}'" if is_busybox(self.process) else quoted(self.process, path)
            if not (yield from agrees(self.process, f"remove directory {shown}?")):
                return False
        return (yield from self.rmdir(path))

    def rmdir(self, path: str) -> Body[bool]:
        try:
            yield from Rmdir(path)
        except SyscallError as error:
            yield from self.refuse(path, str(error))
            return False
        yield from self.tell("removed directory ", path)
        return True


def is_link_mode(mode: int) -> bool:
    return mode & 0o170000 == 0o120000


def _described(mode: int, size: int) -> str:
    names = {0o120000: "symbolic link", 0o010000: "fifo", 0o140000: "socket",
             0o020000: "character special file", 0o060000: "block special file"}  # fmt: skip
    plain = "regular empty file" if size == 0 else "regular file"
    return names.get(mode & 0o170000, plain)


@tool("rmdir")
def rmdir(process: Process, args: list[str]) -> Body[int]:
    options = RMDIR.parse(process, args)
    if not options.operands:
        raise missing_operand(process)
    status = 0
    for operand in options.operands:
        path = operand
        while path:
            if "v" in options:
                yield from print_out(f"rmdir: removing directory, {quoted(process, path)}\n")
            try:
                yield from Rmdir(path)
            except SyscallError as error:
                if "ignore" in options and error.errno in (ENOTEMPTY, EBUSY):
                    break
                yield from _rmdir_failed(process, path, path != operand, error)
                status = 1
                break
            if "p" not in options:
                break
            path = path.rstrip("/").rpartition("/")[0]
    return status


def _rmdir_failed(process: Process, path: str, parent: bool, error: SyscallError) -> Body[None]:
    if is_busybox(process):
        yield from complain(process, f"'{path}': {error}")
        return
    if error.errno == ENOTDIR and path.endswith("/"):
        try:
            if is_link((yield from Lstat(path.rstrip("/")))) and is_directory(
                (yield from Stat(path))
            ):
                why = f"failed to remove {quoted(process, path)}: Symbolic link not followed"
                yield from complain(process, why)
                return
        except SyscallError:
            pass
    noun = "failed to remove directory" if parent else "failed to remove"
    yield from complain(process, f"{noun} {quoted(process, path)}: {error}")


@tool("unlink")
def unlink(process: Process, args: list[str]) -> Body[int]:
    operands = Grammar("").parse(process, args).operands
    if not operands:
        raise missing_operand(process)
    if len(operands) > 1:
        text = f"extra operand {literal(process, operands[1])}"
        raise Misuse("" if is_busybox(process) else text)
    try:
        yield from Unlink(operands[0])
    except SyscallError as error:
        if is_busybox(process):
            yield from complain(process, f"can't remove file '{operands[0]}': {error}")
        else:
            yield from complain(process, f"cannot unlink {quoted(process, operands[0])}: {error}")
        return 1
    return 0
