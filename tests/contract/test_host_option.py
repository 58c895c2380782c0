"""`--host linux` at the command line: a daemon of its own, started by the first command that needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from two_hosts import reason_to_skip

REASON = reason_to_skip()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")


def estiba(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(sys.path)
    environment = {"ESTIBA_HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": path}
    command = [sys.executable, "-m", "estiba", *words]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_the_first_command_starts_the_daemon_of_that_host(tmp_path: Path) -> None:
    try:
        made = estiba(tmp_path, "--host", "linux", "image", "from-host", "busybox")
        assert made.returncode == 0, made.stderr
        words = ("docker", "run", "--rm", "busybox", "echo", "hola")
        shown = estiba(tmp_path, "--host", "linux", *words)
        assert (shown.returncode, shown.stdout) == (0, "hola\n"), shown.stderr
        status = estiba(tmp_path, "daemon", "status", "--host", "linux")
        assert status.stdout.rstrip().endswith(f"unix://{tmp_path}/linux/docker.sock")
        assert estiba(tmp_path, "daemon", "status").returncode == 3
        pulled = estiba(tmp_path, "--host=linux", "docker", "pull", "ubuntu")
        assert pulled.returncode == 1 and "registry-1.docker.io" in pulled.stderr
    finally:
        stopped = estiba(tmp_path, "--host", "linux", "daemon", "stop")
    assert stopped.stdout == "stopped\n"


def test_a_host_that_is_not_known_is_named(tmp_path: Path) -> None:
    result = estiba(tmp_path, "--host", "mars", "docker", "ps")
    assert (result.returncode, "unknown host 'mars'" in result.stderr) == (2, True)
