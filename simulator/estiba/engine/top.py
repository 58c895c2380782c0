"""`docker top`: the processes of a container as `ps` on the host would show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ..errors import Conflict, Failure
from ..runtime import ProcessRow
from ..spec.gotext import quote
from ..spec.gotime import format_time
from ..trace.containers import ContainerListed
from .container import Container
from .lifecycle import NotRunning
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NS_PER_S = 1_000_000_000
DAY_NS = 86_400 * NS_PER_S

Column = tuple[str, Callable[[ProcessRow, int], str]]


class PsError(Failure):
    def __init__(self, reason: str) -> None:
        super().__init__(f"ps: error: {reason}")


def _started(row: ProcessRow, now_ns: int) -> str:
    """The hour and minute, or the day for what began a day ago."""
    text = format_time(row.started_ns)
    if now_ns - row.started_ns < DAY_NS:
        return text[11:16]
    months = "JanFebMarAprMayJunJulAugSepOctNovDec"
    month = int(text[5:7])
    return f"{months[3 * month - 3 : 3 * month]}{text[8:10]}"


def _time(row: ProcessRow, _now_ns: int) -> str:
    minutes, seconds = divmod(int(row.cpu_s), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"


def _bsd_time(row: ProcessRow, _now_ns: int) -> str:
    minutes, seconds = divmod(int(row.cpu_s), 60)
    return f"{minutes}:{seconds:02d}"


def _elapsed(row: ProcessRow, now_ns: int) -> str:
    minutes, seconds = divmod((now_ns - row.started_ns) // NS_PER_S, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"


def _fixed(text: str) -> Callable[[ProcessRow, int], str]:
    return lambda _row, _now_ns: text


def _cell(name: str) -> Callable[[ProcessRow, int], str]:
    return lambda row, _now_ns: str(getattr(row, name))


COLUMNS: dict[str, Column] = {
    "user": ("USER", _cell("user")),
    "uid": ("UID", _cell("user")),
    "pid": ("PID", _cell("pid")),
    "ppid": ("PPID", _cell("parent")),
    "c": ("C", _fixed("0")),
    "stime": ("STIME", _started),
    "start": ("STARTED", _started),
    "tty": ("TTY", _cell("tty")),
    "tt": ("TT", _cell("tty")),
    "time": ("TIME", _time),
    "etime": ("ELAPSED", _elapsed),
    "bsdstart": ("START", _started),
    "bsdtime": ("TIME", _bsd_time),
    "cmd": ("CMD", _cell("command")),
    "args": ("COMMAND", _cell("command")),
    "command": ("COMMAND", _cell("command")),
    "comm": ("COMMAND", _cell("name")),
    "%cpu": ("%CPU", _fixed("0.0")),
    "pcpu": ("%CPU", _fixed("0.0")),
    "%mem": ("%MEM", _fixed("0.0")),
    "pmem": ("%MEM", _fixed("0.0")),
    "vsz": ("VSZ", _fixed("4364")),
    "rss": ("RSS", _fixed("1024")),
    "stat": ("STAT", _fixed("Ss")),
    "s": ("S", _fixed("S")),
    "ni": ("NI", _fixed("0")),
    "pri": ("PRI", _fixed("19")),
}
FULL = ("uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd")
USERS = (
    "user",
    "pid",
    "%cpu",
    "%mem",
    "vsz",
    "rss",
    "tty",
    "stat",
    "bsdstart",
    "bsdtime",
    "command",
)
SHORT = ("pid", "tty", "time", "cmd")


def top(engine: Engine[M], container: Container[M], arguments: str = "") -> dict[str, object]:
    """Titles and processes. Raises: NotRunning, PsError, Failure."""
    if not container.running:
        raise NotRunning(container.id)
    if container.state is State.RESTARTING:
        raise Conflict(
            f"Container {container.id} is restarting, wait until the container is running"
        )
    columns = [COLUMNS[name] for name in _columns(arguments.split() or ["-ef"])]
    if not any(title == "PID" for title, _ in columns):
        raise Failure("Couldn't find PID field in ps output")
    now_ns = engine.clock.now_ns()
    processes = [
        [cell(row, now_ns) for _, cell in columns]
        for row in engine.host.runtime.processes(container.id)
    ]
    engine.emit(container.event(ContainerListed))
    return {"Processes": processes, "Titles": [title for title, _ in columns]}


def _columns(words: list[str]) -> tuple[str, ...]:
    """The columns that `ps` shows for some arguments."""
    chosen: list[str] = []
    style: tuple[str, ...] = SHORT
    index = 0
    while index < len(words):
        word = words[index].lstrip("-")
        index += 1
        before, o, rest = word.partition("o")
        if o:
            if not rest and index < len(words):
                rest = words[index]
                index += 1
            chosen += _formats(rest)
        if "u" in before and not words[index - 1].startswith("-"):
            style = USERS
        elif "f" in before:
            style = FULL
    return tuple(chosen) or style


def _formats(text: str) -> list[str]:
    names = [name for name in text.lower().replace(",", " ").split() if name]
    for name in names:
        if name not in COLUMNS:
            raise PsError(f"unknown user-defined format specifier {quote(name)}")
    return names
