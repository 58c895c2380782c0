"""What a container wrote, line by line, as Docker's json-file driver keeps it.

A line is kept when its newline comes, when 16 KiB have gathered without one, or at the end of the
stream; only the text that was there comes back. Source: Docker, json-file logging driver and the
log copier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import EstibaError, NotSupported
from ..spec import units
from ..tasks import Signal

STDOUT, STDERR = 1, 2
LONGEST_LINE = 16 << 10
LARGEST = 64 << 20
LINE_OVERHEAD = 72

Entry = tuple[int, int, bytes]
"""When (nanoseconds since the epoch), on which stream, what (with its newline unless cut)."""

Load = Callable[[], tuple[int, list[Entry]]]


class ReadingNotSupported(NotSupported):
    def __init__(self) -> None:
        super().__init__("configured logging driver does not support reading")


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What of a log is asked for. Units: nanoseconds, 0 for no bound; `tail` -1 for all lines."""

    stdout: bool = True
    stderr: bool = True
    since_ns: int = 0
    until_ns: int = 0
    tail: int = -1

    def wants(self, entry: Entry) -> bool:
        time_ns, stream, _ = entry
        if time_ns < self.since_ns or (self.until_ns and time_ns > self.until_ns):
            return False
        return self.stdout if stream == STDOUT else self.stderr


class Log:
    """The log of one container.

    Simplified: without `max-size` it is bounded all the same, at 64 MiB; the oldest lines go
    first. With `load` it goes on with what was written before: the position of the first line, and
    the lines. `note` is told when a line is kept.
    """

    __slots__ = ("_entries", "_first", "_limit", "_load", "_partial", "_size", "changed", "note")

    def __init__(self, limit: int = LARGEST, load: Load | None = None) -> None:
        self.changed = Signal()
        self.note: Callable[[], None] | None = None
        self._entries: list[Entry] = []
        self._load = load
        self._partial: dict[int, bytes] | None = None
        self._size = 0
        self._first = 0
        self._limit = limit

    @property
    def entries(self) -> list[Entry]:
        """The lines that are kept, oldest first."""
        if self._load is not None:
            self._first, self._entries = self._load()
            self._size = sum(len(data) + LINE_OVERHEAD for _, _, data in self._entries)
            self._load = None
        return self._entries

    def write(self, stream: int, data: bytes, now_ns: int) -> None:
        """Take what a process wrote."""
        if self._partial:
            data = self._partial.pop(stream, b"") + data
        if data.endswith(b"\n") and data.count(b"\n") == 1 and len(data) <= LONGEST_LINE:
            self._keep((now_ns, stream, data))
        else:
            self._split(stream, data, now_ns)
        self.changed.fire()

    def end(self, now_ns: int) -> None:
        """The streams ended: what is left without a newline is a line too."""
        if self._partial:
            for stream, rest in sorted(self._partial.items()):
                self._keep((now_ns, stream, rest))
            self._partial = None
        self.changed.fire()

    @property
    def position(self) -> int:
        """How many lines were ever kept."""
        return len(self.entries) + self._first

    @property
    def first(self) -> int:
        """The position of the oldest line that is still here."""
        return self.position - len(self.entries)

    def since(self, position: int) -> Iterator[Entry]:
        yield from self.entries[max(0, position - self.first) :]

    def read(self, query: LogQuery) -> list[Entry]:
        """The lines asked for. The tail is cut first and filtered after, as Docker does."""
        if query.tail == 0:
            return []
        entries = self.entries[-query.tail :] if query.tail > 0 else self.entries
        return [entry for entry in entries if query.wants(entry)]

    def _split(self, stream: int, data: bytes, now_ns: int) -> None:
        *lines, rest = data.split(b"\n")
        for line in lines:
            for start in range(0, max(len(line), 1), LONGEST_LINE):
                piece = line[start : start + LONGEST_LINE]
                last = start + LONGEST_LINE >= len(line)
                self._keep((now_ns, stream, piece + b"\n" if last else piece))
        while len(rest) >= LONGEST_LINE:
            self._keep((now_ns, stream, rest[:LONGEST_LINE]))
            rest = rest[LONGEST_LINE:]
        if rest:
            if self._partial is None:
                self._partial = {}
            self._partial[stream] = rest

    def _keep(self, entry: Entry) -> None:
        self.entries.append(entry)
        if self.note is not None:
            self.note()
        self._size += len(entry[2]) + LINE_OVERHEAD
        if self._size > self._limit:
            self._rotate()

    def _rotate(self) -> None:
        drop = 0
        while self._size > self._limit // 2 and drop < len(self.entries) - 1:
            self._size -= len(self.entries[drop][2]) + LINE_OVERHEAD
            drop += 1
        del self.entries[:drop]
        self._first += drop


def log_limit(options: dict[str, str] | None) -> int:
    """How large a log may grow, from the driver's options `max-size` and `max-file`. Units:
    bytes."""
    if not options or "max-size" not in options:
        return LARGEST
    try:
        files = int(options.get("max-file", "1"))
        return max(1, units.from_human_size(options["max-size"]) * files)
    except (EstibaError, ValueError):
        return LARGEST  # such a container does not start
