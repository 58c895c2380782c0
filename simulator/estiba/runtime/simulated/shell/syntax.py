"""The tree a shell program is parsed into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, Union


@dataclass(slots=True)
class Literal:
    """Plain characters, open to globbing."""

    text: str


@dataclass(slots=True)
class Quoted:
    """Characters that only mean themselves."""

    text: str


@dataclass(slots=True)
class DoubleQuoted:
    parts: list[Part]


@dataclass(slots=True)
class Parameter:
    """`$name`, `${name}` and all its forms.

    `operator` is what follows the name, "" if nothing does.
    """

    name: str
    operator: str = ""
    word: Word | None = None
    second: Word | None = None
    index: Word | None = None
    length: bool = False
    indirect: bool = False


@dataclass(slots=True)
class CommandSubstitution:
    body: Sequence
    text: str


@dataclass(slots=True)
class ArithmeticExpansion:
    parts: list[Part]


@dataclass(slots=True)
class ProcessSubstitution:
    """`<(list)` or `>(list)`."""

    direction: str
    body: Sequence
    text: str


Part: TypeAlias = Union[  # noqa: UP007 - forward references
    Literal,
    Quoted,
    DoubleQuoted,
    Parameter,
    CommandSubstitution,
    ArithmeticExpansion,
    ProcessSubstitution,
]


@dataclass(slots=True)
class Word:
    """Parts that make one word; `text` is how it was written."""

    parts: list[Part]
    text: str
    fixed: list[str] | None = None
    """What it expands to, if that is always the same."""
    is_fixed: bool | None = None
    alternatives: list[Word] | None = None
    """The words that brace expansion made of it, once known."""

    @property
    def plain(self) -> str | None:
        """The text if nothing in it is quoted or expanded, as reserved words must be."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Literal):
            return self.parts[0].text
        return None


@dataclass(slots=True)
class HereDocument:
    """The lines after `<<`; `body` is filled in when the lexer gets there."""

    delimiter: str
    quoted: bool
    strip_tabs: bool
    body: Word | None = None


@dataclass(slots=True)
class Redirection:
    """`operator` as written: <, >, >>, >|, <>, <&, >&, &>, &>>, <<, <<<."""

    operator: str
    fd: int | None
    target: Word
    document: HereDocument | None = None


@dataclass(slots=True)
class Assignment:
    """`name=value`, `name+=value`, `name[index]=value`, `name=(elements)`."""

    name: str
    value: Word | None
    append: bool = False
    index: Word | None = None
    elements: list[Word] | None = None
    text: str = ""


@dataclass(slots=True)
class Simple:
    assignments: list[Assignment]
    words: list[Word]
    redirections: list[Redirection]
    line: int
    arrays: dict[int, Assignment] = field(default_factory=dict)


@dataclass(slots=True)
class Pipeline:
    commands: list[Command]
    negated: bool = False
    timed: bool = False


@dataclass(slots=True)
class AndOr:
    left: Command
    operator: str
    right: Command


@dataclass(slots=True)
class Item:
    """One command of a sequence; `text` is how `jobs` shows it."""

    command: Command
    background: bool
    text: str = ""


@dataclass(slots=True)
class Sequence:
    items: list[Item]


@dataclass(slots=True)
class Subshell:
    body: Sequence


@dataclass(slots=True)
class Group:
    body: Sequence


@dataclass(slots=True)
class If:
    clauses: list[tuple[Sequence, Sequence]]
    otherwise: Sequence | None


@dataclass(slots=True)
class While:
    condition: Sequence
    body: Sequence
    until: bool


@dataclass(slots=True)
class For:
    """`words` None means the positional parameters."""

    name: str
    words: list[Word] | None
    body: Sequence
    line: int = 0


@dataclass(slots=True)
class Select:
    """bash's menu: the words, numbered, and a question."""

    name: str
    words: list[Word] | None
    body: Sequence


@dataclass(slots=True)
class ArithmeticFor:
    start: str
    condition: str
    step: str
    body: Sequence


@dataclass(slots=True)
class CaseItem:
    patterns: list[Word]
    body: Sequence
    terminator: str


@dataclass(slots=True)
class Case:
    word: Word
    items: list[CaseItem]


@dataclass(slots=True)
class Function:
    name: str
    body: Command


@dataclass(slots=True)
class Conditional:
    """`[[ … ]]`: words and operators in a row, operators as plain strings."""

    tokens: list[Word | str]
    line: int


@dataclass(slots=True)
class ArithmeticCommand:
    text: str
    line: int


@dataclass(slots=True)
class Redirected:
    """A compound command with redirections."""

    command: Command
    redirections: list[Redirection]


Command: TypeAlias = Union[  # noqa: UP007 - forward references
    Simple,
    Pipeline,
    AndOr,
    Sequence,
    Subshell,
    Group,
    If,
    While,
    For,
    Select,
    ArithmeticFor,
    Case,
    Function,
    Conditional,
    ArithmeticCommand,
    Redirected,
]
