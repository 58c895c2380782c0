"""The life of a container: start, end, and everything that sends it signals.

`start` is done at once; whatever waits for an end is a work. What happens at the start and at
the end
of the first process is in `runs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Conflict, EstibaError, Failure, NotFound
from ..tasks import Wait, Work
from ..trace.containers import (
    ContainerKilled,
    ContainerPaused,
    ContainerRestarted,
    ContainerStopped,
    ContainerUnpaused,
)
from .container import Container
from .signals import KILL, SUPPORTED, TERM, parse_signal
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NS_PER_S = 1_000_000_000
STOP_TIMEOUT_S = 10
STREAMS_TIMEOUT_NS = 2 * NS_PER_S


class NotModified(EstibaError):
    """It already is as wanted. HTTP 304."""


class NotRunning(Conflict):
    hint = "Start the container first."

    def __init__(self, container_id: str) -> None:
        super().__init__(f"Container {container_id} is not running")


class KillFailed(Conflict):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"Cannot kill container: {name}: {reason}")


class Lifecycle(Generic[M]):
    """Starts and ends containers."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def start(self, container: Container[M]) -> None:
        """`docker start`. Raises: NotModified, Conflict, CannotExecute, CannotStart, ..."""
        if container.state is State.PAUSED:
            raise Conflict("cannot start a paused container, try unpause instead")
        if container.running:
            raise NotModified
        if container.state in (State.REMOVING, State.DEAD):
            raise Conflict("container is marked for removal and cannot be started")
        container.manually_stopped = False
        container.restart_count = 0
        container.restart_delay_ns = 0
        self._engine.runs.launch(container)

    def stop(self, container: Container[M], timeout_s: int | None = None) -> Work[None]:
        """`docker stop`: the stop signal, time to obey, then SIGKILL. Raises: NotModified."""
        if not container.running:
            raise NotModified
        yield from self._bring_down(container, timeout_s)

    def restart(self, container: Container[M], timeout_s: int | None = None) -> Work[None]:
        """`docker restart`. `--rm` does not take effect in between."""
        if container.running:
            container.stays = True
            try:
                yield from self._bring_down(container, timeout_s)
            finally:
                container.stays = False
        self.start(container)
        self._engine.emit(container.event(ContainerRestarted))

    def kill(self, container: Container[M], signal: int = KILL) -> Work[None]:
        """`docker kill`: with SIGKILL it waits for the end. Raises: NotRunning, Failure."""
        if not container.running:
            raise NotRunning(container.id)
        if signal not in SUPPORTED:
            raise Failure(f"The linux daemon does not support signal {signal}")
        self.signal(container, signal)
        if signal == KILL:
            yield from self.ended(container)

    def kill_named(self, name: str, text: str) -> Work[None]:
        """`docker kill` as the door calls it: every error begins with what could not be done."""
        signal = parse_signal(text) if text else KILL
        try:
            yield from self.kill(self._engine.containers.get(name), signal)
        except NotFound as error:
            raise NotFound(f"Cannot kill container: {name}: {error}") from None
        except Conflict as error:
            raise KillFailed(name, str(error)) from None
        except Failure as error:
            raise Failure(f"Cannot kill container: {name}: {error}") from None

    def pause(self, container: Container[M]) -> None:
        """Freeze all its processes. Raises: NotRunning, Conflict."""
        if not container.running:
            raise NotRunning(container.id)
        if container.state is State.PAUSED:
            raise Conflict(f"Container {container.id} is already paused")
        if container.state is State.RESTARTING:
            raise Conflict(
                f"Container {container.id} is restarting, wait until the container is running"
            )
        self._engine.host.runtime.pause(container.id)
        container.move("pause")
        self._engine.emit(container.event(ContainerPaused))

    def unpause(self, container: Container[M]) -> None:
        """Let them go on. Raises: Failure."""
        if container.state is not State.PAUSED:
            raise Failure(f"Container {container.id} is not paused")
        self._engine.host.runtime.unpause(container.id)
        container.move("unpause")
        self._engine.emit(container.event(ContainerUnpaused))

    def resize(self, container: Container[M], rows: int, columns: int) -> None:
        """Give its terminal another size. Raises: NotRunning."""
        if container.process is None:
            raise NotRunning(container.id)
        container.process.resize(rows, columns)

    def signal(self, container: Container[M], signal: int) -> None:
        """Send a signal to the first process, and remember that somebody meant it to end."""
        stop_signal = container.config.stop_signal
        final = signal == KILL or not stop_signal or parse_signal(stop_signal) == signal
        if final and not self._engine.is_stopping:
            container.manually_stopped = True
        container.touch()
        if container.state is State.RESTARTING:
            self._engine.runs.settle(container)
            return
        process = container.process
        if process is not None and process.exit_code is None:
            self._engine.host.runtime.kill(container.id, signal)
        if final and container.state is State.PAUSED:
            self._engine.host.runtime.unpause(container.id)
            container.move("unpause")
        self._engine.emit(container.event(ContainerKilled, signal=signal))

    def ended(self, container: Container[M], deadline_ns: int | None = None) -> Work[bool]:
        """Wait until the container does not run; False when the time was over first."""
        while container.running:
            if deadline_ns is not None and self._engine.clock.now_ns() >= deadline_ns:
                return False
            yield Wait((self._engine.waits.signal(container),), deadline_ns)
        return True

    def stop_signal(self, container: Container[M]) -> int:
        """What `docker stop` sends first."""
        name = container.config.stop_signal
        return parse_signal(name) if name else TERM

    def _bring_down(self, container: Container[M], timeout_s: int | None) -> Work[None]:
        config = container.config
        if timeout_s is None:
            timeout_s = STOP_TIMEOUT_S if config.stop_timeout is None else config.stop_timeout
        self.signal(container, self.stop_signal(container))
        deadline_ns = None
        if timeout_s >= 0:
            deadline_ns = self._engine.clock.now_ns() + timeout_s * NS_PER_S
        if not (yield from self.ended(container, deadline_ns)):
            self.signal(container, KILL)
            yield from self.ended(container)
        self._engine.emit(container.event(ContainerStopped))
