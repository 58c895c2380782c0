"""How control leaves the normal course in a shell."""

from __future__ import annotations


class Control(Exception):
    """Base of what a shell raises to itself."""


class BreakLoop(Control):
    def __init__(self, levels: int) -> None:
        super().__init__(levels)
        self.levels = levels


class ContinueLoop(Control):
    def __init__(self, levels: int) -> None:
        super().__init__(levels)
        self.levels = levels


class Returned(Control):
    """`return`, from a function or a sourced file."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ShellExit(Control):
    """The shell ends; traps on EXIT still run."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Failure(Control):
    """An error that ends the command line; the script too, when `fatal` and not interactive.

    `message` goes to standard error, unless it is empty, after the usual prefix.
    """

    def __init__(self, message: str, status: int = 1, *, fatal: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.fatal = fatal


class Interrupted(Control):
    """Ctrl-C in an interactive shell: back to the prompt."""
