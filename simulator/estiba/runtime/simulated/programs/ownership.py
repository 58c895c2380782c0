"""chmod, chown, chgrp."""

from __future__ import annotations

from collections.abc import Callable

from ..program import Process
from ..streams import print_out
from ..syscalls import Body, Chmod, Chown, Getdents, Lstat, Stat, SyscallError, Umask
from .accounts import Accounts, read_accounts
from .modes import apply_mode
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .quoting import literal, quoted
from .status import is_directory, is_link, permissions

LONG = {
    "changes": "c", "silent": "f", "quiet": "f", "verbose": "v", "recursive": "R",
    "reference=": "reference", "preserve-root": "keep", "no-preserve-root": "nokeep",
    "dereference": "deref", "no-dereference": "h", "from=": "from",
}  # fmt: skip
CHOWN = Grammar("cfhvRHLP", LONG, "hHLPRcfv")
CHMOD = Grammar("cfvRrwxXstugoa", LONG, "Rcfv")
Change = Callable[[str, int], Body[bool]]


def _split_mode(process: Process, args: list[str]) -> tuple[list[str], str | None]:
    """chmod takes modes that look like options: `chmod -x file`."""
    for index, arg in enumerate(args):
        if arg == "--":
            break
        if len(arg) > 1 and arg[0] == "-" and arg[1] in "rwxXst0124567":  # noqa: SIM102
            if not any(not each.startswith("-") for each in args[:index]):
                return args[:index] + args[index + 1 :], arg
    return args, None


@tool("chmod")
def chmod(process: Process, args: list[str]) -> Body[int]:
    args, given = _split_mode(process, args)
    options = CHMOD.parse(process, args)
    operands = options.operands
    if "reference" in options:
        status = yield from Stat(options.value("reference"))
        text = f"{status.mode & 0o7777:o}"
    elif given is not None:
        text = given
    else:
        text = operands.pop(0) if operands else ""
    if not operands:
        _missing(process, text)
    umask = yield from Umask()
    if apply_mode(text, 0, umask, directory=False) is None:
        shown = f"'{text}'" if is_busybox(process) else literal(process, text)
        colon = "" if is_busybox(process) else ":"
        raise Misuse(f"invalid mode{colon} {shown}", hint=not is_busybox(process))
    run = _Modes(process, options, text, umask)
    for path in operands:
        yield from run.operand(path)
    return run.status


def _missing(process: Process, first: str) -> None:
    if is_busybox(process):
        raise Misuse()
    if first:
        raise Misuse(f"missing operand after {literal(process, first)}")
    raise Misuse("missing operand")


class _Modes:
    """One run of chmod."""

    def __init__(self, process: Process, options: Options, text: str, umask: int) -> None:
        self.process, self.text, self.umask = process, text, umask
        self.recursive = "R" in options
        self.quiet = "f" in options
        self.tell = options.last("cv")
        self.status = 0

    def refuse(self, what: str, path: str, error: SyscallError | str) -> Body[None]:
        self.status = 1
        if self.quiet and not is_busybox(self.process):
            return
        if is_busybox(self.process):
            yield from complain(self.process, f"{path}: {error}")
        else:
            yield from complain(self.process, f"{what} {quoted(self.process, path)}: {error}")

    def operand(self, path: str) -> Body[None]:
        try:
            link = is_link((yield from Lstat(path)))
            yield from Stat(path)
        except SyscallError as error:
            try:
                dangling = is_link((yield from Lstat(path)))
            except SyscallError:
                dangling = False
            if dangling and not is_busybox(self.process):
                self.status = 1
                text = f"cannot operate on dangling symlink {quoted(self.process, path)}"
                yield from complain(self.process, text)
                return
            yield from self.refuse("cannot access", path, error)
            return
        yield from self.change(path, link)

    def change(self, path: str, link: bool) -> Body[None]:
        try:
            status = yield from Stat(path)
            directory = is_directory(status)
            before = status.mode & 0o7777
            after = apply_mode(self.text, before, self.umask, directory=directory)
            assert after is not None
            yield from Chmod(path, after)
        except SyscallError as error:
            yield from self.refuse("changing permissions of", path, error)
            return
        yield from self.report(path, before, after)
        if directory and self.recursive and not link:
            yield from self.inside(path)

    def inside(self, path: str) -> Body[None]:
        try:
            entries = yield from Getdents(path)
        except SyscallError as error:
            yield from self.refuse("cannot read directory", path, error)
            return
        for entry in entries:
            inner = f"{path.rstrip('/')}/{entry.name}"
            if not is_link((yield from Lstat(inner))):
                yield from self.change(inner, False)

    def report(self, path: str, before: int, after: int) -> Body[None]:
        if not self.tell or (self.tell == "c" and before == after):
            return
        if is_busybox(self.process):
            text = f"mode of '{path}' changed to {after:04o} ({permissions(after)[1:]})"
        else:
            new = f"{after:04o} ({permissions(after)[1:]})"
            old = f"{before:04o} ({permissions(before)[1:]})"
            name = quoted(self.process, path)
            changed = f"changed from {old} to {new}"
            text = f"mode of {name} {changed if before != after else f'retained as {new}'}"
        yield from print_out(text + "\n")


def _owner(process: Process, accounts: Accounts, text: str) -> tuple[int, int, str, str]:
    """`user[:group]` as numbers, -1 for none. Raises: Misuse."""
    mark = ":" if ":" in text else "." if "." in text and accounts.user(text) is None else ""
    user, _, group = text.partition(mark) if mark else (text, "", "")
    uid = gid = -1
    if user:
        found = accounts.user(user)
        if found is None and not user.isdecimal():
            raise Misuse(_invalid(process, "user", text, user), hint=False)
        uid = found.uid if found else int(user)
        if mark and not group:
            if found is None:
                raise Misuse(f"invalid spec: {literal(process, text)}", hint=False)
            gid = found.gid
    if group:
        gid = _group(process, accounts, group, text)
    return uid, gid, user, group


def _group(process: Process, accounts: Accounts, group: str, whole: str) -> int:
    found = accounts.group(group)
    if found is None and not group.isdecimal():
        raise Misuse(_invalid(process, "group", whole, group), hint=False)
    return found.gid if found else int(group)


def _invalid(process: Process, kind: str, whole: str, part: str) -> str:
    if is_busybox(process):
        return f"unknown {kind} {part}"
    return f"invalid {kind}: {literal(process, whole)}"


@tool("chown", "chgrp")
def chown(process: Process, args: list[str]) -> Body[int]:
    options = CHOWN.parse(process, args)
    accounts = yield from read_accounts()
    operands = options.operands
    only_group = process.name.endswith("chgrp")
    reference = options.value("reference")
    if len(operands) < (1 if reference else 2):
        _missing(process, operands[0] if operands else "")
    user = group = ""
    if reference:
        status = yield from Stat(reference)
        uid, gid = (-1 if only_group else status.uid), status.gid
    elif only_group:
        group = operands.pop(0)
        uid, gid = -1, _group(process, accounts, group, group)
    else:
        uid, gid, user, group = _owner(process, accounts, operands.pop(0))
    run = _Owners(process, options, accounts, uid, gid)
    run.spoken = group if only_group else f"{user}:{group}" if group else user
    for path in operands:
        yield from run.operand(path)
    return run.status


class _Owners:
    """One run of chown or chgrp."""

    def __init__(
        self, process: Process, options: Options, accounts: Accounts, uid: int, gid: int
    ) -> None:
        self.process, self.accounts, self.uid, self.gid = process, accounts, uid, gid
        self.follow = "h" not in options
        self.recursive, self.quiet = "R" in options, "f" in options
        self.tell = options.last("cv")
        self.only_group = process.name.endswith("chgrp")
        self.noun = "group" if self.only_group else "ownership"
        self.spoken = ""
        self.status = 0

    def refuse(self, what: str, path: str, error: SyscallError) -> Body[None]:
        self.status = 1
        if not self.quiet:
            busybox = is_busybox(self.process)
            text = path if busybox else f"{what} {quoted(self.process, path)}"
            yield from complain(self.process, f"{text}: {error}")

    def operand(self, path: str) -> Body[None]:
        follow = self.follow and not self.recursive
        try:
            status = yield from (Stat(path) if follow else Lstat(path))
        except SyscallError as error:
            what = "cannot access"
            if follow and not is_busybox(self.process):
                what = yield from self.why(path)
            yield from self.refuse(what, path, error)
            return
        yield from self.change(path, is_directory(status), follow)

    def why(self, path: str) -> Body[str]:
        try:
            yield from Lstat(path)
        except SyscallError:
            return "cannot access"
        return "cannot dereference"

    def change(self, path: str, directory: bool, follow: bool) -> Body[None]:
        try:
            before = yield from (Stat(path) if follow else Lstat(path))
            yield from Chown(path, self.uid, self.gid, follow)
        except SyscallError as error:
            yield from self.refuse(f"changing {self.noun} of", path, error)
        else:
            yield from self.report(path, before.uid, before.gid)
        if directory and self.recursive:
            try:
                entries = yield from Getdents(path)
            except SyscallError as error:
                yield from self.refuse("cannot read directory", path, error)
                return
            for entry in entries:
                inner = f"{path.rstrip('/')}/{entry.name}"
                inside = is_directory((yield from Lstat(inner)))
                yield from self.change(inner, inside, False)

    def report(self, path: str, uid: int, gid: int) -> Body[None]:
        same = self.uid in (-1, uid) and self.gid in (-1, gid)
        if not self.tell or (self.tell == "c" and same):
            return
        old_user, old_group = self.accounts.user_name(uid), self.accounts.group_name(gid)
        name = quoted(self.process, path)
        if is_busybox(self.process):
            new = (self.uid if self.uid >= 0 else uid), (self.gid if self.gid >= 0 else gid)
            text = f"changed ownership of '{path}' to {new[0]}:{new[1]}"
        elif self.only_group:
            how = "retained as" if same else f"changed from {old_group} to"
            text = f"group of {name} {how} {self.spoken}".replace(
                "group of", "changed group of" if not same else "group of"
            )
            text = text.replace(" changed from", " from")
        else:
            old = f"{old_user}:{old_group}" if self.gid >= 0 else old_user
            if same:
                text = f"ownership of {name} retained as {old}"
            else:
                text = f"changed ownership of {name} from {old} to {self.spoken}"
        yield from print_out(text + "\n")
