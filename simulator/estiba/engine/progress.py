"""Progress as the engine streams it: one JSON object a line, ended by CR LF.

Source: Docker Engine API 1.41, `POST /images/create`; fields in the order 20.10 writes them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..spec.gojson import dump
from ..spec.units import human_size
from ..tasks import Channel, Signal

BAR = 50


class Progress:
    """Writes progress to whoever listens. `started` tells whether anything was said yet.

    Who has much to say looks whether the `queue` is `full`, and goes on when it has `changed`.
    """

    def __init__(
        self,
        write: Callable[[bytes], None],
        *,
        quiet: bool = False,
        queue: Channel | None = None,
    ) -> None:
        self._write = write
        self._quiet = quiet
        self._queue = queue
        self.changed = Signal() if queue is None else queue.changed
        self.started = False

    @property
    def full(self) -> bool:
        return self._queue is not None and self._queue.full

    def _send(self, value: dict[str, Any]) -> None:
        self.started = True
        self._write(dump(value) + b"\r\n")

    def message(self, text: str, id: str = "") -> None:
        """A line that stays."""
        self._send({"status": text, "id": id} if id else {"status": text})

    def update(self, id: str, action: str) -> None:
        """A new state of one thing, shown in its line."""
        if not self._quiet:
            self._send({"status": action, "progressDetail": {}, "id": id})

    def advance(self, id: str, action: str, current: int, total: int) -> None:
        """How far one thing is. Units: bytes."""
        if not self._quiet:
            self._send(
                {
                    "status": action,
                    "progressDetail": {"current": current, "total": total},
                    "progress": bar(current, total),
                    "id": id,
                }
            )

    def stream(self, text: str) -> None:
        """Text as it is, for `build` and `load`."""
        self._send({"stream": text})

    def aux(self, value: Any) -> None:
        """A value for programs."""
        self._send({"aux": value})

    def error(self, message: str, code: int | None = None) -> None:
        """The end, if it is a bad one."""
        detail: dict[str, Any] = {} if code is None else {"code": code}
        self._send({"errorDetail": {**detail, "message": message}, "error": message})


def bar(current: int, total: int) -> str:
    """The bar and the numbers beside it.

    >>> bar(14351, 1068997)
    '[>                                                  ]  14.35kB/1.069MB'
    """
    if total <= 0:
        return f"{human_size(current):>8}" if current > 0 else ""
    half = min(BAR, current * 100 // total // 2)
    numbers = f"{human_size(current):>8}"
    if current <= total:
        numbers += f"/{human_size(total)}"
    return f"[{'=' * half}>{' ' * (BAR - half)}] {numbers}"
