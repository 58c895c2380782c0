"""Making processes inside namespaces: the first one in new ones, others in those that are there."""

from __future__ import annotations

import os
import socket
from typing import Any

from ...linux import calls
from . import cgroups, first_process
from .messages import receive, send
from .stdio import StandardStreams

OWN = calls.CLONE_NEWNS | calls.CLONE_NEWPID | calls.CLONE_NEWUTS | calls.CLONE_NEWIPC
NAMESPACES = OWN | calls.CLONE_NEWNET
JOINED = NAMESPACES | calls.CLONE_NEWCGROUP


class Failed(Exception):
    """The process could not become the program. `kind` names the error of `runtime.port` it is."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Unborn:
    """A first process in namespaces of its own that waits to be told whose it is.

    Most of a start's time goes into making it, so it is made before anybody asks.
    """

    def __init__(self) -> None:
        """Raises: Failed."""
        self._setup, theirs = socket.socketpair()
        try:
            self.pid = calls.clone(NAMESPACES)
        except OSError as error:
            raise Failed("Failure", f"cannot make namespaces: {error.strerror}") from error
        if self.pid == 0:
            self._setup.close()
            first_process.begin(theirs)
        theirs.close()

    def become(self, plan: dict[str, Any], streams: StandardStreams) -> None:
        """Let it be the first process of a container, and wait until it runs the program. Raises: Failed."""
        cgroups.place(plan["cgroup"], self.pid)
        plan["namespaces"] = NAMESPACES
        send(self._setup, plan, streams.inner)
        _begun(self.pid, self._setup, streams)


def spawn_into(
    plan: dict[str, Any], pidfd: int, process: dict[str, Any], streams: StandardStreams
) -> int:
    """Add a process beside a container's first one, which `pidfd` is. Raises: Failed.

    A process enters a PID namespace only by being born there: a helper joins and has a child that counts as ours.
    """
    ours, theirs = socket.socketpair()
    reading, writing = os.pipe()
    helper = os.fork()
    if helper == 0:
        try:
            cgroups.place(plan["cgroup"], os.getpid())
            calls.setns(pidfd, JOINED)
            pid = calls.clone(calls.CLONE_PARENT)
            if pid == 0:
                ours.close()
                first_process.join(plan, process, streams, theirs)
            os.write(writing, str(pid).encode())
        finally:
            os._exit(0)
    theirs.close()
    os.close(writing)
    os.waitpid(helper, 0)
    with os.fdopen(reading) as stream:
        text = stream.read()
    if not text:
        streams.close_all()
        raise Failed("Failure", "cannot enter the container's namespaces")
    return _begun(int(text), ours, streams)


def _begun(pid: int, setup: socket.socket, streams: StandardStreams) -> int:
    """Wait until the process has become its program: its end of the socket closes then."""
    with setup:
        while (received := receive(setup)) is not None:
            message, descriptors = received
            if "calls" in message:
                streams.calls = message["calls"]
                continue
            if "terminal" in message:
                [streams.outer["terminal"]] = descriptors
                continue
            os.waitpid(pid, 0)
            streams.close_all()
            raise Failed(message["error"], message["text"])
    streams.close_inner()
    return pid
