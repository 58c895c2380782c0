"""kill, wait, jobs, fg, bg, disown, suspend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...streams import print_out
from ...syscalls import Body, Kill, SyscallError, Waitpid, WaitStatus, signals
from ...syscalls.errnos import EINTR
from ..dialect import Dialect
from ..jobs import Job
from .registry import BASH, builtin, number

if TYPE_CHECKING:
    from ..shell import Shell


@builtin("kill")
def kill(shell: Shell, args: list[str]) -> Body[int]:
    signal = signals.SIGTERM
    if args and args[0] in ("-l", "-L"):
        return (yield from _list(shell, args[1:]))
    if args and args[0] in ("-s", "-n") and len(args) > 1:
        found = signals.signal_number(args[1])
        given, args = args[1], args[2:]
    elif args and args[0].startswith("-") and len(args[0]) > 1 and args[0] != "--":
        given, args = args[0][1:], args[1:]
        found = signals.signal_number(given)
    else:
        found, given = signal, ""
    if found is None:
        yield from _bad_signal(shell, given)
        return 2 if shell.dialect is Dialect.DASH else 1
    if args[:1] == ["--"]:
        args = args[1:]
    if not args:
        yield from _usage(shell)
        return 2 if shell.dialect is not Dialect.ASH else 1
    status = 0
    for target in args:
        status |= yield from _send(shell, target, found)
    return status


def _bad_signal(shell: Shell, given: str) -> Body[None]:
    if shell.dialect is Dialect.BASH:
        yield from shell.complain(f"{given}: invalid signal specification", "kill")
    elif shell.dialect is Dialect.ASH:
        yield from shell.write_error(f"{shell.state.name}: bad signal name '{given}'\n")
    else:
        yield from shell.complain(f"Illegal option -{given[:1]}", "kill")


def _usage(shell: Shell) -> Body[None]:
    if shell.dialect is Dialect.BASH:
        usage = "kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]"
        yield from shell.write_error(f"kill: usage: {usage}\n")
    elif shell.dialect is Dialect.ASH:
        yield from shell.write_error(f"{shell.state.name}: you need to specify whom to kill\n")
    else:
        usage = "kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]"
        yield from shell.complain(f"Usage: {usage}", "kill")


def _list(shell: Shell, args: list[str]) -> Body[int]:
    if not args:
        names = [f"{n:2d}) SIG{signals.signal_name(n)}" for n in range(1, 32)]
        for start in range(0, len(names), 5):
            yield from print_out("\t".join(names[start : start + 5]) + "\n")
        return 0
    for text in args:
        if text.isdecimal():
            value = int(text)
            yield from print_out(signals.signal_name(value - 128 if value > 128 else value) + "\n")
        else:
            yield from print_out(f"{signals.signal_number(text)}\n")
    return 0


def _send(shell: Shell, target: str, signal: int) -> Body[int]:
    pid = number(target)
    job = shell.jobs.find(target) if target.startswith("%") else None
    if target.startswith("%"):
        if job is None:
            text = f"{target}: no such job"
            if shell.dialect is Dialect.DASH:
                text = f"No such job: {target}"
            yield from shell.complain(text, "kill")
            return 1 if shell.dialect is Dialect.BASH else 2
        pid = -job.group if shell.jobs.controlled else job.last
    if pid is None:
        text = f"{target}: arguments must be process or job IDs"
        if shell.dialect is Dialect.DASH:
            text = f"Illegal number: {target}"
        elif shell.dialect is Dialect.ASH:
            yield from shell.write_error(f"{shell.state.name}: invalid number '{target}'\n")
            return 1
        yield from shell.complain(text, "kill")
        return 1
    try:
        yield from Kill(pid, signal)
        if job is not None and job.stopped and signal in (signals.SIGTERM, signals.SIGHUP):
            yield from Kill(pid, signals.SIGCONT)
    except SyscallError as error:
        if shell.dialect is Dialect.BASH:
            yield from shell.complain(f"({pid}) - {error.strerror}", "kill")
        elif shell.dialect is Dialect.ASH:
            text = f"can't kill pid {pid}: {error.strerror}"
            yield from shell.write_error(f"{shell.state.name}: {text}\n")
        else:
            yield from shell.complain(f"{error.strerror}\n", "kill")
        return 1
    return 0


@builtin("wait")
def wait(shell: Shell, args: list[str]) -> Body[int]:
    if args[:1] == ["-n"]:
        return (yield from _wait_next(shell))
    args = [arg for arg in args if arg not in ("--", "-f")]
    if not args:
        status = 0
        for job in list(shell.jobs.all):
            status = yield from _wait_job(shell, job)
            if status > 128 and shell.traps.pending:
                return status
        return 0
    status = 0
    for target in args:
        status = yield from _wait_one(shell, target)
    return status


def _wait_one(shell: Shell, target: str) -> Body[int]:
    job = shell.jobs.find(target)
    if job is not None:
        return (yield from _wait_job(shell, job))
    pid = number(target)
    if pid is None:
        if target.startswith("%"):
            yield from shell.complain(f"{target}: no such job", "wait")
            return 127
        text = f"`{target}': not a pid or valid job spec"
        yield from shell.complain(
            text if shell.dialect is Dialect.BASH else f"Illegal number: {target}", "wait"
        )
        return 1
    finished = shell.jobs.finished.get(pid)
    if finished is not None:
        return finished.shell_status
    if shell.dialect is Dialect.BASH:
        yield from shell.complain(f"pid {pid} is not a child of this shell", "wait")
    return 127


def _wait_job(shell: Shell, job: Job) -> Body[int]:
    while not job.done:
        try:
            status = yield from Waitpid(job.pids[0])
        except SyscallError as error:
            if error.errno == EINTR:
                if shell.traps.pending:
                    return 128 + shell.traps.pending[0]
                continue
            status = WaitStatus(job.pids[0], 127)
        if status is not None:
            shell.jobs.note(job, status)
    shell.jobs.forget(job)
    final = job.status or WaitStatus(job.last)
    if final.signal and shell.dialect is not Dialect.BASH and final.signal != signals.SIGINT:
        yield from shell.write_error(signals.TEXTS.get(final.signal, "") + "\n")
    return final.shell_status


def _wait_next(shell: Shell) -> Body[int]:
    if not shell.jobs.all:
        return 127
    while True:
        yield from shell.jobs.reap()
        for job in shell.jobs.all:
            if job.done:
                return (yield from _wait_job(shell, job))
        yield from Waitpid(-1)


# Job control.


@builtin("jobs")
def jobs(shell: Shell, args: list[str]) -> Body[int]:
    yield from shell.jobs.reap()
    for job in list(shell.jobs.all):
        if "-p" in args:
            yield from print_out(f"{job.last}\n")
        elif not ("-r" in args and job.stopped):
            yield from print_out(shell.jobs.line(job, pid="-l" in args) + "\n")
        if job.done:
            shell.jobs.forget(job)
    return 0


def _chosen(shell: Shell, name: str, args: list[str]) -> Body[Job | None]:
    job = shell.jobs.find(args[0] if args else "%+")
    if not shell.jobs.controlled and shell.dialect is Dialect.BASH:
        yield from shell.complain("no job control", name)
        return None
    if job is None and shell.dialect is not Dialect.BASH:
        yield from shell.complain(f"No such job: {args[0]}" if args else "No current job", name)
        return None
    if job is None:
        text = f"{args[0]}: no such job" if args else "current: no such job"
        yield from shell.complain(text, name)
    return job


@builtin("fg")
def fg(shell: Shell, args: list[str]) -> Body[int]:
    job = yield from _chosen(shell, "fg", args)
    if job is None:
        return 1 if shell.dialect is Dialect.BASH else 2
    yield from print_out(job.text + "\n")
    return (yield from shell.jobs.resume(job, foreground=True))


@builtin("bg")
def bg(shell: Shell, args: list[str]) -> Body[int]:
    job = yield from _chosen(shell, "bg", args)
    if job is None:
        return 1 if shell.dialect is Dialect.BASH else 2
    mark = shell.jobs.mark(job) if shell.dialect is Dialect.BASH else ""
    yield from print_out(f"[{job.number}]{mark} {job.text} &\n")
    return (yield from shell.jobs.resume(job, foreground=False))


@builtin("disown", dialects=(BASH,))
def disown(shell: Shell, args: list[str]) -> Body[int]:
    job = shell.jobs.find(args[-1] if args and not args[-1].startswith("-") else "%+")
    if "-a" in args:
        shell.jobs.all.clear()
    elif job is not None:
        shell.jobs.forget(job)
    else:
        yield from shell.complain("current: no such job", "disown")
        return 1
    return 0
