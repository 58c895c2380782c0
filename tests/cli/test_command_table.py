"""Every row of the command table leads to something that runs, or says that it is not offered."""

from importlib import import_module

import pytest

from estiba.app import simulated
from estiba.cli.command import Command
from estiba.cli.commands import GROUPS, TOP
from estiba.cli.console import MemoryConsole


def rows() -> list[Command]:
    modules = {group.module for group in GROUPS.values()} | set(TOP.values())
    found: dict[str, Command] = {}
    for name in sorted(modules):
        for value in vars(import_module(f"estiba.cli.commands.{name}")).values():
            for row in value if isinstance(value, tuple) else ():
                if isinstance(row, Command):
                    found[row.path] = row
    return list(found.values())


@pytest.mark.parametrize("command", rows(), ids=lambda command: command.path)
def test_a_command_runs_or_says_that_it_is_not_offered(command: Command) -> None:
    if command.run:
        module, _, function = command.run.partition(":")
        assert callable(getattr(import_module(f"estiba.cli.{module}"), function))
        return
    console = MemoryConsole()
    words = [*command.path.split(), *["x"] * command.arguments[0]]
    assert simulated(seed=1).docker(words, console) == 1
    assert console.err.count(b"\n") <= 2
