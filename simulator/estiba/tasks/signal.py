"""Signals and waits: the vocabulary of cooperative tasks."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Signal:
    """A condition that tasks wait on. Firing wakes every waiter once; a waiter checks again."""

    __slots__ = ("_wakers",)

    def __init__(self) -> None:
        self._wakers: list[Callable[[], None]] = []

    def fire(self) -> None:
        if self._wakers:
            wakers, self._wakers = self._wakers, []
            for wake in wakers:
                wake()

    def subscribe(self, wake: Callable[[], None]) -> None:
        """Call `wake` at the next firing."""
        self._wakers.append(wake)

    def unsubscribe(self, wake: Callable[[], None]) -> None:
        if wake in self._wakers:
            self._wakers.remove(wake)


class Wait(NamedTuple):
    """What a work yields: wake me when any of `signals` fires or the clock reaches `deadline_ns`.

    A `Wait()` with neither is a courtesy: let others run, then resume.
    Units: `deadline_ns`, nanoseconds on the scheduler's clock.
    """

    signals: tuple[Signal, ...] = ()
    deadline_ns: int | None = None


Work = Generator[Wait, None, T]
