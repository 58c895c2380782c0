"""Where the daemon keeps its files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """Paths of one daemon. `ESTIBA_HOME` wins over the platform's directory for user data."""

    home: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Places:
        given = environment.get("ESTIBA_HOME")
        if given:
            return cls(Path(given))
        from platformdirs import user_data_path  # noqa: PLC0415  (not needed with ESTIBA_HOME)

        return cls(user_data_path("estiba"))

    @property
    def socket(self) -> Path:
        return self.home / "docker.sock"

    @property
    def pid_file(self) -> Path:
        return self.home / "daemon.pid"

    @property
    def log(self) -> Path:
        return self.home / "daemon.log"

    @property
    def docker_host(self) -> str:
        """What DOCKER_HOST must be to reach this daemon."""
        return f"unix://{self.socket}"

    def prepare(self) -> None:
        """Make the directory, for its owner alone."""
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(self.home, 0o700)
