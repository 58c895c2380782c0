"""What a shell remembers: variables, functions, options. A subshell gets a copy.

Variables are immutable records, so that copying the table is enough.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from .dialect import Dialect
from .syntax import Command

OPTION_LETTERS = dict(
    pair.split(":")
    for pair in """
    a:allexport b:notify C:noclobber e:errexit f:noglob h:hashall i:interactive m:monitor n:noexec
    s:stdin u:nounset v:verbose x:xtrace E:errtrace T:functrace B:braceexpand H:histexpand
    P:physical k:keyword p:privileged t:onecmd I:ignoreeof V:vi
    """.split()
)
Elements = dict[int | str, str]
Value = str | Elements


class Variable(NamedTuple):
    """A variable: a text, or the elements of an array (bash)."""

    value: Value
    exported: bool = False
    readonly: bool = False
    integer: bool = False
    case: str = ""

    @property
    def text(self) -> str:
        """The text; of an array, element 0."""
        value = self.value
        if isinstance(value, str):
            return value
        return value.get(0, value.get("0", ""))


class ReadonlyError(Exception):
    """Somebody tried to change a read-only variable."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(slots=True)
class State:
    """Everything of a shell that its children inherit."""

    dialect: Dialect
    name: str
    positional: list[str] = field(default_factory=list)
    variables: dict[str, Variable] = field(default_factory=dict)
    functions: dict[str, Command] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    shopt: set[str] = field(default_factory=set)
    traps: dict[int, str] = field(default_factory=dict)
    scopes: list[dict[str, Variable | None]] = field(default_factory=list)
    hashed: dict[str, str] = field(default_factory=dict)
    directories: list[str] = field(default_factory=list)
    status: int = 0
    pid: int = 0
    background: int = 0
    line: int = 0
    loops: int = 0
    sourcing: int = 0
    depth: int = 0
    trace_depth: int = 0
    getopts: int = 1
    pipe_status: list[int] = field(default_factory=lambda: [0])
    last_argument: str = ""
    seed: int = 1
    started_ns: int = 0

    def copy(self) -> State:
        return replace(
            self,
            positional=list(self.positional),
            variables=dict(self.variables),
            functions=dict(self.functions),
            aliases=dict(self.aliases),
            options=set(self.options),
            shopt=set(self.shopt),
            traps={},
            scopes=[dict(scope) for scope in self.scopes],
            hashed=dict(self.hashed),
            directories=list(self.directories),
            depth=self.depth + 1,
        )

    # Variables.

    def get(self, name: str) -> str | None:
        variable = self.variables.get(name)
        return None if variable is None else variable.text

    def set(self, name: str, value: Value) -> None:
        """Raises: ReadonlyError."""
        old = self.variables.get(name)
        if old is None:
            self.variables[name] = Variable(value, exported="allexport" in self.options)
        else:
            if old.readonly:
                raise ReadonlyError(name)
            if isinstance(value, str) and not isinstance(old.value, str):
                key: int | str = "0" if _is_associative(old.value) else 0
                value = {**old.value, key: value}
            if old.case and isinstance(value, str):
                value = value.upper() if old.case == "u" else value.lower()
            self.variables[name] = old._replace(value=value)

    def unset(self, name: str) -> None:
        """Raises: ReadonlyError."""
        old = self.variables.get(name)
        if old is not None:
            if old.readonly:
                raise ReadonlyError(name)
            del self.variables[name]

    def mark(self, name: str, **flags: bool | str) -> None:
        """Set attributes, making an unset variable if need be."""
        old = self.variables.get(name, Variable(""))
        self.variables[name] = old._replace(**flags)  # type: ignore[arg-type]

    def environment(self) -> dict[str, str]:
        return {
            name: variable.value
            for name, variable in self.variables.items()
            if variable.exported and isinstance(variable.value, str)
        }

    # Function scopes.

    def enter(self) -> None:
        self.scopes.append({})

    def leave(self) -> None:
        """Put back what `local` had hidden."""
        for name, variable in self.scopes.pop().items():
            if variable is None:
                self.variables.pop(name, None)
            else:
                self.variables[name] = variable

    def make_local(self, name: str) -> None:
        scope = self.scopes[-1]
        if name not in scope:
            scope[name] = self.variables.pop(name, None)

    def flags(self) -> str:
        """What `$-` says."""
        letters = "abefhikmnptuvxBCEHPT" if self.dialect is Dialect.BASH else "efIimnsxvVCabu"
        text = "".join(letter for letter in letters if OPTION_LETTERS[letter] in self.options)
        return text + ("s" if self.dialect is Dialect.BASH and "stdin" in self.options else "")


def _is_associative(value: Elements) -> bool:
    return any(isinstance(key, str) for key in value)
