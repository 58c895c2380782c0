"""A daemon of its own for each test that asks: fresh, on a socket, and without a traceback at the end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

SIMULATOR = Path(__file__).resolve().parents[2] / "simulator"


class Daemon:
    """A running `estiba daemon` and a client for it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "ESTIBA_HOME": str(home),
            "HOME": str(home),
            "DOCKER_HOST": f"unix://{home}/docker.sock",
            "PYTHONPATH": str(SIMULATOR),
        }

    def estiba(self, *words: str, stdin: str | None = None) -> str:
        command = [sys.executable, "-m", "estiba", *words]
        done = subprocess.run(
            command, env=self.environment, text=True, capture_output=True, check=False,
            input=stdin, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def foreign_environment(self) -> dict[str, str]:
        """For other people's programs: where the daemon is, and nothing of ours."""
        return {k: v for k, v in self.environment.items() if k != "PYTHONPATH"}

    @property
    def log(self) -> str:
        return (self.home / "daemon.log").read_text()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    pytest.importorskip("h11", reason="the server extra is not installed")
    home = Path("/tmp") / f"estiba-{os.getpid()}-{tmp_path.name[:20]}"  # socket paths are short
    home.mkdir()
    running = Daemon(home)
    running.estiba("daemon", "start")
    try:
        yield running
    finally:
        running.estiba("daemon", "stop")
        log = running.log
        subprocess.run(["rm", "-rf", str(home)], check=True)
    assert "Traceback" not in log, log
