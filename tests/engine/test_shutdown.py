"""Stopping an engine stops its containers, and waits only for those that need it."""

import shlex

import pytest

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole

NS_PER_S = 10**9


@pytest.fixture
def house() -> House:
    made = simulated(seed="shutdown")
    docker(made, "pull -q ubuntu")
    return made


def docker(house: House, line: str) -> str:
    console = MemoryConsole()
    assert house.docker(shlex.split(line), console) == 0, console.err
    return console.out.decode()


@pytest.mark.parametrize(
    ("command", "seconds", "code"),
    [
        ("sleep 1000", 0, 137),  # the first process does not notice SIGTERM
        ("sh -c 'trap \"\" TERM; sleep 1000'", 0, 137),
        ("bash -c 'trap \"exit 3\" TERM; while :; do sleep 1; done'", 1, 3),
        ("bash -c 'trap : TERM; while :; do sleep 1; done'", 10, 137),
    ],
)
def test_who_pays_no_attention_to_the_signal_is_not_waited_for(
    house: House, command: str, seconds: int, code: int
) -> None:
    docker(house, f"run -d --name box ubuntu {command}")
    house.scheduler.run_idle()
    before_ns = house.clock.now_ns()
    house.shut_down()
    passed = (house.clock.now_ns() - before_ns) / NS_PER_S
    assert seconds - 1 <= passed <= seconds + 0.5
    assert docker(house, "inspect -f '{{.State.ExitCode}}' box") == f"{code}\n"


def test_a_paused_container_has_its_time(house: House) -> None:
    docker(house, "run -d --name box ubuntu sleep 1000")
    docker(house, "pause box")
    house.shut_down()
    assert docker(house, "inspect -f '{{.State.ExitCode}}' box") == "137\n"
