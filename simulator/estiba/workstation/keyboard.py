"""The keyboard of a workstation: lines waiting to be typed, given to whoever asks for input.

A line is typed when the one at the terminal waits for it and nothing else can go on, as a person
would. `^C`, `^D` and their like are keys (`^P^Q` is two); any other line ends with Enter.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable

CONTROL = re.compile(r"(?:\^[A-Z\\\]^_\[@])+")


def pressed(line: str) -> bytes:
    """What a terminal that is read key by key gets when a line is typed."""
    if CONTROL.fullmatch(line):
        return bytes(ord(key) ^ 0x40 for key in line[1::2])
    return line.encode() + b"\r"


class Keyboard:
    """Lines to be typed, in order."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._typed: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._lines)

    def put(self, lines: Iterable[str]) -> None:
        self._lines.extend(lines)

    def take(self) -> str:
        """The next line, for the shell."""
        return self._lines.popleft()

    def forget_typed(self) -> list[str]:
        """The lines that commands were given since the last call, in order."""
        typed, self._typed = self._typed, []
        return typed

    def press(self, *, raw: bool) -> bytes | None:
        """The keys of the next line, None for the end of input. `raw`: a terminal is read key by key."""
        line = self._lines.popleft()
        self._typed.append(line)
        if raw:
            return pressed(line)
        if not CONTROL.fullmatch(line):
            return line.encode() + b"\n"
        return None if pressed(line) == b"\x04" else b""


class Typing:
    """A command's standard input: the keyboard, one line each time it is waited for.

    The terminal shows what is typed, unless it is read key by key (`raw`) or `hidden`.
    """

    def __init__(self, keyboard: Keyboard, show: Callable[[bytes], None]) -> None:
        self._keyboard = keyboard
        self._show = show
        self._chunks: deque[bytes | None] = deque()
        self.awaited = False
        self.raw = False
        self.hidden = False

    @property
    def ready(self) -> bool:
        self.awaited = True
        return bool(self._chunks)

    def poll(self) -> bytes | None:
        return self._chunks.popleft() if self._chunks else b""

    def advance(self) -> bool:
        """Type the next line, if somebody waits for it and there is one."""
        if not (self.awaited and self._keyboard):
            return False
        self.awaited = False
        keys = self._keyboard.press(raw=self.raw)
        self._chunks.append(keys)
        if keys and not self.raw:
            self._show(b"\n" if self.hidden else keys)
        return True
