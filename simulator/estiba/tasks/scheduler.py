"""The scheduler: runs works one after another, each until it waits.

Invariant: a task is ready, or waits (subscribed to its signals, perhaps in the heap of deadlines),
or is done.
Order is first come, first served, so one seed gives one order of everything.
"""

from __future__ import annotations

import heapq
from collections import deque
from itertools import count
from typing import Any, Generic, Protocol, TypeVar

from .signal import Signal, Wait, Work

T = TypeVar("T")


class Clock(Protocol):
    """What the scheduler needs of a clock. Units: nanoseconds since the Unix epoch."""

    def now_ns(self) -> int: ...

    def wait_until(self, deadline_ns: int) -> None: ...


class Stalled(Exception):
    """Nothing is ready and no deadline is set: only the outside could bring a change."""


class Task(Generic[T]):
    """A work under way. `result` raises what the work raised."""

    __slots__ = ("_error", "_scheduler", "_value", "_wait", "_work", "done", "finished", "queued")

    def __init__(self, scheduler: Scheduler, work: Work[T]) -> None:
        self._scheduler = scheduler
        self._work = work
        self._wait: Wait | None = None
        self._value: T | None = None
        self._error: BaseException | None = None
        self.done = False
        self.queued = False
        self.finished = Signal()

    @property
    def result(self) -> T:
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[return-value]

    def join(self) -> Work[T]:
        """Wait, inside another work, until this one is done."""
        while not self.done:
            yield Wait((self.finished,))
        return self.result

    def cancel(self) -> None:
        """Close the work where it stands (its `finally` blocks run)."""
        if not self.done:
            self._unsubscribe()
            self._work.close()
            self._end()

    def wake(self) -> None:
        if not self.queued and not self.done:
            self._unsubscribe()
            self.queued = True
            self._scheduler.ready.append(self)

    def advance(self) -> None:
        """Run until the next wait. Only the scheduler calls this."""
        self.queued = False
        if self.done:
            return
        try:
            wait = next(self._work)
        except StopIteration as end:
            self._value = end.value
            self._end()
        except Exception as error:  # kept for whoever joins; re-raised by `result`
            self._error = error
            self._end()
        else:
            self._subscribe(wait)

    def _subscribe(self, wait: Wait) -> None:
        if not wait.signals and wait.deadline_ns is None:
            self.wake()
            return
        self._wait = wait
        for signal in wait.signals:
            signal.subscribe(self.wake)
        if wait.deadline_ns is not None:
            self._scheduler.wake_at(wait.deadline_ns, self, wait)

    def _unsubscribe(self) -> None:
        if self._wait is not None:
            for signal in self._wait.signals:
                signal.unsubscribe(self.wake)
            self._wait = None

    def _end(self) -> None:
        self.done = True
        self.finished.fire()

    def waits_for(self, wait: Wait) -> bool:
        return self._wait is wait


class Scheduler:
    """Runs tasks in one thread, on a real or a virtual clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ready: deque[Task[Any]] = deque()
        self._deadlines: list[tuple[int, int, Task[Any], Wait]] = []
        self._order = count()

    def spawn(self, work: Work[T]) -> Task[T]:
        """Add a work; it first runs at the next `run_ready`."""
        task = Task(self, work)
        task.wake()
        return task

    def run_ready(self) -> bool:
        """Run every task that is ready now, once. False if there was none.

        A task may run the others itself, while it needs something of them: then fewer are left.
        """
        self._wake_due()
        batch = len(self.ready)
        for _ in range(batch):
            if not self.ready:
                break
            self.ready.popleft().advance()
        return batch > 0

    def run_idle(self) -> None:
        """Run until no task is ready. The clock does not move."""
        while self.run_ready():
            pass

    def next_deadline_ns(self) -> int | None:
        """When the next waiting task wants to wake, or None."""
        while self._deadlines:
            due, _, task, wait = self._deadlines[0]
            if task.waits_for(wait):
                return due
            heapq.heappop(self._deadlines)
        return None

    def run_until(self, *tasks: Task[Any]) -> None:
        """Run until one of the tasks is done, letting the clock pass where all wait.

        Raises: Stalled.
        """
        while not any(task.done for task in tasks):
            if not self.run_ready():
                self.pass_time()

    def pass_time(self) -> None:
        """Let the clock reach the next deadline. Raises: Stalled if there is none."""
        deadline_ns = self.next_deadline_ns()
        if deadline_ns is None:
            raise Stalled
        self.clock.wait_until(deadline_ns)

    def complete(self, work: Work[T]) -> T:
        """Run a work to its end and give its answer.

        Raises: Stalled, and whatever the work raises.
        """
        task = self.spawn(work)
        self.run_until(task)
        return task.result

    def wake_at(self, deadline_ns: int, task: Task[Any], wait: Wait) -> None:
        heapq.heappush(self._deadlines, (deadline_ns, next(self._order), task, wait))

    def _wake_due(self) -> None:
        if self._deadlines:
            now_ns = self.clock.now_ns()
            while (due := self.next_deadline_ns()) is not None and due <= now_ns:
                heapq.heappop(self._deadlines)[2].wake()
