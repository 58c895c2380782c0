"""A daemon of its own for a test, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

SOURCE = str(Path(__file__).parents[2] / "simulator")


class DaemonHouse:
    """A home, and commands as whole processes around it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            "ESTIBA_HOME": str(home),
            "PATH": os.environ["PATH"],
            "HOME": str(home.parent),
            "PYTHONPATH": SOURCE,
        }

    @property
    def socket(self) -> str:
        return str(self.home / "docker.sock")

    def estiba(
        self, *words: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "estiba", *words],
            env={**self.environment, **(more or {})},
            input=given,
            capture_output=True,
            timeout=90,
            check=False,
        )

    def docker(self, *words: str, given: bytes = b"") -> str:
        """Standard output of a command that must succeed."""
        done = self.estiba("docker", *words, given=given)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def kill(self) -> None:
        """End the daemon, if one runs, as a crash does."""
        try:
            pid = int((self.home / "daemon.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            return


@pytest.fixture
def house() -> Iterator[DaemonHouse]:
    """A house whose daemon, if any, ends with it."""
    # short, for a socket's path is bounded; a daemon that was just killed may still be writing
    with tempfile.TemporaryDirectory(prefix="estiba-", ignore_cleanup_errors=True) as folder:
        made = DaemonHouse(Path(folder) / "home")
        yield made
        made.kill()
