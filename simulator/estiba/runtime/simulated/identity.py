"""Who a process runs as: Docker's `user[:group]`, looked up in the container's own files.

Source: moby/sys user, `GetExecUser`; passwd(5), group(5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ...filesystem import Credentials, FilesystemError
from ..port import UnknownUser

if TYPE_CHECKING:
    from .container import Container


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


@dataclass(frozen=True, slots=True)
class Identity:
    """What `user[:group]` came to."""

    credentials: Credentials
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


def _file(container: Container, path: str) -> bytes:
    try:
        return container.read_file(path)
    except FilesystemError:
        return b""


def identify(container: Container, text: str, more: tuple[str, ...] = ()) -> Identity:
    """`more` are further groups, by name or number. Raises: UnknownUser."""
    user, _, group = text.partition(":")
    account = _account(container, user or "0")
    if account is None and user and not user.isdecimal():
        raise UnknownUser(f"unable to find user {user}: no matching entries in passwd file")
    if account is None:
        account = Account("", int(user or 0), 0, "/" if user else "/root", "")
    known = groups(_file(container, "/etc/group"))
    if group:
        gid, own = _gid(known, group), []
    else:
        gid = account.gid
        own = [row.gid for row in known if account.name in row.members and row.gid != gid]
    own += sorted({_added_gid(known, name) for name in more}.difference((gid, *own)))
    return Identity(Credentials(account.uid, gid, (gid, *own)), account.home)


def _account(container: Container, user: str) -> Account | None:
    for row in accounts(_file(container, "/etc/passwd")):
        if row.name == user or str(row.uid) == user:
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


def user_name(container: Container, uid: int) -> str:
    """As `ps` shows it: the number where there is no name."""
    for row in accounts(_file(container, "/etc/passwd")):
        if row.uid == uid:
            return row.name
    return str(uid)
