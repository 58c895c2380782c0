"""The monitor of one container: parent of its processes, keeper of its streams, its exit code and its cgroup.

It starts with a plan and a connection to the engine, and also listens in the container's run directory, so that an
engine that comes later finds it. It ends when the container has ended and an engine has been told.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import traceback
from typing import Any, NoReturn

from ...linux import calls
from . import cgroups
from .entering import Failed, Unborn, spawn_into
from .messages import receive, send
from .stdio import StandardStreams

SOCKET = "monitor.sock"
LATE_MS = 100
"""How long a container lives before it joins the groups that only measure it."""
LOOK_MS = 30_000
"""How often a monitor that nobody asked about its end looks whether its run directory is still there."""


class Child:
    """A process of the container that the monitor is the parent of."""

    def __init__(self, number: int, pid: int, streams: StandardStreams) -> None:
        self.number, self.pid, self.streams = number, pid, streams
        self.code: int | None = None


class Monitor:
    """The loop between the container's processes and whoever asks about them."""

    def __init__(self, plan: dict[str, Any], connection: socket.socket, first: Unborn) -> None:
        self.plan = plan
        self.first = first
        self.connections = {connection}
        self.children: dict[int, Child] = {}
        self.poll = select.poll()
        self.told = False
        self.listener: socket.socket | None = None
        self.pidfd = -1
        self.mounts = -1
        """The mount namespace. While it is held, a process's end need not wait until everything is unmounted."""

    # -- the first process -----------------------------------------------------------------------

    def start(self) -> bool:
        """Make the first process and say so; False if it could not be made."""
        [connection] = self.connections
        process = self.plan["process"]
        streams = StandardStreams(tty=process["tty"], stdin=process["stdin"])
        try:
            self.first.become(self.plan, streams)
        except Failed as failed:
            cgroups.remove(self.plan["cgroup"])
            send(connection, {"error": failed.kind, "text": str(failed)})
            return False
        pid = self.first.pid
        self.pidfd = os.pidfd_open(pid)
        with contextlib.suppress(OSError):
            self.mounts = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        self._adopt(0, pid, streams, connection)
        self._listen()
        self.poll.register(connection, select.POLLIN)
        return True

    def _adopt(
        self, number: int, pid: int, streams: StandardStreams, connection: socket.socket
    ) -> None:
        self.children[number] = Child(number, pid, streams)
        names, descriptors = list(streams.outer), list(streams.outer.values())
        first = self.children[0].pid
        send(
            connection,
            {
                "number": number,
                "pid": pid,
                "first": first,
                "streams": names,
                "calls": streams.calls,
            },
            [self.pidfd, *descriptors],
        )

    def _listen(self) -> None:
        directory = os.open(self.plan["run"], os.O_PATH | os.O_DIRECTORY)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(f"{self.plan['run']}/{SOCKET}")
        self.listener.bind(f"/proc/self/fd/{directory}/{SOCKET}")
        os.close(directory)
        self.listener.listen(4)
        self.poll.register(self.listener, select.POLLIN)

    # -- the loop --------------------------------------------------------------------------------

    def run(self) -> None:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.poll.register(reading, select.POLLIN)
        self._reap()  # it may have ended before we listened
        late = True
        while not self._done():
            ready = self.poll.poll(LOOK_MS if self._ended_alone() else LATE_MS if late else None)
            if not ready and late and self.children[0].code is None:
                cgroups.join_late(self.plan["cgroup"], self.children[0].pid)
            late = late and bool(ready)
            for fd, _ in ready:
                if fd == reading:
                    os.read(reading, 512)
                elif self.listener is not None and fd == self.listener.fileno():
                    self._accept()
                else:
                    self._serve(next(c for c in self.connections if c.fileno() == fd))
            self._reap()

    def _done(self) -> bool:
        if self._ended_alone():
            return self.told or not os.path.exists(self.plan["run"])
        return False

    def _ended_alone(self) -> bool:
        """The container has ended, and no engine is connected that could still ask."""
        return self.children[0].code is not None and not self.connections

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (reaped := os.waitpid(-1, os.WNOHANG))[0]:
                pid, status = reaped
                for child in self.children.values():
                    if child.pid == pid and child.code is None:
                        self._ended(child, status)

    def _ended(self, child: Child, status: int) -> None:
        code = os.waitstatus_to_exitcode(status)
        child.code = code if code >= 0 else 128 - code
        for connection in list(self.connections):
            self._tell(connection, child)
        if child.number == 0:
            cgroups.remove(self.plan["cgroup"])

    def _tell(self, connection: socket.socket, child: Child) -> None:
        try:
            send(connection, {"exited": child.number, "code": child.code})
            self.told = self.told or child.number == 0
        except OSError:
            self._drop(connection)

    def _accept(self) -> None:
        if self.listener is None:
            return
        connection, _ = self.listener.accept()
        self.connections.add(connection)
        self.poll.register(connection, select.POLLIN)

    def _drop(self, connection: socket.socket) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
            self.poll.unregister(connection)
            connection.close()

    def _serve(self, connection: socket.socket) -> None:
        received = receive(connection)
        if received is None:
            self._drop(connection)
            return
        message, _ = received
        try:
            match message["do"]:
                case "attach":
                    self._attach(connection)
                case "execute":
                    self._execute(connection, message["number"], message["process"])
                case "close":
                    self.children[message["number"]].streams.close(message["stream"])
                case "connect":
                    self._connect(connection, message["port"])
        except OSError:
            self._drop(connection)

    def _attach(self, connection: socket.socket) -> None:
        """Somebody new: the first process's streams, and its end if it was."""
        child = self.children[0]
        names, descriptors = list(child.streams.outer), list(child.streams.outer.values())
        message = {"number": 0, "pid": child.pid, "first": child.pid, "streams": names}
        send(connection, message, [self.pidfd, *descriptors])
        if child.code is not None:
            self._tell(connection, child)

    def _execute(self, connection: socket.socket, number: int, process: dict[str, Any]) -> None:
        streams = StandardStreams(tty=process["tty"], stdin=process["stdin"])
        try:
            pid = spawn_into(self.plan, self.pidfd, process, streams)
        except Failed as failed:
            send(connection, {"error": failed.kind, "text": str(failed)})
            return
        self._adopt(number, pid, streams, connection)

    def _connect(self, connection: socket.socket, port: int) -> None:
        """A connection made inside the container's network, handed out by a child that went there."""
        if (pid := os.fork()) == 0:
            try:
                calls.setns(self.pidfd, calls.CLONE_NEWNET)
                with socket.create_connection(("127.0.0.1", port), timeout=2) as made:
                    made.settimeout(None)
                    send(connection, {"connected": True}, [made.fileno()])
            except OSError:
                send(connection, {"connected": False})
            finally:
                os._exit(0)
        os.waitpid(pid, 0)


def _make_first() -> Unborn | Failed:
    try:
        return Unborn()
    except Failed as failed:
        return failed  # told to whoever asks for a container


def run(job: socket.socket) -> NoReturn:
    """Make a first process, wait for a container to come over the socket, and be its monitor."""
    place = ""
    try:
        os.setsid()
        first = _make_first()
        received = receive(job)
        job.close()
        if received is None:
            os._exit(0)  # the engine is gone; the first process goes with us
        plan, [connection] = received
        place = plan["run"]
        if isinstance(first, Failed):
            send(socket.socket(fileno=connection), {"error": first.kind, "text": str(first)})
            os._exit(0)
        monitor = Monitor(plan, socket.socket(fileno=connection), first)
        if monitor.start():
            monitor.run()
    except BaseException:
        if place:
            with open(f"{place}/failure", "w", encoding="utf-8") as stream:
                traceback.print_exc(file=stream)
        os._exit(1)
    finally:
        os._exit(0)
