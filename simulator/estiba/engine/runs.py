"""One run of a container's first process, from its launch to its end, and to the next run.

When the process ends, `_ended` runs as a task of its own: the streams are passed on to their end,
the address and the ports are given back, those who wait are told, and the restart policy or `--rm`
has its turn.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import EstibaError
from ..runtime import Bind, ContainerSpec, Process, ProcessSpec
from ..spec.gotext import quote
from ..tasks import Wait, Work
from ..trace.containers import ContainerDied, ContainerStarted
from . import etc, mounting, restart
from .container import Container
from .logs import Log, log_limit
from .start_checks import check_start
from .start_errors import CannotStart, start_error
from .states import State
from .streams import Streams

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NS_PER_S = NANO = 1_000_000_000
CPU_PERIOD_US = 100_000
STREAMS_TIMEOUT_NS = 2 * NS_PER_S
DEVICES = frozenset(
    f"/dev/{name}" for name in "null zero full random urandom tty console fuse kvm net/tun".split()
)


class Runs(Generic[M]):
    """Launches first processes and deals with their ends."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def launch(self, container: Container[M]) -> None:
        """Run the first process, for the first time or again. Raises: as `start`."""
        engine = self._engine
        container.error = ""
        try:
            check_start(engine, container)
            engine.endpoints.join(container)
            self._share_name(container)
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

    def resume(self, container: Container[M]) -> bool:
        """Go on with a first process that outlived the engine that started it. False if there is none."""
        engine, config = self._engine, container.config
        spec = ProcessSpec(container.command, tty=config.tty)
        streams = self.streams(container)
        process = engine.host.runtime.resume(container.id, spec, streams.stdio)
        if process is None:
            container.streams = None
            return False
        with contextlib.suppress(EstibaError):
            engine.endpoints.join(container)
        container.process, container.pid = process, process.pid
        engine.containers.running[container.id] = container
        streams.listen()
        self._watch(container, process)
        return True

    def _share_name(self, container: Container[M]) -> None:
        """Who shares a network shares the name of the machine."""
        kind, _, name = container.network_mode.partition(":")
        if kind == "container":
            owner = self._engine.containers.get(name)
            container.hostname = owner.hostname

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
            if container.marks is not None:
                self._engine.records.keep_log(container)
        return Streams(
            stdin=config.open_stdin,
            tty=config.tty,
            log=container.log,
            clock_ns=self._engine.clock.now_ns,
        )

    def settle(self, container: Container[M]) -> None:
        """A container that waits to restart will not: it has exited."""
        container.move("exit")
        self._engine.containers.running.pop(container.id, None)
        self._engine.waits.tell_ended(container)

    def _execute(self, container: Container[M], streams: Streams) -> Process:
        engine, config, host = self._engine, container.config, container.host
        endpoint = next(iter(container.endpoints.values()), None)
        _check_devices(engine, container)
        binds = self._binds(container)
        self._make_mount_points(container, binds)
        spec: ContainerSpec[M] = ContainerSpec(
            container.id,
            engine.host.snapshotter.mount(container.id),
            ProcessSpec(
                container.command,
                environment(engine, container),
                config.working_dir or "/",
                config.user,
                config.tty,
                privileged=host["Privileged"],
                groups=tuple(host["GroupAdd"] or ()),
            ),
            container.hostname,
            config.domainname,
            binds,
            mounting.tmpfs(container),
            host["ReadonlyRootfs"],
            bool(host["Init"]),
            host["Memory"] or None,
            host["PidsLimit"],
            container.network_mode,
            endpoint.address if endpoint is not None else "",
            host["Sysctls"] or {},
            {limit["Name"]: (limit["Soft"], limit["Hard"]) for limit in host["Ulimits"] or ()},
            tuple(host["CapAdd"] or ()),
            tuple(host["CapDrop"] or ()),
            memory_swap=host["MemorySwap"],
            cpu_quota=host["CpuQuota"] or host["NanoCpus"] * CPU_PERIOD_US // NANO,
            cpu_period=host["CpuPeriod"],
            cpu_shares=host["CpuShares"],
            shm_size=host["ShmSize"],
            oom_score=host["OomScoreAdj"],
            security_options=tuple(host["SecurityOpt"] or ()),
        )
        mounting.tell_mounted(engine, container)
        try:
            return engine.host.runtime.start(spec, streams.stdio)
        except EstibaError as error:
            raise start_error(error) from error

    def _make_mount_points(self, container: Container[M], binds: tuple[Bind[M], ...]) -> None:
        """The runtime makes the directories it mounts on; they stay, and show in `docker diff`."""
        points = [bind.target for bind in binds if not isinstance(bind.source, bytes)]
        points += container.host["Tmpfs"] or ()
        if points:
            root = self._engine.host.snapshotter.mount(container.id)
            self._engine.host.trees.make_mount_points(root, points)

    def _binds(self, container: Container[M]) -> tuple[Bind[M], ...]:
        """Volumes and the files of /etc, what is mounted above before what is mounted inside."""
        engine = self._engine
        found = (*mounting.binds(engine, container), *etc.etc_files(engine, container))
        container.mounted = True
        return tuple(sorted(found, key=lambda bind: bind.target.count("/")))

    def _failed(self, container: Container[M], error: EstibaError) -> None:
        engine = self._engine
        container.error = str(error)
        container.exit_code = getattr(error, "exit_code", container.exit_code or 128)
        engine.endpoints.leave(container)
        mounting.release(engine, container)
        streams, container.streams = container.streams, None
        if streams is not None:
            streams.give_up()
        if container.state is State.RESTARTING:
            self.settle(container)
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
        delay_ns = None if engine.is_stopping else restart.delay_ns(container)
        if container.state is State.PAUSED:
            container.move("unpause")
        container.move("exit" if delay_ns is None else "wait to restart")
        if delay_ns is None:
            engine.containers.running.pop(container.id, None)
        engine.emit(container.event(ContainerDied, exit_code=container.exit_code))
        engine.endpoints.leave(container)
        mounting.release(engine, container)
        engine.waits.tell_ended(container)
        if delay_ns is not None:
            yield from self._run_again(container, delay_ns)
        elif container.host.auto_remove and not container.stays:
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


def _check_devices(engine: Engine[M], container: Container[M]) -> None:
    """Are the host's devices that the container asks for there? Raises: CannotStart."""
    for device in container.host["Devices"] or ():
        path = device.get("PathOnHost") or ""
        if path not in DEVICES and not engine.host.paths.exists(path):
            raise CannotStart(
                f"error gathering device information while adding custom device {quote(path)}:"
                " no such file or directory"
            )


def environment(
    engine: Engine[M], container: Container[M], *, tty: bool | None = None
) -> tuple[str, ...]:
    """The environment of a process: PATH, HOSTNAME, TERM, linked containers, then what was asked
    for. `tty` is the process's own, if it is not the container's.

    Source: Docker, `CreateDaemonEnvironment`.
    """
    own = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        f"HOSTNAME={container.hostname}",
    ]
    if container.config.tty if tty is None else tty:
        own.append("TERM=xterm")
    if container.links:
        own = list(dict.fromkeys((*own, *engine.links.environment(container))))
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
