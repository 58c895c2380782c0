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
from .accounts import User, read_accounts
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


@tool("su", "gosu", "su-exec", "setpriv", "runuser", "sudo")
def su(process: Process, args: list[str]) -> Body[int]:
    """Simplified: only root may change, nobody is asked for a password."""
    name = basename(process)
    direct = name in ("gosu", "su-exec", "sudo", "setpriv")
    options = Grammar(
        "+lc:ms:pu:g:nEH",
        {"login": "l", "command=": "c", "shell=": "s", "preserve-environment": "m", "user=": "u"},
    ).parse(process, args)
    operands = options.operands
    login = "l" in options or operands[:1] == ["-"]
    operands = operands[operands[:1] == ["-"] :]
    wanted = options.value("u") or (
        "root" if name in ("sudo", "setpriv") else operands.pop(0) if operands else "root"
    )
    accounts = yield from read_accounts()
    who, _, group_name = wanted.partition(":")
    user = accounts.user(who) or (accounts.user_of(int(who)) if who.isdecimal() else None)
    if user is None and not (who.isdecimal() and direct):
        if direct:
            yield from complain(
                process,
                (
                    f'error: failed switching to "{wanted}": unable to '
                    f"find user {who}: no matching entries in passwd file"
                ),
            )
            return 1
        text = (
            f"unknown user {wanted}"
            if is_busybox(process)
            else (
                f"user {wanted} does not exist or the user "
                "entry does not contain all the required fields"
            )
        )
        yield from complain(process, text)
        return 1
    user = user or User(who, "x", int(who), 0, "", "/", "/bin/sh")
    if (yield from Getuid()) not in (0, user.uid):
        yield from complain(
            process,
            "Authentication failure"
            if not is_busybox(process)
            else "must be suid to work properly",
        )
        return 1
    group = accounts.group(group_name) if group_name else None
    gid = group.gid if group else int(group_name) if group_name.isdecimal() else user.gid
    yield from Setgroups(tuple(accounts.groups_of(user)))
    yield from Setgid(gid)
    yield from Setuid(user.uid)
    environment = dict(process.environment)
    if "m" not in options:
        environment |= {"HOME": user.home, "SHELL": user.shell}
        if user.uid or login:
            environment |= {"USER": user.name, "LOGNAME": user.name}
    shell = options.value("s") or user.shell or "/bin/sh"
    if direct:
        argv = operands or [shell]
    else:
        argv = [("-" if login else "") + shell.rpartition("/")[2]]
        argv += ["-c", options.value("c")] if "c" in options else []
        argv += operands
    errno = yield from run_program(environment, argv if direct else [shell, *argv[1:]])
    return (yield from refuse_program(process, argv[0], errno))


@tool("passwd", "chpasswd", "chage")
def passwd(process: Process, args: list[str]) -> Body[int]:
    """Simplified: passwords are not kept."""
    if basename(process) == "passwd":
        yield from print_err("passwd: passwords are not kept in the simulator\n")
        return 1
    return 0
