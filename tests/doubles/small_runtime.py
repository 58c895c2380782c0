"""A runtime with a handful of programs, enough for the life of containers. No files, no kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from estiba.errors import NotFound
from estiba.runtime import (
    ContainerSpec,
    ExecutableDenied,
    ExecutableNotFound,
    ProcessRow,
    ProcessSpec,
    Stdio,
    Usage,
)
from estiba.tasks import Duplex, Scheduler, Signal, Wait, Work

NS_PER_S = 1_000_000_000


class SmallProcess:
    """A process that is one work; signals end it unless it traps them or is a first process."""

    def __init__(self, pid: int, spec: ProcessSpec, stdio: Stdio, first: bool) -> None:
        self.pid = pid
        self.spec = spec
        self.stdio = stdio
        self.first = first
        self.exit_code: int | None = None
        self.exited = Signal()
        self.signalled = Signal()
        self.pending: list[int] = []
        self.size = (spec.rows, spec.columns)

    def resize(self, rows: int, columns: int) -> None:
        self.size = (rows, columns)

    def write(self, text: str, *, error: bool = False) -> None:
        channel = self.stdio.stderr if error and not self.spec.tty else self.stdio.stdout
        channel.put(text.encode())

    def end(self, code: int) -> None:
        if self.exit_code is None:
            self.stdio.stdout.close()
            self.stdio.stderr.close()
            self.exit_code = code
            self.exited.fire()


Program = Callable[[SmallProcess, tuple[str, ...], Scheduler], Work[int]]


def _end_with(code: int) -> Program:
    def run(process: SmallProcess, args: tuple[str, ...], scheduler: Scheduler) -> Work[int]:
        yield Wait()
        return code

    return run


def _echo(process: SmallProcess, args: tuple[str, ...], scheduler: Scheduler) -> Work[int]:
    process.write(" ".join(args) + "\n")
    yield Wait()
    return 0


def _cat(process: SmallProcess, args: tuple[str, ...], scheduler: Scheduler) -> Work[int]:
    if process.stdio.stdin is not None:
        while (chunk := (yield from process.stdio.stdin.read())) is not None:
            yield from process.stdio.stdout.write(chunk)
    return 0


def _sleep(process: SmallProcess, args: tuple[str, ...], scheduler: Scheduler) -> Work[int]:
    due_ns = scheduler.clock.now_ns() + round(float(args[0]) * NS_PER_S)
    while scheduler.clock.now_ns() < due_ns:
        yield Wait((process.signalled,), due_ns)
        if "trap" in args and process.pending:
            process.write(f"got {process.pending[-1]}\n")
            return 5
    return 0


def _sh(process: SmallProcess, args: tuple[str, ...], scheduler: Scheduler) -> Work[int]:
    """`sh -c 'echo a; echo b >&2; exit 3'`, step by step."""
    for step in (args[1] if args else "").split(";"):
        words = step.split()
        if words[:1] == ["exit"]:
            return int(words[1]) % 256
        if words[:1] == ["sleep"]:
            yield from _sleep(process, (words[1],), scheduler)
        elif words:
            error = words[-1] == ">&2"
            process.write(" ".join(words[1 : -1 if error else None]) + "\n", error=error)
        yield Wait()
    return 0


PROGRAMS: dict[str, Program] = {
    "true": _end_with(0),
    "false": _end_with(1),
    "echo": _echo,
    "cat": _cat,
    "sleep": _sleep,
    "sh": _sh,
    "/bin/sh": _sh,
    "httpd": lambda process, args, scheduler: _sleep(process, ("1e6", "trap"), scheduler),
}


class SmallRuntime:
    """Runs the programs above. `specs` keeps what each container was started with."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._next_pid = 100
        self._first: dict[str, SmallProcess] = {}
        self._others: dict[str, list[SmallProcess]] = {}
        self.specs: dict[str, ContainerSpec[Any]] = {}
        self.paused: set[str] = set()
        self.connections: list[tuple[str, int]] = []

    def start(self, spec: ContainerSpec[Any], stdio: Stdio) -> SmallProcess:
        process = self._run(spec.process, stdio, first=True)
        self._first[spec.id] = process
        self._others[spec.id] = []
        self.specs[spec.id] = spec
        return process

    def execute(self, container: str, spec: ProcessSpec, stdio: Stdio) -> SmallProcess:
        if self._first[container].exit_code is not None:
            raise NotFound(container)
        process = self._run(spec, stdio, first=False)
        self._others[container].append(process)
        return process

    def resume(self, container: str, spec: ProcessSpec, stdio: Stdio) -> None:
        """Nothing outlives the engine."""

    def kill(self, container: str, signal: int) -> None:
        process = self._first[container]
        if signal == 9:
            for other in (*self._others[container], process):
                other.end(137)
        else:
            process.pending.append(signal)
            process.signalled.fire()

    def heeds(self, container: str, signal: int) -> bool:
        return True

    def pause(self, container: str) -> None:
        self.paused.add(container)

    def unpause(self, container: str) -> None:
        self.paused.discard(container)

    def processes(self, container: str) -> tuple[ProcessRow, ...]:
        process = self._first[container]
        command = " ".join(process.spec.args)
        name = process.spec.args[0].rpartition("/")[2]
        return (ProcessRow("root", process.pid, 1, 0, "?", 0.0, command, name),)

    def usage(self, container: str) -> Usage:
        return Usage(memory=1 << 20, memory_limit=0, cpu_s=0.5, pids=1)

    def connect(self, container: str, port: int) -> Duplex | None:
        self.connections.append((container, port))
        return None

    def _run(self, spec: ProcessSpec, stdio: Stdio, *, first: bool) -> SmallProcess:
        name, *args = spec.args
        if name.startswith("/etc"):
            raise ExecutableDenied(f'"{name}": permission denied')
        program = PROGRAMS.get(name)
        if program is None:
            raise ExecutableNotFound(f'"{name}": executable file not found in $PATH')
        self._next_pid += 1
        process = SmallProcess(self._next_pid, spec, stdio, first)
        self._scheduler.spawn(self._live(process, program(process, tuple(args), self._scheduler)))
        return process

    def _live(self, process: SmallProcess, program: Work[int]) -> Work[None]:
        process.end((yield from program))
