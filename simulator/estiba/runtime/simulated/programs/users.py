"""useradd, adduser, groupadd, usermod, userdel, getent, su, passwd: editing and asking /etc/passwd.

Source: useradd(8), adduser(8), getent(1). Simplified: no aging, no sub-ids, passwords are locked.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..program import Process
from ..streams import decode, print_err, print_out, read_file, write_file
from ..syscalls import (
    Body,
    Chmod,
    Chown,
    Getdents,
    Getuid,
    Mkdir,
    SyscallError,
    Time,
)
from .accounts import Accounts, read_accounts
from .options import Grammar, Misuse, basename, complain, is_busybox, tool
from .tree_copy import remove_tree

USERADD = Grammar(
    "b:c:d:De:f:g:G:k:K:lmMNop:rs:u:U",
    {
        "comment=": "c", "home-dir=": "d", "home=": "d", "gid=": "g", "groups=": "G",
        "create-home": "m",
        "no-create-home": "M", "no-user-group": "N", "system": "r", "shell=": "s", "uid=": "u",
        "user-group": "U", "password=": "p", "non-unique": "o", "base-dir=": "b",
    },
)  # fmt: skip
ADDUSER = Grammar(
    "h:g:s:G:SDHu:k:",
    {
        "disabled-password": "D", "disabled-login": "D", "gecos=": "g", "home=": "h", "shell=": "s",
        "ingroup=": "G", "system": "S", "no-create-home": "H", "uid=": "u", "gid=": "gid",
        "group": "group", "quiet": "quiet", "allow-bad-names": "bad", "force-badname": "bad",
        "comment=": "g",
    },
    both=True,
)  # fmt: skip


@dataclass(slots=True)
class NewUser:
    """What a new account shall be."""

    name: str
    uid: int | None = None
    gid: int | None = None
    group: str = ""
    groups: tuple[str, ...] = ()
    comment: str = ""
    home: str = ""
    shell: str = "/bin/sh"
    system: bool = False
    make_home: bool = False


def _append(path: str, line: str, mode: int = 0o644) -> Body[None]:
    try:
        text = decode((yield from read_file(path)))
    except SyscallError:
        if "shadow" in path:
            return
        text = ""
    text += "" if not text or text.endswith("\n") else "\n"
    yield from write_file(path, (text + line + "\n").encode("utf-8", "surrogateescape"), mode)


def _edit(path: str, name: str, change: dict[int, str] | None) -> Body[None]:
    """Change fields of a line, or remove it (None)."""
    try:
        lines = decode((yield from read_file(path))).splitlines()
    except SyscallError:
        return
    out = []
    for line in lines:
        fields = line.split(":")
        if fields[0] == name:
            if change is None:
                continue
            for index, value in change.items():
                fields[index] = value
        out.append(":".join(fields) + "\n")
    yield from write_file(path, "".join(out).encode("utf-8", "surrogateescape"))


def _free(taken: set[int], system: bool) -> int:
    numbers = range(999, 99, -1) if system else range(1000, 60000)
    return next(number for number in numbers if number not in taken)


def _create(accounts: Accounts, new: NewUser) -> Body[tuple[int, int]]:
    uid = (
        new.uid if new.uid is not None else _free({user.uid for user in accounts.users}, new.system)
    )
    gid = new.gid
    if gid is None:
        taken = {group.gid for group in accounts.groups}
        gid = uid if uid not in taken else _free(taken, new.system)
        yield from _append("/etc/group", f"{new.name}:x:{gid}:")
        yield from _append("/etc/gshadow", f"{new.name}:!::", 0o640)
    home = new.home or f"/home/{new.name}"
    yield from _append("/etc/passwd", f"{new.name}:x:{uid}:{gid}:{new.comment}:{home}:{new.shell}")
    days = (yield from Time()) // 10**9 // 86400
    tail = "" if new.system else "0:99999:7"
    yield from _append("/etc/shadow", f"{new.name}:!:{days}:{tail or '::'}:::", 0o640)
    for name in new.groups:
        yield from _join(accounts, name, new.name)
    return uid, gid


def _join(accounts: Accounts, group: str, user: str) -> Body[None]:
    found = accounts.group(group)
    if found and user not in found.members:
        yield from _edit("/etc/group", group, {3: ",".join([*found.members, user])})


def _make_home(home: str, uid: int, gid: int) -> Body[None]:
    current = ""
    for part in home.strip("/").split("/"):
        current += "/" + part
        try:
            yield from Mkdir(current, 0o755)
        except SyscallError:
            continue
    yield from Chown(home, uid, gid)
    try:
        names = [entry.name for entry in (yield from Getdents("/etc/skel"))]
    except SyscallError:
        names = []
    for name in names:
        try:
            data = yield from read_file(f"/etc/skel/{name}")
        except SyscallError:
            continue
        yield from write_file(f"{home}/{name}", data)
        yield from Chmod(f"{home}/{name}", 0o644)
        yield from Chown(f"{home}/{name}", uid, gid)


def _root_only(process: Process) -> Body[bool]:
    if (yield from Getuid()) == 0:
        return True
    name = basename(process)
    yield from print_err(
        f"{name}: Permission denied.\n{name}: cannot lock /etc/passwd; try again later.\n"
    )
    return False


@tool("useradd", misuse=2)
def useradd(process: Process, args: list[str]) -> Body[int]:
    options = USERADD.parse(process, args)
    if "D" in options:
        yield from print_out(
            "GROUP=100\nHOME=/home\nINACTIVE=-1\nEXPIRE=\nSHELL=/bin/sh\nSKEL=/etc/skel\n"
            "CREATE_MAIL_SPOOL=no\n"
        )
        return 0
    if len(options.operands) != 1:
        yield from print_err(
            "Usage: useradd [options] LOGIN\n       useradd -D\n       useradd -D [options]\n"
        )
        return 2
    if not (yield from _root_only(process)):
        return 1
    accounts = yield from read_accounts()
    name = options.operands[0]
    if accounts.user(name):
        yield from complain(process, f"user '{name}' already exists")
        return 9
    new = NewUser(
        name,
        comment=options.value("c"),
        home=options.value("d"),
        shell=options.value("s", "/bin/sh"),
    )
    new.system, new.make_home = "r" in options, "m" in options
    if options.value("u").isdecimal():
        new.uid = int(options.value("u"))
        if accounts.user_of(new.uid) and "o" not in options:
            yield from complain(process, f"UID {new.uid} is not unique")
            return 4
    wanted = [options.value("g"), *options.value("G").split(",")]
    for text in [text for text in wanted if text]:
        if not accounts.group(text) and not (text.isdecimal() and accounts.group_of(int(text))):
            yield from complain(process, f"group '{text}' does not exist")
            return 6
    if options.value("g"):
        group = accounts.group(options.value("g"))
        new.gid = group.gid if group else int(options.value("g"))
    elif "N" in options:
        new.gid = 100
    elif accounts.group(name):
        yield from complain(
            process, f"group {name} exists - if you want to add this user to that group, use -g."
        )
        return 9
    new.groups = tuple(text for text in options.value("G").split(",") if text)
    uid, gid = yield from _create(accounts, new)
    if new.make_home:
        yield from _make_home(new.home or f"/home/{name}", uid, gid)
    return 0


@tool("adduser")
def adduser(process: Process, args: list[str]) -> Body[int]:
    options = ADDUSER.parse(process, args)
    operands = options.operands
    if not operands:
        if is_busybox(process):
            raise Misuse()
        yield from print_err("adduser: Only one or two names allowed.\n")
        return 1
    accounts = yield from read_accounts()
    name = operands[0]
    if len(operands) > 1:
        if not accounts.group(operands[1]):
            text = (
                f"unknown group {operands[1]}"
                if is_busybox(process)
                else f"The group `{operands[1]}' does not exist."
            )
            yield from complain(process, text)
            return 1
        if not is_busybox(process):
            yield from print_out(f"Adding user `{name}' to group `{operands[1]}' ...\nDone.\n")
        yield from _join(accounts, operands[1], name)
        return 0
    if accounts.user(name):
        text = (
            f"user '{name}' in use" if is_busybox(process) else f"The user `{name}' already exists."
        )
        yield from complain(process, text)
        return 1
    new = NewUser(name, home=options.value("h"), comment=options.value("g"))
    new.comment = new.comment or ("Linux User,,," if is_busybox(process) else ",,,")
    new.shell = options.value("s") or ("/bin/ash" if is_busybox(process) else "/bin/bash")
    new.system = "S" in options
    new.uid = int(options.value("u")) if options.value("u").isdecimal() else None
    group = options.value("G") or (
        "nogroup" if new.system and not is_busybox(process) and "group" not in options else ""
    )
    if group:
        found = accounts.group(group)
        if found is None:
            yield from complain(
                process,
                f"unknown group {group}"
                if is_busybox(process)
                else f"The group `{group}' does not exist.",
            )
            return 1
        new.gid = found.gid
    uid, gid = yield from _create(accounts, new)
    home = new.home or f"/home/{name}"
    if not is_busybox(process) and "quiet" not in options:
        yield from _debian_story(name, uid, gid, home, not group)
    if "H" not in options and not (new.system and is_busybox(process)):
        yield from _make_home(home, uid, gid)
    return 0


def _debian_story(name: str, uid: int, gid: int, home: str, own_group: bool) -> Body[None]:
    text = f"Adding user `{name}' ...\n"
    if own_group:
        text += f"Adding new group `{name}' ({gid}) ...\n"
    text += f"Adding new user `{name}' ({uid}) with group `{name}' ...\n"
    text += f"Creating home directory `{home}' ...\nCopying files from `/etc/skel' ...\n"
    yield from print_out(text)


@tool("groupadd", "addgroup", misuse=2)
def groupadd(process: Process, args: list[str]) -> Body[int]:
    options = Grammar("fg:K:op:rS", {"gid=": "g", "system": "r", "force": "f"}, both=True).parse(
        process, args
    )
    operands = options.operands
    name = basename(process)
    accounts = yield from read_accounts()
    if name == "addgroup" and len(operands) == 2:
        yield from _join(accounts, operands[1], operands[0])
        return 0
    if len(operands) != 1:
        if is_busybox(process):
            raise Misuse()
        yield from print_err("Usage: groupadd [options] GROUP\n")
        return 2
    if accounts.group(operands[0]):
        if "f" in options:
            return 0
        text = (
            f"group '{operands[0]}' in use"
            if is_busybox(process)
            else f"group '{operands[0]}' already exists"
        )
        yield from complain(process, text)
        return 1 if is_busybox(process) else 9
    given = options.value("g")
    gid = (
        int(given)
        if given.isdecimal()
        else _free({g.gid for g in accounts.groups}, options.any("rS"))
    )
    if name == "addgroup" and not is_busybox(process):
        yield from print_out(f"Adding group `{operands[0]}' (GID {gid}) ...\nDone.\n")
    yield from _append("/etc/group", f"{operands[0]}:x:{gid}:")
    yield from _append("/etc/gshadow", f"{operands[0]}:!::", 0o640)
    return 0


@tool("usermod", misuse=2)
def usermod(process: Process, args: list[str]) -> Body[int]:
    options = Grammar(
        "aG:g:s:d:c:u:l:LUm",
        {"append": "a", "groups=": "G", "gid=": "g", "shell=": "s", "home=": "d", "comment=": "c",
        "uid=": "u",
         "login=": "l", "lock": "L", "unlock": "U", "move-home": "m"},
    ).parse(process, args)  # fmt: skip
    accounts = yield from read_accounts()
    name = options.operands[0] if options.operands else ""
    if not accounts.user(name):
        yield from complain(process, f"user '{name}' does not exist")
        return 6
    change = {index: options.value(letter) for letter, index in
              (("u", 2), ("c", 4), ("d", 5), ("s", 6), ("l", 0)) if letter in options}  # fmt: skip
    if "g" in options:
        group = accounts.group(options.value("g"))
        if group is None:
            yield from complain(process, f"group '{options.value('g')}' does not exist")
            return 6
        change[3] = str(group.gid)
    for text in [text for text in options.value("G").split(",") if text]:
        if not accounts.group(text):
            yield from complain(process, f"group '{text}' does not exist")
            return 6
        yield from _join(accounts, text, name)
    if change:
        yield from _edit("/etc/passwd", name, change)
    return 0


@tool("userdel", "deluser", "groupdel", "delgroup", misuse=2)
def userdel(process: Process, args: list[str]) -> Body[int]:
    options = Grammar(
        "frZ", {"remove": "r", "force": "f", "remove-home": "r", "quiet": "quiet"}
    ).parse(process, args)
    accounts = yield from read_accounts()
    program = basename(process)
    name = options.operands[0] if options.operands else ""
    if "group" in program:
        if not accounts.group(name):
            text = (
                f"unknown group {name}" if is_busybox(process) else f"group '{name}' does not exist"
            )
            yield from complain(process, text)
            return 6
        yield from _edit("/etc/group", name, None)
        yield from _edit("/etc/gshadow", name, None)
        return 0
    user = accounts.user(name)
    if user is None:
        text = f"unknown user {name}" if is_busybox(process) else f"user '{name}' does not exist"
        yield from complain(process, text)
        return 6
    for path in ("/etc/passwd", "/etc/shadow"):
        yield from _edit(path, name, None)
    own = accounts.group(name)
    if own and own.gid == user.gid and not own.members:
        yield from _edit("/etc/group", name, None)
        yield from _edit("/etc/gshadow", name, None)
    for group in accounts.groups:
        if name in group.members:
            rest = ",".join(each for each in group.members if each != name)
            yield from _edit("/etc/group", group.name, {3: rest})
    if "r" in options:
        try:
            yield from remove_tree(user.home)
        except SyscallError:
            yield from complain(
                process,
                f"{user.home} home directory not found"
                if False
                else f"{name} mail spool (/var/mail/{name}) not found",
            )
    return 0
