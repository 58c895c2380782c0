"""Who a simulated process runs as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...filesystem import Credentials, FilesystemError
from ..accounts import look_up, name_of

if TYPE_CHECKING:
    from .container import Container


@dataclass(frozen=True, slots=True)
class Identity:
    """What `user[:group]` came to."""

    credentials: Credentials
    home: str


def _file(container: Container, path: str) -> bytes:
    try:
        return container.read_file(path)
    except FilesystemError:
        return b""


def identify(container: Container, text: str, more: tuple[str, ...] = ()) -> Identity:
    """`more` are further groups, by name or number. Raises: UnknownUser."""
    passwd, group_file = _file(container, "/etc/passwd"), _file(container, "/etc/group")
    user = look_up(text, passwd, group_file, more)
    return Identity(Credentials(user.uid, user.gid, user.groups), user.home)


def user_name(container: Container, uid: int) -> str:
    """As `ps` shows it: the number where there is no name."""
    return name_of(uid, _file(container, "/etc/passwd"))
