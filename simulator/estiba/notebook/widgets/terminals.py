"""Two terminals: both attached to one container, or each to its own."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from ...http import Request
from ...http.transport import Connection
from ...workstation.keyboard import pressed
from ...workstation.screen import Screen
from ..session import Session, current
from .words import words

UPGRADE = {"connection": "Upgrade", "upgrade": "tcp"}
LINES = 14


class Attached:
    """A terminal attached to the main process of a running container with `-it`.

    Raises: EstibaError in Docker's words when one cannot attach.
    """

    def __init__(self, session: Session, container: str) -> None:
        self._session = session
        self._screen = Screen()
        target = f"/containers/{container}/attach?stream=1&stdin=1&stdout=1&stderr=1"
        with session.lock:
            answer = session.machine.house.transport.send(Request("POST", target, UPGRADE))
        self._connection: Connection | None = answer.connection

    def type(self, line: str) -> None:
        """Type a line, or keys such as `^D`."""
        if self._connection is not None:
            with self._session.lock:
                self._connection.send(pressed(line))

    def text(self) -> str:
        """The last lines on the screen."""
        if self._connection is not None:
            with self._session.lock:
                self._session.machine.house.scheduler.run_idle()
                while chunk := self._connection.incoming.poll():
                    self._screen.write(chunk.decode("utf-8", "replace"))
        return "\n".join(self._screen.lines[-LINES:])


class TwoTerminals(ipywidgets.HBox):
    """`inputs` are the two fields; what is typed in one shows in both when they share a container."""

    def __init__(self, left: str, right: str = "", *, session: Session | None = None) -> None:
        self.session = session or current()
        texts = words(self.session.language)
        self.terminals = [Attached(self.session, name) for name in (left, right or left)]
        self.screens = [ipywidgets.HTML() for _ in self.terminals]
        self.inputs = [
            ipywidgets.Text(placeholder=texts["send"], continuous_update=False)
            for _ in self.terminals
        ]
        for number, field in enumerate(self.inputs):
            field.observe(self._typed(number), names="value")
        titles = (f"{texts['left']}: {left}", f"{texts['right']}: {right or left}")
        boxes = [
            ipywidgets.VBox([ipywidgets.Label(title), screen, field])
            for title, screen, field in zip(titles, self.screens, self.inputs, strict=True)
        ]
        super().__init__(boxes)
        self.refresh()

    def _typed(self, number: int) -> Any:
        def typed(change: dict[str, Any]) -> None:
            if change["new"]:
                self.terminals[number].type(change["new"])
                self.inputs[number].value = ""
                self.refresh()

        return typed

    def refresh(self) -> None:
        """Show what both screens show now."""
        for screen, terminal in zip(self.screens, self.terminals, strict=True):
            screen.value = (
                f'<pre style="min-height:{LINES}em;min-width:40em">{escape(terminal.text())}</pre>'
            )

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and what is on the screens where no widget can be shown."""
        shown = super()._repr_mimebundle_(**options)
        bundle, *rest = shown if isinstance(shown, tuple) else (shown,)
        if bundle is not None:
            bundle = {**bundle, "text/plain": "\n\n".join(t.text() for t in self.terminals)}
        return (bundle, *rest) if rest else bundle
