"""Variables that the shell answers afresh each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .dialect import Dialect

if TYPE_CHECKING:
    from .shell import Shell

BASH_VERSION = "5.2.15(1)-release"
NS_PER_S = 1_000_000_000


def _random(shell: Shell) -> str:
    """Deterministic: a shell draws the same numbers each time its story is told."""
    state = shell.state
    state.seed = (state.seed * 1103515245 + 12345 + state.pid) % (1 << 31)
    return str(state.seed >> 16 & 32767)


def _bash(answer: Callable[[Shell], str | None]) -> Callable[[Shell], str | None]:
    return lambda shell: answer(shell) if shell.dialect is Dialect.BASH else None


def _function(shell: Shell) -> str | None:
    return shell.calls[-1] if shell.state.scopes else None


DYNAMIC: dict[str, Callable[[Shell], str | None]] = {
    "RANDOM": lambda shell: None if shell.dialect is Dialect.DASH else _random(shell),
    "LINENO": lambda shell: str(shell.state.line),
    "PPID": lambda shell: str(shell.parent),
    "SECONDS": _bash(lambda shell: str((shell.now_ns - shell.state.started_ns) // NS_PER_S)),
    "EPOCHSECONDS": _bash(lambda shell: str(shell.now_ns // NS_PER_S)),
    "BASHPID": _bash(lambda shell: str(shell.own_pid)),
    "BASH_SUBSHELL": _bash(lambda shell: str(shell.state.depth)),
    "BASH_VERSION": _bash(lambda shell: BASH_VERSION),
    "BASH": _bash(lambda shell: "/bin/bash"),
    "UID": _bash(lambda shell: str(shell.uid)),
    "EUID": _bash(lambda shell: str(shell.uid)),
    "HOSTNAME": _bash(lambda shell: shell.hostname),
    "HOSTTYPE": _bash(lambda shell: "x86_64"),
    "OSTYPE": _bash(lambda shell: "linux-gnu"),
    "MACHTYPE": _bash(lambda shell: "x86_64-pc-linux-gnu"),
    "SHLVL": _bash(lambda shell: "1"),
    "FUNCNAME": _bash(_function),
    "BASH_SOURCE": _bash(lambda shell: shell.sources[-1] if shell.sources else None),
    "PIPESTATUS": _bash(lambda shell: str(shell.state.pipe_status[0])),
    "SHELLOPTS": _bash(lambda shell: ":".join(sorted(shell.state.options))),
}
