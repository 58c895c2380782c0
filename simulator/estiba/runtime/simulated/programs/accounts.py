"""Users and groups as programs know them: /etc/passwd and /etc/group of the container.

Source: passwd(5), group(5).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..streams import decode, read_file
from ..syscalls import Body, SyscallError


@dataclass(frozen=True, slots=True)
class User:
    name: str
    password: str
    uid: int
    gid: int
    comment: str
    home: str
    shell: str


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    password: str
    gid: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everybody, in the order of the files."""

    users: tuple[User, ...]
    groups: tuple[Group, ...]

    def user(self, name: str) -> User | None:
        return next((user for user in self.users if user.name == name), None)

    def user_of(self, uid: int) -> User | None:
        return next((user for user in self.users if user.uid == uid), None)

    def group(self, name: str) -> Group | None:
        return next((group for group in self.groups if group.name == name), None)

    def group_of(self, gid: int) -> Group | None:
        return next((group for group in self.groups if group.gid == gid), None)

    def user_name(self, uid: int) -> str:
        """The name, or the number if it has none."""
        user = self.user_of(uid)
        return user.name if user else str(uid)

    def group_name(self, gid: int) -> str:
        group = self.group_of(gid)
        return group.name if group else str(gid)

    def groups_of(self, user: User) -> list[int]:
        """The first group and those that list the user, as a login gives them."""
        also = [group.gid for group in self.groups if user.name in group.members]
        return [user.gid, *(gid for gid in also if gid != user.gid)]


def lines_of(path: str) -> Body[list[str]]:
    """The lines of a small text file; none if it cannot be read."""
    try:
        return decode((yield from read_file(path))).splitlines()
    except SyscallError:
        return []


def _user(line: str) -> User | None:
    fields = line.split(":")
    if len(fields) < 7 or not (fields[2].isdecimal() and fields[3].isdecimal()):
        return None
    name, password, uid, gid, comment, home, shell = fields[:7]
    return User(name, password, int(uid), int(gid), comment, home, shell)


def _group(line: str) -> Group | None:
    fields = line.split(":")
    if len(fields) < 4 or not fields[2].isdecimal():
        return None
    members = tuple(name for name in fields[3].split(",") if name)
    return Group(fields[0], fields[1], int(fields[2]), members)


def read_accounts() -> Body[Accounts]:
    users = yield from lines_of("/etc/passwd")
    groups = yield from lines_of("/etc/group")
    return Accounts(
        tuple(user for user in map(_user, users) if user),
        tuple(group for group in map(_group, groups) if group),
    )
