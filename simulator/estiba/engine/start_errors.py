"""What `docker start` and `docker exec` say when the runtime cannot execute, and the exit code
they leave."""

from __future__ import annotations

from ..errors import EstibaError, Failure, InvalidInput
from ..runtime import ExecutableDenied, ExecutableNotFound, NoSuchDirectory

START = "failed to create shim task: OCI runtime create failed: runc create failed: "
EXEC = "OCI runtime exec failed: exec failed: "
COMMON = "unable to start container process: "


class CannotExecute(InvalidInput):
    """The program cannot be run. `exit_code` is 127 if it is not there, 126 if it may not run."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class CannotStart(Failure):
    """The container cannot be started, for another reason than its program."""

    def __init__(self, message: str, exit_code: int = 128) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def start_error(error: EstibaError) -> CannotExecute | CannotStart:
    """The error of `start`, from the runtime's."""
    if isinstance(error, ExecutableNotFound):
        return CannotExecute(_words(START, error), 127)
    if isinstance(error, ExecutableDenied):
        return CannotExecute(_words(START, error), 126)
    if isinstance(error, NoSuchDirectory):
        return CannotStart(_words(START, error))
    return CannotStart(str(error))


def exec_error(error: EstibaError) -> tuple[str, int]:
    """What `docker exec` shows on the stream, and the exit code."""
    if isinstance(error, ExecutableNotFound):
        return _words(EXEC, error), 127
    if isinstance(error, ExecutableDenied | NoSuchDirectory):
        return _words(EXEC, error), 126
    return str(error), 126


def _words(beginning: str, error: EstibaError) -> str:
    text = str(error)
    if not isinstance(error, NoSuchDirectory):
        text = f"exec: {text}"
    return f"{beginning}{COMMON}{text}: unknown"
