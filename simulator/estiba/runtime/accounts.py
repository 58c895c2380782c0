"""Who a process runs as: Docker's `user[:group]`, looked up in a container's own files.

Source: moby/sys user, `GetExecUser`; passwd(5), group(5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .port import UnknownUser

LARGEST = (1 << 31) - 1
NUMBER = re.compile(r"[+-]?[0-9]+")


class Account(NamedTuple):
    name: str
    uid: int
    gid: int
    home: str
    shell: str


class Group(NamedTuple):
    name: str
    gid: int
    members: tuple[str, ...]


class User(NamedTuple):
    """What `user[:group]` came to; `groups` begins with `gid`."""

    uid: int
    gid: int
    groups: tuple[int, ...]
    home: str


def _fields(data: bytes, count: int) -> Iterator[list[str]]:
    for line in data.decode("utf-8", "replace").splitlines():
        fields = line.split(":")
        if len(fields) >= count and fields[2].isdecimal():
            yield fields


@lru_cache(64)
def accounts(data: bytes) -> tuple[Account, ...]:
    """The lines of /etc/passwd."""
    return tuple(
        Account(row[0], int(row[2]), int(row[3]) if row[3].isdecimal() else 0, row[5], row[6])
        for row in _fields(data, 7)
    )


@lru_cache(64)
def groups(data: bytes) -> tuple[Group, ...]:
    """The lines of /etc/group."""
    return tuple(
        Group(row[0], int(row[2]), tuple(filter(None, row[3].split(","))))
        for row in _fields(data, 4)
    )


def look_up(text: str, passwd: bytes, group_file: bytes, more: Iterable[str] = ()) -> User:
    """`more` are further groups, by name or number. Raises: UnknownUser."""
    name, _, group = text.partition(":")
    for number in (name, group):
        if NUMBER.fullmatch(number) and not 0 <= int(number) <= LARGEST:
            raise UnknownUser(f"uids and gids must be in range 0-{LARGEST}")
    account = _account(passwd, name or "0")
    if account is None and name and not name.isdecimal():
        raise UnknownUser(f"unable to find user {name}: no matching entries in passwd file")
    if account is None:
        account = Account("", int(name or 0), 0, "/" if name else "/root", "")
    known = groups(group_file)
    if group:
        gid, own = _gid(known, group), []
    else:
        gid = account.gid
        own = [row.gid for row in known if account.name in row.members and row.gid != gid]
    own += sorted({_added_gid(known, added) for added in more}.difference((gid, *own)))
    return User(account.uid, gid, (gid, *own), account.home)


def _account(passwd: bytes, name: str) -> Account | None:
    for row in accounts(passwd):
        if row.name == name or str(row.uid) == name:
            return row
    return None


def _gid(known: tuple[Group, ...], group: str) -> int:
    for row in known:
        if row.name == group or str(row.gid) == group:
            return row.gid
    if group.isdecimal():
        return int(group)
    raise UnknownUser(f"unable to find group {group}: no matching entries in group file")


def _added_gid(known: tuple[Group, ...], name: str) -> int:
    try:
        return _gid(known, name)
    except UnknownUser:
        raise UnknownUser(
            f"Unable to find group {name}: no matching entries in group file"
        ) from None


def name_of(uid: int, passwd: bytes) -> str:
    """As `ps` shows it: the number where there is no name."""
    return next((row.name for row in accounts(passwd) if row.uid == uid), str(uid))
