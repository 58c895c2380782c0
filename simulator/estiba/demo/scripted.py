"""A console that types by itself: keys in order, each when the output it waits for has come.

After the last key nobody types any more; as at a terminal, that is not the end of the input.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence

from ..cli.console import MemoryConsole, MemoryStream
from .script import Key

CONTROLS = re.compile(r"\x1b\[[?0-9;]*[A-Za-z]")  # cursor moves, questions to the terminal: no text


class ScriptedInput(MemoryStream):
    """Standard input as a stream of scripted keys."""

    def __init__(self, keys: Sequence[Key], pause: Callable[[float], None]) -> None:
        super().__init__()
        self._keys = deque(keys)
        self._pause = pause
        self._seen = ""

    def saw(self, text: str) -> None:
        self._seen += text

    @property
    def ready(self) -> bool:
        return bool(self._keys) and self._seen.endswith(self._keys[0].expect)

    def poll(self) -> bytes | None:
        if not self.ready:
            return b""
        key = self._keys.popleft()
        self._seen = ""
        self._pause(key.after_s)
        return key.send.encode()


class ScriptedConsole(MemoryConsole):
    """A console over scripted input; what is written goes to `show` and is kept in `text`.

    It is a terminal when there are keys to type, or when asked to be one. `pause` lets the clock
    pass while nobody types.
    """

    def __init__(
        self,
        keys: Sequence[Key] = (),
        *,
        terminal: bool = False,
        show: Callable[[str], None] = lambda text: None,
        pause: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        super().__init__(terminal=terminal or bool(keys), size=(40, 132))
        self.stdin = self._typed = ScriptedInput(keys, pause)
        self._show = show
        self.text = ""

    def write(self, data: bytes) -> None:
        text = data.decode("utf-8", "replace")
        text = CONTROLS.sub("", text)
        self._typed.saw(text)
        self._keep(text.replace("\r", ""))

    def write_error(self, data: bytes) -> None:
        self._keep(data.decode("utf-8", "replace"))

    def _keep(self, text: str) -> None:
        self.text += text
        self._show(text)
