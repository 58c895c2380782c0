"""Walking the tree: what each kind of command does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....filesystem.flags import O_RDONLY
from ..syscalls import Body, Close, Dup2, Fork, Open, Pipe, Time, Times
from .conditional import conditional
from .control import BreakLoop, ContinueLoop, Failure, Returned, ShellExit
from .dialect import Dialect
from .loops import Loops
from .patterns import matches
from .redirection import Saved
from .syntax import (
    AndOr,
    ArithmeticCommand,
    ArithmeticFor,
    Case,
    Command,
    Conditional,
    For,
    Function,
    Group,
    If,
    Item,
    Pipeline,
    Redirected,
    Select,
    Sequence,
    Simple,
    Subshell,
    While,
    Word,
)
from .traps import ERR

if TYPE_CHECKING:
    from .shell import Shell


class Evaluator(Loops):
    """Runs commands for one shell.

    `tested` counts the conditions around, in which `set -e` sleeps.
    """

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.exec_last = False

    # Lists.

    def sequence(self, sequence: Sequence, *, exec_last: bool = False) -> Body[int]:
        exec_last = exec_last or self.exec_last
        self.exec_last = False
        state = self.shell.state
        last = len(sequence.items) - 1
        for place, item in enumerate(sequence.items):
            if item.background:
                yield from self._background(item)
            else:
                self.may_exec = exec_last and place == last
                yield from self.run(item.command)
            if self.shell.traps.pending:
                yield from self.shell.traps.run_pending()
        return state.status

    def _background(self, item: Item) -> Body[None]:
        shell = self.shell
        body = Sequence([Item(item.command, False, item.text)])
        pid = yield from Fork(lambda: _in_background(shell.copy(), body, shell.jobs.controlled))
        shell.state.background = pid
        job = shell.jobs.add([pid], item.text)
        if shell.jobs.controlled:
            yield from self.set_group(pid, pid)
            yield from shell.write_error(f"[{job.number}] {pid}\n")
        shell.state.status = 0

    def run(self, command: Command) -> Body[int]:
        """Run one command, whatever its kind; answers and keeps its status."""
        if type(command) is Simple:
            status = yield from self.simple(command)
        else:
            self.may_exec = self.may_exec and isinstance(command, AndOr)
            status = yield from getattr(self, _METHODS[type(command)])(command)
        self.shell.state.status = status
        return status

    def tested_run(self, body: Command) -> Body[int]:
        """Run something whose status is only looked at."""
        self.tested += 1
        try:
            return (yield from self.run(body))
        finally:
            self.tested -= 1

    def check(self, status: int) -> Body[int]:
        """What follows a failure: the trap on ERR, and the end under `set -e`."""
        if status and not self.tested:
            action = self.shell.state.traps.get(ERR)
            if action and not self.shell.calls:
                self.shell.state.status = status
                yield from self.shell.traps.run(action)
            if "errexit" in self.shell.state.options:
                raise ShellExit(status)
        return status

    def and_or(self, command: AndOr) -> Body[int]:
        may_exec, self.may_exec = self.may_exec, False
        status = yield from self.tested_run(command.left)
        if (status == 0) == (command.operator == "&&"):
            self.may_exec = may_exec
            return (yield from self.run(command.right))
        return status

    # Pipelines.

    def pipeline(self, command: Pipeline) -> Body[int]:
        started = (yield from Time()) if command.timed else 0
        if command.negated:
            self.tested += 1
        try:
            if len(command.commands) == 1:
                status = yield from self.run(command.commands[0])
            elif command.commands:
                status = yield from self._connected(command)
            else:
                status = 0
        finally:
            if command.negated:
                self.tested -= 1
        if command.timed:
            yield from self._tell_time(started)
        if command.negated:
            return int(status == 0)
        return (yield from self.check(status)) if len(command.commands) > 1 else status

    def _connected(self, command: Pipeline) -> Body[int]:
        shell = self.shell
        pids: list[int] = []
        source: int | None = None
        for place, part in enumerate(command.commands):
            last = place == len(command.commands) - 1
            reader, writer = (None, None) if last else (yield from Pipe())
            pids.append((yield from self._start_part(part, source, reader, writer, pids)))
            for fd in (source, writer):
                if fd is not None:
                    yield from Close(fd)
            source = reader
        statuses = yield from self.foreground(pids, shell.current_text)
        shell.state.pipe_status = statuses
        if "pipefail" in shell.state.options:
            return next((status for status in reversed(statuses) if status), 0)
        return statuses[-1]

    def _start_part(
        self,
        part: Command,
        source: int | None,
        reader: int | None,
        writer: int | None,
        pids: list[int],
    ) -> Body[int]:
        shell = self.shell
        group = pids[0] if pids else 0
        controlled = shell.jobs.controlled
        body = Sequence([Item(part, False)])
        pid = yield from Fork(
            lambda: _in_pipeline(shell.copy(), body, source, reader, writer, group, controlled)
        )
        if controlled:
            yield from self.set_group(pid, group or pid)
            if not pids:
                yield from shell.jobs.give_terminal(pid)
        return pid

    def _tell_time(self, started: int) -> Body[None]:
        elapsed = ((yield from Time()) - started) / 1e9
        times = yield from Times()
        rows = [("real", elapsed), ("user", times.children_user), ("sys", times.children_system)]
        lines = [f"{name}\t{int(value // 60)}m{value % 60:.3f}s\n" for name, value in rows]
        yield from self.shell.write_error("\n" + "".join(lines))

    # Compound commands.

    def subshell(self, command: Subshell) -> Body[int]:
        shell = self.shell
        controlled = shell.jobs.controlled
        pid = yield from Fork(
            lambda: _in_pipeline(shell.copy(), command.body, None, None, None, 0, controlled)
        )
        if controlled:
            yield from self.set_group(pid, pid)
            yield from shell.jobs.give_terminal(pid)
        statuses = yield from self.foreground([pid], shell.current_text)
        return (yield from self.check(statuses[-1]))

    def group(self, command: Group) -> Body[int]:
        return (yield from self.sequence(command.body))

    def redirected(self, command: Redirected) -> Body[int]:
        saved: Saved = []
        try:
            yield from self.shell.redirector.apply(command.redirections, saved)
        except Failure as failure:
            yield from self.shell.complain(failure.message)
            yield from self.shell.redirector.restore(saved)
            return (yield from self.check(failure.status))
        try:
            status = yield from self.run(command.command)
        except (BreakLoop, ContinueLoop, Returned, Failure) as leaving:
            yield from self.shell.redirector.restore(saved)
            raise leaving
        yield from self.shell.redirector.restore(saved)
        return status

    def if_(self, command: If) -> Body[int]:
        for condition, body in command.clauses:
            if (yield from self.tested_run(condition)) == 0:
                return (yield from self.sequence(body))
        if command.otherwise is not None:
            return (yield from self.sequence(command.otherwise))
        return 0

    def arithmetic_command(self, command: ArithmeticCommand) -> Body[int]:
        self.shell.state.line = command.line
        value = yield from self.arithmetic(command.text)
        return (yield from self.check(int(value == 0)))

    def case(self, command: Case) -> Body[int]:
        shell = self.shell
        text = yield from shell.expander.single(command.word)
        if "xtrace" in shell.state.options and shell.dialect is Dialect.BASH:
            yield from self.trace_text(f"case {command.word.text} in")
        status, falling = 0, False
        for item in command.items:
            if not falling and not (yield from self._case_fits(text, item.patterns)):
                continue
            status = yield from self.sequence(item.body)
            if item.terminator == ";;":
                return status
            falling = item.terminator == ";&"
        return status

    def _case_fits(self, text: str, patterns: list[Word]) -> Body[bool]:
        extended = "extglob" in self.shell.state.shopt
        for word in patterns:
            pattern = yield from self.shell.expander.pattern(word)
            if matches(pattern, text, extended=extended):
                return True
        return False

    def function(self, command: Function) -> Body[int]:
        self.shell.state.functions[command.name] = command.body
        return 0
        yield  # a generator like its brothers

    def conditional(self, command: Conditional) -> Body[int]:
        self.shell.state.line = command.line
        status = yield from conditional(self.shell, command.tokens)
        return (yield from self.check(status))


_METHODS: dict[type, str] = {
    Pipeline: "pipeline",
    AndOr: "and_or",
    Sequence: "sequence",
    Subshell: "subshell",
    Group: "group",
    If: "if_",
    While: "while_",
    For: "for_",
    Select: "select",
    ArithmeticFor: "arithmetic_for",
    Case: "case",
    Function: "function",
    Conditional: "conditional",
    ArithmeticCommand: "arithmetic_command",
    Redirected: "redirected",
}


def _in_background(shell: Shell, body: Sequence, controlled: bool) -> Body[int]:
    if controlled:
        yield from shell.evaluator.set_group(0, 0)
    else:
        null = yield from Open("/dev/null", O_RDONLY)
        yield from Dup2(null, 0)
        yield from Close(null)
        yield from shell.evaluator.ignore_keyboard()
    shell.evaluator.exec_last = True
    return (yield from shell.subshell(body))


def _in_pipeline(
    shell: Shell,
    body: Sequence,
    source: int | None,
    reader: int | None,
    writer: int | None,
    group: int,
    controlled: bool,
) -> Body[int]:
    """A part of a pipeline, in its own process."""
    if controlled:
        yield from shell.evaluator.set_group(0, group)
    if reader is not None:
        yield from Close(reader)
    for fd, standard in ((source, 0), (writer, 1)):
        if fd is not None:
            yield from Dup2(fd, standard)
            if fd != standard:
                yield from Close(fd)
    shell.evaluator.exec_last = True
    return (yield from shell.subshell(body))
