"""Names that are empty."""

import pytest

from estiba.app import simulated
from estiba.cli.console import MemoryConsole


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (["attach", ""], "container"),
        (["logs", ""], "container"),
        (["exec", "", "ls"], "container"),
        (["port", ""], "container"),
        (["network", "connect", "", "x"], "network"),
    ],
)
def test_an_empty_name_is_refused_before_anybody_is_asked(words: list[str], kind: str) -> None:
    console = MemoryConsole()
    assert simulated(seed=1).docker(words, console) == 1
    told = bytes(console.err).decode()
    assert f"invalid {kind} name or ID: value is empty" in told


def test_a_name_with_its_slash_is_not_empty() -> None:
    house = simulated(seed=1)
    assert house.docker(["pull", "-q", "busybox"], MemoryConsole()) == 0
    assert house.docker(["create", "--name", "web", "busybox"], MemoryConsole()) == 0
    console = MemoryConsole()
    assert house.docker(["inspect", "-f", "{{.Name}}", "/web"], console) == 0
    assert bytes(console.out) == b"/web\n"
