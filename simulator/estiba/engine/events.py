"""`docker events`: the part of the trace that Docker shows, kept for a while and passed on.

Source: Docker, daemon/events.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from ..trace import Record

if TYPE_CHECKING:
    from .engine import Engine
    from .event_messages import Message, Row

M = TypeVar("M")

KEPT = 256
"""How many past messages Docker remembers."""

Listener = Callable[["Message"], None]


class EventFilter:
    """What a client wants to see. Names Docker does not know are ignored, as it ignores them."""

    def __init__(self, filters: Mapping[str, Iterable[str]]) -> None:
        self._filters = {name: tuple(values) for name, values in filters.items() if values}

    def wants(self, message: Message) -> bool:
        filters = self._filters
        if not filters:
            return True
        return (
            self._event(message)
            and self._exact("type", message.kind)
            and self._exact("scope", "local")
            and all(
                self._named(kind, message)
                for kind in ("container", "volume", "network", "plugin", "daemon")
            )
            and self._image(message)
            and self._labels(message)
        )

    def _exact(self, name: str, value: str) -> bool:
        wanted = self._filters.get(name)
        return not wanted or value in wanted

    def _event(self, message: Message) -> bool:
        wanted = self._filters.get("event")
        if not wanted or message.action in wanted:
            return True
        beginning, colon, _ = message.action.partition(":")
        return bool(colon) and any(
            beginning == text or message.action.startswith(text) for text in wanted
        )

    def _named(self, kind: str, message: Message) -> bool:
        wanted = self._filters.get(kind)
        if not wanted:
            return True
        name = message.attributes.get("name", "")
        return any(message.id.startswith(text) or name.startswith(text) for text in wanted)

    def _image(self, message: Message) -> bool:
        wanted = self._filters.get("image")
        if not wanted:
            return True
        own = message.attributes.get("name" if message.kind == "image" else "image", "")
        return any(
            text in wanted
            for text in (message.id, own, own.partition(":")[0], message.id.partition(":")[0])
        )

    def _labels(self, message: Message) -> bool:
        for text in self._filters.get("label", ()):
            name, equals, value = text.partition("=")
            if name not in message.attributes or (equals and message.attributes[name] != value):
                return False
        return True


class Events(Generic[M]):
    """Listens to the recorder for as long as the engine lives."""

    def __init__(self, engine: Engine[M]) -> None:
        self._rows: Mapping[type, Row] | None = None
        self._recent: deque[Record] = deque(maxlen=KEPT)
        self._listeners: list[Listener] = []
        engine.recorder.listen(self._take)

    def past(self, since_ns: int, until_ns: int | None = None) -> list[Message]:
        """What is remembered from `since_ns` on, up to `until_ns`."""
        from .event_messages import message_of  # noqa: PLC0415

        messages = (
            message_of(record)
            for record in self._recent
            if record.time_ns >= since_ns and (until_ns is None or record.time_ns <= until_ns)
        )
        return [message for message in messages if message is not None]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call it with every new message; the answer ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def _take(self, record: Record) -> None:
        rows = self._table()
        if type(record.event) not in rows:
            return
        self._recent.append(record)
        if self._listeners:
            from .event_messages import message_of  # noqa: PLC0415

            message = message_of(record)
            if message is not None:
                for listener in tuple(self._listeners):
                    listener(message)

    def _table(self) -> Mapping[type, Row]:
        """What has a message, loaded with the first fact."""
        if self._rows is None:
            from .event_messages import ROWS  # noqa: PLC0415

            self._rows = ROWS
        return self._rows
