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
