"""Simple commands: assignments, functions, builtins, and programs in children of their own."""

from __future__ import annotations

import stat
from contextlib import suppress
from typing import TYPE_CHECKING

from ..search import find_command
from ..streams import decode, read_file
from ..syscalls import (
    Action,
    Body,
    Close,
    Execve,
    Fork,
    Setpgid,
    Sigaction,
    Stat,
    SyscallError,
    signals,
)
from ..syscalls.errnos import EACCES, EISDIR, ENOENT, ENOEXEC, ENOTDIR
from .assignments import Assignments
from .builtins import SPECIAL, find_builtin
from .control import BreakLoop, ContinueLoop, Failure, Returned, ShellExit
from .dialect import Dialect
from .redirection import Saved
from .state import Variable
from .syntax import Command, Simple

if TYPE_CHECKING:
    from .builtins import Builtin
    from .shell import Shell

NOT_FOUND, CANNOT_RUN = 127, 126
MAX_CALLS = 1000


class SimpleCommands(Assignments):
    """Runs simple commands for one shell."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.tested = 0
        self.may_exec = False
        self.opened: list[int] = []

    def run(self, command: Command) -> Body[int]:
        raise NotImplementedError

    def check(self, status: int) -> Body[int]:
        raise NotImplementedError

    def simple(self, command: Simple) -> Body[int]:
        shell = self.shell
        shell.state.line = command.line
        may_exec, self.may_exec = self.may_exec, False
        self.substituted = 0
        words = yield from shell.expander.words(command.words)
        if not words:
            status = yield from self.only_assignments(command)
        else:
            status = yield from self._named(command, words, may_exec)
            shell.state.last_argument = words[-1]
        if self.opened:
            yield from self._close_opened()
        shell.state.pipe_status = [status]
        return (yield from self.check(status)) if status else status

    def _close_opened(self) -> Body[None]:
        opened, self.opened = self.opened, []
        for fd in opened:
            yield from Close(fd)

    # Commands with a name.

    def _named(self, command: Simple, words: list[str], may_exec: bool) -> Body[int]:
        shell, name = self.shell, words[0]
        if "xtrace" in shell.state.options:
            yield from self.trace(command, words)
        function = shell.state.functions.get(name)
        builtin = find_builtin(name, shell.dialect) if function is None else None
        if function is None and builtin is None:
            return (yield from self._program(command, words, may_exec))
        saved: Saved = []
        hidden: dict[str, Variable | None] = {}
        keep = name == "exec" or (
            name in SPECIAL and shell.dialect is not Dialect.BASH and function is None
        )
        try:
            yield from shell.redirector.apply(command.redirections, saved)
            yield from self._prefix(command, None if keep else hidden)
        except Failure as failure:
            yield from shell.complain(failure.message)
            yield from shell.redirector.restore(saved)
            if name in SPECIAL and shell.dialect is not Dialect.BASH and not shell.at_prompt:
                raise ShellExit(failure.status) from None
            return failure.status
        return (yield from self._here(command, words, function, builtin, saved, hidden))

    def _here(
        self,
        command: Simple,
        words: list[str],
        function: Command | None,
        builtin: Builtin | None,
        saved: Saved,
        hidden: dict[str, Variable | None],
    ) -> Body[int]:
        """A function or builtin, in this process; afterwards all is put back."""
        shell = self.shell
        leaving: Exception | None = None
        status = 0
        try:
            if function is not None:
                status = yield from self.call(words[0], function, words[1:])
            elif builtin is not None:
                shell.pending_arrays = command.arrays
                status = yield from builtin(shell, words[1:])
        except (BreakLoop, ContinueLoop, Returned, Failure, ShellExit, SyscallError) as error:
            leaving = error
        for name, variable in hidden.items():
            if variable is None:
                shell.state.variables.pop(name, None)
            else:
                shell.state.variables[name] = variable
        if words[0] != "exec" or status:
            yield from shell.redirector.restore(saved)
        else:
            yield from self._forget_saved(saved)
        if isinstance(leaving, SyscallError):
            yield from shell.complain(f"write error: {leaving.strerror}", words[0])
            return 1
        if leaving is not None:
            raise leaving
        return status

    @staticmethod
    def _forget_saved(saved: Saved) -> Body[None]:
        """`exec` without a command: its redirections stay."""
        for _, copy in saved:
            if copy is not None:
                yield from Close(copy)

    def _prefix(self, command: Simple, hidden: dict[str, Variable | None] | None) -> Body[None]:
        """`name=value` before a command: exported; with `hidden`, to be undone."""
        for assignment in command.assignments:
            name = assignment.name
            if hidden is not None and name not in hidden:
                hidden[name] = self.shell.state.variables.get(name)
            yield from self.assign(assignment)
            if hidden is not None:
                self.shell.state.mark(name, exported=True)

    def call(self, name: str, body: Command, args: list[str]) -> Body[int]:
        """Call a function."""
        shell, state = self.shell, self.shell.state
        if len(shell.calls) > MAX_CALLS:
            raise Failure(f"{name}: maximum function nesting level exceeded ({MAX_CALLS})")
        positional, state.positional = state.positional, args
        loops, state.loops = state.loops, 0
        state.enter()
        shell.calls.append(name)
        try:
            return (yield from self.run(body))
        except Returned as end:
            return end.status
        finally:
            shell.calls.pop()
            state.leave()
            state.positional, state.loops = positional, loops

    # Programs.

    def locate(self, name: str) -> Body[str]:
        """The path of a program. Raises: SyscallError."""
        hashed = self.shell.state.hashed
        if name in hashed:
            return hashed[name]
        path = yield from find_command(name, self.shell.state.get("PATH") or "")
        if "/" not in name:
            hashed[name] = path
        return path

    def _program(self, command: Simple, words: list[str], may_exec: bool) -> Body[int]:
        shell = self.shell
        path = ""
        try:
            path = yield from self.locate(words[0]) if words[0] else _nowhere()
        except SyscallError as error:
            if error.errno != EACCES:
                return (yield from self._not_found(command, words))
            path = words[0]
        if may_exec and not shell.state.traps and not self.opened:
            return (yield from self.become(command, words, path))
        controlled = shell.jobs.controlled
        pid = yield from Fork(lambda: _child(shell.copy(), command, words, path, controlled))
        if controlled:
            yield from self.set_group(pid, pid)
            yield from shell.jobs.give_terminal(pid)
        text = shell.current_text or " ".join(word.text for word in command.words)
        return (yield from self.foreground([pid], text))[-1]

    def _not_found(self, command: Simple, words: list[str]) -> Body[int]:
        shell = self.shell
        handler = shell.state.functions.get("command_not_found_handle")
        saved: Saved = []
        try:
            yield from shell.redirector.apply(command.redirections, saved)
            if handler is not None and shell.dialect is Dialect.BASH:
                status = yield from self.call("command_not_found_handle", handler, words)
            else:
                message = shell.wording.not_found(words[0])
                if "/" in words[0]:
                    message = shell.wording.cannot_run(words[0], ENOENT)
                yield from shell.complain(message)
                status = NOT_FOUND
        except Failure as failure:
            yield from shell.complain(failure.message)
            status = failure.status
        yield from shell.redirector.restore(saved)
        return status

    def become(self, command: Simple, words: list[str], path: str) -> Body[int]:
        """Replace this process by a program; answers only if that fails."""
        shell = self.shell
        try:
            yield from shell.redirector.apply(command.redirections)
            for assignment in command.assignments:
                yield from self.assign(assignment)
                shell.state.mark(assignment.name, exported=True)
        except Failure as failure:
            yield from shell.complain(failure.message)
            return failure.status
        return (yield from self.execute(path, words))

    def execute(self, path: str, words: list[str]) -> Body[int]:
        """`execve`, and what a shell does when it fails."""
        shell = self.shell
        environment = shell.state.environment()
        if shell.dialect is Dialect.BASH:
            environment["_"] = path
        try:
            yield from Execve(path, words, environment)
        except SyscallError as error:
            if error.errno == ENOEXEC:
                return (yield from self._script(path, words))
            return (yield from self._cannot(words[0], path, error.errno))
        return 0

    def _cannot(self, name: str, path: str, errno: int) -> Body[int]:
        wording = self.shell.wording
        message = wording.cannot_run(name, errno)
        if errno == EACCES and (yield from _is_directory(path)):
            message = wording.is_directory(name)
        elif errno == ENOENT and (yield from _exists(path)):
            message = f"{name}: cannot execute: required file not found"
            if self.shell.dialect is not Dialect.BASH:
                message = wording.not_found(name)
        yield from self.shell.complain(message)
        return NOT_FOUND if errno in (ENOENT, ENOTDIR) else CANNOT_RUN

    def _script(self, path: str, words: list[str]) -> Body[int]:
        """A text without `#!` is a script for this kind of shell."""
        shell = self.shell
        shell.state.name, shell.state.positional = path, words[1:]
        shell.from_file = True
        shell.at_prompt = False
        try:
            data = yield from read_file(path)
        except SyscallError as error:
            return (yield from self._cannot(words[0], path, error.errno or EISDIR))
        try:
            yield from shell.run_text(decode(data))
        except ShellExit as end:
            return end.status
        return shell.state.status

    # Children in the foreground.

    def foreground(self, pids: list[int], text: str) -> Body[list[int]]:
        """Wait for a pipeline; answers the statuses as `$?` tells them."""
        shell = self.shell
        found = yield from shell.jobs.wait_foreground(pids, text)
        if shell.jobs.controlled:
            yield from shell.jobs.give_terminal(shell.own_pid)
        return [128 + one.signal if one.signal else one.status for one in found]

    @staticmethod
    def set_group(pid: int, group: int) -> Body[None]:
        with suppress(SyscallError):
            yield from Setpgid(pid, group)

    @staticmethod
    def ignore_keyboard() -> Body[None]:
        """What `&` does without job control."""
        for number in (signals.SIGINT, signals.SIGQUIT):
            yield from Sigaction(number, Action.IGNORE)


def _child(
    shell: Shell, command: Simple, words: list[str], path: str, controlled: bool
) -> Body[int]:
    if controlled:
        yield from shell.evaluator.set_group(0, 0)
    yield from shell.enter_child()
    return (yield from shell.evaluator.become(command, words, path))


def _nowhere() -> Body[str]:
    raise SyscallError(ENOENT)
    yield


def _is_directory(path: str) -> Body[bool]:
    try:
        status = yield from Stat(path)
    except SyscallError:
        return False
    return stat.S_ISDIR(status.mode)


def _exists(path: str) -> Body[bool]:
    try:
        yield from Stat(path)
    except SyscallError:
        return False
    return True
