"""du, df, mount, umount, free, uptime: how much of what there is."""

from __future__ import annotations

from ..program import Process
from ..streams import Output, print_out
from ..syscalls import (
    Body,
    FilesystemUsage,
    Getdents,
    Lstat,
    Mount,
    Mounts,
    Stat,
    Statfs,
    SyscallError,
    Time,
    Umount,
)
from .accounts import lines_of
from .dates import strftime, zone_of
from .options import Grammar, Options, complain, is_busybox, tool
from .quantities import busybox_human, ceiling, human, parse_size
from .quoting import maybe_quoted, quoted
from .status import blocks, is_directory

DU = Grammar(
    "abcd:hHklLmsSxB:D0tP",
    {
        "all": "a", "apparent-size": "apparent", "bytes": "b", "total": "c", "max-depth=": "d",
        "human-readable": "h", "dereference": "L", "summarize": "s", "one-file-system": "x",
        "block-size=": "B", "count-links": "l", "null": "0", "exclude=": "exclude", "si": "si",
        "separate-dirs": "S", "time": "time",
    },
    "aHLd:clsxhmkb",
)  # fmt: skip
DF = Grammar(
    "aB:hHiklmPt:Tvx:",
    {
        "all": "a", "block-size=": "B", "human-readable": "h", "si": "H", "inodes": "i",
        "portability": "P", "print-type": "T", "type=": "t", "total": "total", "local": "l",
        "exclude-type=": "x", "output=?": "output",
    },
    "PkmhTaiB:t:",
)  # fmt: skip
MOUNT = Grammar("afnrvwt:o:", {"types=": "t", "options=": "o", "bind": "bind", "read-only": "r"})
FREE = Grammar("bkmghlts:c:w", {"bytes": "b", "kibi": "k", "mebi": "m", "gibi": "g", "human": "h",
                                "total": "t", "wide": "w", "si": "si"})  # fmt: skip


@tool("du")
def du(process: Process, args: list[str]) -> Body[int]:
    options = DU.parse(process, args)
    count = _Usage(process, options)
    total = 0
    for path in options.operands or ["."]:
        total += yield from count.measure(path, 0)
    if "c" in options:
        count.show(total, "total")
    yield from count.out.flush()
    return count.status


class _Usage:
    """One run of du. Sizes are in bytes until shown."""

    def __init__(self, process: Process, options: Options) -> None:
        self.process, self.options = process, options
        self.apparent = options.any("b") or "apparent" in options
        self.depth = int(options.value("d", "0" if "s" in options else "1000000"))
        self.seen: set[tuple[int, int]] = set()
        self.out = Output()
        self.status = 0

    def show(self, size: int, path: str) -> None:
        options = self.options
        unit = 1024
        for letter, value in options.pairs:
            unit = {"b": 1, "k": 1024, "m": 1 << 20}.get(letter, unit)
            if letter == "B":
                unit = parse_size(value) or 1024
        if "h" in options:
            text = busybox_human(size) if is_busybox(self.process) else human(size)
        elif "si" in options:
            text = human(size, 1000)
        else:
            text = str(ceiling(size, unit))
        self.out.put(f"{text}\t{path}" + ("\0" if "0" in options else "\n"))

    def refuse(self, path: str, verb: str, error: SyscallError) -> Body[None]:
        self.status = 1
        yield from self.out.flush()
        shown = path if is_busybox(self.process) else f"{verb} {quoted(self.process, path)}"
        yield from complain(self.process, f"{shown}: {error}")

    def measure(self, path: str, depth: int) -> Body[int]:
        try:
            status = yield from (Stat(path) if "L" in self.options else Lstat(path))
        except SyscallError as error:
            yield from self.refuse(path, "cannot access", error)
            return 0
        key = (status.dev, status.ino)
        if status.nlink > 1 and not is_directory(status) and "l" not in self.options:
            if key in self.seen:
                return 0
            self.seen.add(key)
        size = status.size if self.apparent else blocks(status) * 512
        if is_directory(status):
            try:
                entries = yield from Getdents(path)
            except SyscallError as error:
                yield from self.refuse(path, "cannot read directory", error)
                entries = ()
            for entry in entries:
                inner = f"{path}{'' if path.endswith('/') else '/'}{entry.name}"
                size += yield from self.measure(inner, depth + 1)
        if depth <= self.depth and (is_directory(status) or depth == 0 or "a" in self.options):
            self.show(size, path)
        return int(size)


@tool("df")
def df(process: Process, args: list[str]) -> Body[int]:
    options = DF.parse(process, args)
    found: list[FilesystemUsage] = []
    status = 0
    for path in options.operands:
        try:
            found.append((yield from Statfs(path)))
        except SyscallError as error:
            shown = path if is_busybox(process) else maybe_quoted(process, path)
            yield from complain(process, f"{shown}: {error}")
            status = 1
    if not options.operands:
        found = [each for each in (yield from Mounts()) if each.size or "a" in options]
    if "t" in options:
        found = [each for each in found if each.kind in options.values("t")]
    found = [each for each in found if each.kind not in options.values("x")]
    if not found:
        return status
    yield from print_out(_table(process, options, found))
    return status


def _table(process: Process, options: Options, found: list[FilesystemUsage]) -> str:
    unit, name = 1024, "1K-blocks"
    if "m" in options:
        unit, name = 1 << 20, "1M-blocks"
    if "B" in options:
        unit = parse_size(options.value("B")) or 1024
        name = f"{options.value('B')}-blocks"
    if "P" in options and not options.any("hHm"):
        name = "1024-blocks"
    humanly = options.any("hH")
    busybox = is_busybox(process)

    def amount(size: int) -> str:
        if humanly:
            return busybox_human(size) if busybox else human(size, 1000 if "H" in options else 1024)
        return str(ceiling(size, unit))

    rows = []
    for each in found:
        whole = each.used + each.available
        part = each.used * 100 / whole if whole else 0
        percent = f"{round(part) if busybox else ceiling(each.used * 100, whole) if whole else 0}%"
        percent = "-" if not whole and not busybox else percent
        kind = [each.kind] if "T" in options else []
        sizes = [amount(each.size), amount(each.used), amount(each.available)]
        rows.append([each.device, *kind, *sizes, percent, each.target])
    kind = ["Type"] if "T" in options else []
    size = "Size" if humanly else name
    available = "Avail" if humanly and not busybox else "Available"
    capacity = "Capacity" if "P" in options else "Use%"
    head = ["Filesystem", *kind, size, "Used", available, capacity, "Mounted on"]
    return (_busybox_rows if busybox else _rows)([head, *rows], "T" in options)


def _rows(rows: list[list[str]], typed: bool) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    widths[0] = max(widths[0], 14)
    start = 2 if typed else 1
    for index in range(start, start + 3):
        widths[index] = max(widths[index], 5)
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        if typed:
            cells.append(row[1].ljust(widths[1]))
        cells += [row[i].rjust(widths[i]) for i in range(start, len(row) - 1)]
        lines.append(" ".join([*cells, row[-1]]) + "\n")
    return "".join(lines)


def _busybox_rows(rows: list[list[str]], typed: bool) -> str:
    lines = []
    for row in rows:
        device, rest = row[0], row[1:]
        kind = ""
        if typed:
            kind, rest = f"{rest[0]:<10} ", rest[1:]
        size, used, available, percent, target = rest
        first = f"{device:<20}" if len(device) <= 20 else f"{device}\n{'':<20}"
        numbers = f"{size:>9} {used:>9} {available:>9} {percent:>4}"
        lines.append(f"{first} {kind}{numbers} {target}\n")
    return "".join(lines)


@tool("mount", misuse=1)
def mount(process: Process, args: list[str]) -> Body[int]:
    options = MOUNT.parse(process, args)
    operands = options.operands
    if len(operands) < 2:
        if operands and not is_busybox(process):
            yield from complain(process, f"{operands[0]}: can't find in /etc/fstab.")
            return 1
        out = Output()
        for line in (yield from lines_of("/proc/mounts")):
            fields = line.split()
            if "t" in options and fields[2] not in options.value("t").split(","):
                continue
            out.put(f"{fields[0]} on {fields[1]} type {fields[2]} ({fields[3]})\n")
        yield from out.flush()
        return 0
    try:
        yield from Mount(operands[0], operands[1], options.value("t"), "r" in options)
    except SyscallError as error:
        if is_busybox(process):
            text = (
                "permission denied (are you root?)"
                if error.errno == 1
                else f"mounting {operands[0]} on {operands[1]} failed: {error}"
            )
            yield from complain(process, text)
            return 1
        yield from complain(
            process, f"{operands[1]}: {str(error).lower() if error.errno == 1 else str(error)}."
        )
        return 32
    return 0


@tool("umount")
def umount(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("afilrnRdt:v", {"lazy": "l", "force": "f"}).parse(process, args)
    status = 0
    for path in options.operands:
        try:
            yield from Umount(path)
        except SyscallError as error:
            if is_busybox(process):
                yield from complain(process, f"can't unmount {path}: {error}")
                status = 1
                continue
            words = {
                1: "must be superuser to unmount.",
                22: "not mounted.",
                2: "no mount point specified.",
            }
            yield from complain(process, f"{path}: {words.get(error.errno, str(error))}")
            status = 32
    return status


@tool("free")
def free(process: Process, args: list[str]) -> Body[int]:
    options = FREE.parse(process, args)
    memory = {}
    for line in (yield from lines_of("/proc/meminfo")):
        name, _, value = line.partition(":")
        memory[name] = int(value.split()[0]) if value.split() else 0
    total, unused = memory.get("MemTotal", 0), memory.get("MemFree", 0)
    cached = memory.get("Buffers", 0) + memory.get("Cached", 0) + memory.get("SReclaimable", 0)
    available = memory.get("MemAvailable", unused)
    used = total - unused - cached if is_busybox(process) else total - available
    row = [total, max(0, used), unused, memory.get("Shmem", 0), cached, available]
    swap = [memory.get("SwapTotal", 0), memory.get("SwapTotal", 0) - memory.get("SwapFree", 0),
            memory.get("SwapFree", 0)]  # fmt: skip
    letter = options.last("bkmgh") or "k"

    def show(value: int) -> str:
        if letter == "h":
            if is_busybox(process):
                return busybox_human(value * 1024)
            text = human(value * 1024)
            return text + "i" if text[-1].isalpha() else text + "B"
        return str({"b": value * 1024, "k": value, "m": value >> 10, "g": value >> 20}[letter])

    width = 0 if is_busybox(process) else 1
    head = ["total", "used", "free", "shared", "buff/cache", "available"]
    gap = " " * (6 + width)
    lines = [
        gap
        + "".join(
            f"{name:>{13 if i == 0 else 12}}"[width - 1 if i == 0 else 0 :]
            for i, name in enumerate(head)
        )
    ]
    if is_busybox(process):
        lines = [
            "      " + "".join(f"{name:>{13 if i == 0 else 12}}" for i, name in enumerate(head))
        ]
        lines.append(
            "Mem:  " + "".join(f"{show(v):>{13 if i == 0 else 12}}" for i, v in enumerate(row))
        )
        lines.append(
            "Swap: " + "".join(f"{show(v):>{13 if i == 0 else 12}}" for i, v in enumerate(swap))
        )
    else:
        lines = [" " * 8 + "".join(f"{name:>12}" for name in head)]
        lines.append("Mem:    " + "".join(f"{show(v):>12}" for v in row))
        lines.append("Swap:   " + "".join(f"{show(v):>12}" for v in swap))
    yield from print_out("\n".join(lines) + "\n")
    return 0


@tool("uptime", "w")
def uptime(process: Process, args: list[str]) -> Body[int]:
    Grammar("psV", {"pretty": "p", "since": "s"}).parse(process, args)
    first = ((yield from lines_of("/proc/uptime")) or ["0"])[0].split()[0]
    load = ((yield from lines_of("/proc/loadavg")) or ["0.00 0.00 0.00"])[0].split()[:3]
    minutes = int(float(first)) // 60
    days, hours = minutes // 1440, minutes // 60 % 24
    span = f"{days} day{'s' if days > 1 else ''}, " if days else ""
    span += f"{hours:2d}:{minutes % 60:02d}" if hours else f"{minutes % 60} min"
    clock = strftime("%H:%M:%S", (yield from Time()), zone_of(process.environment))
    users = "users" if is_busybox(process) else "user"
    yield from print_out(f" {clock} up {span},  0 {users},  load average: {', '.join(load)}\n")
    return 0
