"""cp, mv and install; what they share is `Copier` in `tree_copy`."""

from __future__ import annotations

from ..program import Process
from ..streams import print_out
from ..syscalls import Body, Chmod, Chown, Lstat, Mkdir, Rename, Stat, SyscallError, Unlink
from ..syscalls.errnos import EEXIST, EXDEV
from .accounts import read_accounts
from .asking import agrees
from .modes import apply_mode
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .quoting import literal, quoted
from .status import is_directory, same_file
from .tree_copy import Copier, CopyWish, remove_tree

CP = Grammar(
    "abdfHilLnprst:uvxPRTZS:",
    {
        "archive": "a", "backup=?": "b", "force": "f", "interactive": "i", "link": "l",
        "dereference": "L", "no-clobber": "n", "no-dereference": "P", "preserve=?": "preserve",
        "no-preserve=": "lose", "parents": "parents", "recursive": "R", "symbolic-link": "s",
        "target-directory=": "t", "no-target-directory": "T", "update": "u", "verbose": "v",
        "one-file-system": "x", "reflink=?": "reflink", "sparse=": "sparse",
        "remove-destination": "remove", "attributes-only": "attributes",
        "strip-trailing-slashes": "strip",
    },
    "arRPLHpfinlsTudvt:x",
)  # fmt: skip
MV = Grammar(
    "bfint:uvTZS:",
    {
        "backup=?": "b", "force": "f", "interactive": "i", "no-clobber": "n",
        "target-directory=": "t", "no-target-directory": "T", "update": "u", "verbose": "v",
        "strip-trailing-slashes": "strip",
    },
    "finTt:v",
)  # fmt: skip
INSTALL = Grammar(
    "bcCdDg:m:o:pst:TvS:",
    {
        "directory": "d", "group=": "g", "mode=": "m", "owner=": "o", "target-directory=": "t",
        "no-target-directory": "T", "verbose": "v", "compare": "C", "preserve-timestamps": "p",
        "strip": "s",
    },
    "cdDpsg:m:o:t:",
)  # fmt: skip


def last_part(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2] or "/"


def join(folder: str, name: str) -> str:
    return f"{folder}{'' if folder.endswith('/') else '/'}{name}"


def destination(process: Process, options: Options) -> Body[tuple[str, list[str], bool]]:
    """Where the sources go, which they are, and whether into a directory. Raises: Misuse."""
    operands = options.operands
    if not operands:
        raise Misuse("" if is_busybox(process) else "missing file operand")
    if "t" in options:
        target = options.value("t")
        if not (yield from is_place(target)):
            why = yield from _why_no_place(target)
            raise Misuse(f"target directory {quoted(process, target)}: {why}", hint=False)
        return target, operands, True
    if len(operands) == 1:
        if is_busybox(process):
            raise Misuse()
        shown = quoted(process, operands[0])
        raise Misuse(f"missing destination file operand after {shown}")
    target, sources = operands[-1], operands[:-1]
    into = "T" not in options and (yield from is_place(target))
    if "T" in options and len(sources) > 1:
        raise Misuse(f"extra operand {quoted(process, operands[2])}")
    if len(sources) > 1 and not into:
        if is_busybox(process):
            return target, sources, True
        why = yield from _why_no_place(target)
        raise Misuse(f"target {quoted(process, target)}: {why}", hint=False)
    return target, sources, into


def is_place(path: str) -> Body[bool]:
    try:
        return is_directory((yield from Stat(path)))
    except SyscallError:
        return False


def _why_no_place(path: str) -> Body[str]:
    try:
        yield from Stat(path)
    except SyscallError as error:
        return str(error)
    return "Not a directory"


@tool("cp")
def cp(process: Process, args: list[str]) -> Body[int]:
    options = CP.parse(process, args)
    target, sources, into = yield from destination(process, options)
    copier = Copier(process, _copy_wish(options))
    for source in sources:
        place = target
        if "parents" in options:
            place = yield from _with_parents(target, source)
        elif into:
            place = join(target, last_part(source)) if last_part(source) != ".." else target
            if last_part(source) == ".":
                place = join(target, ".")
        yield from copier.copy(source, place, top=True)
    return copier.status


def _with_parents(target: str, source: str) -> Body[str]:
    current = target
    for part in [part for part in source.split("/")[:-1] if part]:
        current = join(current, part)
        try:
            yield from Mkdir(current)
        except SyscallError as error:
            if error.errno != EEXIST:
                raise
    return join(target, source.lstrip("/"))


def _copy_wish(options: Options) -> CopyWish:
    wish = CopyWish()
    for letter, value in options.pairs:
        if letter in "rR" and len(letter) == 1:
            wish.recursive = True
        elif letter == "a":
            wish.recursive = True
            wish.follow = "P"
            wish.keep = {"mode", "ownership", "timestamps", "links", "xattr"}
        elif letter == "p":
            wish.keep |= {"mode", "ownership", "timestamps"}
        elif letter == "preserve":
            names = value.split(",") if value else ["mode", "ownership", "timestamps"]
            wish.keep |= (
                {"mode", "ownership", "timestamps", "links"} if names == ["all"] else set(names)
            )
        elif letter == "lose":
            wish.keep -= set(value.split(","))
        elif letter == "d":
            wish.follow = "P"
            wish.keep |= {"links"}
        elif letter in ("P", "L", "H"):
            wish.follow = letter
        elif letter in ("i", "n"):
            wish.overwrite = letter
        elif letter == "f":
            wish.force = True
    wish.symbolic, wish.hard = "s" in options, "l" in options
    wish.update, wish.verbose = "u" in options, "v" in options
    wish.no_target = "T" in options
    wish.remove = "remove" in options
    if not wish.follow:
        wish.follow = "P" if wish.recursive else "L"
    return wish


@tool("mv")
def mv(process: Process, args: list[str]) -> Body[int]:
    options = MV.parse(process, args)
    target, sources, into = yield from destination(process, options)
    status = 0
    for source in sources:
        stripped = source.rstrip("/") or "/"
        place = join(target, last_part(source)) if into else target
        status |= yield from _move(process, stripped if into else source, place, options)
    return status


def _move(process: Process, source: str, place: str, options: Options) -> Body[int]:
    how = options.last("fin")
    try:
        there = yield from Lstat(place)
    except SyscallError:
        there = None
    try:
        status = yield from Lstat(source)
    except SyscallError as error:
        if is_busybox(process):
            yield from complain(process, f"can't rename '{source}': {error}")
        else:
            yield from complain(process, f"cannot stat {quoted(process, source)}: {error}")
        return 1
    if there is not None:
        if how == "n" or ("u" in options and status.mtime_ns <= there.mtime_ns):
            return 0
        if how == "i" and not (yield from _overwrite(process, place)):
            return 0 if is_busybox(process) else 1
        if not is_busybox(process):
            clash = _clash(process, source, place, status.mode, there.mode)
            if same_file(status, there):
                if status.nlink > 1 and source != place and not is_directory(status):
                    yield from Unlink(source)
                    return 0
                one, other = quoted(process, source), quoted(process, place)
                clash = f"{one} and {other} are the same file"
                if is_directory(status):
                    return (yield from _into_itself(process, source, place))
            if clash:
                yield from complain(process, clash)
                return 1
    return (yield from _rename(process, source, place, "v" in options))


def _into_itself(process: Process, source: str, place: str) -> Body[int]:
    one, other = quoted(process, source), quoted(process, join(place, last_part(source)))
    yield from complain(process, f"cannot move {one} to a subdirectory of itself, {other}")
    return 1


def _overwrite(process: Process, place: str) -> Body[bool]:
    shown = f"'{place}'" if is_busybox(process) else quoted(process, place)
    return (yield from agrees(process, f"overwrite {shown}?"))


def _clash(process: Process, source: str, place: str, mode: int, there: int) -> str:
    directory, onto = (each & 0o170000 == 0o040000 for each in (mode, there))
    if directory and not onto:
        text = f"cannot overwrite non-directory {quoted(process, place)} with directory"
        return f"{text} {quoted(process, source)}"
    if onto and not directory:
        return f"cannot overwrite directory {quoted(process, place)} with non-directory"
    return ""


def _rename(process: Process, source: str, place: str, verbose: bool) -> Body[int]:
    try:
        yield from Rename(source, place)
    except SyscallError as error:
        if error.errno == EXDEV:
            return (yield from _carry(process, source, place, verbose))
        return (yield from _move_failed(process, source, place, error))
    if verbose:
        text = f"{quoted(process, source)} -> {quoted(process, place)}\n"
        yield from print_out(text if is_busybox(process) else "renamed " + text)
    return 0


def _move_failed(process: Process, source: str, place: str, error: SyscallError) -> Body[int]:
    if is_busybox(process):
        yield from complain(process, f"can't rename '{source}': {error}")
        return 1
    one, other = quoted(process, source), quoted(process, place)
    if error.errno == 22:
        text = f"cannot move {one} to a subdirectory of itself, {other}"
    else:
        text = f"cannot move {one} to {other}: {error}"
    yield from complain(process, text)
    return 1


def _carry(process: Process, source: str, place: str, verbose: bool) -> Body[int]:
    """Over the border of a filesystem: copy everything, then remove the source."""
    wish = CopyWish(recursive=True, follow="P", verbose=False)
    wish.keep = {"mode", "ownership", "timestamps", "links", "xattr"}
    wish.remove = True
    copier = Copier(process, wish)
    yield from copier.copy(source, place, top=True)
    if copier.status:
        return copier.status
    if verbose:
        one, other = quoted(process, source), quoted(process, place)
        yield from print_out(f"copied {one} -> {other}\n")
    try:
        yield from remove_tree(source)
    except SyscallError as error:
        return (yield from _move_failed(process, source, place, error))
    return 0


@tool("install")
def install(process: Process, args: list[str]) -> Body[int]:
    options = INSTALL.parse(process, args)
    accounts = yield from read_accounts()
    mode = apply_mode(options.value("m", "755"), 0, 0, directory=False)
    if mode is None:
        raise Misuse(f"invalid mode {literal(process, options.value('m'))}", hint=False)
    user, group = accounts.user(options.value("o")), accounts.group(options.value("g"))
    uid, gid = user.uid if user else -1, group.gid if group else -1
    made: list[str] = []
    if "d" in options:
        for path in options.operands:
            yield from _all_parents(join(path, "x"))
            made.append(path)
    else:
        if "D" in options and len(options.operands) == 2:
            yield from _all_parents(options.operands[-1])
        target, sources, into = yield from destination(process, options)
        copier = Copier(process, CopyWish(follow="L", remove=True, verbose="v" in options))
        for source in sources:
            place = join(target, last_part(source)) if into else target
            yield from copier.copy(source, place, top=True)
            made.append(place)
        if copier.status:
            return copier.status
    for path in made:
        yield from Chmod(path, mode)
        if uid >= 0 or gid >= 0:
            yield from Chown(path, uid, gid)
    return 0


def _all_parents(path: str) -> Body[None]:
    current = "/" if path.startswith("/") else ""
    for part in [part for part in path.split("/")[:-1] if part]:
        current += part
        try:
            yield from Mkdir(current, 0o755)
        except SyscallError as error:
            if error.errno != EEXIST:
                raise
        current += "/"
