"""`docker exec`: programs added to a running container."""

from __future__ import annotations

from base64 import b64encode
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import Conflict, EstibaError, Failure, InvalidInput, NotFound
from ..runtime import Process, ProcessSpec
from ..tasks import Channel
from ..trace.containers import ExecCreated, ExecDetached, ExecDied, ExecStarted
from .attach import Leaving, feed
from .container import Container
from .detach_keys import InvalidDetachKeys, parse_detach_keys
from .lifecycle import NotRunning
from .runs import environment, replaced
from .start_errors import exec_error
from .states import State
from .streams import Sink, Streams

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

ORPHANS = 64


class NoSuchExec(NotFound):
    def __init__(self, exec_id: str) -> None:
        super().__init__(f"No such exec instance: {exec_id}")
        self.exec_id = exec_id


class CannotExec(EstibaError):
    """The program could not be run; the container is as it was. `str()` is what the client is
    shown."""


class Exec(Generic[M]):
    """One program beside the first: set up, running, or ended with an exit code."""

    __slots__ = (
        "container",
        "detach_keys",
        "exit_code",
        "id",
        "keys",
        "process",
        "running",
        "settings",
        "spec",
        "streams",
    )

    def __init__(
        self, id: str, container: Container[M], spec: ProcessSpec, settings: Mapping[str, Any]
    ) -> None:
        self.id = id
        self.container = container
        self.spec = spec
        self.settings = settings
        self.detach_keys: str = settings.get("DetachKeys") or ""
        try:
            self.keys = parse_detach_keys(self.detach_keys)
        except InvalidDetachKeys:
            raise Failure(f"Invalid escape keys ({self.detach_keys}) provided") from None
        self.process: Process | None = None
        self.streams: Streams | None = None
        self.running = False
        self.exit_code: int | None = None

    @property
    def command(self) -> str:
        """The program, a space, its arguments: as `docker events` shows it."""
        program, *rest = self.spec.args
        return f"{program} {' '.join(rest)}"

    def to_json(self) -> dict[str, Any]:
        """As `GET /exec/{id}/json` answers."""
        process: dict[str, Any] = {
            "tty": self.spec.tty,
            "entrypoint": self.spec.args[0],
            "arguments": list(self.spec.args[1:]),
            "privileged": self.spec.privileged,
        }
        if self.settings.get("User"):
            process["user"] = self.settings["User"]
        return {
            "ID": self.id,
            "Running": self.running,
            "ExitCode": self.exit_code,
            "ProcessConfig": process,
            "OpenStdin": bool(self.settings.get("AttachStdin")),
            "OpenStderr": bool(self.settings.get("AttachStderr")),
            "OpenStdout": bool(self.settings.get("AttachStdout")),
            "CanRemove": False,
            "ContainerID": self.container.id,
            "DetachKeys": b64encode(self.keys).decode() if self.detach_keys else "",
            "Pid": self.process.pid if self.process is not None else 0,
        }


class Execs(Generic[M]):
    """The programs added to containers, by ID."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._by_id: dict[str, Exec[M]] = {}
        self._orphans: deque[str] = deque()

    def get(self, exec_id: str) -> Exec[M]:
        """Raises: NoSuchExec."""
        try:
            return self._by_id[exec_id]
        except KeyError:
            raise NoSuchExec(exec_id) from None

    def reachable(self, exec_id: str) -> Exec[M]:
        """One whose container can run it now. Raises: NoSuchExec, NotRunning, Conflict."""
        added = self.get(exec_id)
        _check_active(added.container, added.container.id)
        return added

    def create(self, name: str, settings: Mapping[str, Any]) -> Exec[M]:
        """Set one up. Raises: NoSuchContainer, NotRunning, Conflict, InvalidInput."""
        command = settings.get("Cmd")
        if not command:
            raise InvalidInput("No exec command specified")
        container = self._engine.containers.get(name)
        _check_active(container, name)
        config = container.config
        args = tuple(command)
        spec = ProcessSpec(
            args,
            self._environment(container, settings),
            settings.get("WorkingDir") or config.working_dir or "/",
            settings.get("User") or config.user,
            bool(settings.get("Tty")),
            privileged=bool(settings.get("Privileged")),
            groups=tuple(container.host["GroupAdd"] or ()),
        )
        added = Exec(self._engine.ids.hex64(), container, spec, settings)
        self._by_id[added.id] = added
        if container.execs is None:
            container.execs = {}
        container.execs[added.id] = added
        self._tell(added, ExecCreated)
        return added

    def start(
        self, exec_id: str, sink: Sink | None = None, typed: Channel | None = None
    ) -> Exec[M]:
        """Run it, output to the sink and input from what is typed; without a sink in the
        background.

        Raises: NoSuchExec, NotRunning, Conflict, CannotExec.
        """
        added = self.get(exec_id)
        _check_startable(added)
        streams = Streams(
            stdin=typed is not None,
            tty=added.spec.tty,
            log=None,
            clock_ns=self._engine.clock.now_ns,
        )
        self._tell(added, ExecStarted)
        try:
            process = self._engine.host.runtime.execute(
                added.container.id, added.spec, streams.stdio
            )
        except EstibaError as error:
            message, _ = exec_error(error)
            added.exit_code = 126
            self._forget(added)
            raise CannotExec(message) from None
        added.process, added.streams, added.running = process, streams, True
        if sink is not None:
            self._join(added, streams, sink, typed)
        self._watch(added, process, streams)
        streams.listen()
        return added

    def when_ended(self, added: Exec[M], call: Callable[[], None]) -> None:
        """Call once, when the program has ended."""
        if added.process is None or added.process.exit_code is not None:
            call()
        else:
            added.process.exited.subscribe(call)

    def forget(self, container: Container[M]) -> None:
        """The container goes. Clients may still ask how the latest programs ended."""
        self._orphans.extend(container.execs or ())
        while len(self._orphans) > ORPHANS:
            self._by_id.pop(self._orphans.popleft(), None)
        container.execs = None

    def running_ids(self, container: Container[M]) -> list[str] | None:
        """What inspect shows under ExecIDs."""
        ids = [e.id for e in (container.execs or {}).values() if e.exit_code is None]
        return ids or None

    def _join(self, added: Exec[M], streams: Streams, sink: Sink, typed: Channel | None) -> None:
        """The one client of an exec: its end of input is the program's."""
        streams.attach(sink)
        leaving = Leaving(
            lambda: streams.detach(sink),
            added.keys if added.spec.tty else None,
            lambda: self._detached(added),
        )
        feed(streams, typed, leaving, close=not added.spec.tty)

    def _watch(self, added: Exec[M], process: Process, streams: Streams) -> None:
        def ended() -> None:
            added.exit_code = process.exit_code
            added.running = False
            if streams.stdin is not None:
                streams.stdin.cancel()
            self._engine.emit(
                added.container.event(ExecDied, exec_id=added.id, exit_code=added.exit_code or 0)
            )

        if process.exit_code is not None:
            ended()
        else:
            process.exited.subscribe(ended)

    def _detached(self, added: Exec[M]) -> None:
        self._engine.emit(added.container.event(ExecDetached, exec_id=added.id))

    def _forget(self, added: Exec[M]) -> None:
        if added.container.execs is not None:
            added.container.execs.pop(added.id, None)

    def _tell(self, added: Exec[M], kind: type[ExecCreated] | type[ExecStarted]) -> None:
        self._engine.emit(added.container.event(kind, exec_id=added.id, command=added.command))

    def _environment(self, container: Container[M], settings: Mapping[str, Any]) -> tuple[str, ...]:
        tty = bool(settings.get("Tty")) or container.config.tty
        own = environment(self._engine, container, tty=tty)
        return replaced(list(own), tuple(settings.get("Env") or ()))


def _check_active(container: Container[Any], name: str) -> None:
    if not container.running:
        raise NotRunning(container.id)
    if container.state is State.PAUSED:
        raise Conflict(f"Container {name} is paused, unpause the container before exec")
    if container.state is State.RESTARTING:
        raise Conflict(
            f"Container {container.id} is restarting, wait until the container is running"
        )


def _check_startable(added: Exec[Any]) -> None:
    _check_active(added.container, added.container.id)
    if added.exit_code is not None:
        raise Conflict(f"Error: Exec command {added.id} has already run")
    if added.running:
        raise Conflict(f"Error: Exec command {added.id} is already running")
