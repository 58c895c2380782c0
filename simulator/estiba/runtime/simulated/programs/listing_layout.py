"""How ls shows entries: long lines, columns, quotes, colours.

Source: behaviour of GNU coreutils 9.1 and BusyBox 1.35; ls(1), dir_colors(5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..streams import encode
from .accounts import Accounts
from .dates import SECOND, Zone, strftime
from .listing_columns import column_sizes, fitting, indent
from .quantities import busybox_human, ceiling, human
from .quoting import escaped_byte, shell_escape
from .status import (
    S_IFBLK,
    S_IFCHR,
    S_IFDIR,
    S_IFIFO,
    S_IFLNK,
    S_IFREG,
    S_IFSOCK,
    blocks,
    is_device,
    major,
    minor,
    permissions,
)

if TYPE_CHECKING:
    from .status import Status

HALF_YEAR_S = 31556952 // 2
TAB = 8
DEFAULT_COLORS = (
    "di=01;34:ln=01;36:pi=33:so=01;35:bd=01;33:cd=01;33:ex=01;32:su=37;41:sg=30;43:tw=30;42:"
    "ow=34;42:st=37;44"
)
KIND_COLORS = {S_IFDIR: "di", S_IFLNK: "ln", S_IFIFO: "pi", S_IFSOCK: "so", S_IFBLK: "bd",
               S_IFCHR: "cd"}  # fmt: skip
MARKS = {S_IFDIR: "/", S_IFLNK: "@", S_IFIFO: "|", S_IFSOCK: "="}


@dataclass(slots=True)
class Entry:
    """One name to show. `status` is None where nobody needs it."""

    name: str
    ino: int
    status: Status | None
    kind: int = 0
    target: str | None = None
    target_status: Status | None = None

    def __post_init__(self) -> None:
        if self.status is not None:
            self.kind = self.status.mode & 0o170000


@dataclass(frozen=True, slots=True)
class Times:
    """How dates look."""

    now_ns: int
    zone: Zone
    style: str = ""

    def show(self, time_ns: int) -> str:
        if self.style.startswith("+"):
            recent, old = (self.style[1:].split("\n") * 2)[:2]
        elif self.style == "full-iso":
            recent = old = "%Y-%m-%d %H:%M:%S.%N %z"
        elif self.style == "long-iso":
            recent = old = "%Y-%m-%d %H:%M"
        elif self.style == "iso":
            recent, old = "%m-%d %H:%M", "%Y-%m-%d "
        else:
            recent, old = "%b %e %H:%M", "%b %e  %Y"
        fresh = self.now_ns - HALF_YEAR_S * SECOND < time_ns <= self.now_ns
        return strftime(recent if fresh else old, time_ns, self.zone)

    def busybox(self, time_ns: int, full: bool) -> str:
        if full:
            return strftime("%Y-%m-%d %H:%M:%S %z", time_ns, self.zone)
        age_s = (self.now_ns - time_ns) // SECOND
        fresh = -15 * 60 < age_s < 3600 * 24 * 365 // 2
        return strftime("%b %e %H:%M" if fresh else "%b %e  %Y", time_ns, self.zone)


@dataclass(slots=True)
class Looks:
    """What the options say about the look."""

    format: str
    busybox: bool
    utf8: bool = False
    width: int = 80
    numeric: bool = False
    owner: bool = True
    group: bool = True
    inode: bool = False
    blocks: bool = False
    human: int = 0
    indicator: str = ""
    quoting: str = "literal"
    masked: bool = False
    full_time: bool = False
    times: Times = field(default_factory=lambda: Times(0, Zone()))
    colors: dict[str, str] = field(default_factory=dict)
    end: bytes = b"\n"

    def set_colors(self, given: str) -> None:
        for text in (DEFAULT_COLORS, given):
            for pair in text.split(":"):
                key, equals, value = pair.partition("=")
                if equals:
                    self.colors[key] = value


class Layout:
    """Turns entries into bytes."""

    def __init__(self, looks: Looks, accounts: Accounts | None) -> None:
        self.looks, self.accounts = looks, accounts
        self.colored = False
        self.padded = False

    def header(self, path: str) -> bytes:
        return encode(f"{self._quote(path, ':' in path)}:") + b"\n"

    def listing(self, entries: list[Entry], total: bool) -> bytes:
        """The first colour of a run comes after a reset."""
        shown = self._listing(entries, total)
        if self.looks.colors and not self.colored and (first := shown.find(b"\x1b[")) >= 0:
            self.colored = True
            return shown[:first] + b"\x1b[0m" + shown[first:]
        return shown

    def _listing(self, entries: list[Entry], total: bool) -> bytes:
        head = b""
        looks = self.looks
        if total and (looks.format == "l" or looks.blocks):
            shown = self._blocks(sum(map(_blocks, entries)))
            head = encode(f"total {shown:<{7 if looks.busybox and looks.human else 0}}") + b"\n"
        if not entries:
            return head
        names = [self._quote(entry.name) for entry in entries]
        aligned = looks.quoting == "shell" and looks.format in ("l", "C", "x")
        self.padded = aligned and any(name[:1] in "'\"" for name in names)
        if looks.format == "l":
            lines = self._busybox_long if looks.busybox else self._long
            return head + b"".join(line + looks.end for line in lines(entries, names))
        self._widest(entries)
        cells = [self._cell(entry, name) for entry, name in zip(entries, names, strict=True)]
        if looks.format == "1" or looks.width == 0:
            return head + b"".join(cell + looks.end for cell, _ in cells)
        if looks.format == "m":
            return head + self._commas(cells)
        return head + (self._even(cells) if looks.busybox else self._columns(cells))

    def _quote(self, name: str, always: bool = False) -> str:
        looks = self.looks
        if looks.quoting in ("shell", "always"):
            if not looks.busybox:
                always = always or looks.quoting == "always"
                return shell_escape(name, always=always, utf8=looks.utf8)
        elif looks.quoting in ("c", "escape"):
            text = "".join(_c_escape(character, looks.quoting) for character in name)
            return f'"{text}"' if looks.quoting == "c" else text
        if looks.masked:
            return "".join(
                c if c.isprintable() and (c < "\x7f" or looks.utf8) else "?" for c in name
            )
        return name

    def _blocks(self, half_kilobytes: int) -> str:
        if self.looks.human and not self.looks.busybox:
            return human(half_kilobytes * 512, self.looks.human)
        if self.looks.human:
            return busybox_human(half_kilobytes * 512)
        return str(ceiling(half_kilobytes, 2))

    def _size(self, size: int) -> str:
        return human(size, self.looks.human) if self.looks.human else str(size)

    def _cell(self, entry: Entry, name: str) -> tuple[bytes, int]:
        """A name with all that is around it, and its width."""
        before = ""
        if self.looks.inode:
            before += f"{entry.ino:>{7 if self.looks.busybox else self._widest_inode}} "
        if self.looks.blocks:
            width = 6 if self.looks.busybox else self._widest_blocks
            before += f"{self._blocks(_blocks(entry)):>{width}} "
        pad = " " if self.padded and name[:1] not in "'\"" else ""
        mark = self._mark(entry.kind, entry.status)
        width = len(before) + len(pad) + len(name) + (0 if self.looks.busybox else len(mark))
        return encode(before + pad) + self._painted(entry, name) + encode(mark), width

    _widest_inode = _widest_blocks = 1

    def _widest(self, entries: list[Entry]) -> None:
        """Numbers before names stand in columns of their own."""
        self._widest_inode = max(len(str(entry.ino)) for entry in entries)
        self._widest_blocks = max(len(self._blocks(_blocks(entry))) for entry in entries)

    def _mark(self, kind: int, status: Status | None) -> str:
        wanted = self.looks.indicator
        if not wanted or (wanted == "p" and kind != S_IFDIR):
            return ""
        if wanted == "F" and kind == S_IFREG and status is not None and status.mode & 0o111:
            return "*"
        return MARKS.get(kind, "")

    def _painted(self, entry: Entry, name: str) -> bytes:
        color = self._color(entry) if self.looks.colors else ""
        if not color:
            return encode(name)
        return encode(f"\x1b[{color}m{name}\x1b[0m")

    def _color(self, entry: Entry) -> str:
        colors, status = self.looks.colors, entry.status
        if entry.kind == S_IFREG and status is not None:
            mode = status.mode
            for bit, key in ((0o4000, "su"), (0o2000, "sg"), (0o111, "ex")):
                if mode & bit and colors.get(key):
                    return colors[key]
            return colors.get("*" + entry.name[entry.name.rfind(".") :], "")
        if entry.kind == S_IFDIR and status is not None:
            sticky, other = status.mode & 0o1000, status.mode & 0o002
            key = "tw" if sticky and other else "ow" if other else "st" if sticky else "di"
            return colors.get(key, colors["di"])
        if entry.kind == S_IFLNK and entry.target_status is None and colors.get("or"):
            return colors["or"]
        return colors.get(KIND_COLORS.get(entry.kind, ""), "")

    def _long(self, entries: list[Entry], names: list[str]) -> list[bytes]:
        looks = self.looks
        columns: list[tuple[list[str], Callable[[str, int], str]]] = []
        statuses = [entry.status for entry in entries if entry.status is not None]
        if looks.inode:
            columns.append(([str(status.ino) for status in statuses], str.rjust))
        if looks.blocks:
            columns.append(([self._blocks(blocks(status)) for status in statuses], str.rjust))
        columns.append(([permissions(status.mode) for status in statuses], str.ljust))
        columns.append(([str(status.nlink) for status in statuses], str.rjust))
        owner, group = self._names()
        if looks.owner:
            columns.append(([owner(status.uid) for status in statuses], _name_or_number))
        if looks.group:
            columns.append(([group(status.gid) for status in statuses], _name_or_number))
        columns.append((self._sizes(statuses), str.rjust))
        columns.append(([looks.times.show(status.mtime_ns) for status in statuses], str.rjust))
        cells = [_justified(texts, justify) for texts, justify in columns]
        return [
            encode(" ".join(column[row] for column in cells) + " ") + self._name(entry, name)
            for row, (entry, name) in enumerate(zip(entries, names, strict=True))
        ]

    def _names(self) -> tuple[Callable[[int], str], Callable[[int], str]]:
        if self.accounts is None:
            return str, str
        return self.accounts.user_name, self.accounts.group_name

    def _sizes(self, statuses: list[Status]) -> list[str]:
        devices = [status for status in statuses if is_device(status)]
        plain = [self._size(status.size) for status in statuses if not is_device(status)]
        first = max((len(str(major(status.rdev))) for status in devices), default=0)
        second = max((len(str(minor(status.rdev))) for status in devices), default=0)
        widest = max([len(text) for text in plain] + ([first + second + 2] if devices else [0]))
        first += max(0, widest - first - second - 2)
        return [
            f"{major(status.rdev):>{first}}, {minor(status.rdev):>{second}}"
            if is_device(status)
            else self._size(status.size)
            for status in statuses
        ]

    def _name(self, entry: Entry, name: str) -> bytes:
        pad = " " if self.padded and name[:1] not in "'\"" else ""
        shown = encode(pad) + self._painted(entry, name)
        if entry.target is None:
            return shown + encode(self._mark(entry.kind, entry.status))
        told = entry.target_status
        target = self._quote(entry.target)
        mark = self._mark(told.mode & 0o170000, told) if told is not None else ""
        if self.looks.colors and told is not None:
            painted = self._painted(Entry(entry.target, 0, told, 0, "", told), target)
        else:
            painted = encode(target)
        return shown + b" -> " + painted + encode(mark)

    def _busybox_long(self, entries: list[Entry], names: list[str]) -> list[bytes]:
        owner, group = self._names()
        lines = []
        for entry, name in zip(entries, names, strict=True):
            status = entry.status
            assert status is not None
            inode = f"{status.ino:7d} " if self.looks.inode else ""
            space = f"{self._blocks(blocks(status)):>6} " if self.looks.blocks else ""
            if self.looks.numeric:
                who = f"{status.uid:<8d} {status.gid:<8d} "
            else:
                who = f"{owner(status.uid)[:8]:<8} {group(status.gid)[:8]:<8} "
            if is_device(status):
                size = f"{major(status.rdev):4d}, {minor(status.rdev):3d} "
            elif self.looks.human:
                size = f"{busybox_human(status.size):>7} "
            else:
                size = f"{status.size:9d} "
            date = self.looks.times.busybox(status.mtime_ns, self.looks.full_time)
            line = f"{inode}{space}{permissions(status.mode)} {status.nlink:4d} {who}{size}{date} "
            mark = "" if entry.target is not None else self._mark(entry.kind, status)
            arrow = f" -> {entry.target}" if entry.target is not None else ""
            if entry.target_status is not None:
                arrow += self._mark(entry.target_status.mode & 0o170000, entry.target_status)
            lines.append(encode(line + name + mark + arrow))
        return lines

    def _columns(self, cells: list[tuple[bytes, int]]) -> bytes:
        across = self.looks.format == "x"
        widths = [width for _, width in cells]
        count = fitting(widths, self.looks.width, across)
        rows = ceiling(len(cells), count)
        sizes = column_sizes(widths, count, across)
        lines = []
        for row in range(rows):
            line, position, target = [], 0, 0
            for column in range(count):
                index = row * count + column if across else column * rows + row
                if index >= len(cells):
                    continue
                line.append(indent(position, target, 0 if self.looks.colors else TAB))
                line.append(cells[index][0])
                position = target + cells[index][1]
                target += sizes[column]
            lines.append(b"".join(line))
        return b"".join(line + self.looks.end for line in lines)

    def _even(self, cells: list[tuple[bytes, int]]) -> bytes:
        """BusyBox: all columns as wide as the widest name."""
        width = max(width for _, width in cells) + 2
        count = max(1, (self.looks.width - 1) // width)
        rows = ceiling(len(cells), count)
        across = self.looks.format == "x"
        lines = []
        for row in range(rows):
            line = b""
            for column in range(count):
                index = row * count + column if across else column * rows + row
                if index < len(cells):
                    line += b" " * (column * width - _shown(line)) + cells[index][0]
            lines.append(line)
        return b"".join(line + b"\n" for line in lines)

    def _commas(self, cells: list[tuple[bytes, int]]) -> bytes:
        out, position = b"", 0
        for index, (cell, width) in enumerate(cells):
            if index:
                fits = position + 2 + width < self.looks.width
                out += b", " if fits else b",\n"
                position = position + 2 if fits else 0
            out += cell
            position += width
        return out + b"\n"


def _blocks(entry: Entry) -> int:
    return blocks(entry.status) if entry.status is not None else 0


def _shown(line: bytes) -> int:
    return len(line.decode("utf-8", "surrogateescape"))


def _c_escape(character: str, style: str) -> str:
    if character in '"\\':
        return "\\" + character if character == "\\" or style == "c" else character
    if character == " " and style == "escape":
        return "\\ "
    if " " <= character <= "~":
        return character
    return "".join(escaped_byte(byte) for byte in encode(character))


def _justified(texts: list[str], justify: Callable[[str, int], str]) -> list[str]:
    width = max(map(len, texts), default=0)
    return [justify(text, width) for text in texts]


def _name_or_number(text: str, width: int) -> str:
    return text.rjust(width) if text.isdecimal() else text.ljust(width)
