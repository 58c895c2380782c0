"""A shell: its memory, its parts, and what they need of one another."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ..program import Process
from ..streams import decode, encode, read_all, read_file, write_all
from ..syscalls import (
    Body,
    Close,
    Dup2,
    Fork,
    Pipe,
    Sigaction,
    SyscallError,
)
from .control import Control, Failure, Interrupted, Returned, ShellExit
from .dialect import Dialect
from .evaluator import Evaluator
from .expansion import Expander
from .grammar import Parser
from .jobs import Jobs
from .lexer import Lexer, ShellSyntaxError
from .redirection import Redirector
from .state import ReadonlyError, State, Value
from .syntax import Item, Literal, Redirection, Sequence, Simple, Word
from .traps import Traps
from .wording import wording_for

if TYPE_CHECKING:
    from .syntax import Assignment, ProcessSubstitution

MAX_DEPTH = 200
CAT = Word([Literal("cat")], "cat")


class Aliases(dict[str, str]):
    """The aliases that count now: none in a bash that does not expand them."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell

    def __bool__(self) -> bool:
        return True

    def __contains__(self, name: object) -> bool:
        state = self._shell.state
        expands = state.dialect is not Dialect.BASH or "expand_aliases" in state.shopt
        return expands and name in state.aliases

    def __getitem__(self, name: str) -> str:
        return self._shell.state.aliases[name]


class Shell:
    """One shell process. A subshell is a copy that runs in a child."""

    dialect: Dialect
    state: State
    parent: int
    own_pid: int
    uid: int
    now_ns: int
    hostname: str

    def __init__(self, process: Process, dialect: Dialect, state: State) -> None:
        self.process = process
        self.dialect = dialect
        self.state = state
        self.expander = Expander(self)
        self.wording = wording_for(self)
        self.redirector = Redirector(self)
        self.evaluator = Evaluator(self)
        self.jobs = Jobs(self)
        self.traps = Traps(self)
        self.calls: list[str] = []
        self.sources: list[str] = []
        """Scripts being run, the innermost last."""
        self.at_prompt = False
        self.from_file = False
        self.from_command = False
        self.history: list[str] | None = None
        self.parent = 0
        self.own_pid = 0
        self.uid = 0
        self.hostname = ""
        self.now_ns = 0
        self.command_number = 1
        self._user: str | None = None
        self.save_history: Callable[[], Body[None]] | None = None
        self.save_history_at_exit = True
        self.current_text = ""
        """The command line that runs, as `jobs` shows it."""
        self.pending_arrays: dict[int, Assignment] = {}
        """Array assignments among the arguments of the builtin that runs (`declare`)."""

    def copy(self) -> Shell:
        """The shell that a child will be."""
        made = Shell(self.process, self.dialect, self.state.copy())
        made.calls, made.sources = list(self.calls), list(self.sources)
        made.at_prompt, made.from_file = self.at_prompt, self.from_file
        made.from_command = self.from_command
        made.parent, made.own_pid, made.uid = self.parent, self.own_pid, self.uid
        made.hostname, made.now_ns, made.history = self.hostname, self.now_ns, self.history
        made.evaluator.tested = self.evaluator.tested
        made.traps.inherited = dict(self.traps.inherited)
        return made

    # Speaking.

    def write_error(self, text: str) -> Body[None]:
        with suppress(SyscallError):
            yield from write_all(2, encode(text))

    def complain(self, message: str, builtin: str = "") -> Body[None]:
        """A line on standard error with the usual prefix."""
        yield from self.write_error(f"{self.wording.prefix(builtin)}{message}\n")

    # Variables.

    def assign(self, name: str, value: Value) -> None:
        """Raises: Failure."""
        try:
            self.state.set(name, value)
        except ReadonlyError:
            wording = self.wording
            message = wording.readonly(name)
            raise Failure(message, wording.assignment_status, fatal=False) from None
        if name == "PATH":
            self.state.hashed.clear()

    def user_name(self) -> Body[str]:
        """Who we are, by /etc/passwd."""
        if self._user is None:
            self._user = "I have no name!"
            try:
                text = decode((yield from read_file("/etc/passwd")))
            except SyscallError:
                text = ""
            for line in text.splitlines():
                fields = line.split(":")
                if len(fields) > 2 and fields[2] == str(self.uid):
                    self._user = fields[0]
                    break
        return self._user

    def home_of(self, name: str) -> str | None:
        """What `~name` stands for; None leaves it as it is."""
        if name == "":
            return self.state.get("HOME")
        if name in ("+", "-") and self.dialect is Dialect.BASH:
            return self.state.get("PWD" if name == "+" else "OLDPWD")
        return "/root" if name == "root" else None

    # Text to trees.

    def read_word(self, text: str) -> Word:
        return self.lexer(text).read_word("")

    def lexer(self, text: str) -> Lexer:
        return self.parser(text).lexer

    def parser(self, text: str, first_line: int = 1) -> Parser:
        return Parser(
            text,
            self.dialect,
            first_line=first_line,
            aliases=Aliases(self),
            extglob="extglob" in self.state.shopt,
        )

    # Running.

    def run_text(self, text: str, where: str = "", *, exec_last: bool = False) -> Body[int]:
        """Parse and run a whole text, line by line: a script, `eval`, a trap, a sourced file."""
        if self.state.sourcing > MAX_DEPTH:
            raise Failure("maximum nesting level exceeded")
        parser = self.parser(text)
        while True:
            try:
                sequence = parser.next_line()
            except ShellSyntaxError as error:
                yield from self.syntax_error(error, text, where)
                return self.state.status
            if sequence is None:
                return self.state.status
            last = exec_last and parser.at_end()
            yield from self.run_line(sequence, exec_last=last)

    def syntax_error(self, error: ShellSyntaxError, text: str, where: str = "") -> Body[None]:
        if not error.token and not error.message and self.dialect is Dialect.BASH:
            error.line += not text.endswith("\n")
        lines = text.split("\n")
        shown = lines[error.line - 1] if 0 < error.line <= len(lines) else ""
        for line in self.wording.syntax(error, shown, where):
            yield from self.write_error(line + "\n")
        self.state.status = 2
        if not self.at_prompt and (self.dialect is not Dialect.BASH or where != "eval"):
            raise ShellExit(2)

    def run_line(self, sequence: Sequence, *, exec_last: bool = False) -> Body[int]:
        """Run one complete command; an error ends it, and perhaps the shell."""
        try:
            return (yield from self.evaluator.sequence(sequence, exec_last=exec_last))
        except Failure as failure:
            if failure.message:
                yield from self.complain(failure.message)
            self.state.status = failure.status
            if not self.at_prompt and (failure.fatal or self.dialect is not Dialect.BASH):
                raise ShellExit(failure.status) from None
            return failure.status

    def source(self, path: str) -> Body[int]:
        """Run a file in this shell. Raises: SyscallError if it cannot be read."""
        data = yield from read_file(path)
        saved = self.at_prompt, self.state.name, self.from_file
        self.state.sourcing += 1
        self.sources.append(path)
        self.calls.append("source")
        if self.dialect is Dialect.BASH:
            self.at_prompt = False
        try:
            yield from self.run_text(decode(data))
        except Returned as end:
            self.state.status = end.status
        finally:
            self.at_prompt, self.state.name, self.from_file = saved
            self.state.sourcing -= 1
            self.sources.pop()
            self.calls.pop()
        return self.state.status

    def run_program(self, path: str, words: list[str]) -> Body[int]:
        """Run a program in the foreground, whatever functions and builtins are called like it."""
        pid = yield from Fork(lambda: _execute(self.copy(), path, words))
        return (yield from self.evaluator.foreground([pid], " ".join(words)))[-1]

    # Children.

    def subshell(self, sequence: Sequence) -> Body[int]:
        """What a forked copy does: the commands, then the end. Call it on the copy."""
        yield from self.enter_child()
        return (yield from self.run_to_end(sequence))

    def enter_child(self) -> Body[None]:
        """Drop what a child does not inherit: traps, job control."""
        self.jobs = Jobs(self)
        self.state.options.discard("monitor")
        for number in range(1, 32):
            inherited = self.traps.inherited.get(number)
            if inherited is not None:
                yield from Sigaction(number, inherited)

    def run_to_end(self, sequence: Sequence) -> Body[int]:
        """Run commands and traps on EXIT; answers the final status."""
        try:
            yield from self.run_line(sequence)
        except ShellExit as end:
            self.state.status = end.status
        except Interrupted:
            self.state.status = 130
        except Control:
            pass
        return (yield from self.traps.finish())

    def fork(self, sequence: Sequence) -> Body[int]:
        """Start a subshell; answers its pid."""
        return (yield from Fork(partial(_start, self, sequence)))

    def substitute(self, sequence: Sequence) -> Body[str]:
        """`$(…)`: what the commands print, without the newlines at the end."""
        reader, writer = yield from Pipe()
        pid = yield from Fork(lambda: _into(self.copy(), sequence, reader, writer))
        yield from Close(writer)
        data = yield from read_all(reader)
        yield from Close(reader)
        status = yield from self.jobs.wait_for(pid)
        self.evaluator.substituted = status.shell_status
        if self.dialect is Dialect.BASH:
            self.state.status = status.shell_status
        return decode(data.replace(b"\0", b"").rstrip(b"\n"))

    def process_substitution(self, part: ProcessSubstitution) -> Body[str]:
        """`<(…)`: a pipe to read from, by the name of its descriptor."""
        reader, writer = yield from Pipe()
        ours, theirs = (reader, writer) if part.direction == "<" else (writer, reader)
        standard = 1 if part.direction == "<" else 0
        yield from Fork(lambda: _onto(self.copy(), part.body, theirs, standard, ours))
        yield from Close(theirs)
        self.evaluator.opened.append(ours)
        return f"/dev/fd/{ours}"


def _start(shell: Shell, sequence: Sequence) -> Body[int]:
    return shell.copy().subshell(sequence)


def _execute(shell: Shell, path: str, words: list[str]) -> Body[int]:
    yield from shell.enter_child()
    return (yield from shell.evaluator.execute(path, words))


def _into(shell: Shell, sequence: Sequence, reader: int, writer: int) -> Body[int]:
    yield from Close(reader)
    yield from Dup2(writer, 1)
    if writer != 1:
        yield from Close(writer)
    shell.state.trace_depth += 1
    path = _only_input(sequence)
    if path is not None and shell.dialect is Dialect.BASH:
        sequence = Sequence([Item(Simple([], [CAT], list(path), 0), False)])
    shell.evaluator.exec_last = True
    return (yield from shell.subshell(sequence))


def _only_input(sequence: Sequence) -> list[Redirection] | None:
    """The redirection of `$(< file)`, which stands for `cat`."""
    command = sequence.items[0].command if len(sequence.items) == 1 else None
    if not isinstance(command, Simple) or command.words or command.assignments:
        return None
    only = [redirection for redirection in command.redirections if redirection.operator == "<"]
    return only if len(only) == 1 else None


def _onto(shell: Shell, sequence: Sequence, end: int, standard: int, other: int) -> Body[int]:
    yield from Close(other)
    yield from Dup2(end, standard)
    yield from Close(end)
    return (yield from shell.subshell(sequence))
