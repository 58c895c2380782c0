"""Where the daemon keeps its files, and whether anybody answers there."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from typing import NamedTuple

HOST = "ESTIBA_HOST"
UNIX_PATH_LIMIT = 107
"""How long the path of a Unix socket may be. Units: bytes. Source: Linux, unix(7)."""


class Places(NamedTuple):
    """Paths of one daemon. `ESTIBA_HOME` wins over the platform's directory for user data.

    A daemon over another host than the simulated one, which ESTIBA_HOST names, has a directory in that one.
    """

    home: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Places:
        own = f"/{environment[HOST]}" if environment.get(HOST) else ""
        given = environment.get("ESTIBA_HOME")
        if given:
            return cls(os.path.abspath(given) + own)
        from platformdirs import user_data_dir  # noqa: PLC0415  (not needed with ESTIBA_HOME)

        return cls(user_data_dir("estiba") + own)

    @property
    def socket(self) -> str:
        return f"{self.home}/docker.sock"

    @property
    def pid_file(self) -> str:
        return f"{self.home}/daemon.pid"

    @property
    def lock(self) -> str:
        return f"{self.home}/daemon.lock"

    @property
    def log(self) -> str:
        return f"{self.home}/daemon.log"

    @property
    def docker_host(self) -> str:
        """What DOCKER_HOST must be to reach this daemon."""
        return f"unix://{self.socket}"

    def prepare(self) -> None:
        """Make the directory, for its owner alone. Raises: UnsafeHome."""
        from .errors import UnsafeHome  # noqa: PLC0415

        if len(os.fsencode(self.socket)) > UNIX_PATH_LIMIT:
            raise UnsafeHome(self.home, "the path of its socket would be too long")
        try:
            os.makedirs(self.home, mode=0o700, exist_ok=True)
            found = os.stat(self.home)
        except OSError as error:
            raise UnsafeHome(self.home, (error.strerror or str(error)).lower()) from None
        if found.st_uid != os.geteuid():
            raise UnsafeHome(self.home, "it belongs to somebody else")
        if found.st_mode & 0o1002:
            raise UnsafeHome(self.home, "everybody may write there")
        os.chmod(self.home, 0o700)


def answers(places: Places) -> bool:
    """Does anybody accept connections on the daemon's socket?"""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(places.socket)
        except OSError:
            return False
        return True
