"""The kernel: makes processes, sends signals, ends processes and tells their parents.

Process numbers: `pid` is the host's, one counter for all containers; `number` is the container's
own, from 1. Number 1 is init: it gets no signal it does not catch (except SIGKILL and SIGSTOP from
outside), adopts orphans, and takes all others with it when it ends. Simplified: numbers are not
used again, and one process has one thread, so `docker exec` gets 2, 3, … where a real container
skips some. Real and effective user are one. Source: pid_namespaces(7), signal(7), credentials(7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from ...tasks import Scheduler
from ...trace import Event
from ...trace.processes import ProcessExited, ProcessForked, ProcessSignalled
from .process import SimulatedProcess
from .syscalls import Action, Body, SyscallError, WaitStatus
from .syscalls.errnos import EAGAIN
from .syscalls.signals import (
    IGNORED_BY_DEFAULT,
    SIGCHLD,
    SIGCONT,
    SIGHUP,
    SIGKILL,
    SIGSTOP,
    STOPPING,
)

if TYPE_CHECKING:
    from ...tasks.scheduler import Clock
    from .container import Container
    from .program import Program

FIRST_PID: Final = 4200
UNCATCHABLE: Final = frozenset((SIGKILL, SIGSTOP))


class Kernel:
    """One machine: the processes of all its containers, on one scheduler."""

    def __init__(self, scheduler: Scheduler, emit: Callable[[Event], None] | None = None) -> None:
        self.scheduler = scheduler
        self.emit: Callable[[Event], None] = emit or _forget
        self.booted_ns = scheduler.clock.now_ns()
        self.addresses: dict[str, Container] = {}
        self.resolve: Callable[[str, str], str | None] = _unknown
        self.programs: Mapping[str, Program] = {}
        """Programs of this machine alone, by base name."""
        self._next_pid = FIRST_PID
        self._next_ino = 20_000

    @property
    def clock(self) -> Clock:
        return self.scheduler.clock

    def new_pid(self) -> int:
        self._next_pid += 1
        return self._next_pid

    def new_ino(self) -> int:
        """A number for a pipe or a socket."""
        self._next_ino += 1
        return self._next_ino

    # Making processes.

    def add_process(self, container: Container) -> SimulatedProcess:
        """A process of a session of its own, without program yet."""
        process = SimulatedProcess(container, self.new_pid(), self._number(container))
        container.processes[process.number] = process
        return process

    def fork(self, parent: SimulatedProcess, body: Callable[[], Body[int]]) -> SimulatedProcess:
        container = parent.container
        if container.pids is not None and len(container.processes) >= container.pids:
            raise SyscallError(EAGAIN)
        child = parent.fork(self.new_pid(), self._number(container))
        container.processes[child.number] = child
        self.emit(ProcessForked(container.id, parent.number, child.number))
        child.start(body())
        return child

    @staticmethod
    def _number(container: Container) -> int:
        number = container.next_number
        container.next_number = number + 1
        return number

    # Signals.

    def send(self, process: SimulatedProcess, number: int, *, outside: bool = False) -> None:
        """Send a signal; `outside` comes from the host."""
        if process.exit is not None or number == 0:
            return
        self.emit(ProcessSignalled(process.container.id, process.number, number))
        action = process.actions.get(number, Action.DEFAULT)
        if number in UNCATCHABLE:
            action = Action.DEFAULT
        if number == SIGCONT:
            self._continue(process)
        if action is Action.DEFAULT:
            self._default(process, number, outside)
        elif action is not Action.IGNORE:
            process.post(number)

    def _default(self, process: SimulatedProcess, number: int, outside: bool) -> None:
        if number in IGNORED_BY_DEFAULT or number == SIGCONT:
            return
        if process.number == 1 and not (outside and number in UNCATCHABLE):
            return
        if number in STOPPING:
            self._stop(process, number)
        elif process.container.frozen or process.running:
            process.post(number)
        else:
            self.kill_now(process, number)

    def kill_now(self, process: SimulatedProcess, number: int) -> None:
        """End a process that is not running just now, by a signal."""
        if process.task is not None:
            process.task.cancel()
        self.end(process, 0, number)

    def signal_group(self, container: Container, group: int, number: int) -> None:
        for process in container.members(group):
            self.send(process, number)

    def _stop(self, process: SimulatedProcess, number: int) -> None:
        if not process.stopped:
            process.stopped = number
            process.hold()
            self._tell(process, WaitStatus(process.number, signal=number, stopped=True))

    def _continue(self, process: SimulatedProcess) -> None:
        if process.stopped:
            process.stopped = 0
            process.hold()
            self._tell(process, WaitStatus(process.number, continued=True))

    def _tell(self, process: SimulatedProcess, status: WaitStatus) -> None:
        process.report = status
        if process.parent is not None:
            process.parent.child_changed.fire()
            self.send(process.parent, SIGCHLD)

    # The end.

    def end(self, process: SimulatedProcess, status: int, signal: int = 0) -> None:
        """A process is over: close its files, hand on its children, tell its parent."""
        if process.exit is not None:
            return
        process.exit = WaitStatus(process.number, status, signal)
        if process.body is not None:
            process.body.close()
            process.body = None
        self._close_files(process)
        if process.alarm is not None:
            process.alarm.cancel()
        container = process.container
        code = process.exit.shell_status
        self.emit(ProcessExited(container.id, process.number, code))
        if process.number == 1:
            self._end_all(container)
        else:
            self._orphan(process)
        self._hang_up(process)
        self._leave(process)
        process.exited.fire()

    @staticmethod
    def _close_files(process: SimulatedProcess) -> None:
        files, process.files = process.files, {}
        for description in files.values():
            description.release()

    def _end_all(self, container: Container) -> None:
        for other in list(container.processes.values()):
            if other.exit is None:
                self.kill_now(other, SIGKILL)
        container.processes.clear()

    @staticmethod
    def _orphan(process: SimulatedProcess) -> None:
        init = process.container.init
        for child in process.children:
            child.parent = init
            if init is not None:
                init.children.append(child)
                if child.exit is not None:
                    init.child_changed.fire()
        process.children = []

    def _hang_up(self, process: SimulatedProcess) -> None:
        """The end of a session leader takes the terminal away from the foreground group."""
        terminal = process.terminal
        leads = process.session == process.number
        if terminal is not None and leads and terminal.session == process.session:
            terminal.session = 0
            if terminal.foreground != process.group:
                self.signal_group(process.container, terminal.foreground, SIGHUP)

    def _leave(self, process: SimulatedProcess) -> None:
        """Become a zombie, or vanish when nobody would ask."""
        parent = process.parent
        ignored = parent is not None and parent.actions.get(SIGCHLD) is Action.IGNORE
        if parent is None or ignored:
            self.forget(process)
        if parent is not None:
            if not ignored:
                self.send(parent, SIGCHLD)
            parent.child_changed.fire()

    @staticmethod
    def forget(process: SimulatedProcess) -> None:
        """Take a process out of the table: it has been waited for."""
        process.container.processes.pop(process.number, None)
        if process.parent is not None:
            process.parent.children.remove(process)
            process.parent = None


def _forget(event: Event) -> None:
    """Where events go when nobody listens."""


def _unknown(container: str, name: str) -> str | None:
    """How names are resolved when there is no network."""
    return None
