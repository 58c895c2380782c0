"""Which builtins there are, by dialect."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from ...syscalls import Body
from ..dialect import Dialect

if TYPE_CHECKING:
    from ..shell import Shell

Builtin = Callable[["Shell", list[str]], Body[int]]
BASH, DASH, ASH = Dialect.BASH, Dialect.DASH, Dialect.ASH
ALL = (BASH, DASH, ASH)
SPECIAL = frozenset(
    ". : break continue eval exec exit export readonly return set shift times trap unset".split()
)
MODULES: tuple[str, ...] = (
    "flow",
    "directories",
    "variables",
    "attributes",
    "printing",
    "testing",
    "signals",
)
MODULES += ("lookup", "reading", "options", "limits")

_REGISTERED: dict[tuple[str, Dialect], Builtin] = {}
_waiting: list[str] = list(MODULES)
"""Modules still to be loaded."""


def builtin(*names: str, dialects: tuple[Dialect, ...] = ALL) -> Callable[[Builtin], Builtin]:
    """Register the decorated function under these names."""

    def register(function: Builtin) -> Builtin:
        for name in names:
            for dialect in dialects:
                _REGISTERED[name, dialect] = function
        return function

    return register


def _load() -> None:
    while _waiting:
        import_module(f".{_waiting.pop()}", __package__)


def find_builtin(name: str, dialect: Dialect) -> Builtin | None:
    if _waiting:
        _load()
    return _REGISTERED.get((name, dialect))


def names(dialect: Dialect) -> list[str]:
    """All of them, sorted."""
    if _waiting:
        _load()
    return sorted(name for name, of in _REGISTERED if of is dialect)


def number(text: str) -> int | None:
    """A decimal number with an optional sign, else None."""
    digits = text.strip().removeprefix("-").removeprefix("+")
    return int(text) if digits.isdecimal() and digits.isascii() else None
