"""The trace: what happened inside, as typed facts, and the sources of time and identity.

Answers return, stories are emitted. Each fact is a frozen dataclass in the past tense, kept by
subject:
`trace.files`, `trace.images`, `trace.containers`, `trace.processes`. Everything shown to people
(progress,
`docker events`, drawings, explanations, grades) is a projection of this one stream.
Entry points: `Recorder`, `Event`, `Clock`, `Ids`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clock import Clock, SystemClock, VirtualClock
    from .ids import Ids
    from .recorder import Event, Record, Recorder

__all__ = ["Clock", "Event", "Ids", "Record", "Recorder", "SystemClock", "VirtualClock"]

_HOME_OF = {
    **dict.fromkeys(("Clock", "SystemClock", "VirtualClock"), "clock"),
    "Ids": "ids",
    **dict.fromkeys(("Event", "Record", "Recorder"), "recorder"),
}


def __getattr__(name: str) -> object:
    """Loaded when first asked for: a client needs the clock alone."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME_OF[name]}", __name__), name)
    globals()[name] = value
    return value
