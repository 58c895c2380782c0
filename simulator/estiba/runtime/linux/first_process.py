"""What a container's process does before it is the program: it builds its own surroundings, then gives up its power.

The order is that of runc: mounts, root, names, terminal, limits, user, filter, capabilities, program. Whatever goes
wrong is sent to the monitor by kind and words; success is silent, the socket closes with the execution.
Source: OCI runtime-spec, config-linux.md and runtime.md, "Lifecycle".
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
from typing import Any, NoReturn

from ...errors import EstibaError
from ...linux import calls
from ..accounts import User, look_up
from ..port import NoSuchDirectory
from . import networks, privileges, root, terminal
from .messages import receive, send
from .programs import find
from .stdio import StandardStreams


def begin(setup: socket.socket) -> NoReturn:
    """Be the first process of a container that is yet to be told, in namespaces made for it."""
    with _Telling(setup):
        calls.prctl(calls.PR_SET_PDEATHSIG, signal.SIGKILL)
        networks.wake_loopback()
        received = receive(setup)
        if received is None:
            os._exit(0)  # nobody wants it any more
        plan, inner = received
        streams = StandardStreams(tty=True, stdin=False)
        streams.inner = inner
        calls.recorded = [] if plan["trace"] else None
        calls.tell("clone", plan["namespaces"])
        os.setsid()
        calls.tell("setsid")
        os.umask(0)
        networks.enter(plan)
        root.build(plan)
        calls.set_hostname(plan["hostname"])
        if plan["domainname"]:
            calls.set_domainname(plan["domainname"])
        _become(plan, plan["process"], streams, setup, first=True)


def join(
    plan: dict[str, Any], process: dict[str, Any], streams: StandardStreams, setup: socket.socket
) -> NoReturn:
    """Be one more process of a container, born in its namespaces."""
    with _Telling(setup):
        os.setsid()
        _become(plan, process, streams, setup, first=False)


class _Telling:
    """Sends what goes wrong to the monitor and ends the process, whatever happens."""

    def __init__(self, setup: socket.socket) -> None:
        self._setup = setup

    def __enter__(self) -> None:
        """From here on nothing is imported: names would be looked up among the container's files."""
        sys.meta_path.clear()
        sys.path_hooks.clear()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> NoReturn:
        try:
            if isinstance(error, EstibaError):
                send(self._setup, {"error": type(error).__name__, "text": str(error)})
            elif error is not None:
                send(self._setup, {"error": "Failure", "text": _words(error)})
        finally:
            os._exit(1)


def _words(error: BaseException) -> str:
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}"
    return f"{type(error).__name__}: {error}"


def _become(
    plan: dict[str, Any],
    process: dict[str, Any],
    streams: StandardStreams,
    setup: socket.socket,
    *,
    first: bool,
) -> NoReturn:
    if process["tty"]:
        master, slave = terminal.open_pair(process["rows"], process["columns"])
        send(setup, {"terminal": True}, [master])
        streams.inner = [slave, slave, slave]
        if first:
            root.make_console(slave)
    if first:
        root.finish(plan)
    os.umask(0o022)
    passwd, group_file = _content("/etc/passwd"), _content("/etc/group")
    user = look_up(process["user"], passwd, group_file, process["groups"])
    for number, fd in enumerate(streams.inner):
        _give(fd, user)
        os.dup2(fd, number)
    if process["tty"]:
        terminal.control(0)
    calls.close_on_exec(3)
    privileges.limit(plan["limits"], plan["oom_score"])
    _enter(process["cwd"])
    privileges.filter_calls(plan)
    privileges.become(user, process["capabilities"], no_new=plan["no_new_privileges"])
    _enter(process["cwd"])
    _execute(process, user, setup)


def _content(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except OSError:
        return b""


def _give(fd: int, user: User) -> None:
    """The streams belong to the user, except /dev/null."""
    found = os.fstat(fd)
    if found.st_rdev != os.makedev(1, 3) and found.st_uid != user.uid:
        os.fchown(fd, user.uid, found.st_gid)


def _enter(cwd: str) -> None:
    try:
        calls.tell("chdir", cwd)
        os.chdir(cwd)
    except OSError as error:
        text = (error.strerror or "").lower()
        raise NoSuchDirectory(f'chdir to cwd ("{cwd}") set in config.json failed: {text}') from None


def _execute(process: dict[str, Any], user: User, setup: socket.socket) -> NoReturn:
    """Become the program. After this only the program's own streams can tell of a failure."""
    environment = dict(entry.partition("=")[::2] for entry in process["env"])
    environment.setdefault("HOME", user.home or "/")
    arguments = process["args"]
    path = find(arguments[0], environment.get("PATH", ""))
    for number in range(1, signal.NSIG):
        if number not in (signal.SIGKILL, signal.SIGSTOP) and signal.getsignal(number) is not None:
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    calls.tell("execve", path, " ".join(arguments))
    if calls.recorded is not None:
        send(setup, {"calls": calls.recorded})
    try:
        os.execve(path, arguments, environment)
    except OSError as error:
        setup.close()
        words = os.strerror(error.errno or errno.EIO).lower()
        os.write(2, f"exec {path}: {words}\n".encode())
        os._exit(1)
