"""ls: what is listed, in which order. How it looks is in `listing_layout`."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ..program import Process
from ..streams import Output, encode
from ..syscalls import (
    Body,
    Getdents,
    Getwinsize,
    Isatty,
    Lstat,
    Readlink,
    Stat,
    SyscallError,
    Time,
)
from .accounts import Accounts, read_accounts
from .dates import zone_of
from .listing_layout import Entry, Layout, Looks, Times
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .quoting import is_utf8, literal, quoted
from .status import S_IFDIR, S_IFLNK, is_directory, is_link

LONG = {
    "all": "a", "almost-all": "A", "escape": "b", "ignore-backups": "B", "directory": "d",
    "classify=?": "F", "no-group": "G", "human-readable": "h", "inode": "i", "kibibytes": "k",
    "dereference": "L", "dereference-command-line": "H", "numeric-uid-gid": "n", "literal": "N",
    "hide-control-chars": "q", "show-control-chars": "show", "quote-name": "Q", "reverse": "r",
    "recursive": "R", "size": "s", "width=": "w", "ignore=": "I", "hide=": "hide",
    "full-time": "full", "group-directories-first": "first", "color=?": "color", "si": "si",
    "format=": "format", "sort=": "sort", "time=": "time", "time-style=": "style", "zero": "zero",
    "file-type": "type", "indicator-style=": "indicator", "quoting-style=": "quoting",
    "tabsize=": "T", "block-size=": "block", "author": "author", "context": "Z", "dired": "D",
}  # fmt: skip
GRAMMAR = Grammar(
    "aAbBcCdDfFgGhHiI:klLmnNopqQrRsStT:uUvw:xXZ1",
    LONG,
    "1AaCxdLHRFplinshrSXvctuw:T:gk",
)
BUSYBOX_LONG = Grammar(
    "1AaCxdLHRFplinshrSXvctuw:T:gk",
    {"full-time": "full", "group-directories-first": "first", "color=?": "color"},
    both=True,
)
KNOWN_TERMINAL = re.compile(r"xterm|screen|tmux|linux|vt100|rxvt|ansi|.*color|cygwin|putty")
FORMATS = {"long": "l", "verbose": "l", "commas": "m", "horizontal": "x", "across": "x",
           "vertical": "C", "single-column": "1"}  # fmt: skip
SORTS = {"none": "U", "size": "S", "time": "t", "extension": "X", "version": "v", "name": "N"}
INDICATORS = {"slash": "p", "classify": "F", "file-type": "type", "none": ""}


@dataclass(slots=True)
class _Wish:
    """The options, digested."""

    format: str
    order: str
    reverse: bool
    hidden: str
    directory: bool
    recursive: bool
    follow: bool
    follow_operands: bool
    needs_status: bool
    directories_first: bool
    ignored: list[str]


@tool("ls", "dir", "vdir", misuse=2)
def ls(process: Process, args: list[str]) -> Body[int]:
    options = (BUSYBOX_LONG if is_busybox(process) else GRAMMAR).parse(process, args)
    tty = yield from Isatty(1)
    looks = yield from _looks(process, options, tty)
    wish = _wish(process, options, looks)
    accounts = (yield from read_accounts()) if looks.format == "l" and not looks.numeric else None
    listing = _Listing(process, wish, looks, accounts)
    yield from listing.run(options.operands or ["."])
    return listing.status


def _format(process: Process, options: Options, tty: bool) -> str:
    found = "C" if tty or process.name.endswith("dir") else "1"
    for letter, value in options.pairs:
        if letter in "lgon" and len(letter) == 1:
            found = "l"
        elif letter in ("m", "x", "C"):
            found = letter
        elif letter == "1" and found != "l":
            found = "1"
        elif letter == "full":
            found = "l"
        elif letter == "format":
            found = FORMATS.get(value, found)
    return "l" if process.name.endswith("vdir") else found


def _looks(process: Process, options: Options, tty: bool) -> Body[Looks]:
    looks = Looks(format=_format(process, options, tty), busybox=is_busybox(process))
    looks.utf8 = is_utf8(process)
    looks.width = yield from _width(process, options, tty)
    looks.numeric = "n" in options
    looks.owner = "g" not in options or looks.busybox
    looks.group = not options.any("oG") or looks.busybox
    looks.inode, looks.blocks = "i" in options, "s" in options
    looks.human = 1024 if "h" in options else 1000 if "si" in options else 0
    looks.indicator = _indicator(options, tty)
    looks.quoting = _quoting(options, tty)
    looks.masked = "q" in options or (tty and "show" not in options)
    style = options.value("style", process.environment.get("TIME_STYLE", ""))
    looks.full_time = "full" in options
    now = yield from Time()
    looks.times = Times(now, zone_of(process.environment), "full-iso" if looks.full_time else style)
    given = process.environment.get("LS_COLORS", "")
    knows = given or KNOWN_TERMINAL.match(process.environment.get("TERM", ""))
    if _colored(options, tty) and knows and not looks.busybox:
        looks.set_colors(given)
    looks.end = b"\0" if "zero" in options else b"\n"
    return looks


def _width(process: Process, options: Options, tty: bool) -> Body[int]:
    if options.value("w").isdecimal():
        return int(options.value("w")) or 1 << 30
    if tty:
        try:
            columns = (yield from Getwinsize(1))[1]
        except SyscallError:
            columns = 0
        if columns:
            return columns
    columns_set = process.environment.get("COLUMNS", "")
    return int(columns_set) if columns_set.isdecimal() and int(columns_set) else 80


def _indicator(options: Options, tty: bool) -> str:
    found = ""
    for letter, value in options.pairs:
        if letter in ("p", "type"):
            found = letter
        elif letter == "F" and (value in ("", "always", "yes") or (value == "auto" and tty)):
            found = "F"
        elif letter == "indicator":
            found = INDICATORS.get(value, "")
    return found


def _quoting(options: Options, tty: bool) -> str:
    found = "shell" if tty else "literal"
    for letter, value in options.pairs:
        if letter in ("N", "Q", "b"):
            found = {"N": "literal", "Q": "c", "b": "escape"}[letter]
        elif letter == "quoting":
            found = {"shell-escape": "shell", "shell": "shell", "c": "c", "escape": "escape",
                     "shell-escape-always": "always", "shell-always": "always",
                     }.get(value, "literal")  # fmt: skip
    return found


def _colored(options: Options, tty: bool) -> bool:
    if "color" not in options:
        return False
    when = options.value("color")
    return when in ("", "always", "yes", "force") or (when in ("auto", "tty", "if-tty") and tty)


def _wish(process: Process, options: Options, looks: Looks) -> _Wish:
    order = ""
    for letter, value in options.pairs:
        if letter in ("t", "S", "X", "v", "U", "f"):
            order = "U" if letter == "f" else letter
        elif letter == "sort":
            if value not in SORTS:
                raise Misuse(
                    f"invalid argument {literal(process, value)} for {literal(process, '--sort')}"
                )
            order = SORTS[value]
        elif letter in ("c", "u") and not order and looks.format != "l":
            order = "t"
    shown = looks.format == "l" or looks.blocks or "first" in options
    statuses = bool(shown or looks.indicator or looks.colors)
    long_or_alike = (
        looks.format == "l"
        or looks.indicator == "F"
        or (looks.busybox and (looks.inode or looks.blocks))
    )
    return _Wish(
        format=looks.format,
        order=order,
        reverse="r" in options,
        hidden=("a" if "f" in options else "") or options.last("aA"),
        directory="d" in options,
        recursive="R" in options,
        follow="L" in options,
        follow_operands=options.any("LH") or not (long_or_alike or "d" in options),
        needs_status=statuses or order in ("t", "S"),
        directories_first="first" in options,
        ignored=[
            *options.values("I"),
            *options.values("hide"),
            *(["*~"] if "B" in options else []),
        ],
    )


class _Listing:
    """One run of ls."""

    def __init__(
        self, process: Process, wish: _Wish, looks: Looks, accounts: Accounts | None
    ) -> None:
        self.process, self.wish, self.looks = process, wish, looks
        self.layout = Layout(looks, accounts)
        self.status = 0
        self.out = Output()
        self.begun = False

    def run(self, operands: list[str]) -> Body[None]:
        files: list[Entry] = []
        directories: list[Entry] = []
        for name in operands:
            entry = yield from self.operand(name)
            if entry is None:
                continue
            inside = entry.status is not None and is_directory(entry.status)
            (directories if inside and not self.wish.directory else files).append(entry)
        if files:
            self.show(self.sorted(files), None)
        named = len(operands) > 1 or self.wish.recursive
        for entry in self.sorted(directories):
            yield from self.directory(entry.name, named, first=True)
        yield from self.out.flush()

    def operand(self, name: str) -> Body[Entry | None]:
        try:
            status = yield from Lstat(name)
            if is_link(status) and (self.wish.follow_operands or name.endswith("/")):
                try:
                    followed = yield from Stat(name)
                    if self.wish.follow or is_directory(followed) or self.looks.busybox:
                        status = followed
                except SyscallError:
                    if self.wish.follow:
                        raise
        except SyscallError as error:
            yield from self.refuse("access", name, error, 2)
            return None
        entry = Entry(name, status.ino, status)
        yield from self.complete(entry, name)
        return entry

    def refuse(self, verb: str, name: str, error: SyscallError, status: int) -> Body[None]:
        yield from self.out.flush()
        if self.looks.busybox:
            prefix = "can't open " if verb == "open directory" else ""
            shown = f"'{name}'" if prefix else name
            yield from complain(self.process, f"{prefix}{shown}: {error}")
            self.status = 1
        else:
            text = f"cannot {verb} {quoted(self.process, name)}: {error}"
            yield from complain(self.process, text)
            self.status = max(self.status, status)

    def complete(self, entry: Entry, path: str) -> Body[None]:
        """Read what a symbolic link says, where it is shown."""
        if entry.status is None or not is_link(entry.status):
            return
        if not (self.looks.format == "l" or self.looks.colors or self.wish.directories_first):
            return
        with contextlib.suppress(SyscallError):
            entry.target = yield from Readlink(path)
        with contextlib.suppress(SyscallError):
            entry.target_status = yield from Stat(path)

    def directory(self, path: str, named: bool, *, first: bool = False) -> Body[None]:
        try:
            found = yield from Getdents(path)
        except SyscallError as error:
            yield from self.refuse("open directory", path, error, 2 if first else 1)
            return
        if named:
            self.out.put((b"\n" if self.begun else b"") + self.layout.header(path))
        elif self.begun:
            self.out.put(b"\n")
        self.begun = True
        base = path if path.endswith("/") else path + "/"
        entries: list[Entry] = []
        names = [(each.name, each.ino, each.kind) for each in found if self.wanted(each.name)]
        if self.wish.hidden == "a":
            names += [(".", 0, S_IFDIR), ("..", 0, S_IFDIR)]
        deep: list[Entry] = []
        for name, ino, kind in names:
            entry = yield from self.entry(base, name, ino, kind)
            if entry is None:
                continue
            entries.append(entry)
            if self.wish.recursive and entry.kind == S_IFDIR and name not in (".", ".."):
                deep.append(entry)
        self.show(self.sorted(entries), "total")
        for entry in self.sorted(deep):
            yield from self.directory(base + entry.name, True)

    def entry(self, base: str, name: str, ino: int, kind: int) -> Body[Entry | None]:
        entry = Entry(name, ino, None, kind)
        if not self.wish.needs_status and not self.wish.follow and (ino or not self.looks.inode):
            return entry
        path = base + name
        try:
            entry.status = yield from (Stat(path) if self.wish.follow else Lstat(path))
        except SyscallError as error:
            if not (self.wish.follow and kind == S_IFLNK):
                yield from self.refuse("access", path, error, 1)
                return None
            entry.status = yield from Lstat(path)
        entry.kind, entry.ino = entry.status.mode & 0o170000, entry.status.ino
        yield from self.complete(entry, path)
        return entry

    def wanted(self, name: str) -> bool:
        if name.startswith(".") and not self.wish.hidden:
            return False
        return not any(fnmatchcase(name, pattern) for pattern in self.wish.ignored)

    def show(self, entries: list[Entry], total: str | None) -> None:
        self.begun = True
        self.out.put(self.layout.listing(entries, total is not None))

    def sorted(self, entries: list[Entry]) -> list[Entry]:
        order = self.wish.order
        if order == "U":
            return entries
        entries = sorted(entries, key=lambda entry: encode(entry.name))
        if order == "t":
            entries.sort(key=lambda entry: -(entry.status.mtime_ns if entry.status else 0))
        elif order == "S":
            entries.sort(key=lambda entry: -(entry.status.size if entry.status else 0))
        elif order == "X":
            entries.sort(key=lambda entry: encode(_extension(entry.name)))
        elif order == "v":
            entries.sort(key=lambda entry: version_key(entry.name))
        if self.wish.reverse:
            entries.reverse()
        if self.wish.directories_first:
            entries.sort(key=lambda entry: not _leads_to_directory(entry))
        return entries


def _leads_to_directory(entry: Entry) -> bool:
    told = entry.target_status
    return entry.kind == S_IFDIR or (told is not None and is_directory(told))


def _extension(name: str) -> str:
    return name[name.rfind(".") :] if "." in name else ""


def version_key(name: str) -> list[tuple[int, int]]:
    """Numbers inside names by value.

    >>> sorted(["a10", "a9", "a.b"], key=version_key)
    ['a.b', 'a9', 'a10']
    """
    key: list[tuple[int, int]] = []
    for part in re.findall(r"\d+|\D+", name):
        if part.isdecimal():
            key.append((ord("0"), int(part)))
        else:
            key += [(ord(character), 0) for character in part]
    return key
