"""What a daemon has is there when it was stopped, or killed, and started again."""

from __future__ import annotations

import pytest
from daemon_house import DaemonHouse

pytest.importorskip("h11", reason="the server extra is not installed")

TRAP = "trap 'exit 7' TERM; while true; do sleep 0.05; done"
STATES = "{{.Names}} {{.Status}}"


def states(house: DaemonHouse) -> dict[str, str]:
    """Containers by name, the beginning of what is said of each."""
    lines = house.docker("ps", "-a", "--format", STATES).splitlines()
    return {line.split()[0]: " ".join(line.split()[1:])[:12].strip() for line in lines}


def fill(house: DaemonHouse) -> None:
    house.docker("pull", "-q", "busybox")
    house.docker("run", "--name", "done", "-v", "vol:/v", "busybox", "sh", "-c", "echo a > /v/f")
    for name, option in (("plain", "--init"), ("always", "--restart=always"), ("gone", "--rm")):
        house.docker("run", "-d", "--name", name, option, "busybox", "sh", "-c", TRAP)
    house.docker("network", "create", "net")


def test_a_stopped_daemon_stops_its_containers_and_starts_those_that_are_to_run(
    house: DaemonHouse,
) -> None:
    fill(house)
    before = house.docker("images", "--no-trunc")
    house.estiba("daemon", "stop")
    found = states(house)
    assert found.keys() == {"done", "plain", "always"}
    assert found["plain"].startswith("Exited (7)")
    assert found["always"].startswith("Up")
    assert house.docker("images", "--no-trunc") == before
    assert house.docker("run", "--rm", "-v", "vol:/v", "busybox", "cat", "/v/f") == "a\n"
    assert "net" in house.docker("network", "ls")


def test_a_killed_daemon_takes_its_containers_along(house: DaemonHouse) -> None:
    fill(house)
    house.kill()
    found = states(house)
    assert found.keys() == {"done", "plain", "always"}
    assert found["plain"].startswith("Exited (255)")
    assert found["always"].startswith("Up")
