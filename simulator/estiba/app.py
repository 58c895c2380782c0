"""Puts a house together: an engine over a host, its API, and a command line that speaks to it.

Entry point: `simulated()`. The only module that knows every room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .api.api import Api
from .cli.app import run_command
from .cli.console import Console
from .cli.files import Files, MemoryFiles
from .distribution import EmbeddedHub
from .distribution.embedded import Conditions
from .engine.engine import Engine
from .engine.host import Host
from .engine.memory_trees import MemoryPaths, MemoryTrees
from .filesystem import UnionMount
from .http import Loopback
from .http.poller import Poller
from .network.sockets import SocketPublisher
from .projections import Ledger, tell, why
from .runtime.simulated.runtime import SimulatedRuntime
from .snapshot.host_paths import DiskPaths
from .snapshot.union import UnionSnapshotter
from .store import memory_stores
from .tasks import Scheduler
from .trace import Clock, Ids, Recorder, VirtualClock

EPOCH_NS = 1_611_832_800 * 10**9  # 2021-01-28T11:20:00Z, the days of the course document


@dataclass(slots=True)
class House:
    """An engine with everything around it, in this process."""

    engine: Engine[UnionMount]
    api: Api
    scheduler: Scheduler
    clock: Clock
    recorder: Recorder
    transport: Loopback
    files: Files
    environment: Mapping[str, str]

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
        return tell(why(Ledger(self.recorder.since(0)), shown), shown, language)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody inside: what is due in it happens."""
        limit_ns = self.clock.now_ns() + round(seconds * 1e9)
        self.scheduler.run_idle()
        while (due_ns := self.scheduler.next_deadline_ns()) is not None and due_ns <= limit_ns:
            self.clock.wait_until(due_ns)
            self.scheduler.run_idle()
        self.clock.wait_until(limit_ns)


def simulated(
    *,
    seed: int | str | None = None,
    clock: Clock | None = None,
    poller: Poller | None = None,
    files: Files | None = None,
    outside: Callable[[float | None], bool] | None = None,
    trace_limit: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> House:
    """A house over the simulated host.

    Without a clock, time is virtual and starts in January 2021. With a poller, published ports really
    listen on this machine. `outside` brings input while the engine has nothing to do.
    """
    clock = VirtualClock(EPOCH_NS) if clock is None else clock
    scheduler = Scheduler(clock)
    recorder = Recorder(clock, limit=trace_limit)
    snapshotter = UnionSnapshotter(recorder.emit, clock.now_ns)
    runtime = SimulatedRuntime(scheduler, recorder.emit)
    paths = MemoryPaths(clock.now_ns) if poller is None else DiskPaths(clock.now_ns)
    engine: Engine[UnionMount] = Engine(
        Host(snapshotter, runtime, MemoryTrees(clock.now_ns, recorder.emit), paths),
        stores=memory_stores(),
        hub=EmbeddedHub(conditions=Conditions(online=_online(environment or {}))),
        scheduler=scheduler,
        clock=clock,
        ids=Ids(seed),
        recorder=recorder,
    )
    if poller is not None:
        engine.ports.publisher = SocketPublisher(poller, scheduler)
    api = Api(engine)
    return House(
        engine,
        api,
        scheduler,
        clock,
        recorder,
        Loopback(api.serve, scheduler, outside),
        MemoryFiles() if files is None else files,
        {} if environment is None else environment,
    )


def _online(environment: Mapping[str, str]) -> bool:
    """An empty ESTIBA_HUB means: there is no network. Unset, it is the embedded hub."""
    return environment.get("ESTIBA_HUB") != ""
