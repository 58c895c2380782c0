"""Containers on the kernel outlive the engine: a later one goes on with them."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from two_hosts import Docker, is_clean, make_durable, reason_to_skip

REASON = reason_to_skip()
pytestmark = pytest.mark.skipif(REASON is not None, reason=REASON or "")


def crash(docker: Docker) -> None:
    """The engine is gone without a word to anybody; what was durable stays."""
    docker.house.engine.checkpoint()
    docker.house.close()


def ended(pid: str) -> bool:
    """Whether a process ends within ten seconds."""
    for _ in range(1000):
        try:
            if " Z " in Path(f"/proc/{pid}/stat").read_text():
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_a_later_engine_goes_on_with_what_runs(tmp_path: Path) -> None:
    docker = make_durable(tmp_path)
    script = "trap 'echo bye; exit 5' TERM; echo one; read line; echo $line; while true; do sleep 0.05; done"
    docker.out("create", "-i", "--name", "long", "small", "sh", "-c", script)
    docker.out("start", "long")
    docker.until("one", "logs", "long")
    pid = docker.out("inspect", "-f", "{{.State.Pid}}", "long").strip()
    crash(docker)
    assert os.path.exists(f"/proc/{pid}")
    again = make_durable(tmp_path)
    assert again.out("inspect", "-f", "{{.State.Pid}} {{.State.Status}}", "long").split() == [
        pid,
        "running",
    ]
    assert again.out("exec", "long", "cat", "/proc/1/comm") == "sh\n"
    again.out("stop", "long")
    assert again.wait_exit("long") == 5
    assert "bye" in again.out("logs", "long")
    again.out("rm", "long")
    again.house.close()


def test_an_exit_while_nobody_watched_is_not_lost(tmp_path: Path) -> None:
    docker = make_durable(tmp_path)
    docker.out("run", "-d", "--name", "short", "small", "sh", "-c", "sleep 0.3; echo late; exit 3")
    pid = docker.out("inspect", "-f", "{{.State.Pid}}", "short").strip()
    crash(docker)
    assert ended(pid)
    again = make_durable(tmp_path)
    assert again.wait_exit("short") == 3
    assert again.out("logs", "short") == "late\n"
    again.out("rm", "short")
    again.house.close()


def test_a_container_whose_monitor_died_has_ended_too(tmp_path: Path) -> None:
    docker = make_durable(tmp_path)
    docker.out("run", "-d", "--name", "lost", "small", "sleep", "1000")
    pid = docker.out("inspect", "-f", "{{.State.Pid}}", "lost").strip()
    monitor = int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])
    os.kill(monitor, 9)
    assert docker.wait_exit("lost") == 137
    assert ended(pid)
    docker.out("rm", "lost")
    docker.house.close()


def test_what_nobody_knows_any_more_is_ended_and_cleaned_up(tmp_path: Path) -> None:
    docker = make_durable(tmp_path)
    name = docker.out("run", "-d", "small", "sleep", "1000").strip()
    pid = docker.out("inspect", "-f", "{{.State.Pid}}", name).strip()
    docker.house.close()
    for path in (tmp_path / "h").glob("estiba.db*"):
        path.unlink()
    shutil.rmtree(tmp_path / "h" / "blobs")
    again = make_durable(tmp_path)
    assert ended(pid)
    assert is_clean(again, name)
    again.house.close()
