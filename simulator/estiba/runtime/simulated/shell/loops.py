"""Loops: while, until, for, select."""

from __future__ import annotations

from ..syscalls import Body, SchedYield
from .builtins import find_builtin
from .control import BreakLoop, ContinueLoop
from .dialect import Dialect
from .execution import SimpleCommands
from .syntax import ArithmeticFor, Command, For, Select, Sequence, While


class Loops(SimpleCommands):
    """Runs loops for one shell."""

    def sequence(self, sequence: Sequence, *, exec_last: bool = False) -> Body[int]:
        raise NotImplementedError

    def tested_run(self, body: Command) -> Body[int]:
        raise NotImplementedError

    def while_(self, command: While) -> Body[int]:
        status = 0
        self.shell.state.loops += 1
        try:
            while True:
                yield from SchedYield()
                test = yield from self._loop_part(command.condition, tested=True)
                if test is None:
                    break
                if (test == 0) == command.until:
                    break
                done = yield from self._loop_part(command.body)
                if done is None:
                    break
                status = done
        finally:
            self.shell.state.loops -= 1
        return status

    def _loop_part(self, body: Sequence, *, tested: bool = False) -> Body[int | None]:
        """Run a part of a loop; None when the loop is left."""
        try:
            if tested:
                return (yield from self.tested_run(body))
            return (yield from self.sequence(body))
        except BreakLoop as leaving:
            if leaving.levels > 1:
                raise BreakLoop(leaving.levels - 1) from None
            return None
        except ContinueLoop as going:
            if going.levels > 1:
                raise ContinueLoop(going.levels - 1) from None
            return 0

    def for_(self, command: For) -> Body[int]:
        shell, status = self.shell, 0
        if command.words is None:
            values = list(shell.state.positional)
        else:
            values = yield from shell.expander.words(command.words)
        shell.state.loops += 1
        try:
            for value in values:
                shell.assign(command.name, value)
                if "xtrace" in shell.state.options and shell.dialect is Dialect.BASH:
                    words = command.words
                    text = " ".join(word.text for word in words) if words is not None else '"$@"'
                    yield from self.trace_text(f"for {command.name} in {text}")
                done = yield from self._loop_part(command.body)
                if done is None:
                    break
                status = done
        finally:
            shell.state.loops -= 1
        return status

    def select(self, command: Select) -> Body[int]:
        shell = self.shell
        values = shell.state.positional
        if command.words is not None:
            values = yield from shell.expander.words(command.words)
        read = find_builtin("read", shell.dialect)
        assert read is not None
        menu = "".join(f"{place}) {value}\n" for place, value in enumerate(values, 1))
        status, show = 0, True
        shell.state.loops += 1
        try:
            while True:
                yield from shell.write_error(
                    (menu if show else "") + (shell.state.get("PS3") or "#? ")
                )
                if (yield from read(shell, ["-r", "REPLY"])):
                    yield from shell.write_error("\n")
                    return 1
                reply = shell.state.get("REPLY") or ""
                show = not reply
                if show:
                    continue
                chosen = int(reply) if reply.isdecimal() else 0
                shell.assign(command.name, values[chosen - 1] if 0 < chosen <= len(values) else "")
                done = yield from self._loop_part(command.body)
                if done is None:
                    return status
                status = done
        finally:
            shell.state.loops -= 1

    def arithmetic_for(self, command: ArithmeticFor) -> Body[int]:
        status = 0
        yield from self.arithmetic(command.start)
        self.shell.state.loops += 1
        try:
            while not command.condition or (yield from self.arithmetic(command.condition)):
                done = yield from self._loop_part(command.body)
                if done is None:
                    break
                status = done
                yield from self.arithmetic(command.step)
        finally:
            self.shell.state.loops -= 1
        return status

    def arithmetic(self, text: str) -> Body[int]:
        lexer = self.shell.lexer(text)
        expanded = yield from self.shell.expander.quoted_parts(lexer.read_document_parts())
        return self.shell.expander.arithmetic(expanded)
