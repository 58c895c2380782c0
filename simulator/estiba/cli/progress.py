"""Progress of pulls, pushes, builds and loads: the engine's JSON lines as text, on a terminal or off it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..http import Stream
from ..spec.units import human_size
from .errors import CommandFailed
from .session import Session

Write = Callable[[bytes], None]
BAR_WIDTH = 50
DECODER = json.JSONDecoder()


def bar(detail: dict[str, Any], columns: int) -> str:
    """`[====>    ]  1.2MB/3MB`; only numbers where the terminal is narrow."""
    current, total = detail.get("current", 0), detail.get("total", 0)
    unit = detail.get("units", "")
    if current <= 0 and total <= 0:
        return ""
    if total <= 0:
        return f"{current} {unit}" if unit else f"{human_size(current):>8}"
    filled = min(int(current / total * 100) // 2, BAR_WIDTH)
    box = f"[{'=' * filled}>{' ' * (BAR_WIDTH - filled)}] " if columns > 110 else ""
    if detail.get("hidecounts"):
        return box
    if unit:
        return box + (f"{current} {unit}" if current > total else f"{current}/{total} {unit}")
    numbers = f"{human_size(current):>8}"
    return box + (numbers if current > total else f"{numbers}/{human_size(total)}")


class Display:
    """Shows messages one after the other. Each ID with progress has a line of its own on a terminal."""

    def __init__(self, write: Write, terminal: bool, columns: int) -> None:
        self._write = write
        self._terminal = terminal
        self._columns = columns or 200
        self._lines: dict[str, int] = {}

    def show(self, message: dict[str, Any]) -> None:
        """Raises: CommandFailed for a message that is an error."""
        out = ""
        detail = message.get("progressDetail")
        identifier = message.get("id", "")
        distance = 0
        if identifier and (detail is not None or message.get("progress")):
            if identifier not in self._lines:
                self._lines[identifier] = len(self._lines)
                out += "\n" if self._terminal else ""
            distance = len(self._lines) - self._lines[identifier]
            out += f"\x1b[{distance}A" if self._terminal else ""
        else:
            self._lines.clear()
        error = message.get("errorDetail")
        if error is None:
            out += self._text(message, detail, identifier)
        if identifier and self._terminal:
            out += f"\x1b[{distance}B"
        self._write(out.encode("utf-8", "surrogateescape"))
        if error is not None:
            raise CommandFailed(error.get("message", ""), error.get("code") or 1)

    def _text(self, message: dict[str, Any], detail: dict[str, Any] | None, identifier: str) -> str:
        stream = message.get("stream", "")
        shown = bar(detail, self._columns) if detail is not None else ""
        text = end = ""
        if self._terminal and not stream and detail is not None:
            text, end = "\x1b[2K\r", "\r"
        elif shown:
            return ""
        if identifier:
            text += f"{identifier}: "
        if message.get("from"):
            text += f"(from {message['from']}) "
        status = message.get("status", "")
        if detail is not None and self._terminal:
            return f"{text}{status} {shown}{end}"
        if message.get("progress"):
            return f"{text}{status} {message['progress']}{end}"
        return f"{text}{stream}{end}" if stream else f"{text}{status}{end}\n"


def messages(session: Session, body: Stream) -> Any:
    """The JSON values of a body as they come."""
    pending = ""
    while (chunk := body.poll()) is not None:
        if not chunk:
            session.wait(body)
            continue
        pending = (pending + chunk.decode("utf-8", "replace")).lstrip()
        while pending:
            try:
                value, end = DECODER.raw_decode(pending)
            except ValueError:
                break
            pending = pending[end:].lstrip()
            yield value
    if pending:
        raise CommandFailed("unexpected EOF")


def display(
    session: Session,
    body: Stream,
    *,
    write: Write | None = None,
    terminal: bool | None = None,
    aux: Callable[[Any], None] | None = None,
) -> None:
    """Show a whole stream, on standard output if nothing else is said. Raises: CommandFailed."""
    shown = session.console.stdout_is_terminal if terminal is None else terminal
    view = Display(write or session.console.write, shown, session.console.size()[1] if shown else 0)
    for message in messages(session, body):
        if isinstance(message, dict):
            if message.get("aux") is not None:
                if aux is not None:
                    aux(message["aux"])
            else:
                view.show(message)
