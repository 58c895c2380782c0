"""Programs: how they are written, and how an executable file finds its implementation.

A program is a generator function::

    @program("cat")
    def cat(process: Process, args: list[str]) -> Body[int]:
        ...
        yield from write_all(1, data)
        return 0

`args` is without argv[0]; `process.name` has that. A failed call raises SyscallError at its
`yield`; one that escapes ends the program with status 1 and `NAME: TEXT` on standard error. Texts
outside ASCII: names and arguments are `str` in UTF-8 with surrogateescape (see `streams.encode`).

An executable file is run by its base name after symbolic links are followed, so `/usr/bin/cat`
runs `cat`. A file that ends up at `busybox` runs the applet argv[0] names, in the flavour BUSYBOX;
all others are GNU. A registration without flavour serves both and may look at `process.flavour`
for the wording.

Modules under `programs/` load on first use only: `programs/__init__.py` holds `MODULES`, which
maps each program name to the module that registers it (`{"cat": "concatenation", "ls": "listing",
...}`).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from importlib import import_module
from typing import Protocol

from .syscalls import Body


class Flavour(Enum):
    """Whose wording and options a program has."""

    GNU = "gnu"
    BUSYBOX = "busybox"


class Process(Protocol):
    """What a program sees of its own process without asking the kernel."""

    @property
    def name(self) -> str:
        """argv[0] as it was given: `ls`, `/bin/ls`, `-bash`."""
        ...

    @property
    def environment(self) -> dict[str, str]: ...

    @property
    def flavour(self) -> Flavour: ...


Program = Callable[[Process, list[str]], Body[int]]

_REGISTERED: dict[tuple[str, Flavour | None], Program] = {}

SHELLS = dict.fromkeys(("bash", "rbash", "sh", "dash", "ash"), "shell.main")


def program(*names: str, flavour: Flavour | None = None) -> Callable[[Program], Program]:
    """Register the decorated function as the program of these names."""

    def register(function: Program) -> Program:
        for name in names:
            _REGISTERED[name, flavour] = function
        return function

    return register


def find_program(name: str, flavour: Flavour = Flavour.GNU) -> Program | None:
    """The implementation for an executable's base name, loading its module if need be."""
    key = (name, flavour)
    found = _REGISTERED.get(key) or _REGISTERED.get((name, None))
    if found is None and (module := _module_of(name)) is not None:
        import_module(f".{module}", __package__)
        found = _REGISTERED.get(key) or _REGISTERED.get((name, None))
    return found


def _module_of(name: str) -> str | None:
    if name in SHELLS:
        return SHELLS[name]
    from .programs import MODULES  # noqa: PLC0415 - on first use only

    return f"programs.{MODULES[name]}" if name in MODULES else None
