"""The trace: what happened inside, as typed facts, and the sources of time and identity.

Answers return, stories are emitted. Each fact is a frozen dataclass in the past tense, kept by
subject:
`trace.files`, `trace.images`, `trace.containers`, `trace.processes`. Everything shown to people
(progress,
`docker events`, drawings, explanations, grades) is a projection of this one stream.
Entry points: `Recorder`, `Event`, `Clock`, `Ids`.
"""

from .clock import Clock, SystemClock, VirtualClock
from .ids import Ids
from .recorder import Event, Record, Recorder

__all__ = ["Clock", "Event", "Ids", "Record", "Recorder", "SystemClock", "VirtualClock"]
