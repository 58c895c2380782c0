"""The simulated runtime: what a container's processes are started with, as runc starts them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...errors import NotFound
from ...filesystem import Filesystem, FilesystemError, device_number
from ...tasks import Duplex, Scheduler
from ...trace import Event
from ...trace.processes import ProcessStarted
from ..capabilities import effective
from ..port import (
    ContainerSpec,
    ExecutableDenied,
    ExecutableNotFound,
    NoSuchDirectory,
    Process,
    ProcessRow,
    ProcessSpec,
    Stdio,
    Usage,
)
from . import calls as _calls  # noqa: F401 - registers the system calls
from .calls.execution import become
from .calls.sockets import listener_at
from .container import Container
from .descriptions import ChannelInput, ChannelOutput, make_stat
from .devices import NODES, Device
from .executables import Executable, is_executable, load, search
from .identity import identify, user_name
from .kernel import Kernel
from .mounts import mount_all, mount_table
from .proc_process import command as short_name
from .process import SimulatedProcess
from .program import Flavour, Program
from .streams import encode
from .syscalls import Action, Body, Exit, SyscallError, Write
from .syscalls.errnos import EACCES, ENOENT, ENOTDIR, strerror
from .terminal import Terminal, TerminalFile
from .tini import PATH as INIT_PATH
from .tini import tini

INIT_NAME = "/sbin/docker-init"
LIMITS = {"nofile": "n", "nproc": "u", "core": "c", "stack": "s", "fsize": "f", "cpu": "t"}
LIMITS |= {"memlock": "l", "data": "d", "as": "v", "rss": "m", "nice": "e", "rtprio": "r"}
LIMITS |= {"sigpending": "i", "msgqueue": "q", "locks": "x"}
NULL = make_stat(0o020666, rdev=device_number(1, 3), ino=4)
PROCESS_MEMORY = 1 << 20
DEFAULT_MEMORY = 4 << 30


class ContainerNotRunning(NotFound):
    """The runtime has no running container of this id."""

    def __init__(self, container: str) -> None:
        super().__init__(f"container {container} is not running")


class SimulatedRuntime:
    """Runs containers on a kernel in Python: implements `runtime.Runtime[Filesystem]`.

    `resolve` answers what names other containers have: (container id, name) to an address, or None.
    `programs` are known here beside those that everybody has.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        emit: Callable[[Event], None] | None = None,
        *,
        resolve: Callable[[str, str], str | None] | None = None,
        programs: Mapping[str, Program] | None = None,
    ) -> None:
        self.kernel = Kernel(scheduler, emit)
        if programs is not None:
            self.kernel.programs = programs
        if resolve is not None:
            self.kernel.resolve = resolve
        self._containers: dict[str, Container] = {}

    def start(self, spec: ContainerSpec[Filesystem], stdio: Stdio) -> Process:
        kernel = self.kernel
        container = Container(
            kernel,
            spec.id,
            mount_all(spec, kernel.clock.now_ns, kernel.booted_ns),
            spec.hostname,
            kernel.new_pid(),
            spec.domainname,
            spec.process.privileged,
            spec.ip_address,
            spec.network,
            spec.memory,
            spec.pids,
            effective(spec.cap_add, spec.cap_drop, privileged=spec.process.privileged),
            {LIMITS[name]: pair for name, pair in spec.limits.items() if name in LIMITS} or None,
        )
        container.mount_table = mount_table(spec)
        process = self._launch(container, spec.process, stdio, init=spec.init)
        self._containers[spec.id] = container
        if spec.ip_address:
            kernel.addresses[spec.ip_address] = container
        process.exited.subscribe(lambda: self._forget(container))
        return process

    def _forget(self, container: Container) -> None:
        if self._containers.get(container.id) is container:
            del self._containers[container.id]
        if self.kernel.addresses.get(container.address) is container:
            del self.kernel.addresses[container.address]

    def execute(self, container: str, process: ProcessSpec, stdio: Stdio) -> Process:
        return self._launch(self._running(container), process, stdio)

    def _launch(
        self, container: Container, spec: ProcessSpec, stdio: Stdio, *, init: bool = False
    ) -> SimulatedProcess:
        identity = identify(container, spec.user, spec.groups)
        process = self.kernel.add_process(container)
        try:
            process.credentials = identity.credentials
            environment = dict(entry.partition("=")[::2] for entry in spec.env)
            environment.setdefault("HOME", identity.home)
            process.environment = environment
            self._enter(process, spec.cwd)
            executable = self._executable(process, spec.args, init)
        except BaseException:
            container.processes.pop(process.number, None)
            container.next_number = process.number
            raise
        self._connect_stdio(process, spec, stdio)
        self.kernel.emit(ProcessStarted(container.id, process.number, spec.args))
        become(process, executable, environment)
        assert process.body is not None
        process.start(process.body)
        return process

    @staticmethod
    def _enter(process: SimulatedProcess, cwd: str) -> None:
        if cwd == "/":
            return
        mounts, who = process.container.mounts, process.credentials
        try:
            if mounts.stat(cwd, credentials=who).mode & 0o170000 != 0o040000:
                raise FilesystemError(ENOTDIR, cwd)
            mounts.access(cwd, 1, credentials=who)
            process.cwd = mounts.resolve(cwd)
        except FilesystemError as error:
            text = strerror(error.errno).lower()
            raise NoSuchDirectory(
                f'chdir to cwd ("{cwd}") set in config.json failed: {text}'
            ) from None

    def _executable(
        self, process: SimulatedProcess, args: tuple[str, ...], init: bool
    ) -> Executable:
        if init:
            return Executable(INIT_PATH, (INIT_NAME, "--", *args), tini, process.flavour)
        if "/" in args[0]:
            try:
                return load(process, args[0], args)
            except (SyscallError, FilesystemError):
                pass
        path = _look_up(process, args[0])
        try:
            return load(process, path, args)
        except (SyscallError, FilesystemError) as error:
            return _failing(path, args, strerror(error.errno).lower())

    def _connect_stdio(self, process: SimulatedProcess, spec: ProcessSpec, stdio: Stdio) -> None:
        if spec.tty:
            self._connect_terminal(process, spec, stdio)
            return
        if stdio.stdin is None:
            process.files[0] = Device(NODES["null"], "/dev/null", 0, NULL)
        else:
            process.files[0] = ChannelInput(stdio.stdin, self.kernel.new_ino())
        process.files[1] = ChannelOutput(stdio.stdout, self.kernel.new_ino())
        process.files[2] = ChannelOutput(stdio.stderr, self.kernel.new_ino())

    @staticmethod
    def _connect_terminal(process: SimulatedProcess, spec: ProcessSpec, stdio: Stdio) -> None:
        container = process.container
        if container.terminals is None:
            container.terminals = []
        used = {terminal.number for terminal in container.terminals}
        number = next(number for number in range(len(used) + 1) if number not in used)
        terminal = Terminal(container, number, stdio.stdin, stdio.stdout)
        container.terminals.append(terminal)
        terminal.rows, terminal.columns = spec.rows, spec.columns
        terminal.session = terminal.foreground = process.number
        process.terminal = terminal
        description = TerminalFile(terminal)
        description.references = 3
        process.files = {0: description, 1: description, 2: description}
        stdio.stderr.close()

    # What the engine asks and does from outside.

    def _running(self, container: str) -> Container:
        found = self._containers.get(container)
        if found is None:
            raise ContainerNotRunning(container)
        return found

    def resume(self, container: str, process: ProcessSpec, stdio: Stdio) -> None:
        """Simulated processes end with the engine."""

    def kill(self, container: str, signal: int) -> None:
        init = self._running(container).init
        if init is not None:
            self.kernel.send(init, signal, outside=True)

    def heeds(self, container: str, signal: int) -> bool:
        init = self._running(container).init
        action = Action.DEFAULT if init is None else init.actions.get(signal, Action.DEFAULT)
        return action not in (Action.DEFAULT, Action.IGNORE)

    def pause(self, container: str) -> None:
        self._freeze(self._running(container), True)

    def unpause(self, container: str) -> None:
        self._freeze(self._running(container), False)

    @staticmethod
    def _freeze(container: Container, frozen: bool) -> None:
        container.frozen = frozen
        for process in container.processes.values():
            process.hold()

    def processes(self, container: str) -> tuple[ProcessRow, ...]:
        found = self._running(container)
        return tuple(_row(found, process) for process in found.processes.values())

    def usage(self, container: str) -> Usage:
        found = self._running(container)
        processes = found.processes.values()
        return Usage(
            memory=PROCESS_MEMORY * len(processes),
            memory_limit=found.memory or DEFAULT_MEMORY,
            cpu_s=sum(process.cpu_s for process in processes),
            pids=len(processes),
            read=found.read,
            written=found.written,
        )

    def connect(self, container: str, port: int) -> Duplex | None:
        found = self._containers.get(container)
        if found is None:
            return None
        listener = listener_at(found, port, found.address or "0.0.0.0")
        return None if listener is None else listener.offer("172.17.0.1:40000")


def _look_up(process: SimulatedProcess, name: str) -> str:
    """As Go's exec.LookPath, which runc uses. Raises: ExecutableNotFound, ExecutableDenied."""
    if "/" not in name:
        try:
            return (
                search(process, name, process.environment.get("PATH", "")) if name else _missing()
            )
        except SyscallError:
            raise ExecutableNotFound(f'"{name}": executable file not found in $PATH') from None
    try:
        process.container.mounts.stat(name, cwd=process.cwd, credentials=process.credentials)
    except FilesystemError as error:
        kind = ExecutableDenied if error.errno == EACCES else ExecutableNotFound
        text = strerror(error.errno).lower()
        raise kind(f'"{name}": stat {name}: {text}') from None
    if not is_executable(process, name):
        raise ExecutableDenied(f'"{name}": permission denied')
    return name


def _missing() -> str:
    raise SyscallError(ENOENT)


def _failing(path: str, args: tuple[str, ...], text: str) -> Executable:
    """What is left of runc when the last step, execve, fails:

    a line on standard error and status 1.
    """

    def fail(process: object, _: list[str]) -> Body[int]:
        yield from Write(2, encode(f"exec {path}: {text}\n"))
        yield from Exit(1)
        return 1

    return Executable(path, args, fail, Flavour.GNU)


def _row(container: Container, process: SimulatedProcess) -> ProcessRow:
    parent = process.parent
    return ProcessRow(
        user=user_name(container, process.credentials.uid),
        pid=process.pid,
        parent=parent.pid if parent is not None else container.shim,
        started_ns=process.started_ns,
        tty=process.terminal.name.removeprefix("/dev/") if process.terminal else "?",
        cpu_s=process.cpu_s,
        command=" ".join(process.args),
        name=short_name(process),
    )
