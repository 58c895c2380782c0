"""The conversation: prompt, line, command, and again.

Source: bash(1), "SIGNALS" and "HISTORY"; BusyBox, shell/ash.c and libbb/lineedit.c as configured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..streams import decode, print_err
from ..syscalls import (
    Action,
    Body,
    Dup,
    Dup2,
    Getpgid,
    Read,
    Readlink,
    Setpgid,
    Sigaction,
    Stat,
    SyscallError,
    signals,
)
from ..syscalls.errnos import EINTR
from .control import BreakLoop, ContinueLoop, Control, Interrupted, Returned, ShellExit
from .dialect import Dialect
from .grammar import Parser
from .history import EventNotFound, History
from .jobs import TERMINAL
from .lexer import Incomplete, ShellSyntaxError
from .line_display import BUSYBOX, READLINE
from .prompt import prompt
from .readline import LineEditor
from .syntax import Sequence

if TYPE_CHECKING:
    from .shell import Shell

IGNORED = (signals.SIGQUIT, signals.SIGTERM, signals.SIGTSTP, signals.SIGTTIN, signals.SIGTTOU)
DEBIAN_BUSYBOX = 1982256
"""Size of Debian's static BusyBox, which greets and keeps no history; others do not, and do."""
BANNER = (
    "\n\nBusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) built-in shell (ash)\n"
    "Enter 'help' for a list of built-in commands.\n\n"
)


class Conversation:
    """An interactive shell on a terminal."""

    def __init__(self, shell: Shell, *, plain_build: bool) -> None:
        self._shell = shell
        self._banner = plain_build and shell.dialect is Dialect.ASH
        keeps = shell.dialect is Dialect.ASH and not plain_build
        self.history = History(shell, saved_each_line=keeps)
        self._saves = shell.dialect is Dialect.BASH
        self._loads = self._saves or keeps
        shell.history = self.history.lines
        shell.save_history = self.history.save if self._saves else None
        style = READLINE if shell.dialect is Dialect.BASH else BUSYBOX
        self._editor = LineEditor(shell, style, self.history.lines)
        self._line = 0

    def prepare(self) -> Body[None]:
        """Signals, the terminal and the process group are ours."""
        shell = self._shell
        for number in IGNORED:
            shell.traps.inherited.setdefault(number, Action.DEFAULT)
            yield from Sigaction(number, Action.IGNORE)
        for number in (signals.SIGINT, signals.SIGHUP, signals.SIGWINCH):
            shell.traps.inherited.setdefault(number, Action.DEFAULT)
            yield from Sigaction(number, shell.traps.note_here)
        yield from self._take_terminal()

    def _take_terminal(self) -> Body[None]:
        shell = self._shell
        try:
            copy = yield from Dup(0, TERMINAL, cloexec=True)
            if copy != TERMINAL:
                yield from Dup2(copy, TERMINAL)
            group = yield from Getpgid()
            if group != shell.own_pid:
                yield from Setpgid(0, 0)
            yield from shell.jobs.give_terminal(shell.own_pid)
        except SyscallError:
            shell.state.options.discard("monitor")

    def start(self, files: Body[None]) -> Body[None]:
        yield from files
        if self._loads:
            yield from self.history.load()
        if self._banner:
            yield from print_err(BANNER)

    # Commands.

    def run(self) -> Body[int]:
        """Until the end of input or `exit`; answers the status."""
        shell = self._shell
        while True:
            try:
                if not (yield from self._one()):
                    break
            except Interrupted:
                shell.state.status = 130
            except (BreakLoop, ContinueLoop, Returned):
                pass
        if shell.dialect is Dialect.BASH:
            yield from shell.write_error("exit\n")
        return shell.state.status

    def _one(self) -> Body[bool]:
        """One command; False at the end of input."""
        shell = self._shell
        shell.traps.noted.clear()
        yield from shell.jobs.report()
        if shell.dialect is Dialect.BASH and (hook := shell.state.get("PROMPT_COMMAND")):
            yield from shell.traps.run(hook)
        text = yield from self._next((yield from prompt(shell)))
        if text is None:
            return False
        sequences = yield from self._parsed(text)
        for sequence in sequences or ():
            shell.current_text = sequence.items[-1].text if sequence.items else ""
            yield from shell.run_line(sequence)
            if signals.SIGINT in shell.traps.noted:
                raise Interrupted
        shell.current_text = ""
        shell.command_number += 1
        return True

    def _parsed(self, text: str) -> Body[list[Sequence] | None]:
        """Ask for more lines until the command is complete."""
        shell = self._shell
        first = self._line
        kept = text
        while True:
            parser = shell.parser(text + "\n", first)
            try:
                sequences = _all(parser, text)
            except Incomplete as open_:
                more = yield from self._next((yield from prompt(shell, "PS2")))
                if more is None:
                    yield from self.history.add(kept)
                    yield from shell.syntax_error(open_, text)
                    return None
                quoted = open_.message.startswith("matching") or bool(open_.expecting == "EOF")
                kept = self.history.joined(kept, more, quoted=quoted)
                text = text + "\n" + more
            except ShellSyntaxError as error:
                yield from self.history.add(kept)
                yield from shell.syntax_error(error, text)
                return None
            else:
                yield from self.history.add(kept)
                return sequences

    def _next(self, shown: str) -> Body[str | None]:
        """A line from the person, history expanded."""
        shell = self._shell
        if shell.dialect is Dialect.DASH:
            yield from print_err(shown)
            line = yield from self._plain_line()
            if line is None:
                yield from print_err("\n")
        else:
            line = yield from self._editor.read(shown)
        self._line += 1
        if (
            line is None
            or shell.dialect is not Dialect.BASH
            or "histexpand" not in shell.state.options
        ):
            return line
        try:
            expanded = self.history.expand(line)
        except EventNotFound as missing:
            yield from shell.complain(str(missing))
            raise Interrupted from None
        if expanded != line:
            yield from shell.write_error(expanded + "\n")
        return expanded

    def _plain_line(self) -> Body[str | None]:
        """Without an editor: the terminal gives whole lines."""
        shell = self._shell
        data = b""
        while not data.endswith(b"\n"):
            try:
                chunk = yield from Read(0, 4096)
            except SyscallError as error:
                if error.errno != EINTR:
                    raise
                noted, shell.traps.noted = shell.traps.noted, []
                if signals.SIGHUP in noted:
                    raise ShellExit(129) from None
                if signals.SIGINT in noted:
                    yield from print_err("\n")
                    raise Interrupted from None
                yield from shell.traps.run_pending()
                continue
            if not chunk:
                return decode(data) if data else None
            data += chunk
        return decode(data[:-1])


def _all(parser: Parser, text: str) -> list[Sequence]:
    sequences = []
    while (sequence := parser.next_line()) is not None:
        sequences.append(sequence)
    if parser.lexer.open_document is not None:
        raise Incomplete("", 1, "EOF")
    if text.endswith("\\") and not text.endswith("\\\\"):
        raise Incomplete("", 1)
    return sequences


def _plain_build() -> Body[bool]:
    try:
        executable = yield from Readlink("/proc/self/exe")
        return (yield from Stat(executable)).size == DEBIAN_BUSYBOX
    except SyscallError:
        return False


def interact(shell: Shell, files: Body[None]) -> Body[int]:
    """Be an interactive shell, from the start-up files to the saved history."""
    plain_build = (yield from _plain_build()) if shell.dialect is Dialect.ASH else False
    conversation = Conversation(shell, plain_build=plain_build)
    yield from conversation.prepare()
    status = 0
    try:
        yield from conversation.start(files)
        status = yield from conversation.run()
    except ShellExit as end:
        status = end.status
        if shell.dialect is Dialect.BASH and status != 129:
            yield from shell.write_error("exit\n")
    except Control:
        pass
    shell.state.status = status
    status = yield from shell.traps.finish()
    if shell.save_history is not None:
        yield from conversation.history.save()
    return status
