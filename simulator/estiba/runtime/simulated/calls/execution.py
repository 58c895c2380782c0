"""Carrying out `execve`: another program in the same process."""

from __future__ import annotations

from ....trace.processes import ProcessExecuted
from ..executables import Executable, load
from ..process import Replaced, SimulatedProcess, handles
from ..syscalls import Action, SyscallError
from ..syscalls.errnos import ENOENT
from ..syscalls.processes import Execve


@handles(Execve)
def execve(process: SimulatedProcess, call: Execve) -> None:
    if not call.path:
        raise SyscallError(ENOENT)
    executable = load(process, call.path, call.argv)
    old = process.body
    become(process, executable, dict(call.environment))
    if old is not None:
        old.close()
    raise Replaced


def become(process: SimulatedProcess, executable: Executable, environment: dict[str, str]) -> None:
    """Take over a program: its name, arguments and environment; handlers fall back to default."""
    process.name = executable.argv[0] if executable.argv else ""
    process.args = executable.argv
    process.environment = environment
    process.executable = executable.path
    process.flavour = executable.flavour
    process.actions = {
        number: action for number, action in process.actions.items() if action is Action.IGNORE
    }
    process.restarting = None
    for fd in process.cloexec:
        process.files.pop(fd).release()
    process.cloexec = set()
    container = process.container
    container.kernel.emit(
        ProcessExecuted(container.id, process.number, executable.path, executable.argv)
    )
    process.body = executable.program(process, list(executable.argv[1:]))
