"""Health checks: a command run in the container again and again. Source: Docker,
daemon/health.go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import EstibaError
from ..spec.container_config import HealthConfig
from ..spec.gotime import format_duration, format_time
from ..tasks import Signal, Task, Wait, Work
from ..trace.containers import HealthChanged
from .container import Container, Health
from .states import State

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NS_PER_S = 1_000_000_000
INTERVAL_NS = TIMEOUT_NS = 30 * NS_PER_S
RETRIES = 3
KEPT = 5
LONGEST_OUTPUT = 4096
SHELL = ("/bin/sh", "-c")


class Output:
    """Gathers what a check writes, cut where Docker cuts it."""

    __slots__ = ("_data", "changed", "full")

    def __init__(self) -> None:
        self._data = b""
        self.full = False
        self.changed = Signal()

    def send(self, stream: int, data: bytes) -> None:
        if len(self._data) <= LONGEST_OUTPUT:
            self._data += data

    def close(self) -> None:
        """Nothing to do: the text stays."""

    @property
    def text(self) -> str:
        cut = self._data[:LONGEST_OUTPUT].decode(errors="replace")
        return cut + "..." if len(self._data) > LONGEST_OUTPUT else cut


class HealthChecks(Generic[M]):
    """One task per running container that has a check."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._tasks: dict[str, Task[None]] = {}

    def begin(self, container: Container[M]) -> None:
        check = container.config.healthcheck
        command = None if check is None else probe_command(container)
        if check is None or command is None:
            container.health = None
            return
        before = container.health
        container.health = Health(log=[] if before is None else before.log)
        task = self._engine.scheduler.spawn(self._watch(container, check, command))
        self._tasks[container.id] = task

    def end(self, container: Container[M]) -> None:
        """The container ended: no more checks; a last status of unhealthy, as Docker leaves it."""
        task = self._tasks.pop(container.id, None)
        if task is not None:
            task.cancel()
        if container.health is not None:
            container.health.status = "unhealthy"

    def _watch(
        self, container: Container[M], check: HealthConfig, command: tuple[str, ...]
    ) -> Work[None]:
        clock = self._engine.clock
        while container.running:
            yield Wait((), clock.now_ns() + (check.interval_ns or INTERVAL_NS))
            if container.state is State.RUNNING:
                yield from self._probe(container, check, command)

    def _probe(
        self, container: Container[M], check: HealthConfig, command: tuple[str, ...]
    ) -> Work[None]:
        engine, output = self._engine, Output()
        begun_ns = engine.clock.now_ns()
        timeout_ns = check.timeout_ns or TIMEOUT_NS
        settings = {"Cmd": list(command), "AttachStdout": True, "AttachStderr": True}
        try:
            added = engine.execs.start(engine.execs.create(container.id, settings).id, output)
        except EstibaError as error:
            self._judge(container, check, begun_ns, -1, str(error))
            return
        assert added.process is not None
        while added.exit_code is None and engine.clock.now_ns() < begun_ns + timeout_ns:
            yield Wait((added.process.exited,), begun_ns + timeout_ns)
        if added.exit_code is None:
            text = f"Health check exceeded timeout ({format_duration(timeout_ns)})"
            self._judge(container, check, begun_ns, -1, text)
        else:
            self._judge(container, check, begun_ns, added.exit_code, output.text)
        if container.execs is not None:
            container.execs.pop(added.id, None)

    def _judge(
        self, container: Container[M], check: HealthConfig, begun_ns: int, code: int, text: str
    ) -> None:
        health = container.health
        if health is None:
            return
        now_ns = self._engine.clock.now_ns()
        health.log.append(
            {
                "Start": format_time(begun_ns),
                "End": format_time(now_ns),
                "ExitCode": code,
                "Output": text,
            }
        )
        del health.log[:-KEPT]
        status = next_status(health, check, code, begun_ns - container.started_ns)
        container.touch()
        if status != health.status:
            health.status = status
            self._engine.emit(container.event(HealthChanged, status=status))


def next_status(health: Health, check: HealthConfig, code: int, age_ns: int) -> str:
    """What a check makes of a container's health. Units: `age_ns`, since the start."""
    if code == 0:
        health.failing_streak = 0
        return "healthy"
    if health.status == "starting" and age_ns < check.start_period_ns:
        return health.status
    health.failing_streak += 1
    return "unhealthy" if health.failing_streak >= (check.retries or RETRIES) else health.status


def probe_command(container: Container[M]) -> tuple[str, ...] | None:
    """What to run; None when there is no check."""
    check = container.config.healthcheck
    if check is None or not check.test or check.test[0] == "NONE":
        return None
    kind, *words = check.test
    if kind == "CMD":
        return tuple(words)
    return (*(container.config.shell or SHELL), words[0] if words else "")
