"""A house at which several clients take turns, all in this process and on one virtual clock.

A client in the foreground runs in the main thread, one in the background in a thread of its own; a
baton lets exactly one of them run at a time, and a client that must wait hands it on. When nobody
can go on, the clock jumps to what is due next. Programs of this machine (`sh`, `curl`) and requests
of the Engine API reach the same house through a real socket.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence

from pseudo_terminal import Terminal

from estiba.app import simulated
from estiba.cli.app import run_command
from estiba.cli.console import Console, MemoryConsole
from estiba.cli.disk import DiskFiles
from estiba.http import Loopback, Transport
from estiba.http.certificates import Certificates
from estiba.http.client import SocketTransport
from estiba.http.poller import Poller
from estiba.http.server import HttpServer
from estiba.trace import VirtualClock

NS = 10**9
START_NS = 1_780_000_000 * NS  # a date all recordings are older than
DATE = "Fri, 29 May 2026 00:00:00 GMT"
BETWEEN_STEPS_S = 0.05
NO_PROCESS = 1 << 30  # above every process number: a signal sent there reaches nobody


class OutOfTime(BaseException):
    """The client is killed where it waits."""


class Client(Loopback):
    """A client's way to the engine: where it waits, the desk decides what happens next."""

    def __init__(self, desk: Desk, background: Background | None = None) -> None:
        super().__init__(desk.house.api.serve, desk.house.scheduler)
        self._desk, self._background = desk, background

    def _run(self, over: Callable[[], bool], limit_ns: int | None) -> None:
        scheduler, waited = self._desk.house.scheduler, False
        while not over():
            if scheduler.run_ready():
                self._desk.activity += 1
                continue
            if limit_ns is not None and scheduler.clock.now_ns() >= limit_ns:
                break
            waited = True
            if self._background is None:
                self._desk.wait(limit_ns)
            else:
                self._background.pass_baton(limit_ns)
        self._desk.activity += waited

    def pass_time(self, limit_ns: int) -> None:
        self._run(lambda: False, limit_ns)


class Background:
    """A client that runs while others do; it looks like a `subprocess.Popen`."""

    pid = NO_PROCESS

    def __init__(self, desk: Desk, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._desk = desk
        self._console = MemoryConsole()
        self._go = threading.Semaphore(0)
        self._killed = False
        self.wake_ns: int | None = None
        self.returncode: int | None = None
        thread = threading.Thread(target=self._work, args=(argv, environment), daemon=True)
        thread.start()

    def _work(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self._go.acquire()
        client = Client(self._desk, self)
        self.returncode = self._desk.client(argv, environment, self._console, client)
        self._desk.activity += 1
        self._desk.baton.release()

    def turn(self) -> None:
        """Let it run until it waits or ends."""
        if self.returncode is None:
            self._go.release()
            self._desk.baton.acquire()

    def pass_baton(self, wake_ns: int | None) -> None:
        self.wake_ns = wake_ns
        self._desk.baton.release()
        self._go.acquire()
        self.wake_ns = None
        if self._killed:
            raise OutOfTime

    def communicate(self, timeout: float | None = None) -> tuple[bytes, bytes]:
        """Wait for its end; after `timeout` seconds it is interrupted, and at last killed."""
        if not self._ended(timeout or 30):
            self._console.signals.feed(b"INT")
            if not self._ended(10):
                self.kill()
        return bytes(self._console.out), bytes(self._console.err)

    def _ended(self, seconds: float) -> bool:
        self._desk.pass_time(seconds, until=lambda: self.returncode is not None)
        return self.returncode is not None

    def kill(self) -> None:
        self._killed = True
        self.turn()


class Desk:
    """The house and its clients. `activity` grows whenever anything goes on."""

    def __init__(self, environment: Mapping[str, str], socket_path: str, seed: str) -> None:
        self.clock = VirtualClock(START_NS)
        self.poller = Poller()
        self.house = simulated(
            seed=seed,
            clock=self.clock,
            poller=self.poller,
            files=DiskFiles(),
            trace_limit=1000,
            environment=environment,
        )
        self.activity = 0
        self.baton = threading.Semaphore(0)
        self.errors: list[str] = []
        self._socket_path = socket_path
        self._background: list[Background] = []
        self._terminal: Terminal | None = None
        self._limit_ns: int | None = None
        self._server = HttpServer(
            self.house.api.serve,
            self.house.scheduler,
            self.poller,
            date=lambda: DATE,
            on_error=lambda error: self.errors.append("".join(traceback.format_exception(error))),
        )
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(socket_path)
        listener.listen(16)
        self._server.listen(listener)

    # -- clients -------------------------------------------------------------------------------

    def run(
        self, argv: Sequence[str], environment: Mapping[str, str], stdin: bytes, limit_s: float
    ) -> tuple[MemoryConsole, int | None]:
        """Run a client to its end; its code, None if it was killed after `limit_s`."""
        console = MemoryConsole(stdin)
        return console, self._foreground(argv, environment, console, limit_s)

    def run_terminal(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        terminal: Terminal,
        limit_s: float,
    ) -> int | None:
        self._terminal = terminal
        try:
            return self._foreground(argv, environment, terminal, limit_s)
        finally:
            self._terminal = None

    def _foreground(
        self, argv: Sequence[str], environment: Mapping[str, str], console: Console, limit_s: float
    ) -> int | None:
        self._limit_ns = self.clock.now_ns() + round(limit_s * NS)
        code = self.client(argv, environment, console, Client(self))
        self._limit_ns = None
        self.pass_time(BETWEEN_STEPS_S)
        return code

    def client(
        self, argv: Sequence[str], environment: Mapping[str, str], console: Console, way: Client
    ) -> int | None:
        """One run of the command line, as a process of its own would end."""

        def connect(host: str, certificates: Certificates | None) -> Transport:
            if host == f"unix://{self._socket_path}":
                return way
            return SocketTransport(host, certificates)

        try:
            return run_command(
                argv,
                transport=way,
                console=console,
                files=DiskFiles(),
                environment=environment,
                clock=self.clock,
                connect=connect,
            )
        except OutOfTime:
            return None
        except Exception:
            console.write_error(traceback.format_exc().encode())
            return 1

    def start(self, argv: Sequence[str], environment: Mapping[str, str]) -> Background:
        """A client in the background."""
        started = Background(self, argv, environment)
        self._background.append(started)
        return started

    # -- time ----------------------------------------------------------------------------------

    def pass_time(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass for all, or until something is so."""
        limit_ns = self.clock.now_ns() + round(seconds * NS)
        way = Client(self)
        way._run(lambda: until() or self.clock.now_ns() >= limit_ns, limit_ns)

    def wait(self, limit_ns: int | None) -> None:
        """Nothing is ready for the client in the foreground: something else happens, or time passes.

        Raises: OutOfTime.
        """
        if self._others() or self.poller.poll(0):
            return
        key_ns = self._terminal.key_due_ns() if self._terminal else None
        wakes = [one.wake_ns for one in self._background if one.returncode is None]
        dues = (self.house.scheduler.next_deadline_ns(), limit_ns, key_ns, *wakes)
        due_ns = min((due for due in dues if due is not None), default=None)
        if self._limit_ns is not None and (due_ns is None or due_ns > self._limit_ns):
            self.clock.wait_until(self._limit_ns)
            raise OutOfTime
        if due_ns is None:
            raise OutOfTime
        self.clock.wait_until(due_ns)
        if self._terminal and key_ns == due_ns:
            self._terminal.type_key()

    def _others(self) -> bool:
        before = self.activity
        for one in self._background:
            one.turn()
        return self.activity != before

    def pump(self, over: Callable[[], bool]) -> None:
        """Serve the socket, in real time, until something is so."""
        last = time.monotonic()
        while not over():
            self.house.scheduler.run_idle()
            self._others()
            self._server.deliver()
            self.poller.poll(0.002)
            now = time.monotonic()
            self.clock.advance(now - last)
            last = now
        self.house.scheduler.run_idle()
        self._server.deliver()

    def close(self) -> None:
        for one in self._background:
            if one.returncode is None:
                one.kill()
        self._server.close()
        os.unlink(self._socket_path)
