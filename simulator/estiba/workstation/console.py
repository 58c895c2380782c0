"""The console of one docker command on a workstation: its descriptors, seen as the command line sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..cli.console import MemoryStream
from ..http import Stream
from ..runtime.simulated.descriptions import Description
from ..runtime.simulated.process import SimulatedProcess
from ..runtime.simulated.syscalls import SyscallError
from .keyboard import Typing

CHUNK = 1 << 16


class Piped:
    """Standard input that is a pipe or a file; `run` lets the others on the machine go on."""

    def __init__(self, process: SimulatedProcess, run: Callable[[], bool]) -> None:
        self._process = process
        self._run = run

    @property
    def _description(self) -> Description | None:
        return self._process.files.get(0)

    @property
    def ready(self) -> bool:
        description = self._description
        return description is None or description.can_read()

    def poll(self) -> bytes | None:
        description = self._description
        if description is None:
            return None
        if not description.can_read():
            return b""
        try:
            data = description.read(self._process, CHUNK)
        except SyscallError:
            return None
        return (data or None) if isinstance(data, bytes) else b""

    def advance(self) -> bool:
        """Let whoever writes into the pipe go on."""
        return self._run()


class WorkstationConsole:
    """Standard input is the keyboard or a pipe; what is written is kept until the command ends."""

    def __init__(
        self, source: Piped | Typing, write: Callable[[int, bytes], None], *, drawn: bool
    ) -> None:
        self._source = source
        self._write = write
        self.signals = MemoryStream()
        self.stdin_is_terminal = isinstance(source, Typing)
        self.stdout_is_terminal = drawn

    @property
    def stdin(self) -> Stream:
        return self._source

    def advance(self) -> bool:
        """Bring input, when nothing else can go on."""
        return self._source.advance()

    def write(self, data: bytes) -> None:
        self._write(1, data)

    def write_error(self, data: bytes) -> None:
        self._write(2, data)

    def size(self) -> tuple[int, int]:
        return (24, 80) if self.stdin_is_terminal else (0, 0)

    @contextmanager
    def raw_mode(self) -> Iterator[None]:
        """Keys come one by one."""
        if isinstance(self._source, Piped):
            yield
            return
        self._source.raw = True
        try:
            yield
        finally:
            self._source.raw = False

    @contextmanager
    def no_echo(self) -> Iterator[None]:
        if isinstance(self._source, Piped):
            yield
            return
        self._source.hidden = True
        try:
            yield
        finally:
            self._source.hidden = False
