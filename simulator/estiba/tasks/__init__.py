"""Cooperative tasks: how everything waits without threads.

A *work* is a generator that yields a `Wait` whenever it cannot go on, and returns its answer. The
`Scheduler` resumes it when one of the awaited signals fires or the deadline passes. Simulated
processes,
API requests and streams all run this way, in one thread, so that a notebook, a server and a
browser tab
run the same code. Entry points: `Scheduler`, `Signal`, `Channel`.
"""

from .channel import Channel, Disconnected, Drawn, Duplex, when_cancelled
from .scheduler import Scheduler, Stalled, Task
from .signal import Signal, Wait, Work

__all__ = [
    "Channel",
    "Disconnected",
    "Drawn",
    "Duplex",
    "Scheduler",
    "Signal",
    "Stalled",
    "Task",
    "Wait",
    "Work",
    "when_cancelled",
]
