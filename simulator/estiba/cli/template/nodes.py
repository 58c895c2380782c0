"""A template as a tree. `str(node)` is the node as messages show it, which is not always as it was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Node:
    position: int


@dataclass(slots=True)
class Text(Node):
    text: str


@dataclass(slots=True)
class Dot(Node):
    def __str__(self) -> str:
        return "."


@dataclass(slots=True)
class Nil(Node):
    def __str__(self) -> str:
        return "nil"


@dataclass(slots=True)
class Constant(Node):
    """A bool, a number or a string; `shown` is as it was written."""

    value: Any
    shown: str

    def __str__(self) -> str:
        return self.shown


@dataclass(slots=True)
class Field(Node):
    """`.State.Running`."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(f".{name}" for name in self.names)


@dataclass(slots=True)
class Variable(Node):
    """`$c.State`: the variable and what is taken of it."""

    name: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ".".join((self.name, *self.names))


@dataclass(slots=True)
class Function(Node):
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True)
class Chain(Node):
    """`(index . 0).HostPort`."""

    term: Any
    names: tuple[str, ...]

    def __str__(self) -> str:
        inner = f"({self.term})" if isinstance(self.term, Pipeline) else str(self.term)
        return inner + "".join(f".{name}" for name in self.names)


@dataclass(slots=True)
class Command(Node):
    words: list[Any] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(f"({w})" if isinstance(w, Pipeline) else str(w) for w in self.words)


@dataclass(slots=True)
class Pipeline(Node):
    declared: list[str] = field(default_factory=list)
    assigns: bool = False
    commands: list[Command] = field(default_factory=list)

    def __str__(self) -> str:
        declared = ", ".join(self.declared)
        if declared:
            declared += " = " if self.assigns else " := "
        return declared + " | ".join(map(str, self.commands))


@dataclass(slots=True)
class Action(Node):
    """What prints. `simple` is the name when all it prints is one member of the dot."""

    pipeline: Pipeline
    simple: str = ""


@dataclass(slots=True)
class Branch(Node):
    """`if`, `with` or `range`."""

    kind: str
    pipeline: Pipeline
    body: list[Any]
    otherwise: list[Any] | None


@dataclass(slots=True)
class Jump(Node):
    """`break` or `continue`."""

    kind: str


@dataclass(slots=True)
class Call(Node):
    """`{{template "name" .}}`."""

    name: str
    pipeline: Pipeline | None


@dataclass(slots=True)
class Closing(Node):
    """`{{end}}` or `{{else}}`, seen while a list is read."""

    kind: str

    def __str__(self) -> str:
        return f"{{{{{self.kind}}}}}"
