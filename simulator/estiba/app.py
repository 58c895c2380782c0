"""Puts a house together: an engine over a host, its API, and a command line that speaks to it.

Entry points: `simulated()` and `linux()`. The only module that knows every room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from .api.api import Api
from .cli.app import run_command
from .cli.console import Console
from .cli.files import Files
from .cli.memory_files import MemoryFiles
from .engine.config import EngineConfig
from .engine.engine import Engine
from .engine.host import Host
from .http import Loopback
from .http.poller import Poller
from .store import memory_stores
from .tasks import Scheduler
from .trace import Clock, Ids, Recorder, SystemClock, VirtualClock

if TYPE_CHECKING:
    from pathlib import Path

    from .distribution import Hub
    from .engine.places import HostPaths, Trees
    from .filesystem import UnionMount
    from .filesystem.kept import KeptTrees
    from .runtime import Runtime
    from .snapshot.port import Snapshotter
    from .store import Stores

NO_NETWORK = {"ESTIBA_HUB": ""}
EPOCH_NS = 1_611_832_800 * 10**9  # 2021-01-28T11:20:00Z, the days of the course document


class Later:
    """Makes something, and loads what it needs, when it is first asked for anything."""

    def __init__(self, make: Callable[[], object]) -> None:
        self._make = make
        self._made: object = None

    def __getattr__(self, name: str) -> Any:
        if self._made is None:
            self._made = self._make()
        value = getattr(self._made, name)
        setattr(self, name, value)
        return value


@dataclass(slots=True)
class House:
    """An engine with everything around it, in this process."""

    engine: Engine[Any]
    api: Api
    scheduler: Scheduler
    clock: Clock
    recorder: Recorder
    transport: Loopback
    files: Files
    environment: Mapping[str, str]
    outside: Callable[[float | None], bool] | None = None
    """Waits for what comes from outside, at most so many seconds; None where nothing does."""
    leave: Callable[[], None] | None = None
    """What the host has to do when the house is closed."""

    def docker(self, argv: Sequence[str], console: Console) -> int:
        """Run one docker command, given without the word `docker`; its exit code."""
        return run_command(
            argv,
            transport=self.transport,
            console=console,
            files=self.files,
            environment=self.environment,
            clock=self.clock,
        )

    def why(self, shown: str, language: str) -> str:
        """Explain a size or identifier that was shown, from the trace, in `es` or `en`."""
        from .projections import Ledger, tell, why  # noqa: PLC0415  (few sessions ask)

        return tell(why(Ledger(self.recorder.since(0)), shown), shown, language)

    def shut_down(self) -> None:
        """Stop all containers in good order, as an engine that is stopped does."""
        from .engine.shutdown import shut_down  # noqa: PLC0415  (few houses are)

        self.scheduler.complete(shut_down(self.engine))

    def close(self) -> None:
        """Let go of what lasts: as it is now. Nobody may use the house afterwards."""
        self.engine.checkpoint()
        self.engine.stores.close()
        if self.leave is not None:
            self.leave()

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody inside: what is due in it happens."""
        limit_ns = self.clock.now_ns() + round(seconds * 1e9)
        self.scheduler.run_idle()
        if self.outside is not None:
            self._pass_outside(self.outside, limit_ns)
            return
        while (due_ns := self.scheduler.next_deadline_ns()) is not None and due_ns <= limit_ns:
            self.clock.wait_until(due_ns)
            self.scheduler.run_idle()
        self.clock.wait_until(limit_ns)

    def _pass_outside(self, outside: Callable[[float | None], bool], limit_ns: int) -> None:
        while (now_ns := self.clock.now_ns()) < limit_ns:
            due_ns = min(self.scheduler.next_deadline_ns() or limit_ns, limit_ns)
            outside(max(0.0, (due_ns - now_ns) / 1e9))
            self.scheduler.run_idle()


def simulated(
    *,
    seed: int | str | None = None,
    clock: Clock | None = None,
    poller: Poller | None = None,
    files: Files | None = None,
    outside: Callable[[float | None], bool] | None = None,
    trace_limit: int | None = None,
    environment: Mapping[str, str] | None = None,
    paths: HostPaths[UnionMount] | None = None,
    home: Path | None = None,
) -> House:
    """A house over the simulated host.

    Without a clock, time is virtual and starts in January 2021. With a poller, published ports really
    listen on this machine. `outside` brings input while the engine has nothing to do. `paths` is what
    bind mounts show instead of this machine's files. What the engine has lasts in the directory `home`, if
    there is one, and is taken up again from there. Raises: HomeTaken, DamagedStore, NewerStore.
    """
    clock = VirtualClock(EPOCH_NS) if clock is None else clock
    scheduler = Scheduler(clock)
    recorder = Recorder(clock, limit=trace_limit)
    stores = memory_stores() if home is None else _disk_stores(home)
    outer = environment or {}
    alone = outer.get("ESTIBA_HUB") is not None  # no network, or none but that hub

    engine: Engine[UnionMount] = Engine(
        Host(
            cast("Snapshotter[UnionMount]", Later(lambda: _snapshotter(clock, recorder, stores))),
            cast("Runtime[UnionMount]", Later(lambda: _runtime(engine))),
            Later(lambda: _trees(clock, recorder, stores)),
            paths or Later(lambda: _paths(clock, on_disk=poller is not None)),
        ),
        stores=stores,
        hub=cast("Hub", Later(lambda: _embedded_hub(outer))),
        scheduler=scheduler,
        clock=clock,
        ids=Ids(_unused(seed, stores)),
        recorder=recorder,
        config=EngineConfig(online=not alone),
    )
    if poller is not None:
        from .network.sockets import SocketPublisher  # noqa: PLC0415

        engine.ports.publisher = SocketPublisher(poller, scheduler)
    try:
        engine.restore()
    except BaseException:
        stores.close()
        raise
    return _house(engine, files, environment, outside)


def linux(
    home: Path,
    *,
    poller: Poller | None = None,
    seed: int | str | None = None,
    clock: Clock | None = None,
    files: Files | None = None,
    trace_limit: int | None = None,
    environment: Mapping[str, str] | None = None,
    durable: bool = True,
) -> House:
    """A house over the kernel itself: overlayfs and namespaces. What it keeps is below `home`, and lasts if
    `durable`.

    The embedded hub has stand-ins, which the kernel cannot run: nothing is pulled, images are imported or loaded.
    The poller, made if none is given, brings what containers say; whoever runs the engine must poll it.
    Raises: NotSupported, before anything is changed, when the machine lacks what it takes.
    """
    from .engine.kernel_trees import KernelPaths, KernelTrees  # noqa: PLC0415
    from .engine.machine import machine_config  # noqa: PLC0415
    from .linux.requirements import require  # noqa: PLC0415
    from .network.sockets import SocketPublisher  # noqa: PLC0415
    from .runtime.linux.places import run_directory  # noqa: PLC0415
    from .runtime.linux.runtime import LinuxRuntime  # noqa: PLC0415
    from .snapshot.overlay import OverlaySnapshotter  # noqa: PLC0415

    require()
    clock = SystemClock() if clock is None else clock
    poller = Poller() if poller is None else poller
    scheduler = Scheduler(clock)
    recorder = Recorder(clock, limit=trace_limit)
    stores = _disk_stores(home) if durable else memory_stores()
    runtime = LinuxRuntime(run_directory(home), scheduler, poller, recorder.emit)
    engine: Engine[Any] = Engine(
        Host(
            OverlaySnapshotter(home / "overlay"),
            runtime,
            KernelTrees(home / "volumes", runtime.pid),
            KernelPaths(),
        ),
        stores=stores,
        hub=cast("Hub", Later(lambda: _embedded_hub(NO_NETWORK))),
        scheduler=scheduler,
        clock=clock,
        ids=Ids(_unused(seed, stores)),
        recorder=recorder,
        config=machine_config(str(home)),
    )
    engine.ports.publisher = SocketPublisher(poller, scheduler)
    engine.restore()
    runtime.sweep()
    house = _house(engine, files, environment, poller.poll)
    house.outside, house.leave = poller.poll, runtime.close
    return house


def _house(
    engine: Engine[Any],
    files: Files | None,
    environment: Mapping[str, str] | None,
    outside: Callable[[float | None], bool] | None,
) -> House:
    """What is the same around every engine: an API, and a way to it inside the process."""
    api = Api(engine)
    before = engine.checkpoint if engine.stores.durable else None
    return House(
        engine,
        api,
        engine.scheduler,
        engine.clock,
        engine.recorder,
        Loopback(api.serve, engine.scheduler, outside, before_answering=before),
        MemoryFiles() if files is None else files,
        {} if environment is None else environment,
    )


def _runtime(engine: Engine[UnionMount]) -> Runtime[UnionMount]:
    from .runtime.simulated.runtime import SimulatedRuntime  # noqa: PLC0415

    return SimulatedRuntime(
        engine.scheduler, engine.recorder.emit, resolve=engine.endpoints.resolve
    )


def _embedded_hub(environment: Mapping[str, str]) -> Hub:
    from .distribution.embedded import EmbeddedHub, conditions_of  # noqa: PLC0415

    return EmbeddedHub(conditions=conditions_of(environment))


def _disk_stores(home: Path) -> Stores:
    from .store.disk import open_stores  # noqa: PLC0415

    return open_stores(home)


def _unused(seed: int | str | None, stores: Stores) -> int | str | None:
    """The seed, another one each time the same stores are taken up: no identifier comes twice."""
    starts: int = dict(stores.documents.items("engine")).get("starts", 0)
    stores.documents.put("engine", "starts", starts + 1)
    return seed if seed is None or not starts else f"{seed} {starts}"


def _snapshotter(clock: Clock, recorder: Recorder, stores: Stores) -> Snapshotter[UnionMount]:
    from .snapshot.union import UnionSnapshotter  # noqa: PLC0415

    return UnionSnapshotter(recorder.emit, clock.now_ns, _kept(stores, "container/"))


def _trees(clock: Clock, recorder: Recorder, stores: Stores) -> Trees[UnionMount]:
    from .engine.memory_trees import MemoryTrees  # noqa: PLC0415

    return MemoryTrees(clock.now_ns, recorder.emit, _kept(stores, "volume/"))


def _kept(stores: Stores, prefix: str) -> KeptTrees | None:
    from .filesystem.kept import KeptTrees  # noqa: PLC0415

    return None if stores.trees is None else KeptTrees(stores.trees, prefix)


def _paths(clock: Clock, *, on_disk: bool) -> HostPaths[UnionMount]:
    """What bind mounts show: this machine's files, or, where no port is open either, none but in memory."""
    if not on_disk:
        from .engine.memory_trees import MemoryPaths  # noqa: PLC0415

        return MemoryPaths(clock.now_ns)
    from .snapshot.host_paths import DiskPaths  # noqa: PLC0415

    return DiskPaths(clock.now_ns)
