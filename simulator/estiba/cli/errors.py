"""How a command ends badly: a message for standard error and an exit code."""

from __future__ import annotations

from ..errors import EstibaError


class CommandFailed(EstibaError):
    """Printed as it is on standard error; an empty message prints nothing."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class InvalidFlag(CommandFailed):
    """A flag that cannot be parsed; the usage line of the command is added by whoever knows it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 125)


class Interrupted(CommandFailed):
    """A signal ended the command, as Ctrl-C does."""

    def __init__(self, signal: int) -> None:
        super().__init__("", 128 + signal)


class EngineError(CommandFailed):
    """The engine answered with an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
