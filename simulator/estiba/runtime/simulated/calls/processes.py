"""Carrying out the calls about processes, signals, users and time."""

from __future__ import annotations

from typing import Any

from ....filesystem import Credentials
from ....tasks import Wait, Work
from ..process import Ended, SimulatedProcess, handles
from ..syscalls import Action, CpuTimes, Disposition, SyscallError, SystemName, WaitStatus
from ..syscalls import processes as calls
from ..syscalls.errnos import ECHILD, EINTR, EINVAL, EPERM, ESRCH
from ..syscalls.signals import SIGALRM, SIGKILL, SIGRTMAX, SIGSTOP

NS_PER_S = 1_000_000_000
RELEASE = "5.15.0-estiba"
VERSION = "#1 SMP"
UNLIMITED = (-1, -1)
LIMITS = {"n": (1048576, 1048576), "c": (0, -1), "s": (8388608, -1), "l": (65536, 65536)}
LIMITS |= {"q": (819200, 819200), "i": (31403, 31403)}


def find(process: SimulatedProcess, number: int) -> SimulatedProcess:
    """A process of our container; 0 is us. Raises: SyscallError(ESRCH)."""
    found = process.container.processes.get(number) if number else process
    if found is None:
        raise SyscallError(ESRCH)
    return found


@handles(calls.Fork)
def fork(process: SimulatedProcess, call: calls.Fork) -> int:
    return process.container.kernel.fork(process, call.body).number


@handles(calls.Exit)
def leave(process: SimulatedProcess, call: calls.Exit) -> None:
    raise Ended(call.status & 0xFF)


@handles(calls.Waitpid)
def waitpid(process: SimulatedProcess, call: calls.Waitpid) -> Work[WaitStatus | None]:
    while True:
        candidates = [child for child in process.children if _matches(process, child, call.pid)]
        if not candidates:
            raise SyscallError(ECHILD)
        for child in candidates:
            if child.exit is not None:
                process.container.kernel.forget(child)
                return child.exit
            if child.report is not None and call.untraced:
                report, child.report = child.report, None
                return report
        if call.nohang:
            return None
        yield from process.block(process.child_changed)


def _matches(process: SimulatedProcess, child: SimulatedProcess, wanted: int) -> bool:
    if wanted > 0:
        return child.number == wanted
    if wanted == -1:
        return True
    return child.group == (-wanted if wanted else process.group)


@handles(calls.Kill)
def kill(process: SimulatedProcess, call: calls.Kill) -> None:
    kernel, container = process.container.kernel, process.container
    if not 0 <= call.signal <= SIGRTMAX:
        raise SyscallError(EINVAL)
    targets = _targets(process, call.pid)
    if not targets:
        raise SyscallError(ESRCH)
    allowed = [target for target in targets if _may_signal(process, target)]
    if not allowed:
        raise SyscallError(EPERM)
    for target in allowed:
        if target is not process:
            kernel.send(target, call.signal)
    if process in allowed and container.processes.get(process.number) is process:
        process.raise_signal(call.signal)


def _targets(process: SimulatedProcess, pid: int) -> list[SimulatedProcess]:
    container = process.container
    if pid > 0:
        found = container.processes.get(pid)
        return [found] if found is not None else []
    if pid == -1:
        everybody = container.processes.values()
        return [other for other in everybody if other is not process and other.number != 1]
    return container.members(-pid if pid else process.group)


def _may_signal(process: SimulatedProcess, target: SimulatedProcess) -> bool:
    return process.can("KILL") or process.credentials.uid == target.credentials.uid


@handles(calls.Sigaction)
def sigaction(process: SimulatedProcess, call: calls.Sigaction) -> Disposition:
    if call.signal in (SIGKILL, SIGSTOP) or not 0 < call.signal <= SIGRTMAX:
        raise SyscallError(EINVAL)
    before = process.actions.get(call.signal, Action.DEFAULT)
    if call.action is Action.DEFAULT:
        process.actions.pop(call.signal, None)
    else:
        process.actions[call.signal] = call.action
    if call.restart:
        process.restarting = (process.restarting or set()) | {call.signal}
    elif process.restarting:
        process.restarting.discard(call.signal)
    return before


@handles(calls.Pause)
def pause(process: SimulatedProcess, call: calls.Pause) -> Work[None]:
    while True:
        yield Wait((process.attention,))
        handled = any(callable(process.actions.get(number)) for number in process.pending or ())
        yield from process.attend()
        if handled:
            raise SyscallError(EINTR)


@handles(calls.Nanosleep)
def nanosleep(process: SimulatedProcess, call: calls.Nanosleep) -> Work[None]:
    clock = process.container.kernel.clock
    deadline_ns = clock.now_ns() + round(call.seconds * NS_PER_S)
    while clock.now_ns() < deadline_ns:
        yield from process.block(deadline_ns=deadline_ns)


@handles(calls.Alarm)
def alarm(process: SimulatedProcess, call: calls.Alarm) -> float:
    if process.alarm is not None:
        process.alarm.cancel()
        process.alarm = None
    if call.seconds > 0:
        kernel = process.container.kernel
        deadline_ns = kernel.clock.now_ns() + round(call.seconds * NS_PER_S)
        process.alarm = kernel.scheduler.spawn(_ring(process, deadline_ns))
    return 0.0


def _ring(process: SimulatedProcess, deadline_ns: int) -> Work[None]:
    kernel = process.container.kernel
    while kernel.clock.now_ns() < deadline_ns:
        yield Wait((), deadline_ns)
    process.alarm = None
    kernel.send(process, SIGALRM)


@handles(calls.SchedYield)
def sched_yield(process: SimulatedProcess, call: calls.SchedYield) -> Work[None]:
    yield Wait()


@handles(calls.Getpid)
def getpid(process: SimulatedProcess, call: calls.Getpid) -> int:
    return process.number


@handles(calls.Getppid)
def getppid(process: SimulatedProcess, call: calls.Getppid) -> int:
    return process.parent.number if process.parent is not None else 0


@handles(calls.Getuid)
def getuid(process: SimulatedProcess, call: calls.Getuid) -> int:
    return process.credentials.uid


@handles(calls.Getgid)
def getgid(process: SimulatedProcess, call: calls.Getgid) -> int:
    return process.credentials.gid


@handles(calls.Getgroups)
def getgroups(process: SimulatedProcess, call: calls.Getgroups) -> tuple[int, ...]:
    return process.credentials.groups


def _become(
    process: SimulatedProcess, capability: str, credentials: Credentials, *, allowed: bool = False
) -> None:
    if not (allowed or process.can(capability)):
        raise SyscallError(EPERM)
    process.credentials = credentials


@handles(calls.Setuid)
def setuid(process: SimulatedProcess, call: calls.Setuid) -> None:
    now = process.credentials
    made = Credentials(call.uid, now.gid, now.groups)
    _become(process, "SETUID", made, allowed=call.uid == now.uid)


@handles(calls.Setgid)
def setgid(process: SimulatedProcess, call: calls.Setgid) -> None:
    now = process.credentials
    made = Credentials(now.uid, call.gid, now.groups)
    _become(process, "SETGID", made, allowed=call.gid == now.gid)


@handles(calls.Setgroups)
def setgroups(process: SimulatedProcess, call: calls.Setgroups) -> None:
    now = process.credentials
    _become(process, "SETGID", Credentials(now.uid, now.gid, call.groups))


@handles(calls.Setpgid)
def setpgid(process: SimulatedProcess, call: calls.Setpgid) -> None:
    target = find(process, call.pid)
    if target is not process and target.parent is not process:
        raise SyscallError(ESRCH)
    if target.session == target.number:
        raise SyscallError(EPERM)
    target.group = call.group or target.number


@handles(calls.Getpgid)
def getpgid(process: SimulatedProcess, call: calls.Getpgid) -> int:
    return find(process, call.pid).group


@handles(calls.Setsid)
def setsid(process: SimulatedProcess, call: calls.Setsid) -> int:
    if process.group == process.number:
        raise SyscallError(EPERM)
    process.session = process.group = process.number
    process.terminal = None
    return process.number


@handles(calls.Getsid)
def getsid(process: SimulatedProcess, call: calls.Getsid) -> int:
    return find(process, call.pid).session


@handles(calls.Umask)
def umask(process: SimulatedProcess, call: calls.Umask) -> int:
    before = process.umask
    if call.mask is not None:
        process.umask = call.mask & 0o777
    return before


@handles(calls.Time)
def time(process: SimulatedProcess, call: calls.Time) -> int:
    return process.container.kernel.clock.now_ns()


@handles(calls.Times)
def times(process: SimulatedProcess, call: calls.Times) -> CpuTimes:
    return CpuTimes(process.cpu_s, 0.0, 0.0, 0.0)


@handles(calls.Uname)
def uname(process: SimulatedProcess, call: calls.Uname) -> SystemName:
    container = process.container
    domain = container.domainname or "(none)"
    return SystemName("Linux", container.hostname, RELEASE, VERSION, "x86_64", domain)


@handles(calls.Sethostname)
def sethostname(process: SimulatedProcess, call: calls.Sethostname) -> None:
    if not process.can("SYS_ADMIN"):
        raise SyscallError(EPERM)
    process.container.hostname = call.name


@handles(calls.Getrlimit)
def getrlimit(process: SimulatedProcess, call: calls.Getrlimit) -> tuple[int, int]:
    own = (process.limits or {}).get(call.resource)
    return own or LIMITS.get(call.resource, UNLIMITED)


@handles(calls.Setrlimit)
def setrlimit(process: SimulatedProcess, call: calls.Setrlimit) -> None:
    hard = getrlimit(process, calls.Getrlimit(call.resource))[1]
    if _above(call.soft, call.hard):
        raise SyscallError(EINVAL)
    if _above(call.hard, hard) and not process.can("SYS_RESOURCE"):
        raise SyscallError(EPERM)
    process.limits = {**(process.limits or {}), call.resource: (call.soft, call.hard)}


def _above(one: Any, other: Any) -> bool:
    """Is one limit above another? -1 is no limit."""
    return bool(other != -1 and (one == -1 or one > other))
