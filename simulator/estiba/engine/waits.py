"""Waiting for containers: `docker wait`, and those inside the engine who wait for an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

from ..tasks import Signal
from .container import Container, Waiter

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

CONDITIONS = ("not-running", "next-exit", "removed")


class Waits(Generic[M]):
    """Who waits for which container. Nothing is kept for a container nobody waits for."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def wait(self, container: Container[M], condition: str, waiter: Waiter) -> Callable[[], None]:
        """Call `waiter` once with the exit code when the condition holds; the answer gives up.

        A condition Docker does not know is the usual one: not running.
        """
        if condition not in CONDITIONS:
            condition = "not-running"
        if condition == "not-running" and not container.running:
            waiter(container.exit_code)
            return lambda: None
        entry = (condition, waiter)
        if container.waiters is None:
            container.waiters = []
        container.waiters.append(entry)
        return lambda: self._forget(container, entry)

    def signal(self, container: Container[M]) -> Signal:
        """Fires when the container ends or settles."""
        signal = Signal()
        self.wait_entry(container, lambda _code: signal.fire())
        return signal

    def wait_entry(self, container: Container[M], waiter: Waiter) -> None:
        if container.waiters is None:
            container.waiters = []
        container.waiters.append(("next-exit", waiter))

    def tell_ended(self, container: Container[M]) -> None:
        """Its first process has ended."""
        self._tell(container, ("not-running", "next-exit"))

    def tell_removed(self, container: Container[M]) -> None:
        """It is gone."""
        self._tell(container, CONDITIONS)

    def _tell(self, container: Container[M], conditions: tuple[str, ...]) -> None:
        waiters = container.waiters
        if not waiters:
            return
        told = [waiter for condition, waiter in waiters if condition in conditions]
        container.waiters = [entry for entry in waiters if entry[0] not in conditions] or None
        for waiter in told:
            waiter(container.exit_code)

    def _forget(self, container: Container[M], entry: tuple[str, Waiter]) -> None:
        if container.waiters and entry in container.waiters:
            container.waiters.remove(entry)
