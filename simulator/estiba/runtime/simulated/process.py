"""A process: its memory of descriptors, users and signals, and the loop that runs its program.

The loop is a work: it resumes the program with the kernel's answer, gets the next system call,
carries it out. Invariant: whatever waits does so through `block`, so that every wait ends when a
signal comes. A process that is not running just now stands at a `yield`, and can therefore be
ended at once by anybody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from ...filesystem import Credentials, FilesystemError
from ...tasks import Signal, Task, Wait, Work
from .descriptions import Description
from .program import Flavour
from .streams import encode
from .syscalls import Action, Body, Disposition, Syscall, SyscallError, WaitStatus
from .syscalls.errnos import EBADF, EINTR, EMFILE, ENOSYS

if TYPE_CHECKING:
    from .container import Container
    from .terminal import Terminal

Handler = Callable[["SimulatedProcess", Any], Any]
HANDLERS: dict[type[Syscall[Any]], Handler] = {}
CALLS_IN_A_ROW = 256
BYTES_AS_A_CALL = 256
"""Who moves many bytes gives way sooner: so many in one call count as one more."""
CPU_S_PER_CALL = 5e-6


def handles(call: type[Syscall[Any]]) -> Callable[[Handler], Handler]:
    """Register the decorated function as what carries out a system call."""

    def register(handler: Handler) -> Handler:
        HANDLERS[call] = handler
        return handler

    return register


class Ended(Exception):
    """The running process is over. Never seen by programs."""

    def __init__(self, status: int = 0, signal: int = 0) -> None:
        self.status = status
        self.signal = signal


class Replaced(Exception):
    """The process now runs another program. Never seen by programs."""


class SimulatedProcess:
    """A process as the kernel knows it; programs see `name`, `environment` and `flavour`."""

    __slots__ = (
        "actions",
        "alarm",
        "args",
        "attention",
        "body",
        "calls",
        "child_changed",
        "children",
        "cloexec",
        "container",
        "credentials",
        "cwd",
        "environment",
        "executable",
        "exit",
        "exited",
        "files",
        "flavour",
        "group",
        "held",
        "limits",
        "name",
        "number",
        "parent",
        "pending",
        "pid",
        "report",
        "restarting",
        "session",
        "started_ns",
        "stopped",
        "task",
        "terminal",
        "umask",
        "work",
    )

    def __init__(self, container: Container, pid: int, number: int) -> None:
        self.container = container
        self.pid = pid
        self.number = number
        self.parent: SimulatedProcess | None = None
        self.children: list[SimulatedProcess] = []
        self.group = number
        self.session = number
        self.terminal: Terminal | None = None
        self.name = ""
        self.args: tuple[str, ...] = ()
        self.environment: dict[str, str] = {}
        self.executable = ""
        self.flavour = Flavour.GNU
        self.files: dict[int, Description] = {}
        self.cloexec: set[int] = set()
        self.cwd = "/"
        self.umask = 0o022
        self.credentials: Credentials = container.root_credentials
        self.actions: dict[int, Disposition] = {}
        self.restarting: set[int] | None = None
        self.limits: dict[str, tuple[int, int]] | None = container.limits
        self.pending: deque[int] | None = None
        self.alarm: Task[None] | None = None
        self.attention = Signal()
        self.child_changed = Signal()
        self.stopped = 0
        self.held = False
        self.report: WaitStatus | None = None
        self.exit: WaitStatus | None = None
        self.exited = Signal()
        self.started_ns = container.kernel.clock.now_ns()
        self.calls = 0
        self.body: Body[int] | None = None
        self.work: Generator[Wait, None, None] | None = None
        self.task: Task[None] | None = None

    # What the runtime port shows.

    @property
    def exit_code(self) -> int | None:
        return None if self.exit is None else self.exit.shell_status

    def resize(self, rows: int, columns: int) -> None:
        if self.terminal is not None:
            self.terminal.resize(rows, columns)

    @property
    def running(self) -> bool:
        """Is it the one that executes at this moment?"""
        return self.work is not None and self.work.gi_running  # type: ignore[attr-defined]

    @property
    def cpu_s(self) -> float:
        return self.calls * CPU_S_PER_CALL

    # Running.

    def start(self, body: Body[int]) -> None:
        self.body = body
        self.work = self._run()
        self.task = self.container.kernel.scheduler.spawn(self.work)

    def _run(self) -> Work[None]:
        try:
            yield from self._loop()
        except Ended as end:
            self.container.kernel.end(self, end.status, end.signal)

    def _loop(self) -> Work[None]:
        answer: Any = None
        error: SyscallError | None = None
        row = 0
        while True:
            if self.pending or self.held:
                yield from self.attend()
            call = self._next_call(answer, error)
            answer = error = None
            try:
                handler = HANDLERS.get(type(call))
                if handler is None:
                    raise SyscallError(ENOSYS)
                answer = handler(self, call)
                if type(answer) is GeneratorType:
                    answer = yield from answer
            except SyscallError as failure:
                error = failure
            except FilesystemError as failure:
                error = SyscallError(failure.errno)
            except Replaced:
                pass
            self.calls += 1
            row += 1 if type(answer) is not int else 1 + answer // BYTES_AS_A_CALL
            if row >= CALLS_IN_A_ROW:
                row = 0
                yield Wait()

    def _next_call(self, answer: Any, error: SyscallError | None) -> Syscall[Any]:
        body = self.body
        assert body is not None
        try:
            return body.send(answer) if error is None else body.throw(error)
        except StopIteration as end:
            raise Ended(end.value & 0xFF if end.value else 0) from None
        except SyscallError as failure:
            self._complain(failure)
            raise Ended(1) from None

    def _complain(self, failure: SyscallError) -> None:
        """Tell on standard error, if it takes it at once, what the program did not catch."""
        stderr = self.files.get(2)
        if stderr is not None and self.pending is None:
            written = stderr.write(self, encode(f"{self.name}: {failure.strerror}\n"))
            if isinstance(written, GeneratorType):
                next(written, None)

    # Waiting and signals.

    def block(self, *signals: Signal, deadline_ns: int | None = None) -> Work[None]:
        """Wait for one of the signals, the time, or attention. Raises: SyscallError(EINTR)."""
        yield Wait((self.attention, *signals), deadline_ns)
        if (self.pending or self.held) and (yield from self.attend()):
            raise SyscallError(EINTR)

    def attend(self) -> Work[bool]:
        """Deliver pending signals, stand still while stopped. Was a handler without restart run?"""
        interrupted = False
        while self.pending or self.held:
            if self.held:
                yield Wait((self.attention,))
            elif self.pending:
                interrupted |= self._deliver(self.pending.popleft())
        return interrupted

    def _deliver(self, number: int) -> bool:
        action = self.actions.get(number, Action.DEFAULT)
        if action is Action.DEFAULT:
            raise Ended(signal=number)
        if callable(action):
            action(number)
            return self.restarting is None or number not in self.restarting
        return False

    def post(self, number: int) -> None:
        """Leave a signal to be delivered when the process next runs."""
        if self.pending is None:
            self.pending = deque()
        if number not in self.pending:
            self.pending.append(number)
        self.attention.fire()

    def hold(self) -> None:
        """Stand still, or go on, as the stop signals and the freezer say."""
        self.held = bool(self.stopped) or self.container.frozen
        self.attention.fire()

    def can(self, capability: str) -> bool:
        """May it do what this capability stands for?"""
        return self.credentials.uid == 0 and capability in self.container.capabilities

    def raise_signal(self, number: int) -> None:
        """A signal to oneself, in the middle of a call."""
        self.container.kernel.send(self, number)
        if self.pending and self.actions.get(self.pending[0], Action.DEFAULT) is Action.DEFAULT:
            raise Ended(signal=self.pending[0])

    # Descriptors.

    def file(self, fd: int) -> Description:
        """Raises: SyscallError(EBADF)."""
        found = self.files.get(fd)
        if found is None:
            raise SyscallError(EBADF)
        return found

    def add_file(self, description: Description, *, minimum: int = 0, cloexec: bool = False) -> int:
        """Give a description the lowest free descriptor."""
        fd = minimum
        while fd in self.files:
            fd += 1
        if fd >= 1024:
            description.release()
            raise SyscallError(EMFILE)
        self.files[fd] = description
        if cloexec:
            self.cloexec.add(fd)
        return fd

    def close_file(self, fd: int) -> None:
        description = self.file(fd)
        del self.files[fd]
        self.cloexec.discard(fd)
        description.release()

    def fork(self, pid: int, number: int) -> SimulatedProcess:
        """A child that shares our open files and has copies of the rest."""
        child = SimulatedProcess(self.container, pid, number)
        child.parent = self
        self.children.append(child)
        child.group, child.session, child.terminal = self.group, self.session, self.terminal
        child.name, child.args, child.executable = self.name, self.args, self.executable
        child.environment, child.flavour = self.environment, self.flavour
        child.files, child.cloexec = dict(self.files), set(self.cloexec)
        for description in child.files.values():
            description.references += 1
        child.cwd, child.umask, child.credentials = self.cwd, self.umask, self.credentials
        child.actions, child.limits = dict(self.actions), self.limits
        child.restarting = self.restarting and set(self.restarting)
        return child
