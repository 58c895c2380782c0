"""Assignments, and the trace of `set -x`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syscalls import Body
from .control import Failure
from .dialect import Dialect
from .quoting import quote_if_needed, single_quoted
from .redirection import Saved
from .state import Variable
from .syntax import Assignment, Simple

if TYPE_CHECKING:
    from .shell import Shell

ASH_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./,:+@%]^")


class Assignments:
    """Carries out assignments for one shell. `substituted` is the status of the last `$(…)`."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.substituted = 0

    def only_assignments(self, command: Simple) -> Body[int]:
        shell = self.shell
        for assignment in command.assignments:
            yield from self.assign(assignment)
            if "xtrace" in shell.state.options:
                value = shell.state.get(assignment.name) or ""
                yield from self.trace_text(
                    f"{assignment.name}={self._shown(value) if value else ''}"
                )
        if command.redirections:
            saved: Saved = []
            try:
                yield from shell.redirector.apply(command.redirections, saved)
            except Failure as failure:
                yield from shell.complain(failure.message)
                return failure.status
            yield from shell.redirector.restore(saved)
        return self.substituted

    def assign(self, assignment: Assignment) -> Body[None]:
        """Carry out one assignment in this shell. Raises: Failure."""
        shell, name = self.shell, assignment.name
        if assignment.elements is not None:
            yield from self._assign_array(assignment)
            return
        value = ""
        if assignment.value is not None:
            value = yield from shell.expander.single(assignment.value, assignment=True)
        variable = shell.state.variables.get(name)
        if variable is not None and variable.integer:
            value = str(shell.expander.arithmetic(value))
        if assignment.index is not None:
            index = yield from shell.expander.single(assignment.index)
            key = shell.expander.key_of(name, index)
            if assignment.append:
                value = shell.expander.elements(name).get(key, "") + value
            shell.expander.set_element(name, key, value)
            return
        if assignment.append:
            old = shell.state.get(name) or ""
            integer = variable is not None and variable.integer
            value = str(int(old or 0) + int(value)) if integer else old + value
        shell.assign(name, value)

    def _assign_array(self, assignment: Assignment) -> Body[None]:
        shell, name = self.shell, assignment.name
        elements = dict(shell.expander.elements(name)) if assignment.append else {}
        old = shell.state.variables.get(name, Variable(""))
        shell.state.variables[name] = old._replace(value=elements)
        following = max((key for key in elements if isinstance(key, int)), default=-1) + 1
        for word in assignment.elements or ():
            if word.text.startswith("[") and "]=" in word.text:
                inner, _, rest = word.text[1:].partition("]=")
                key = shell.expander.key_of(
                    name, (yield from shell.expander.single(shell.read_word(inner)))
                )
                elements[key] = yield from shell.expander.single(shell.read_word(rest))
                following = key + 1 if isinstance(key, int) else following
                continue
            for value in (yield from shell.expander.words([word])):
                elements[following] = value
                following += 1
        made = shell.state.variables[name]
        shell.state.variables[name] = made._replace(value=elements)

    # Tracing.

    def _shown(self, word: str) -> str:
        dialect = self.shell.dialect
        if dialect is Dialect.DASH:
            return word
        if dialect is Dialect.ASH:
            return word if word and ASH_SAFE.issuperset(word) else single_quoted(word)
        return quote_if_needed(word)

    def trace_text(self, text: str) -> Body[None]:
        prompt = self.shell.state.get("PS4")
        depth = self.shell.state.trace_depth if self.shell.dialect is Dialect.BASH else 0
        prompt = "+ " if prompt is None else prompt
        yield from self.shell.write_error(f"{prompt[:1] * depth}{prompt}{text}\n")

    def trace(self, command: Simple, words: list[str]) -> Body[None]:
        shown = [self._shown(word) for word in words]
        heads: list[str] = []
        for assignment in command.assignments:
            if assignment.value is not None:
                value = yield from self.shell.expander.single(assignment.value)
                heads.append(f"{assignment.name}={self._shown(value) if value else ''}")
        if self.shell.dialect is Dialect.BASH:
            for head in heads:
                yield from self.trace_text(head)
            heads = []
        yield from self.trace_text(" ".join([*heads, *shown]))
