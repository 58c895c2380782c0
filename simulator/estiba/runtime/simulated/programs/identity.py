"""id, whoami, groups, logname: who we are; uname, hostname, nproc, arch, tty: where."""

from __future__ import annotations

from ..program import Process
from ..streams import print_out
from ..syscalls import (
    Body,
    Getgid,
    Getgroups,
    Getuid,
    Sethostname,
    SyscallError,
    Ttyname,
    Uname,
)
from .accounts import Accounts, User, lines_of, read_accounts
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .quoting import literal

ID = Grammar("agGnruzZ", {"group": "g", "groups": "G", "name": "n", "real": "r", "user": "u",
                          "zero": "z", "context": "Z"}, "ugGnr")  # fmt: skip
UNAME = Grammar(
    "asnrvmpio",
    {
        "all": "a", "kernel-name": "s", "nodename": "n", "kernel-release": "r",
        "kernel-version": "v", "machine": "m", "processor": "p", "hardware-platform": "i",
        "operating-system": "o", "sysname": "s", "release": "r",
    },
)  # fmt: skip
HOSTNAME = Grammar(
    "adfAiIsF:yb",
    {"fqdn": "f", "long": "f", "short": "s", "ip-address": "i", "all-ip-addresses": "I",
     "domain": "d", "alias": "a", "all-fqdns": "A", "file=": "F"},
)  # fmt: skip
NPROC = Grammar("", {"all": "a", "ignore=": "i"})
NONE = Grammar("")


def _who(process: Process, name: str, accounts: Accounts) -> Body[tuple[int, int, list[int]]]:
    """User, group and groups of a user by name, or of the process. Raises: Misuse."""
    if not name:
        uid, gid = (yield from Getuid()), (yield from Getgid())
        more = yield from Getgroups()
        if not more and is_busybox(process):
            return uid, gid, []
        return uid, gid, [gid, *(each for each in more if each != gid)]
    user = accounts.user(name)
    if user is None and name.isdecimal():
        user = accounts.user_of(int(name))
    if user is None:
        if is_busybox(process):
            raise Misuse(f"unknown user {name}", hint=False)
        raise Misuse(f"{literal(process, name)}: no such user", hint=False)
    return user.uid, user.gid, accounts.groups_of(user)


@tool("id")
def id_(process: Process, args: list[str]) -> Body[int]:
    options = ID.parse(process, args)
    only = [letter for letter in "ugG" if letter in options]
    if len(only) > 1 and not is_busybox(process):
        raise Misuse('cannot print "only" of more than one choice', hint=False)
    if not only and options.any("nr") and not is_busybox(process):
        raise Misuse("cannot print only names or real IDs in default format", hint=False)
    if is_busybox(process) and not only and "n" in options:
        raise Misuse()
    accounts = yield from read_accounts()
    status = 0
    for name in options.operands or [""]:
        try:
            uid, gid, groups = yield from _who(process, name, accounts)
        except Misuse as unknown:
            yield from complain(process, unknown.text)
            status = 1
            continue
        if only:
            text = yield from _only(process, only[0], "n" in options, uid, gid, groups, accounts)
        else:
            text = _everything(uid, gid, groups, accounts)
        yield from print_out(text + ("\0" if "z" in options else "\n"))
    return status


def _only(
    process: Process, what: str, named: bool, uid: int, gid: int, groups: list[int],
    accounts: Accounts,
) -> Body[str]:  # fmt: skip
    if what == "u":
        if named and accounts.user_of(uid) is None and not is_busybox(process):
            yield from complain(process, f"cannot find name for user ID {uid}")
        return accounts.user_name(uid) if named else str(uid)
    chosen = [gid] if what == "g" else groups
    return " ".join(accounts.group_name(each) if named else str(each) for each in chosen)


def _everything(uid: int, gid: int, groups: list[int], accounts: Accounts) -> str:
    def named(number: int, name: str) -> str:
        return str(number) if name == str(number) else f"{number}({name})"

    listed = ",".join(named(each, accounts.group_name(each)) for each in groups)
    user = named(uid, accounts.user_name(uid))
    tail = f" groups={listed}" if groups else ""
    return f"uid={user} gid={named(gid, accounts.group_name(gid))}{tail}"


@tool("whoami")
def whoami(process: Process, args: list[str]) -> Body[int]:
    operands = NONE.parse(process, args).operands
    if operands:
        raise Misuse(
            "" if is_busybox(process) else f"extra operand {literal(process, operands[0])}"
        )
    accounts, uid = (yield from read_accounts()), (yield from Getuid())
    if accounts.user_of(uid) is None:
        if is_busybox(process):
            yield from complain(process, f"unknown uid {uid}")
        else:
            yield from complain(process, f"cannot find name for user ID {uid}")
        return 1
    yield from print_out(accounts.user_name(uid) + "\n")
    return 0


@tool("groups")
def groups_(process: Process, args: list[str]) -> Body[int]:
    operands = NONE.parse(process, args).operands
    accounts = yield from read_accounts()
    status = 0
    for name in operands or [""]:
        try:
            _, _, found = yield from _who(process, name, accounts)
        except Misuse as unknown:
            yield from complain(process, unknown.text)
            status = 1
            continue
        prefix = f"{name} : " if name and not is_busybox(process) else ""
        yield from print_out(prefix + " ".join(map(accounts.group_name, found)) + "\n")
    return status


@tool("logname")
def logname(process: Process, args: list[str]) -> Body[int]:
    yield from complain(
        process,
        "no login name" if not is_busybox(process) else "getlogin: No such device or address",
    )
    return 1


def _uname_letters(options: Options, busybox: bool) -> str:
    if "a" in options:
        return "snrvmo"
    chosen = [letter for letter in "snrvmpio" if letter in options]
    return "".join(chosen) or "s"


@tool("uname")
def uname(process: Process, args: list[str]) -> Body[int]:
    options = UNAME.parse(process, args)
    if options.operands:
        shown = literal(process, options.operands[0])
        raise Misuse("" if is_busybox(process) else f"extra operand {shown}")
    name = yield from Uname()
    table = {
        "s": name.sysname, "n": name.nodename, "r": name.release, "v": name.version,
        "m": name.machine, "p": "unknown", "i": "unknown", "o": "GNU/Linux",
    }  # fmt: skip
    letters = _uname_letters(options, is_busybox(process))
    yield from print_out(" ".join(table[letter] for letter in letters) + "\n")
    return 0


@tool("arch")
def arch(process: Process, args: list[str]) -> Body[int]:
    yield from print_out((yield from Uname()).machine + "\n")
    return 0


def own_address(nodename: str) -> Body[str]:
    """Our address, as the last line of /etc/hosts that names us gives it."""
    for line in reversed((yield from lines_of("/etc/hosts"))):
        fields = line.split("#")[0].split()
        if nodename in fields[1:]:
            return fields[0]
    return ""


def _qualified(name: str) -> Body[str]:
    """The first name of the line of /etc/hosts that has this one."""
    for line in (yield from lines_of("/etc/hosts")):
        fields = line.split("#")[0].split()
        if name in fields[1:]:
            return fields[1]
    return name


@tool("hostname", "dnsdomainname")
def hostname(process: Process, args: list[str]) -> Body[int]:
    options = HOSTNAME.parse(process, args)
    name = (yield from Uname()).nodename
    wanted = "d" if process.name.endswith("dnsdomainname") else options.last("fsiIdaA")
    if options.operands:
        try:
            yield from Sethostname(options.operands[0])
        except SyscallError as error:
            text = (
                f"sethostname: {error}"
                if is_busybox(process)
                else "you must be root to change the host name"
            )
            yield from complain(process, text)
            return 1
        return 0
    if wanted == "s":
        name = name.partition(".")[0]
    elif wanted in ("i", "I"):
        address = yield from own_address(name)
        name = address + (" " if wanted == "I" and not is_busybox(process) else "")
    elif wanted == "f":
        name = yield from _qualified(name)
    elif wanted == "d":
        name = yield from _qualified(name)
        name = name.partition(".")[2]
        if not name and not is_busybox(process):
            return 0
    elif wanted in ("a", "A"):
        name = ""
    yield from print_out(name + "\n")
    return 0


@tool("nproc")
def nproc(process: Process, args: list[str]) -> Body[int]:
    NPROC.parse(process, args)
    yield from print_out(str((yield from count_processors())) + "\n")
    return 0


def count_processors() -> Body[int]:
    lines = yield from lines_of("/proc/cpuinfo")
    return sum(line.startswith("processor") for line in lines) or 1


@tool("tty", misuse=2)
def tty(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("s", {"silent": "s", "quiet": "s"}).parse(process, args)
    try:
        name, status = (yield from Ttyname(0)), 0
    except SyscallError:
        name, status = "not a tty", 1
    if "s" not in options:
        yield from print_out(name + "\n")
    return status


def user_named(accounts: Accounts, name: str) -> User | None:
    return accounts.user(name)
