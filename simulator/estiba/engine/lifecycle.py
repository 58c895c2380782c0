"""The life of a container: start, end, and everything that sends it signals.

`start` is done at once; whatever waits for an end is a work. When the first process ends,
`_ended` runs as
a task of its own: the streams are passed on to their end, the address and the ports are given
back, those
who wait are told, and the restart policy or `--rm` has its turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Conflict, EstibaError, Failure, NotFound
from ..runtime import ContainerSpec, Process, ProcessSpec
from ..tasks import Wait, Work
from ..trace.containers import (
    ContainerDied,
    ContainerKilled,
    ContainerPaused,
    ContainerRestarted,
    ContainerStarted,
    ContainerStopped,
    ContainerUnpaused,
)
from . import etc, mounting, restart
from .container import Container
from .logs import Log, log_limit
from .signals import KILL, SUPPORTED, TERM, parse_signal
from .start_errors import start_error
from .states import State
from .streams import Streams

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
        self.launch(container)

    def launch(self, container: Container[M]) -> None:
        """Run the first process, for the first time or again. Raises: as `start`."""
        engine = self._engine
        container.error = ""
        try:
            engine.endpoints.join(container)
            streams = self.streams(container)
            process = self._execute(container, streams)
        except EstibaError as error:
            self._failed(container, error)
            raise
        container.process = process
        container.pid = process.pid
        container.started_ns = engine.clock.now_ns()
        container.exit_code = 0
        container.has_run = True
        container.move("start")
        engine.containers.running[container.id] = container
        if container.config.healthcheck is not None:
            engine.health.begin(container)
        engine.emit(container.event(ContainerStarted))
        streams.listen()
        self._watch(container, process)

    def stop(self, container: Container[M], timeout_s: int | None = None) -> Work[None]:
        """`docker stop`: the stop signal, time to obey, then SIGKILL. Raises: NotModified."""
        if not container.running:
            raise NotModified
        yield from self._bring_down(container, timeout_s)

    def restart(self, container: Container[M], timeout_s: int | None = None) -> Work[None]:
        """`docker restart`. `--rm` does not take effect in between."""
        if container.running:
            keep = container.host
            container.host = keep.with_fields(AutoRemove=False) if keep.auto_remove else keep
            try:
                yield from self._bring_down(container, timeout_s)
            finally:
                container.host = keep
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
        container.manually_stopped = container.manually_stopped or final
        if container.state is State.RESTARTING:
            self._settle(container)
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

    def _bring_down(self, container: Container[M], timeout_s: int | None) -> Work[None]:
        config = container.config
        signal = parse_signal(config.stop_signal) if config.stop_signal else TERM
        if timeout_s is None:
            timeout_s = STOP_TIMEOUT_S if config.stop_timeout is None else config.stop_timeout
        self.signal(container, signal)
        deadline_ns = None
        if timeout_s >= 0:
            deadline_ns = self._engine.clock.now_ns() + timeout_s * NS_PER_S
        if not (yield from self.ended(container, deadline_ns)):
            self.signal(container, KILL)
            yield from self.ended(container)
        self._engine.emit(container.event(ContainerStopped))

    def streams(self, container: Container[M]) -> Streams:
        """Its streams: of this run, or of the next one, which clients attach to beforehand."""
        streams = container.streams
        if streams is None:
            streams = container.streams = self._new_streams(container)
        return streams

    def _new_streams(self, container: Container[M]) -> Streams:
        host, config = container.host, container.config
        if container.log is None and host.log_driver != "none":
            container.log = Log(log_limit(host["LogConfig"]["Config"]))
        return Streams(
            stdin=config.open_stdin,
            tty=config.tty,
            log=container.log,
            clock_ns=self._engine.clock.now_ns,
        )

    def _execute(self, container: Container[M], streams: Streams) -> Process:
        engine, config, host = self._engine, container.config, container.host
        endpoint = next(iter(container.endpoints.values()), None)
        spec: ContainerSpec[M] = ContainerSpec(
            container.id,
            engine.host.snapshotter.mount(container.id),
            ProcessSpec(
                container.command,
                environment(container),
                config.working_dir or "/",
                config.user,
                config.tty,
                privileged=host["Privileged"],
            ),
            container.hostname,
            config.domainname,
            (*etc.etc_files(engine, container), *mounting.binds(engine, container)),
            mounting.tmpfs(container),
            host["ReadonlyRootfs"],
            bool(host["Init"]),
            host["Memory"] or None,
            host["PidsLimit"],
            container.network_mode,
            endpoint.address if endpoint is not None else "",
            host["Sysctls"] or {},
        )
        mounting.tell_mounted(engine, container)
        try:
            return engine.host.runtime.start(spec, streams.stdio)
        except EstibaError as error:
            raise start_error(error) from error

    def _failed(self, container: Container[M], error: EstibaError) -> None:
        engine = self._engine
        container.error = str(error)
        container.exit_code = getattr(error, "exit_code", 128)
        engine.endpoints.leave(container)
        mounting.tell_unmounted(engine, container)
        streams, container.streams = container.streams, None
        if streams is not None:
            streams.give_up()
        if container.state is State.RESTARTING:
            self._settle(container)
        if container.host.auto_remove:
            engine.removal.automatic(container)
        container.touch()

    def _watch(self, container: Container[M], process: Process) -> None:
        def ended() -> None:
            self._engine.scheduler.spawn(self._ended(container, process))

        if process.exit_code is not None:
            ended()
        else:
            process.exited.subscribe(ended)

    def _ended(self, container: Container[M], process: Process) -> Work[None]:
        engine = self._engine
        streams = container.streams
        yield from self._streams_end(streams)
        container.process = None
        container.streams = None
        container.pid = 0
        if streams is not None and streams.stdin is not None:
            streams.stdin.cancel()
        container.exit_code = process.exit_code or 0
        container.finished_ns = engine.clock.now_ns()
        if container.health is not None:
            engine.health.end(container)
        delay_ns = restart.delay_ns(container)
        if container.state is State.PAUSED:
            container.move("unpause")
        container.move("exit" if delay_ns is None else "wait to restart")
        if delay_ns is None:
            engine.containers.running.pop(container.id, None)
        engine.emit(container.event(ContainerDied, exit_code=container.exit_code))
        engine.endpoints.leave(container)
        mounting.tell_unmounted(engine, container)
        engine.waits.tell_ended(container)
        if delay_ns is not None:
            yield from self._run_again(container, delay_ns)
        elif container.host.auto_remove:
            engine.removal.automatic(container)

    def _streams_end(self, streams: Streams | None) -> Work[None]:
        if streams is None or streams.done:
            return
        deadline_ns = self._engine.clock.now_ns() + STREAMS_TIMEOUT_NS
        while streams.ended is not None and self._engine.clock.now_ns() < deadline_ns:
            yield Wait((streams.ended,), deadline_ns)
        streams.give_up()

    def _run_again(self, container: Container[M], delay_ns: int) -> Work[None]:
        due_ns = self._engine.clock.now_ns() + delay_ns
        waiting = self._engine.waits.signal(container)
        while container.state is State.RESTARTING and self._engine.clock.now_ns() < due_ns:
            yield Wait((waiting,), due_ns)
        if container.state is not State.RESTARTING:
            return
        container.restart_count += 1
        try:
            self.launch(container)
        except EstibaError:
            return  # told by the container's `error`

    def _settle(self, container: Container[M]) -> None:
        """A container that waits to restart will not: it has exited."""
        container.move("exit")
        self._engine.containers.running.pop(container.id, None)
        self._engine.waits.tell_ended(container)


def environment(container: Container[M]) -> tuple[str, ...]:
    """The environment of the first process: PATH, HOSTNAME, TERM, then what was asked for.

    Source: Docker, `CreateDaemonEnvironment`.
    """
    own = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        f"HOSTNAME={container.hostname}",
    ]
    if container.config.tty:
        own.append("TERM=xterm")
    return replaced(own, container.config.env or ())


def replaced(own: list[str], asked: tuple[str, ...]) -> tuple[str, ...]:
    """Variables in order, an asked one in the place of one that was there; a bare name removes
    it."""
    places = {variable.partition("=")[0]: place for place, variable in enumerate(own)}
    result: list[str | None] = list(own)
    for variable in asked:
        name, equals, _ = variable.partition("=")
        place = places.get(name)
        if place is not None:
            result[place] = variable if equals else None
        elif equals:
            places[name] = len(result)
            result.append(variable)
    return tuple(variable for variable in result if variable is not None)
