"""The daemon as a citizen: one of a kind, private, started when needed, gone when told."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time

import pytest
from daemon_house import DaemonHouse

pytest.importorskip("h11", reason="the server extra is not installed")


def mode(path: str) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def pid_of(house: DaemonHouse) -> int:
    return int((house.home / "daemon.pid").read_text().split()[0])


def test_it_starts_tells_and_stops(house: DaemonHouse) -> None:
    address = f"unix://{house.socket}"
    assert house.estiba("daemon", "status").returncode == 3
    assert house.estiba("daemon", "start").stdout.decode().strip() == address
    assert (
        f"runs as {pid_of(house)} on {address}" in house.estiba("daemon", "status").stdout.decode()
    )
    assert b"serving" in house.estiba("daemon", "logs").stdout
    assert house.estiba("daemon", "stop").stdout == b"stopped\n"
    assert house.estiba("daemon", "stop").stdout == b"no daemon runs\n"
    assert not {"docker.sock", "daemon.pid"} & set(os.listdir(house.home))


def test_a_docker_command_starts_it(house: DaemonHouse) -> None:
    assert house.docker("ps").startswith("CONTAINER ID")
    assert house.estiba("daemon", "status").returncode == 0


def test_what_needs_no_engine_starts_none(house: DaemonHouse) -> None:
    assert house.estiba("docker", "run").returncode != 0
    assert house.estiba("docker", "-H", "unix:///nowhere", "ps").returncode == 1
    assert house.estiba("daemon", "status").returncode == 3


def test_its_files_are_its_owners_alone(house: DaemonHouse) -> None:
    house.estiba("daemon", "start")
    assert mode(str(house.home)) == 0o700
    for name in ("docker.sock", "daemon.pid", "daemon.log", "daemon.lock"):
        assert mode(str(house.home / name)) == 0o600, name


def test_what_a_killed_daemon_left_is_no_obstacle(house: DaemonHouse) -> None:
    house.estiba("daemon", "start")
    os.kill(pid_of(house), signal.SIGKILL)
    while house.estiba("daemon", "status").returncode != 3:
        time.sleep(0.05)
    assert (house.home / "docker.sock").exists()
    assert house.docker("ps").startswith("CONTAINER ID")


def test_a_pid_file_that_lies_harms_nobody(house: DaemonHouse) -> None:
    house.home.mkdir()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (house.home / "daemon.pid").write_text(f"{stranger.pid}\n")
        assert house.estiba("daemon", "stop").stdout == b"no daemon runs\n"
        assert stranger.poll() is None
        stranger.communicate(b"\n")


def test_starts_at_the_same_time_give_one_daemon(house: DaemonHouse) -> None:
    words = [sys.executable, "-m", "estiba", "daemon", "start"]
    starts = [
        subprocess.Popen(words, env=house.environment, stdout=subprocess.PIPE) for _ in range(4)
    ]
    answers = {(start.communicate()[0], start.returncode) for start in starts}
    assert answers == {(f"unix://{house.socket}\n".encode(), 0)}
    served = house.estiba("daemon", "logs").stdout.count(b"serving the Docker Engine API")
    assert served == 1


@pytest.mark.skipif(os.geteuid() == 0 and not os.path.isdir("/tmp"), reason="no shared directory")
def test_a_directory_for_everybody_is_refused(house: DaemonHouse) -> None:
    house.home.mkdir()
    os.chmod(house.home, 0o1777)
    done = house.estiba("docker", "ps")
    assert done.returncode == 1
    assert b"everybody may write there" in done.stderr
    assert mode(str(house.home)) == 0o1777


def test_a_path_too_long_for_a_socket_is_told(house: DaemonHouse) -> None:
    done = house.estiba("daemon", "start", more={"ESTIBA_HOME": str(house.home / ("x" * 100))})
    assert (done.returncode, b"too long" in done.stderr) == (1, True)
