"""The line editor of interactive shells: readline's emacs keys, and BusyBox's subset of them.

Source: readline(3), "EDITING COMMANDS".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..streams import decode, encode, write_all
from ..syscalls import Body, Getwinsize, Read, SyscallError, Tcgetattr, Tcsetattr, signals
from ..syscalls.errnos import EINTR
from .completion import complete
from .control import Interrupted, ShellExit
from .line_buffer import LineBuffer
from .line_display import Display, Style

if TYPE_CHECKING:
    from .shell import Shell

ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[@-~]|.)", re.S)
PARTIAL = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*|O)?\Z")
PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"


class LineEditor(LineBuffer):
    """Reads one line at a time from the terminal on descriptor 0, echoing on descriptor 2."""

    def __init__(self, shell: Shell, style: Style, lines: list[str]) -> None:
        super().__init__(lines)
        self.shell = shell
        self._style = style
        self._pending = ""
        self._display = Display("", 80, style)
        self._done: str | None = None
        self._tabs = 0
        self._search: str | None = None

    # One line.

    def read(self, prompt: str) -> Body[str | None]:
        """The next line without its newline; None at Ctrl-D. Raises: Interrupted, ShellExit."""
        settings = yield from Tcgetattr(0)
        raw = replace(settings, canonical=False, echo=False, cr_to_nl=False)
        yield from Tcsetattr(0, raw)
        try:
            _, columns = yield from Getwinsize(0)
            self._begin(prompt, columns or 80)
            yield from self._write(self._display.start())
            line = yield from self._edit()
        except Interrupted:
            yield from self._write(self._style.interrupted)
            yield from Tcsetattr(0, settings)
            raise
        yield from self._write(self._style.ended if line is None else self._style.accepted)
        yield from Tcsetattr(0, settings)
        return line

    def _begin(self, prompt: str, columns: int) -> None:
        self.reset()
        self._display = Display(prompt, columns, self._style)
        self._done, self._tabs, self._search = None, 0, None

    def _write(self, text: str) -> Body[None]:
        yield from write_all(2, encode(text))

    def _edit(self) -> Body[str | None]:
        while True:
            key = yield from self._key()
            if key == "\x04" and not self.text and self._search is None:
                return None
            yield from self._handle(key)
            if self._done is not None:
                yield from self._write(self._display.finish())
                return self._done

    # Keys.

    def _key(self) -> Body[str]:
        """The next key: a character, an escape sequence, or a run of plain characters."""
        while not self._pending or (
            self._pending[0] == "\x1b" and PARTIAL.match(self._pending) and len(self._pending) < 12
        ):
            data = yield from self._bytes()
            self._pending += data
        pending = self._pending
        match = ESCAPE.match(pending)
        if match is not None:
            key = match.group()
        else:
            end = 1
            while end < len(pending) and pending[0].isprintable() and pending[end].isprintable():
                end += 1
            key = pending[:end]
        self._pending = pending[len(key) :]
        return key

    def _bytes(self) -> Body[str]:
        while True:
            try:
                data = yield from Read(0, 4096)
            except SyscallError as error:
                if error.errno != EINTR:
                    raise
                yield from self._interrupted()
                continue
            if not data:
                return "\x04"
            while data[-1] & 0x80 and _unfinished(data):
                data += yield from Read(0, 1)
            return decode(data)

    def _interrupted(self) -> Body[None]:
        """A signal came while we waited for a key."""
        shell = self.shell
        noted, shell.traps.noted = shell.traps.noted, []
        for number in noted:
            if number == signals.SIGWINCH:
                _, columns = yield from Getwinsize(0)
                self._display.columns = columns or 80
                yield from self._write(self._display.refresh())
            elif number == signals.SIGINT:
                self._pending = ""
                yield from self._write(self._display.finish())
                raise Interrupted
            elif number == signals.SIGHUP:
                raise ShellExit(129)
        yield from shell.traps.run_pending()

    def _handle(self, key: str) -> Body[None]:
        if self._search is not None and (yield from self._searching(key)):
            return
        action = KEYS.get(key)
        if key == PASTE_START:
            yield from self._paste()
        elif action is not None:
            if key != "\t":
                self._tabs = 0
            yield from self._do(action)
        elif key[0] >= " " and key[0] != "\x7f":
            self._insert(key)
            yield from self._show()
        self._tabs = self._tabs if key == "\t" else 0

    def _do(self, action: Callable[[LineEditor], Body[None] | None]) -> Body[None]:
        result = action(self)
        if result is not None:
            yield from result
        yield from self._show()

    def _show(self) -> Body[None]:
        change = self._display.change(self.text, self.cursor)
        if change:
            yield from self._write(change)

    def _paste(self) -> Body[None]:
        text = ""
        while PASTE_END not in text:
            text += self._pending or (yield from self._bytes())
            self._pending = ""
        text, _, self._pending = text.partition(PASTE_END)
        self._insert(text.replace("\r", "\n"))
        yield from self._show()

    # Commands that need the terminal.

    def accept(self) -> None:
        self._done = self.text

    def clear_screen(self) -> Body[None]:
        yield from self._write(self._display.clear())

    def quoted_insert(self) -> Body[None]:
        self._insert((yield from self._key()))

    def tab(self) -> Body[None]:
        found = yield from complete(self.shell, self.text, self.cursor)
        self._tabs += 1
        if found.insert:
            self._insert(found.insert)
            self._tabs = 0
        elif self._tabs > 1 and found.choices:
            yield from self._write("\n" + found.table(self._display.columns))
            yield from self._write(self._display.again())
        else:
            yield from self._write("\a")

    # Reverse search.

    def search(self) -> Body[None]:
        self._search = ""
        self._place = len(self._lines)
        yield from self._write("\r(reverse-i-search)`': ")

    def _searching(self, key: str) -> Body[bool]:
        """A key during a search; False if it ends the search and means itself."""
        assert self._search is not None
        if key in ("\x7f", "\b"):
            self._search = self._search[:-1]
            self._find(len(self._lines))
        elif key == "\x12":
            self._find(self._place)
        elif key[0] >= " ":
            self._search += key
            self._find(self._place + 1)
        else:
            if key == "\x07":
                self.text, self.cursor = "", 0
            self._search = None
            self._display.text, self._display.cursor = "", 0
            yield from self._write("\r\x1b[J" + self._display.again())
            yield from self._show()
            return key in ("\x07", "\x1b")
        label = f"\r\x1b[J(reverse-i-search)`{self._search}': {self.text}"
        yield from self._write(label)
        return True

    def _find(self, before: int) -> None:
        wanted = self._search or ""
        for place in range(min(before, len(self._lines)) - 1, -1, -1):
            if wanted in self._lines[place]:
                self._place, self.text = place, self._lines[place]
                self.cursor = self.text.rfind(wanted)
                return


def _unfinished(data: bytes) -> bool:
    """Does the text end inside a character?"""
    tail = data[-4:]
    for back in range(1, len(tail) + 1):
        byte = tail[-back]
        if byte & 0xC0 == 0xC0:
            need = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return back < need
    return False


KEYS: dict[str, Callable[[LineEditor], Body[None] | None]] = {
    "\r": LineEditor.accept,
    "\n": LineEditor.accept,
    "\x01": LineEditor.home,
    "\x02": LineEditor.left,
    "\x04": LineEditor.delete,
    "\x05": LineEditor.end,
    "\x06": LineEditor.right,
    "\x08": LineEditor.backspace,
    "\t": LineEditor.tab,
    "\x0b": LineEditor.kill_to_end,
    "\x0c": LineEditor.clear_screen,
    "\x0e": LineEditor.next,
    "\x10": LineEditor.previous,
    "\x12": LineEditor.search,
    "\x14": LineEditor.transpose,
    "\x15": LineEditor.kill_to_start,
    "\x16": LineEditor.quoted_insert,
    "\x17": LineEditor.kill_word_back,
    "\x19": LineEditor.yank,
    "\x1f": LineEditor.undo,
    "\x7f": LineEditor.backspace,
    "\x1b[A": LineEditor.previous,
    "\x1b[B": LineEditor.next,
    "\x1b[C": LineEditor.right,
    "\x1b[D": LineEditor.left,
    "\x1bOA": LineEditor.previous,
    "\x1bOB": LineEditor.next,
    "\x1bOC": LineEditor.right,
    "\x1bOD": LineEditor.left,
    "\x1b[H": LineEditor.home,
    "\x1b[F": LineEditor.end,
    "\x1bOH": LineEditor.home,
    "\x1bOF": LineEditor.end,
    "\x1b[1~": LineEditor.home,
    "\x1b[4~": LineEditor.end,
    "\x1b[3~": LineEditor.delete,
    "\x1b[1;5C": LineEditor.word_right,
    "\x1b[1;5D": LineEditor.word_left,
    "\x1bb": LineEditor.word_left,
    "\x1bf": LineEditor.word_right,
    "\x1bd": LineEditor.kill_letters,
    "\x1b\x7f": LineEditor.kill_letters_back,
    "\x1b.": LineEditor.last_argument,
    "\x1b_": LineEditor.last_argument,
    "\x1b<": LineEditor.oldest,
    "\x1b>": LineEditor.newest,
}
