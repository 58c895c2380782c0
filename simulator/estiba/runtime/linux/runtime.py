"""The runtime of the Linux host: `runtime.Runtime[Overlay | Path]`, a client of launcher and monitors."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ...errors import EstibaError, Failure, NotFound
from ...linux.overlay import in_user_namespace
from ...tasks import Duplex, Scheduler
from ...trace import Event
from ...trace.processes import KernelCalled, ProcessExited, ProcessStarted
from .. import port
from ..port import ContainerSpec, Process, ProcessRow, ProcessSpec, Stdio, Usage
from . import cgroups, measures, pipes
from .cgroup_plan import Hierarchies
from .messages import receive, send
from .monitor import SOCKET
from .pipes import READ, Poller
from .plans import Root, container_plan, process_plan
from .process import LinuxProcess

ERRORS: dict[str, type[EstibaError]] = {
    kind.__name__: kind
    for kind in (
        port.ExecutableNotFound,
        port.ExecutableDenied,
        port.NoSuchDirectory,
        port.UnknownUser,
    )
}
SILENCE_S = 30.0
PLAN = "plan.json"


class ContainerNotRunning(NotFound):
    def __init__(self, container: str) -> None:
        super().__init__(f"container {container} is not running")


class LinuxContainer:
    """A running container: the connection to its monitor, and its processes by number."""

    def __init__(self, plan: dict[str, Any], monitor: socket.socket) -> None:
        self.plan = plan
        self.monitor = monitor
        self.pidfd = -1
        self.pid = 0
        self.processes: dict[int, LinuxProcess] = {}
        self.next_number = 1
        self.waiting: list[dict[str, Any]] = []
        """Exits that were told while an answer was awaited."""

    def ask(self, message: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        """The monitor's answer. Raises: Failure when it is gone."""
        try:
            send(self.monitor, message)
        except OSError as error:
            raise Failure(f"the container's monitor is gone: {error.strerror}") from error
        return self.answer()

    def answer(self) -> tuple[dict[str, Any], list[int]]:
        while (received := receive(self.monitor)) is not None:
            if "exited" not in received[0]:
                return received
            self.waiting.append(received[0])
        raise Failure("the container's monitor is gone")


class LinuxRuntime:
    """Runs containers on the kernel. `home` keeps the run directories; the launcher starts with the first one."""

    def __init__(
        self,
        home: Path,
        scheduler: Scheduler,
        poller: Poller,
        emit: Callable[[Event], None] | None = None,
    ) -> None:
        self.home = home
        self._scheduler = scheduler
        self._poller = poller
        self._emit = emit or (lambda event: None)
        self._rootless = in_user_namespace()
        self._launcher: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._containers: dict[str, LinuxContainer] = {}
        self.tells_calls = False
        """Whether each system call of a container's start becomes an event."""
        self.hierarchies = Hierarchies.of_this_machine()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)

    # -- starting --------------------------------------------------------------------------------

    def start(self, spec: ContainerSpec[Root], stdio: Stdio) -> Process:
        run = self.home / spec.id
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(0o700)
        groups = self.hierarchies.plan(spec)
        plan = container_plan(spec, run, groups, rootless=self._rootless)
        plan["process"]["stdin"] = stdio.stdin is not None
        plan["trace"] = self.tells_calls
        if spec.network.startswith("container:"):
            plan["network_of"] = self._running(spec.network.partition(":")[2]).pid
        (run / PLAN).write_text(json.dumps(plan))
        ours, theirs = socket.socketpair()
        container = LinuxContainer(plan, ours)
        try:
            with theirs:
                send(self.launcher(), plan, [theirs.fileno()])
            ours.settimeout(SILENCE_S)
            answer, descriptors = container.answer()
            ours.settimeout(None)
            process = self._adopt(container, answer, descriptors, spec.process, stdio)
        except BaseException:
            ours.close()
            shutil.rmtree(run, ignore_errors=True)
            raise
        self._watch(container)
        return process

    def _watch(self, container: LinuxContainer) -> None:
        self._containers[container.plan["id"]] = container
        self._poller.watch(container.monitor.fileno(), READ, lambda _: self._heard(container))

    def resume(self, container: str, process: ProcessSpec, stdio: Stdio) -> Process | None:
        """Ask the monitor for the streams it holds; None when there is no monitor any more."""
        found = self._find(container)
        if found is None:
            return None
        answer, descriptors = found.ask({"do": "attach"})
        resumed = self._adopt(found, answer, descriptors, process, stdio)
        self._watch(found)
        return resumed

    def _find(self, container: str) -> LinuxContainer | None:
        """Reach the monitor of a container; where there is none, clean up after it."""
        run = self.home / container
        monitor = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            plan = json.loads((run / PLAN).read_text())
        except (OSError, ValueError):
            monitor.close()
            shutil.rmtree(run, ignore_errors=True)
            return None
        try:
            directory = os.open(run, os.O_PATH | os.O_DIRECTORY)
            try:
                monitor.connect(f"/proc/self/fd/{directory}/{SOCKET}")
            finally:
                os.close(directory)
        except OSError:
            monitor.close()
            _clean(plan)
            return None
        return LinuxContainer(plan, monitor)

    def sweep(self) -> list[str]:
        """End and clean up what others left here: containers that nobody resumed. Their IDs."""
        strangers = {path.name for path in self.home.iterdir()} - self._containers.keys()
        for name in strangers:
            found = self._find(name)
            if found is not None:
                _, (pidfd, *others) = found.ask({"do": "attach"})
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                found.monitor.settimeout(SILENCE_S)
                while (received := receive(found.monitor)) and received[0].get("exited") != 0:
                    pass
                found.monitor.shutdown(socket.SHUT_WR)
                receive(found.monitor)  # it ends when its groups are gone
                for fd in (pidfd, *others):
                    os.close(fd)
                found.monitor.close()
                _clean(found.plan)
        self.hierarchies.sweep()
        return sorted(strangers)

    def execute(self, container: str, process: ProcessSpec, stdio: Stdio) -> Process:
        found = self._running(container)
        number = found.next_number
        found.next_number += 1
        plan = process_plan(process, found.plan["capabilities"], stdin=stdio.stdin is not None)
        answer, descriptors = found.ask({"do": "execute", "number": number, "process": plan})
        started = self._adopt(found, answer, descriptors, process, stdio)
        self._settle(found)
        return started

    def _adopt(
        self,
        container: LinuxContainer,
        answer: dict[str, Any],
        descriptors: list[int],
        spec: ProcessSpec,
        stdio: Stdio,
    ) -> LinuxProcess:
        """Take a process over from the monitor that made it. Raises: as `start`."""
        if "error" in answer:
            raise ERRORS.get(answer["error"], Failure)(answer["text"])
        pidfd, *streams = descriptors
        if container.pidfd < 0:
            container.pidfd, container.pid = pidfd, answer["first"]
        else:
            os.close(pidfd)
        number, pid = answer["number"], answer["pid"]
        process = container.processes[number] = LinuxProcess(pid, spec.args, self._scheduler)
        for line in answer.get("calls", ()):
            self._emit(KernelCalled(container.plan["id"], line))
        inside = measures.number_inside(pid)
        self._emit(ProcessStarted(container.plan["id"], inside, spec.args))
        process.inside = inside
        process.connect(
            self._poller,
            dict(zip(answer["streams"], streams, strict=True)),
            spec,
            stdio,
            lambda stream: self._close(container, number, stream),
        )
        return process

    def _close(self, container: LinuxContainer, number: int, stream: str) -> None:
        with contextlib.suppress(OSError):
            send(container.monitor, {"do": "close", "number": number, "stream": stream})

    def launcher(self) -> socket.socket:
        """The socket of the launcher, which is started if it does not run."""
        if self._process is not None and self._process.poll() is not None:
            self._dismiss()
        if self._launcher is None:
            ours, theirs = socket.socketpair()
            command = [sys.executable, "-m", f"{__package__}.launcher", str(theirs.fileno())]
            path = str(Path(__file__).parents[3])
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={"PYTHONPATH": path, "PATH": os.environ.get("PATH", "")},
            )
            theirs.close()
            self.hierarchies.confine(self._process.pid)
            self._launcher = ours
        return self._launcher

    def close(self) -> None:
        """Let go of everything; containers go on."""
        for container in self._containers.values():
            self._poller.watch(container.monitor.fileno(), 0, lambda _: None)
            container.monitor.close()
            os.close(container.pidfd)
            for process in container.processes.values():
                process.let_go()
        self._containers.clear()
        self._dismiss()
        with contextlib.suppress(OSError):  # ENOTEMPTY: somebody goes on
            self.home.rmdir()

    def _dismiss(self) -> None:
        if self._launcher is not None:
            self._launcher.close()
            self._launcher = None
        if self._process is not None:
            self._process.wait()
            self._process = None

    # -- what monitors say -----------------------------------------------------------------------

    def _heard(self, container: LinuxContainer) -> None:
        received = receive(container.monitor)
        if received is None:
            self._lost(container)
            return
        container.waiting.append(received[0])
        self._settle(container)

    def _settle(self, container: LinuxContainer) -> None:
        """Tell the ends that are known."""
        waiting, container.waiting = container.waiting, []
        for message in waiting:
            process = container.processes.pop(message["exited"], None)
            if message["exited"] == 0:
                self._forget(container)
            if process is not None:
                name = container.plan["id"]
                self._emit(ProcessExited(name, process.inside, message["code"]))
                process.end(message["code"])

    def _lost(self, container: LinuxContainer) -> None:
        """The monitor is gone without a word: its container's first process died with it."""
        self._forget(container)
        _clean(container.plan)
        for process in container.processes.values():
            process.end(137)

    def _forget(self, container: LinuxContainer) -> None:
        if container.monitor.fileno() >= 0:
            self._poller.watch(container.monitor.fileno(), 0, lambda _: None)
            container.monitor.close()
            os.close(container.pidfd)
            self._containers.pop(container.plan["id"], None)
            shutil.rmtree(container.plan["run"], ignore_errors=True)

    # -- asking and commanding -------------------------------------------------------------------

    def _running(self, container: str) -> LinuxContainer:
        try:
            return self._containers[container]
        except KeyError:
            raise ContainerNotRunning(container) from None

    def pid(self, container: str) -> int | None:
        """The first process of a container that runs."""
        found = self._containers.get(container)
        return None if found is None else found.pid

    def kill(self, container: str, signal_number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._running(container).pidfd, signal_number)

    def heeds(self, container: str, signal_number: int) -> bool:
        """Source: proc(5), `SigCgt` of /proc/PID/status."""
        return measures.caught(self._running(container).pid, signal_number)

    def pause(self, container: str) -> None:
        self._freeze(container, True)

    def unpause(self, container: str) -> None:
        self._freeze(container, False)

    def _freeze(self, container: str, frozen: bool) -> None:
        found = self._running(container)
        self.hierarchies.freeze(found.plan["cgroup"], found.pid, frozen)

    def processes(self, container: str) -> tuple[ProcessRow, ...]:
        found = self._running(container)
        return tuple(measures.rows(found.plan["cgroup"], found.pid))

    def usage(self, container: str) -> Usage:
        found = self._running(container)
        return measures.usage(found.plan["cgroup"], found.pid)

    def connect(self, container: str, port: int) -> Duplex | None:
        found = self._containers.get(container)
        if found is None:
            return None
        answer, descriptors = found.ask({"do": "connect", "port": port})
        self._settle(found)
        if not answer["connected"]:
            return None
        ours, theirs = Duplex.pair()
        made = socket.socket(fileno=descriptors[0])
        pipes.connect(self._poller, made, theirs.outgoing, theirs.incoming)
        return ours


def _clean(plan: dict[str, Any]) -> None:
    """Remove what a container without a monitor has left; mounts went with its namespace."""
    cgroups.remove(plan["cgroup"])
    shutil.rmtree(plan["run"], ignore_errors=True)
