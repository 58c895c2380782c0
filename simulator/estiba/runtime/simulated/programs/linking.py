"""ln, readlink, realpath, link."""

from __future__ import annotations

from ..program import Process
from ..streams import print_out
from ..syscalls import (
    Body,
    Getcwd,
    Link,
    Lstat,
    Readlink,
    Stat,
    Symlink,
    SyscallError,
    Unlink,
)
from ..syscalls.errnos import EEXIST, EINVAL, ELOOP, ENOENT, ENOTDIR
from .asking import agrees
from .options import Grammar, Misuse, Options, complain, is_busybox, missing_operand, tool
from .quoting import literal, maybe_quoted, quoted
from .status import is_directory, is_link, same_file

LN = Grammar(
    "bdfFiLnPrst:Tv",
    {
        "force": "f", "interactive": "i", "no-dereference": "n", "relative": "r", "symbolic": "s",
        "target-directory=": "t", "no-target-directory": "T", "verbose": "v", "logical": "L",
        "physical": "P", "backup=?": "b",
    },
    "sfnbtvTS:",
)  # fmt: skip
READLINK = Grammar(
    "femnqsvz",
    {
        "canonicalize": "f", "canonicalize-existing": "e", "canonicalize-missing": "m",
        "no-newline": "n", "quiet": "q", "silent": "q", "verbose": "v", "zero": "z",
    },
    "fnv",
)  # fmt: skip
REALPATH = Grammar(
    "emLPqsz",
    {
        "canonicalize-existing": "e", "canonicalize-missing": "m", "strip": "s",
        "no-symlinks": "s", "quiet": "q", "zero": "z", "relative-to=": "to",
    },
)  # fmt: skip


@tool("ln")
def ln(process: Process, args: list[str]) -> Body[int]:
    options = LN.parse(process, args)
    operands = options.operands
    if not operands:
        raise Misuse("" if is_busybox(process) else "missing file operand")
    target, sources = yield from _where(process, options, operands)
    status = 0
    for source in sources:
        place = target
        into = yield from _is_place(place, options)
        if into:
            name = source.rstrip("/").rpartition("/")[2]
            place = f"{place.rstrip('/')}/{name}" if place not in (".", "") else f"./{name}"
        status |= yield from _link(process, source, place, options)
    return status


def _where(process: Process, options: Options, operands: list[str]) -> Body[tuple[str, list[str]]]:
    if "t" in options and not is_busybox(process):
        return options.value("t"), operands
    if len(operands) == 1:
        if "T" in options:
            raise Misuse(f"missing destination file operand after {literal(process, operands[0])}")
        return ".", operands
    if len(operands) > 2 and not (yield from _is_place(operands[-1], options)):
        if is_busybox(process):
            return operands[-1], operands[:-1]
        raise Misuse(f"target {quoted(process, operands[-1])}: No such file or directory"
                     if not (yield from _exists(operands[-1]))
                     else (f"target {quoted(process, operands[-1])} " "is not a directory"),
                     hint=False)  # fmt: skip
    return operands[-1], operands[:-1]


def _exists(path: str) -> Body[bool]:
    try:
        yield from Stat(path)
    except SyscallError:
        return False
    return True


def _is_place(path: str, options: Options) -> Body[bool]:
    if "T" in options:
        return False
    try:
        if "n" in options and is_link((yield from Lstat(path))):
            return False
        return is_directory((yield from Stat(path)))
    except SyscallError:
        return False


def _link(process: Process, source: str, place: str, options: Options) -> Body[int]:
    symbolic = "s" in options
    if not symbolic:
        try:
            status = yield from (Stat(source) if "L" in options else Lstat(source))
        except SyscallError as error:
            text = (
                f"{source}"
                if is_busybox(process)
                else f"failed to access {quoted(process, source)}"
            )
            yield from complain(process, f"{text}: {error}")
            return 1
        if is_directory(status) and not is_busybox(process):
            shown = maybe_quoted(process, source)
            yield from complain(process, f"{shown}: hard link not allowed for directory")
            return 1
    text = source
    if symbolic and "r" in options:
        text = yield from _relative(source, place)
    try:
        if options.any("fi") and not (yield from _clear(process, source, place, options)):
            return 1
        yield from (Symlink(text, place) if symbolic else Link(source, place))
    except SyscallError as error:
        return (yield from _failed(process, source, place, symbolic, error))
    if "v" in options:
        if is_busybox(process):
            yield from print_out(f"'{place}' -> '{source}'\n")
        else:
            arrow = "->" if symbolic else "=>"
            yield from print_out(f"{quoted(process, place)} {arrow} {quoted(process, text)}\n")
    return 0


def _clear(process: Process, source: str, place: str, options: Options) -> Body[bool]:
    """Make room for the link. Raises: SyscallError."""
    try:
        there = yield from Lstat(place)
    except SyscallError:
        return True
    if "s" not in options and not is_busybox(process):  # noqa: SIM102
        if same_file(there, (yield from Lstat(source))):
            one, other = quoted(process, source), quoted(process, place)
            yield from complain(process, f"{one} and {other} are the same file")
            return False
    if options.last("fi") == "i" and not is_busybox(process):  # noqa: SIM102
        if not (yield from agrees(process, f"replace {quoted(process, place)}?")):
            return False
    if is_directory(there) and not is_busybox(process):
        text = f"{maybe_quoted(process, place)}: cannot overwrite directory"
        yield from complain(process, text)
        return False
    yield from Unlink(place)
    return True


def _failed(
    process: Process, source: str, place: str, symbolic: bool, error: SyscallError
) -> Body[int]:
    if is_busybox(process):
        yield from complain(process, f"{place}: {error}")
        return 1
    kind = "symbolic link" if symbolic else "hard link"
    shown = quoted(process, place)
    if not symbolic and error.errno != EEXIST:
        shown += f" => {quoted(process, source)}"
    if symbolic and error.errno not in (EEXIST,):
        shown = quoted(process, place)
    yield from complain(process, f"failed to create {kind} {shown}: {error}")
    return 1


def _relative(source: str, place: str) -> Body[str]:
    folder = place.rpartition("/")[0] or ("/" if place.startswith("/") else ".")
    start = ((yield from canonical(folder, "m")) or "/").strip("/").split("/")
    goal = ((yield from canonical(source, "m")) or "/").strip("/").split("/")
    return relative_path(goal, start)


def relative_path(goal: list[str], start: list[str]) -> str:
    goal, start = [part for part in goal if part], [part for part in start if part]
    same = 0
    while same < min(len(goal), len(start)) and goal[same] == start[same]:
        same += 1
    return "/".join([".."] * (len(start) - same) + goal[same:]) or "."


def canonical(path: str, mode: str) -> Body[str]:
    """The path without symbolic links. `mode`: `e` all must exist, `f` all but the last, `m` none.

    Raises: SyscallError.
    """
    if not path:
        raise SyscallError(ENOENT)
    whole = path if path.startswith("/") else f"{(yield from Getcwd())}/{path}"
    parts = [part for part in whole.split("/") if part and part != "."]
    done: list[str] = []
    links = 0
    while parts:
        part = parts.pop(0)
        if part == "..":
            done = done[:-1]
            continue
        current = "/" + "/".join([*done, part])
        try:
            status = yield from Lstat(current)
        except SyscallError as error:
            if mode == "e" or (mode == "f" and (parts or error.errno != ENOENT)):
                raise
            done.append(part)
            continue
        if is_link(status):
            links += 1
            if links > 40:
                raise SyscallError(ELOOP)
            text = yield from Readlink(current)
            parts = [each for each in text.split("/") if each and each != "."] + parts
            done = [] if text.startswith("/") else done
            continue
        if parts and not is_directory(status) and mode != "m":
            raise SyscallError(ENOTDIR)
        done.append(part)
    return "/" + "/".join(done)


@tool("readlink")
def readlink(process: Process, args: list[str]) -> Body[int]:
    options = READLINK.parse(process, args)
    if not options.operands:
        raise missing_operand(process)
    if is_busybox(process) and len(options.operands) > 1:
        raise Misuse()
    mode, end = options.last("fem"), "\0" if "z" in options else "\n"
    end = "" if "n" in options and len(options.operands) == 1 else end
    status = 0
    for path in options.operands:
        try:
            text = yield from (
                canonical(path, "e" if is_busybox(process) else mode) if mode else _text(path)
            )
        except SyscallError as error:
            status = 1
            if "v" in options:
                shown = path if is_busybox(process) else maybe_quoted(process, path)
                yield from complain(process, f"{shown}: {error}")
            continue
        yield from print_out(text + end)
    return status


def _text(path: str) -> Body[str]:
    if not is_link((yield from Lstat(path))):
        raise SyscallError(EINVAL)
    return (yield from Readlink(path))


@tool("realpath")
def realpath(process: Process, args: list[str]) -> Body[int]:
    options = REALPATH.parse(process, args)
    if not options.operands:
        raise missing_operand(process)
    mode, end = options.last("em") or "f", "\0" if "z" in options else "\n"
    status = 0
    for path in options.operands:
        try:
            found = yield from canonical(path, "e" if is_busybox(process) and mode == "f" else mode)
            if "to" in options:
                start = yield from canonical(options.value("to"), "m")
                found = relative_path(found.split("/"), start.split("/"))
        except SyscallError as error:
            status = 1
            if "q" not in options:
                shown = path if is_busybox(process) else maybe_quoted(process, path)
                yield from complain(process, f"{shown}: {error}")
            continue
        yield from print_out(found + end)
    return status


@tool("link")
def link(process: Process, args: list[str]) -> Body[int]:
    operands = Grammar("").parse(process, args).operands
    if len(operands) != 2:
        raise missing_operand(process)
    try:
        yield from Link(operands[0], operands[1])
    except SyscallError as error:
        one, other = quoted(process, operands[1]), quoted(process, operands[0])
        yield from complain(process, f"cannot create link {one} to {other}: {error}")
        return 1
    return 0
