"""The engine of a notebook, and the computer beside it on which its cells are typed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

from ..trace import Clock, SystemClock, VirtualClock
from ..workstation import Step, Workstation
from ..workstation.screen import rendered
from .picture import Picture, picture

PACE_S = 2.0


class Session:
    """A workstation with its engine. With a seed the clock is virtual and all repeats itself."""

    def __init__(self, seed: str | None = None, language: str = "es") -> None:
        self.language = language
        self.seed = seed
        clock: Clock | None = None if seed is not None else VirtualClock(SystemClock().now_ns())
        self.machine = Workstation(seed=seed, clock=clock, pace_s=PACE_S, progress=True)
        self.lock: AbstractContextManager[object] = nullcontext()
        """Held while the engine works, when a thread serves it too."""
        self.address: str | None = None
        """Where it is served, if it is."""

    def run(self, script: str) -> Iterator[Step]:
        """Type the lines of a cell."""
        with self.lock:
            yield from self.machine.run(line for line in script.splitlines() if line.strip())

    def why(self, shown: str) -> str:
        """Where a size or identifier comes from, or what a name means."""
        return self.machine.house.why(shown, self.language)

    def picture(self, words: list[str]) -> Picture:
        """A picture, asked for in the words of `estiba view`."""
        house = self.machine.house
        with self.lock:
            return picture(words, house.transport, self.language, house.recorder.since(0))

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        with self.lock:
            self.machine.house.pass_time(seconds)


def shown(step: Step) -> str:
    """What the terminal shows for a command, prompt and command included."""
    first, *more = step.command.splitlines() or [""]
    head = "\n".join([f"$ {first}", *(f"> {line}" for line in more)])
    return "\n".join([head, *rendered(step.output)]) + "\n"


_sessions: list[Session] = []


def current() -> Session:
    """The session of this process, made at the first call."""
    if not _sessions:
        language = "en" if os.environ.get("LANG", "").startswith("en") else "es"
        _sessions.append(Session(language=language))
    return _sessions[-1]


def begin(seed: str | None, language: str) -> Session:
    """A new session in place of the one there was."""
    _sessions[:] = [Session(seed, language)]
    return _sessions[-1]
