"""How little a command loads before it asks the engine."""

from __future__ import annotations

import subprocess
import sys

import pytest
from daemon_house import DaemonHouse

pytest.importorskip("h11", reason="the server extra is not installed")

HEAVY = {"dataclasses", "inspect", "h11", "ssl", "subprocess", "urllib.parse", "platformdirs"}
ROOMS = {"engine", "api", "app", "store", "snapshot", "runtime", "distribution", "filesystem"}


def loaded(house: DaemonHouse, *words: str) -> set[str]:
    """The modules that a whole docker command loads."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "estiba", "docker", *words],
        env=house.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}


@pytest.mark.parametrize("words", [["images"], ["ps"], ["volume", "ls"], ["network", "ls"]])
def test_a_list_loads_the_client_and_nothing_else(house: DaemonHouse, words: list[str]) -> None:
    house.docker("run", "-d", "ubuntu", "sleep", "100")
    modules = loaded(house, *words)
    rooms = {name.split(".")[1] for name in modules if name.startswith("estiba.")}
    assert rooms & ROOMS == set()
    if words == ["images"]:
        assert modules & HEAVY == set()
        assert "estiba.cli.template.parser" not in modules


def test_a_container_is_run_by_a_client_alone(house: DaemonHouse) -> None:
    house.docker("pull", "ubuntu")
    modules = loaded(house, "run", "--rm", "ubuntu", "true")
    rooms = {name.split(".")[1] for name in modules if name.startswith("estiba.")}
    assert rooms & ROOMS == set()
    assert not modules & {"h11", "ssl", "subprocess"}
