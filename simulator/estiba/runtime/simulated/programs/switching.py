"""getent, su and its relatives: who is who, and becoming somebody else."""

from __future__ import annotations

from ..program import Process
from ..streams import print_err, print_out
from ..syscalls import (
    Body,
    Getuid,
    Resolve,
    Setgid,
    Setgroups,
    Setuid,
    SyscallError,
)
from .accounts import Accounts, User, read_accounts
from .environment import refuse_program, run_program
from .options import Grammar, basename, complain, is_busybox, tool


@tool("getent")
def getent(process: Process, args: list[str]) -> Body[int]:
    if not args:
        yield from print_err("getent: wrong number of arguments\n")
        return 1
    table, keys = args[0], args[1:]
    accounts = yield from read_accounts()
    lines: list[tuple[tuple[str, ...], str]] = []
    if table == "passwd":
        lines = [((u.name, str(u.uid)), _passwd_line(u)) for u in accounts.users]
    elif table == "group":
        lines = [
            ((g.name, str(g.gid)), f"{g.name}:{g.password}:{g.gid}:{','.join(g.members)}")
            for g in accounts.groups
        ]
    elif table in ("hosts", "ahosts", "ahostsv4"):
        for key in keys:
            try:
                address = yield from Resolve(key)
            except SyscallError:
                return 2
            yield from print_out(f"{address:<15} {key}\n")
        return 0
    else:
        yield from print_err(f"Unknown database: {table}\n")
        return 1
    if not keys:
        yield from print_out("".join(line + "\n" for _, line in lines))
        return 0
    status = 0
    for key in keys:
        found = [line for names, line in lines if key in names]
        yield from print_out("".join(line + "\n" for line in found[:1]))
        status = 0 if found else 2
    return status


def _passwd_line(user: User) -> str:
    return (
        f"{user.name}:{user.password}:{user.uid}:{user.gid}:{user.comment}:{user.home}:{user.shell}"
    )


SWITCH = Grammar(
    "+lc:ms:pu:g:nEH",
    {"login": "l", "command=": "c", "shell=": "s", "preserve-environment": "m", "user=": "u"},
)
DIRECT = ("gosu", "su-exec", "sudo", "setpriv")
"""Those that run a command themselves; the others hand it to a shell."""


@tool("su", "gosu", "su-exec", "setpriv", "runuser", "sudo")
def su(process: Process, args: list[str]) -> Body[int]:
    """Simplified: only root may change, nobody is asked for a password."""
    options = SWITCH.parse(process, args)
    operands = list(options.operands)
    login = "l" in options or operands[:1] == ["-"]
    operands = operands[operands[:1] == ["-"] :]
    wanted = options.value("u") or _named(basename(process), operands)
    accounts = yield from read_accounts()
    user = _wanted_user(accounts, wanted.partition(":")[0], basename(process) in DIRECT)
    refusal = _refusal(process, wanted, user, (yield from Getuid()))
    if user is None or refusal:
        yield from complain(process, refusal)
        return 1
    yield from _become(accounts, user, wanted.partition(":")[2])
    environment = _environment(process, user, login, "m" in options)
    shell = options.value("s") or user.shell or "/bin/sh"
    if basename(process) in DIRECT:
        argv = program = operands or [shell]
    else:
        argv = [("-" if login else "") + shell.rpartition("/")[2]]
        argv += ["-c", options.value("c")] if "c" in options else []
        argv += operands
        program = [shell, *argv[1:]]
    errno = yield from run_program(environment, program)
    return (yield from refuse_program(process, argv[0], errno))


def _named(program: str, operands: list[str]) -> str:
    """The user the operands name, taken off them; root where none is named."""
    if program in ("sudo", "setpriv") or not operands:
        return "root"
    return operands.pop(0)


def _wanted_user(accounts: Accounts, who: str, direct: bool) -> User | None:
    known = accounts.user(who) or (accounts.user_of(int(who)) if who.isdecimal() else None)
    if known is None and who.isdecimal() and direct:
        return User(who, "x", int(who), 0, "", "/", "/bin/sh")
    return known


def _refusal(process: Process, wanted: str, user: User | None, uid: int) -> str:
    """Why not, in the program's words; empty when nothing speaks against it."""
    if user is None:
        if basename(process) in DIRECT:
            return (
                f'error: failed switching to "{wanted}": unable to find user'
                f" {wanted.partition(':')[0]}: no matching entries in passwd file"
            )
        if is_busybox(process):
            return f"unknown user {wanted}"
        lacking = "the user entry does not contain all the required fields"
        return f"user {wanted} does not exist or {lacking}"
    if uid in (0, user.uid):
        return ""
    return "must be suid to work properly" if is_busybox(process) else "Authentication failure"


def _become(accounts: Accounts, user: User, group_name: str) -> Body[None]:
    group = accounts.group(group_name) if group_name else None
    gid = group.gid if group else int(group_name) if group_name.isdecimal() else user.gid
    yield from Setgroups(tuple(accounts.groups_of(user)))
    yield from Setgid(gid)
    yield from Setuid(user.uid)


def _environment(process: Process, user: User, login: bool, preserve: bool) -> dict[str, str]:
    environment = dict(process.environment)
    if not preserve:
        environment |= {"HOME": user.home, "SHELL": user.shell}
        if user.uid or login:
            environment |= {"USER": user.name, "LOGNAME": user.name}
    return environment


@tool("passwd", "chpasswd", "chage")
def passwd(process: Process, args: list[str]) -> Body[int]:
    """Simplified: passwords are not kept."""
    if basename(process) == "passwd":
        yield from print_err("passwd: passwords are not kept in the simulator\n")
        return 1
    return 0
