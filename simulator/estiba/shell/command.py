"""`estiba shell` at a terminal or with lines from a file."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..app import simulated
from ..cli.console import MemoryConsole
from ..cli.disk import DiskFiles
from ..cli.terminal import TerminalConsole
from ..http.poller import Poller
from ..trace import SystemClock
from .session import Session

PROMPT = "estiba> "
TURN_S = 0.02
CAUGHT = ("SIGHUP", "SIGINT", "SIGTERM", "SIGWINCH", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGCONT")


class PipedConsole(MemoryConsole):
    """The console of a command whose lines come from a file: it writes, nobody types."""

    def write(self, data: bytes) -> None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def write_error(self, data: bytes) -> None:
        sys.stdout.flush()
        sys.stderr.buffer.write(data)
        sys.stderr.buffer.flush()


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def run(language: str) -> int:
    """Read lines until the end; the exit code of the last command."""
    poller = Poller()

    def outside(delay_s: float | None) -> bool:
        poller.poll(TURN_S if delay_s is None else min(delay_s, TURN_S))
        return True

    at_terminal = sys.stdin.isatty()
    house = simulated(clock=SystemClock(), poller=poller, files=DiskFiles(), outside=outside)
    session = Session(house, language, TerminalConsole if at_terminal else PipedConsole, _show)
    if not at_terminal:
        return _read(session, iter(sys.stdin))
    _show(session.texts["welcome"] + "\n")
    _prepare_readline(session)
    return _read(session, _typed())


def _typed() -> Iterator[str]:
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            _show("\n")
            return
        except KeyboardInterrupt:
            _show("^C\n")


def _read(session: Session, lines: Iterator[str]) -> int:
    code = 0
    for line in lines:
        with _own_signals():
            code = session.run(line.rstrip("\n"))
        if session.ended:
            return 0
    return code


@contextmanager
def _own_signals() -> Iterator[None]:
    """A console takes the signals over; give them back afterwards."""
    numbers = [getattr(signal, name) for name in CAUGHT if hasattr(signal, name)]
    before: list[tuple[int, Any]] = [(n, signal.getsignal(n)) for n in numbers]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


def _prepare_readline(session: Session) -> None:
    """History and completion, where this Python has readline."""
    try:
        import readline  # noqa: PLC0415  (not everywhere)
    except ImportError:
        return

    def complete(word: str, state: int) -> str | None:
        before = readline.get_line_buffer()[: readline.get_begidx()]
        found = session.complete(before, word)
        return found[state] + " " if state < len(found) else None

    readline.set_completer_delims(" \t\n")
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
