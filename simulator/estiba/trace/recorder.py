"""The recorder: an ordered list of facts, each with its time, and who listens."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from .clock import Clock


class Event(Protocol):
    """A fact: a frozen dataclass with a dotted `name` in the past tense."""

    name: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Record:
    """An event with its place in the story. Units: `time_ns`, nanoseconds since the epoch."""

    sequence: int
    time_ns: int
    event: Event

    def to_json(self) -> dict[str, Any]:
        return {
            "sequence": self.sequence,
            "time_ns": self.time_ns,
            "event": self.event.name,
            **dataclasses.asdict(self.event),
        }


class Recorder:
    """Keeps events in order and tells listeners. `limit` bounds how many are kept (oldest go
    first).
    """

    def __init__(self, clock: Clock, *, limit: int | None = None) -> None:
        self._clock = clock
        self._limit = limit
        self._records: list[Record] = []
        self._next = 0
        self._listeners: list[Callable[[Record], None]] = []

    def emit(self, event: Event) -> None:
        record = Record(self._next, self._clock.now_ns(), event)
        self._next += 1
        self._records.append(record)
        if self._limit is not None and len(self._records) > 2 * self._limit:
            del self._records[: -self._limit]
        for listen in self._listeners:
            listen(record)

    def listen(self, listener: Callable[[Record], None]) -> Callable[[], None]:
        """Call `listener` with each new record; the answer ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def position(self) -> int:
        """The sequence number the next event will get."""
        return self._next

    def since(self, sequence: int) -> Iterator[Record]:
        """The kept records from a sequence number on."""
        first = self._next - len(self._records)
        yield from self._records[max(0, sequence - first) :]


def to_json_lines(records: Iterable[Record]) -> str:
    """A trace as JSON Lines, one record a line, keys in a fixed order."""
    return "".join(json.dumps(record.to_json(), ensure_ascii=False) + "\n" for record in records)
