"""Traps: what a shell does when a signal comes, or at its end.

Source: POSIX.1-2017, Shell Command Language, `trap`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syscalls import Action, Body, Disposition, Sigaction
from ..syscalls.signals import SIGHUP, SIGINT, SIGWINCH
from .control import Control, ShellExit

if TYPE_CHECKING:
    from .shell import Shell

EXIT = 0
DEBUG, ERR, RETURN = -1, -2, -3
NAMED = {"EXIT": EXIT, "DEBUG": DEBUG, "ERR": ERR, "RETURN": RETURN}


class Traps:
    """The traps of one shell.

    `pending` are signals that came and wait for the current command to end.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.pending: list[int] = []
        self.inherited: dict[int, Disposition] = {}
        """For signals that are caught or ignored now, what a child starts with."""
        self.noted: list[int] = []
        """Signals an interactive shell itself is interested in."""
        self._running = False

    def note_here(self, number: int) -> None:
        self.noted.append(number)

    def note(self, number: int) -> None:
        self.pending.append(number)

    def set(self, number: int, action: str | None) -> Body[None]:
        """Set a trap; "" ignores, None is the default."""
        traps = self._shell.state.traps
        if action is None:
            traps.pop(number, None)
        else:
            traps[number] = action
        if number <= 0:
            return
        before = self.inherited.get(number)
        if action is None:
            default = before or Action.DEFAULT
            if self._shell.at_prompt and number in (SIGINT, SIGHUP, SIGWINCH):
                default = self.note_here
            yield from Sigaction(number, default)
        elif action == "":
            self.inherited[number] = Action.IGNORE
            yield from Sigaction(number, Action.IGNORE)
        else:
            self.inherited[number] = Action.DEFAULT
            yield from Sigaction(number, self.note)

    def run_pending(self) -> Body[None]:
        """Between commands: do what was trapped meanwhile."""
        while self.pending and not self._running:
            number = self.pending.pop(0)
            action = self._shell.state.traps.get(number)
            if action:
                yield from self.run(action)

    def run(self, action: str) -> Body[None]:
        """The commands of a trap; `$?` is as before afterwards."""
        shell = self._shell
        status = shell.state.status
        self._running = True
        try:
            yield from shell.run_text(action, "trap")
        finally:
            self._running = False
        shell.state.status = status

    def finish(self) -> Body[int]:
        """The end of the shell: the trap on EXIT, and the last status."""
        shell = self._shell
        action = shell.state.traps.pop(EXIT, None)
        if action:
            try:
                yield from self.run(action)
            except ShellExit as end:
                shell.state.status = end.status
            except Control:
                pass
        return shell.state.status
