"""The machine: a bash in a tree of its own, and the docker program, a client of the engine in the house.

The workstation has its own kernel and scheduler on the house's clock: while a docker command runs,
the house runs; while it waits for a pipe, the workstation does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast

from ..app import EPOCH_NS, House, simulated
from ..distribution.embedded import EmbeddedHub
from ..errors import EstibaError
from ..filesystem import LowerStack, MountNamespace, UnionMount, UpperTree
from ..runtime.port import ContainerSpec, ProcessSpec, Stdio
from ..runtime.simulated.process import SimulatedProcess
from ..runtime.simulated.program import Process
from ..runtime.simulated.runtime import SimulatedRuntime
from ..runtime.simulated.shell.main import conversation
from ..runtime.simulated.streams import print_err, write_all
from ..runtime.simulated.syscalls import Body
from ..spec.reference import normalize
from ..tasks import Channel, Scheduler
from ..trace import Clock, VirtualClock
from .console import Piped, WorkstationConsole
from .files import WorkstationFiles
from .keyboard import Keyboard, Typing
from .paths import WorkstationPaths
from .ports import WorkstationPublisher

SYSTEM = "ubuntu:20.04"
HOME = "/root"
ENVIRONMENT = (
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    f"HOME={HOME}",
    "USER=root",
    "LANG=C.UTF-8",
)
SHELL = "/usr/local/bin/session"
PROGRAMS = (SHELL, "/usr/bin/docker", "/usr/bin/curl", "/usr/bin/wget")
"""What the system's image lacks."""
HOSTS = "127.0.0.1\tlocalhost\n127.0.1.1\t{hostname}\n"
MACHINE_CODE = b"\x7fELF"
UNBOUNDED = 1 << 40
OUTPUT_LIMIT = 64 << 20
PROCESSES = 512


@dataclass(frozen=True, slots=True)
class Step:
    """One command: its text, what was typed into it, what it printed, and its exit status.

    `output` is what a terminal would show, both streams in their order. `status` is None where the
    command is not complete: a quote or a loop is open, and no more lines came.
    """

    command: str
    typed: tuple[str, ...]
    output: str
    status: int | None


class LimitExceeded(EstibaError):
    """Somebody wrote more than they may. Units: bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"more than {limit} bytes of output")
        self.limit = limit


class Workstation:
    """A computer with a shell and docker.

    `files` are put into the home directory, by relative path. `pace_s` passes on the clock before
    each command, as somebody types who is not a program. With `progress` standard output is a terminal
    too, where pulls draw over what they drew: see `screen`. `house` is that of another workstation, when
    both are to reach one engine. `refuse` says why a docker command may not be run, "" when it may.
    Units: seconds; `output_limit` bytes of one command. Raises (from `run`): LimitExceeded.
    """

    def __init__(
        self,
        *,
        seed: int | str | None = None,
        clock: Clock | None = None,
        files: Mapping[str, bytes] | None = None,
        hostname: str = "aula",
        pace_s: float = 0.0,
        progress: bool = False,
        house: House | None = None,
        refuse: Callable[[Sequence[str]], str] = lambda words: "",
        output_limit: int = OUTPUT_LIMIT,
    ) -> None:
        if house is not None:
            clock = house.clock
        clock = VirtualClock(EPOCH_NS) if clock is None else clock
        mount = UnionMount(_system(), UpperTree(), label="workstation", now_ns=clock.now_ns)
        self._prepare(mount, files or {}, hostname)
        self._scheduler = Scheduler(clock)
        programs = {"docker": self._docker, "session": conversation(self._ended)}
        runtime = SimulatedRuntime(self._scheduler, programs=programs)
        self._input, self._screen = Channel(UNBOUNDED), Screen(output_limit)
        spec = ContainerSpec(
            "workstation",
            mount,
            ProcessSpec((SHELL,), ENVIRONMENT, HOME),
            hostname,
            pids=PROCESSES,
        )
        stdio = Stdio(self._input, self._screen, self._screen)
        self._shell = cast(SimulatedProcess, runtime.start(spec, stdio))
        self._terminal = dict(self._shell.files)
        self._keyboard = Keyboard()
        self._console: WorkstationConsole | None = None
        self._pace_s = pace_s
        self._progress = progress
        self._refuse = refuse
        self.commands: list[tuple[str, ...]] = []
        """The docker commands run so far, as their words."""
        self._status: int | None = None
        self.files = WorkstationFiles(self._shell.container.mounts, HOME)
        self.house = house or self._make_house(seed, clock)
        self._scheduler.run_idle()

    def _make_house(self, seed: int | str | None, clock: Clock) -> House:
        paths = WorkstationPaths(self.files, clock.now_ns)
        house = simulated(seed=seed, clock=clock, paths=paths)
        house.engine.ports.publisher = WorkstationPublisher(self._shell.container)
        return house

    @staticmethod
    def _prepare(mount: UnionMount, files: Mapping[str, bytes], hostname: str) -> None:
        tree = WorkstationFiles(MountNamespace(mount), HOME)
        for path, data in files.items():
            tree.put(path, data)
        tree.put("/etc/hosts", HOSTS.format(hostname=hostname).encode())
        for path in PROGRAMS:
            tree.put(path, MACHINE_CODE, 0o755)

    def run(self, lines: Iterable[str]) -> Iterator[Step]:
        """Type lines at the prompt, one command after another; each is done before the next begins.

        A command that reads from the terminal gets the lines after it. Ends early when the shell does.
        """
        self._keyboard.put(lines)
        while self._keyboard and self._shell.exit_code is None:
            yield self._command()

    def _command(self) -> Step:
        command: list[str] = []
        self._status = None
        self.house.pass_time(self._pace_s)
        while self._status is None and self._keyboard:
            command.append(self._keyboard.take())
            self._input.put(command[-1].encode() + b"\n")
            self._run()
        typed = tuple(self._keyboard.forget_typed())
        return Step("\n".join(command), typed, self._shown(), self._status)

    def _shown(self) -> str:
        """What came on the screen since the last look."""
        parts: list[bytes] = []
        while chunk := self._screen.poll():
            parts.append(chunk)
        return b"".join(parts).decode("utf-8", "replace")

    def _run(self) -> None:
        """Let the shell work until it wants another line."""
        while self._scheduler.run_ready() or self.house.scheduler.run_ready() or self._wait():
            self._screen.check()
        self._screen.check()

    def _wait(self) -> bool:
        """Let the clock pass to when a process of the workstation goes on; False if none is to."""
        due_ns = self._scheduler.next_deadline_ns()
        if due_ns is None:
            return False
        self.house.pass_time(max(0, due_ns - self.house.clock.now_ns()) / 1e9)
        return True

    def _ended(self, status: int) -> None:
        self._status = status

    def _outside(self, delay_s: float | None) -> bool:
        return self._console is not None and self._console.advance()

    def _docker(self, process: Process, args: list[str]) -> Body[int]:
        """The docker program. What goes to the terminal shows at once, the rest when it ends."""
        if refusal := self._refuse(args):
            yield from print_err(refusal + "\n")
            return 1
        self.commands.append(tuple(args))
        it = cast(SimulatedProcess, process)
        kept: dict[int, bytearray] = {}

        def write(number: int, data: bytes) -> None:
            if it.files.get(number) is self._terminal[number]:
                self._screen.put(data)
            else:
                kept.setdefault(number, bytearray()).extend(data)

        source: Piped | Typing = Typing(self._keyboard, self._screen.put)
        if it.files.get(0) is not self._terminal[0]:
            source = Piped(it, self._scheduler.run_ready)
        drawn = self._progress and it.files.get(1) is self._terminal[1]
        status = self._client(args, WorkstationConsole(source, write, drawn=drawn), it)
        for number, data in kept.items():
            yield from write_all(number, bytes(data))
        return status

    def _client(
        self, args: list[str], console: WorkstationConsole, process: SimulatedProcess
    ) -> int:
        house, before = self.house, self._console
        self._console, self.files.cwd = console, process.cwd
        house.files, house.environment = self.files, process.environment
        house.transport.outside = self._outside
        try:
            return house.docker(args, console)
        finally:
            self._console = before


class Screen(Channel):
    """What is written to the terminal, up to a limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(UNBOUNDED)
        self._limit = limit

    def put(self, data: bytes) -> None:
        """Raises: LimitExceeded, in whoever writes."""
        super().put(data)
        self.check()

    def check(self) -> None:
        """Raises: LimitExceeded."""
        if self._size > self._limit:
            raise LimitExceeded(self._limit)


@cache
def _system() -> LowerStack:
    """The tree of the workstation, unpacked once for all."""
    image = EmbeddedHub().resolve(normalize(SYSTEM))
    return LowerStack([layer.unpack().tree for layer in reversed(image.layers)])
