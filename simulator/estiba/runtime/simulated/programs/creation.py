"""mkdir, touch, mkfifo, mknod, truncate, fallocate, mktemp: new files and new sizes."""

from __future__ import annotations

from ..program import Process
from ..streams import print_out
from ..syscalls import (
    O_CREAT,
    O_EXCL,
    O_NOCTTY,
    O_NONBLOCK,
    O_RDWR,
    O_WRONLY,
    Body,
    Chmod,
    Close,
    Ftruncate,
    Getpid,
    Lstat,
    Mkdir,
    Mknod,
    Open,
    Stat,
    SyscallError,
    Time,
    Umask,
    Utimens,
)
from ..syscalls.errnos import EEXIST, ENOENT
from .dates import parse_date, parse_stamp, zone_of
from .modes import apply_mode
from .options import Grammar, Misuse, Options, complain, is_busybox, missing_operand, tool
from .quantities import parse_size
from .quoting import literal, quoted
from .status import S_IFBLK, S_IFCHR, S_IFIFO, device, is_directory

MKDIR = Grammar("pm:vZ", {"parents": "p", "mode=": "m", "verbose": "v"}, "m:pv", both=True)
TOUCH = Grammar(
    "acd:fhmr:t:",
    {"date=": "d", "no-create": "c", "no-dereference": "h", "reference=": "r", "time=": "time"},
    "acd:hmr:t:",
    both=True,
)
NODE = Grammar("m:Z", {"mode=": "m"})
TRUNCATE = Grammar(
    "cor:s:", {"no-create": "c", "io-blocks": "o", "reference=": "r", "size=": "s"}, "cs:"
)
FALLOCATE = Grammar("l:o:nv", {"length=": "l", "offset=": "o"}, "l:o:")
MKTEMP = Grammar(
    "dqup:t", {"directory": "d", "quiet": "q", "dry-run": "u", "tmpdir=?": "p", "suffix=": "suffix"}
)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def failed(process: Process, gnu: str, busybox: str, path: str, error: SyscallError) -> Body[int]:
    """The complaint about a call on a path; answers status 1."""
    if is_busybox(process):
        yield from complain(process, busybox.format(path) + f": {error}")
    else:
        yield from complain(process, gnu.format(quoted(process, path)) + f": {error}")
    return 1


def wanted_mode(process: Process, options: Options, base: int) -> Body[int | None]:
    """The mode that -m asks for, or None. Raises: Misuse."""
    if "m" not in options:
        return None
    umask = yield from Umask()
    mode = apply_mode(options.value("m"), base, umask, directory=base == 0o777)
    if mode is None:
        text = options.value("m")
        shown = f"'{text}'" if is_busybox(process) else literal(process, text)
        raise Misuse(f"invalid mode {shown}", hint=False)
    return mode


@tool("mkdir")
def mkdir(process: Process, args: list[str]) -> Body[int]:
    options = MKDIR.parse(process, args)
    if not options.operands:
        raise missing_operand(process)
    mode = yield from wanted_mode(process, options, 0o777)
    status = 0
    for path in options.operands:
        if "p" in options:
            status |= yield from _with_parents(process, path, mode, "v" in options)
            continue
        try:
            yield from Mkdir(path, 0o777)
            if mode is not None:
                yield from Chmod(path, mode)
        except SyscallError as error:
            status = yield from failed(
                process, "cannot create directory {}", "can't create directory '{}'", path, error
            )
            continue
        yield from _created(process, path, "v" in options)
    return status


def _created(process: Process, path: str, verbose: bool) -> Body[None]:
    if verbose:
        text = f"'{path}'" if is_busybox(process) else quoted(process, path)
        what = "created directory: " if is_busybox(process) else "mkdir: created directory "
        yield from print_out(f"{what}{text}\n")


def _with_parents(process: Process, path: str, mode: int | None, verbose: bool) -> Body[int]:
    parts = [part for part in path.split("/") if part]
    current = "/" if path.startswith("/") else ""
    for index, part in enumerate(parts):
        current += part
        last = index == len(parts) - 1
        try:
            yield from Mkdir(current, 0o777)
            if last and mode is not None:
                yield from Chmod(current, mode)
            yield from _created(process, current, verbose)
        except SyscallError as error:
            try:
                there = error.errno == EEXIST and is_directory((yield from Stat(current)))
            except SyscallError:
                there = False
            if not there and not (error.errno != EEXIST and not last and error.errno == ENOENT):
                shown = path if is_busybox(process) else current
                return (
                    yield from failed(
                        process,
                        "cannot create directory {}",
                        "can't create directory '{}'",
                        shown,
                        error if not (error.errno == EEXIST and not last) else SyscallError(20),
                    )
                )
        current += "/"
    return 0


@tool("touch")
def touch(process: Process, args: list[str]) -> Body[int]:
    options = TOUCH.parse(process, args)
    if not options.operands:
        raise Misuse("" if is_busybox(process) else "missing file operand")
    when = yield from _when(process, options)
    status = 0
    for path in options.operands:
        status |= yield from _touch(process, path, when, options)
    return status


def _when(process: Process, options: Options) -> Body[int | None]:
    now, zone = (yield from Time()), zone_of(process.environment)
    when: int | None = None
    if "r" in options:
        reference = options.value("r")
        try:
            when = (yield from Stat(reference)).mtime_ns
        except SyscallError as error:
            if is_busybox(process):
                raise Misuse(f"can't stat '{reference}': {error}", hint=False) from None
            text = f"failed to get attributes of {quoted(process, reference)}: {error}"
            raise Misuse(text, hint=False) from None
    for letter, parse in (("d", parse_date), ("t", parse_stamp)):
        if letter in options:
            text = options.value(letter)
            when = parse(text, now if when is None else when, zone)
            if when is None:
                if is_busybox(process):
                    raise Misuse(f"invalid date '{text}'", hint=False)
                raise Misuse(f"invalid date format {literal(process, text)}", hint=False)
    if options.any("a") and not options.any("m"):
        return -1
    return when


def _touch(process: Process, path: str, when: int | None, options: Options) -> Body[int]:
    follow = "h" not in options
    try:
        status = yield from (Stat(path) if follow else Lstat(path))
    except SyscallError as error:
        if error.errno != ENOENT:
            return (yield from failed(process, "cannot touch {}", "{}", path, error))
        if options.any("ch"):
            return 0
        try:
            yield from Close((yield from Open(path, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY)))
            if when is None or when == -1:
                return 0
        except SyscallError as refused:
            return (yield from failed(process, "cannot touch {}", "{}", path, refused))
    else:
        if when == -1:
            when = status.mtime_ns
    try:
        yield from Utimens(path, when, follow)
    except SyscallError as error:
        return (yield from failed(process, "setting times of {}", "{}", path, error))
    return 0


@tool("mkfifo")
def mkfifo(process: Process, args: list[str]) -> Body[int]:
    options = NODE.parse(process, args)
    if not options.operands:
        raise missing_operand(process)
    mode = yield from wanted_mode(process, options, 0o666)
    status = 0
    for path in options.operands:
        try:
            yield from Mknod(path, S_IFIFO | 0o666)
            if mode is not None:
                yield from Chmod(path, mode)
        except SyscallError as error:
            status = yield from failed(process, "cannot create fifo {}", "{}", path, error)
    return status


@tool("mknod")
def mknod(process: Process, args: list[str]) -> Body[int]:
    options = NODE.parse(process, args)
    operands = options.operands
    if len(operands) < 2:
        if is_busybox(process):
            raise Misuse()
        last = f"missing operand after {literal(process, operands[-1])}" if operands else ""
        raise Misuse(last or "missing operand")
    path, letter = operands[:2]
    kinds = {"b": S_IFBLK, "c": S_IFCHR, "u": S_IFCHR, "p": S_IFIFO}
    wanted = 2 if letter[:1] == "p" else 4
    if len(operands) != wanted or letter[:1] not in kinds:
        raise Misuse(_bad_node(process, operands, wanted, kinds))
    numbers = [_number(text) for text in operands[2:]]
    for text, number in zip(operands[2:], numbers, strict=True):
        if number is None:
            raise Misuse(f"invalid number '{text}'" if is_busybox(process)
                         else ("invalid device number " f"{literal(process, text)}"),
                         hint=False)  # fmt: skip
    mode = yield from wanted_mode(process, options, 0o666)
    rdev = device(numbers[0] or 0, numbers[1] or 0) if numbers else 0
    try:
        yield from Mknod(path, kinds[letter[0]] | 0o666, rdev)
        if mode is not None:
            yield from Chmod(path, mode)
    except SyscallError as error:
        if is_busybox(process):
            yield from complain(process, f"{path}: {error}")
        else:
            yield from complain(process, f"{path}: {error}")
        return 1
    return 0


def _number(text: str) -> int | None:
    try:
        return int(text, 0)
    except ValueError:
        return None


def _bad_node(process: Process, operands: list[str], wanted: int, kinds: dict[str, int]) -> str:
    if is_busybox(process):
        return ""
    if operands[1][:1] not in kinds:
        return f"invalid device type {literal(process, operands[1])}"
    if len(operands) < wanted:
        return f"missing operand after {literal(process, operands[-1])}"
    return f"extra operand {literal(process, operands[wanted])}"


@tool("truncate")
def truncate(process: Process, args: list[str]) -> Body[int]:
    options = TRUNCATE.parse(process, args)
    if not options.any("sr"):
        if is_busybox(process):
            raise Misuse()
        raise Misuse("you must specify either '--size' or '--reference'")
    if not options.operands:
        raise Misuse("" if is_busybox(process) else "missing file operand")
    text = options.value("s")
    relative = text[:1] if not is_busybox(process) and text[:1] in "+-<>/%" else ""
    size = parse_size(text[len(relative) :]) if "s" in options else 0
    if size is None:
        if is_busybox(process):
            raise Misuse(f"invalid number '{text}'", hint=False)
        raise Misuse(f"Invalid number: {literal(process, text)}", hint=False)
    if "r" in options:
        size = (yield from Stat(options.value("r"))).size
    flags = O_WRONLY | (0 if "c" in options else O_CREAT)
    status = 0
    for path in options.operands:
        try:
            fd = yield from Open(path, flags)
        except SyscallError as error:
            if not (error.errno == ENOENT and "c" in options):
                status = yield from failed(
                    process, "cannot open {} for writing", "{}: open", path, error
                )
            continue
        now = (yield from Stat(path)).size if relative else 0
        yield from Ftruncate(fd, _resized(relative, now, size))
        yield from Close(fd)
    return status


def _resized(relative: str, now: int, size: int) -> int:
    table = {
        "": size, "+": now + size, "-": max(0, now - size), "<": min(now, size),
        ">": max(now, size),
    }  # fmt: skip
    if relative == "/":
        return now - now % size
    return -(-now // size) * size if relative == "%" else table[relative]


@tool("fallocate")
def fallocate(process: Process, args: list[str]) -> Body[int]:
    options = FALLOCATE.parse(process, args)
    if "l" not in options:
        if is_busybox(process):
            raise Misuse()
        raise Misuse("no length argument specified", hint=False)
    length = parse_size(options.value("l"))
    if not length or not options.operands:
        raise Misuse("invalid length" if not length else "no filename specified", hint=False)
    path = options.operands[0]
    offset = parse_size(options.value("o", "0")) or 0
    try:
        fd = yield from Open(path, O_RDWR | O_CREAT)
    except SyscallError as error:
        yield from complain(process, f"cannot open {path}: {error}")
        return 1
    if offset + length > (yield from Stat(path)).size:
        yield from Ftruncate(fd, offset + length)
    yield from Close(fd)
    return 0


@tool("mktemp")
def mktemp(process: Process, args: list[str]) -> Body[int]:
    options = MKTEMP.parse(process, args)
    template = options.operands[0] if options.operands else "tmp.XXXXXXXXXX"
    folder = ""
    if not options.operands or options.any("pt"):
        folder = options.value("p") or process.environment.get("TMPDIR") or "/tmp"
    if not template.endswith("XXX"):
        raise Misuse(f"too few X's in template {literal(process, template)}", hint=False)
    stem = template.rstrip("X")
    seed = ((yield from Time()) ^ ((yield from Getpid()) << 20)) or 1
    for _ in range(100):
        seed = seed * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        value, name = seed >> 8, ""
        for _ in range(len(template) - len(stem)):
            value, index = divmod(value + seed % 7919, len(LETTERS))
            name += LETTERS[index]
        path = f"{folder}/{stem}{name}" if folder else stem + name
        path += options.value("suffix")
        try:
            if "d" in options:
                yield from Mkdir(path, 0o700)
            elif "u" not in options:
                yield from Close((yield from Open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)))
        except SyscallError as error:
            if error.errno == EEXIST:
                continue
            kind = "directory" if "d" in options else "file"
            shown = literal(process, f"{folder}/{template}" if folder else template)
            yield from complain(process, f"failed to create {kind} via template {shown}: {error}")
            return 1
        yield from print_out(path + "\n")
        return 0
    return 1
