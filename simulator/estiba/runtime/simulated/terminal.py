"""Terminals: the line discipline between what a person types and what programs read and write.

Source: Linux, drivers/tty/n_tty.c; termios(3).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from ...filesystem import Stat
from ...filesystem.flags import O_NONBLOCK, O_RDWR
from ...tasks import Channel, Disconnected, Signal, Work
from .descriptions import S_IFCHR, Description, make_stat
from .syscalls import Action, SyscallError, Termios
from .syscalls.errnos import EAGAIN, EIO
from .syscalls.signals import SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGWINCH

if TYPE_CHECKING:
    from .container import Container
    from .process import SimulatedProcess

NL, CR, TAB = 10, 13, 9
PTS_MAJOR = 136


class Terminal:
    """A pseudo-terminal: `keyboard` and `screen` are its outer side.

    `_queue` holds what can be read: whole lines in canonical mode (b"" is an end of file), else
    any bytes; `_line` is the line being edited.
    """

    def __init__(
        self, container: Container, number: int, keyboard: Channel | None, screen: Channel
    ) -> None:
        self.container = container
        self.number = number
        self.settings = Termios()
        self.rows, self.columns = 0, 0
        self.session = 0
        self.foreground = 0
        self.changed = Signal()
        self.holders = 0
        self._keyboard = keyboard
        self._screen = screen
        self._queue: deque[bytes] = deque()
        self._line = bytearray()
        self._literal = False
        if keyboard is not None:
            self._listen()

    @property
    def name(self) -> str:
        return f"/dev/pts/{self.number}"

    @property
    def rdev(self) -> int:
        return PTS_MAJOR << 8 | self.number

    # The outer side.

    def _listen(self) -> None:
        """Take everything typed so far, and be called at the next key."""
        keyboard = self._keyboard
        assert keyboard is not None
        while chunk := keyboard.poll():
            self.type(chunk)
        if not keyboard.closed:
            keyboard.changed.subscribe(self._listen)

    def resize(self, rows: int, columns: int) -> None:
        if (rows, columns) != (self.rows, self.columns):
            self.rows, self.columns = rows, columns
            self._signal(SIGWINCH)

    def type(self, data: bytes) -> None:
        """Bytes from the keyboard."""
        for byte in data:
            self._key(byte)
        self.changed.fire()

    def _key(self, byte: int) -> None:
        settings = self.settings
        if self._literal:
            self._literal = False
            self._insert(byte)
            return
        if byte == CR and settings.cr_to_nl:
            byte = NL
        if settings.signals and (number := self._signal_of(byte)):
            self._interrupt(byte, number)
        elif settings.canonical:
            self._edit(byte)
        else:
            self._echo(byte)
            self._append(bytes((byte,)))

    def _append(self, data: bytes) -> None:
        self._queue.append(data)

    def _signal_of(self, byte: int) -> int:
        settings = self.settings
        if byte == 0:
            return 0
        if byte == settings.interrupt:
            return SIGINT
        if byte == settings.quit:
            return SIGQUIT
        return SIGTSTP if byte == settings.suspend else 0

    def _interrupt(self, byte: int, number: int) -> None:
        self._line.clear()
        self._queue.clear()
        self._echo(byte)
        self._signal(number)

    def _signal(self, number: int) -> None:
        if self.foreground:
            self.container.kernel.signal_group(self.container, self.foreground, number)

    def _edit(self, byte: int) -> None:
        settings = self.settings
        edits: dict[int, Callable[[], None]] = {
            settings.erase: self._rub,
            settings.kill: self._kill,
            settings.word_erase: self._erase_word,
        }
        if byte and byte in edits:
            edits[byte]()
        elif byte and byte == settings.end_of_file:
            self._finish()
        elif byte and settings.extended and byte == settings.literal_next:
            self._literal = True
            self._show(b"^\b")
        elif byte == NL:
            if settings.echo:
                self._show(b"\n")
            self._line.append(NL)
            self._finish()
        else:
            self._insert(byte)

    def _insert(self, byte: int) -> None:
        self._echo(byte)
        self._line.append(byte)

    def _finish(self) -> None:
        self._append(bytes(self._line))
        self._line.clear()

    def _rub(self) -> None:
        self._erase()

    def _erase(self) -> bool:
        """Take back the last character, on the screen too."""
        line = self._line
        if not line:
            return False
        while len(line) > 1 and line[-1] & 0xC0 == 0x80:
            line.pop()
        last = line.pop()
        if self.settings.echo:
            width = 2 if last < 32 and last != TAB and self.settings.echo_control else 1
            self._show(b"\b \b" * width)
        return True

    def _kill(self) -> None:
        while self._erase():
            pass

    def _erase_word(self) -> None:
        while self._line and self._line[-1:].isspace():
            self._erase()
        while self._line and not self._line[-1:].isspace():
            self._erase()

    def _echo(self, byte: int) -> None:
        if not self.settings.echo:
            return
        if (byte < 32 or byte == 127) and self.settings.echo_control and byte not in (NL, TAB):
            self._show(bytes((94, byte ^ 64)))
        else:
            self._show(bytes((byte,)))

    def _show(self, data: bytes) -> None:
        with suppress(Disconnected):
            self._screen.put(self._processed(data))

    def _processed(self, data: bytes) -> bytes:
        return data.replace(b"\n", b"\r\n") if self.settings.output_processing else data

    # The inner side.

    def change(self, settings: Termios, *, flush: bool) -> None:
        if flush:
            self._line.clear()
            self._queue.clear()
        elif self.settings.canonical and not settings.canonical and self._line:
            self._finish()
        self.settings = settings
        self.changed.fire()

    @property
    def ready(self) -> bool:
        return bool(self._queue)

    def take(self, size: int) -> bytes:
        """What one `read` gets: a line, or all there is."""
        queue = self._queue
        data = queue.popleft()
        if not self.settings.canonical:
            while queue and len(data) < size:
                data += queue.popleft()
        if len(data) > size:
            queue.appendleft(data[size:])
        return data[:size]

    def write(self, data: bytes) -> Work[None]:
        with suppress(Disconnected):
            yield from self._screen.write(self._processed(data))

    def drop(self) -> None:
        """One open description less; the last one closes the screen."""
        self.holders -= 1
        if self.holders == 0:
            self._screen.close()


class TerminalFile(Description):
    """An open terminal."""

    __slots__ = ("terminal",)

    def __init__(self, terminal: Terminal, flags: int = O_RDWR, name: str = "") -> None:
        super().__init__(name or terminal.name, flags)
        self.terminal = terminal
        terminal.holders += 1

    def read(self, process: SimulatedProcess, size: int) -> Work[bytes]:
        terminal = self.terminal
        while not terminal.ready or self._in_background(process):
            if self._in_background(process):
                self._refuse(process)
            elif self.flags & O_NONBLOCK:
                raise SyscallError(EAGAIN)
            yield from process.block(terminal.changed)
        return terminal.take(size)

    def _in_background(self, process: SimulatedProcess) -> bool:
        terminal = self.terminal
        return process.session == terminal.session and process.group != terminal.foreground

    @staticmethod
    def _refuse(process: SimulatedProcess) -> None:
        if process.actions.get(SIGTTIN) is Action.IGNORE:
            raise SyscallError(EIO)
        process.container.kernel.signal_group(process.container, process.group, SIGTTIN)

    def write(self, process: SimulatedProcess, data: bytes) -> Work[int]:
        yield from self.terminal.write(data)
        return len(data)

    def can_read(self) -> bool:
        return self.terminal.ready

    def changes(self) -> tuple[Signal, ...]:
        return (self.terminal.changed,)

    def stat(self) -> Stat:
        terminal = self.terminal
        return make_stat(S_IFCHR | 0o620, rdev=terminal.rdev, ino=3 + terminal.number)

    def close(self) -> None:
        self.terminal.drop()
