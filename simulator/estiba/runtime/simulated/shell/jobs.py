"""Jobs: children in the background or stopped, and waiting for those in the foreground."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..syscalls import Body, Kill, SyscallError, Tcsetpgrp, Waitpid, WaitStatus, signals
from ..syscalls.errnos import ECHILD, EINTR
from .dialect import Dialect

if TYPE_CHECKING:
    from .shell import Shell

QUIET = (signals.SIGINT, signals.SIGPIPE)
TERMINAL = 255


@dataclass(slots=True)
class Job:
    """A pipeline that runs in its own time. `pids` are those still to be waited for."""

    number: int
    pids: list[int]
    group: int
    text: str
    last: int
    status: WaitStatus | None = None
    stopped: bool = False
    reported: bool = True
    statuses: dict[int, WaitStatus] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return not self.pids


class Jobs:
    """The jobs of one shell, oldest first."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self.all: list[Job] = []
        self.finished: dict[int, WaitStatus] = {}
        """Ended children that a `wait` may still ask for."""

    @property
    def controlled(self) -> bool:
        """Is job control on?"""
        return "monitor" in self._shell.state.options

    def add(self, pids: list[int], text: str) -> Job:
        number = max((job.number for job in self.all), default=0) + 1
        job = Job(number, list(pids), pids[0], text, pids[-1])
        self.all.append(job)
        return job

    def find(self, name: str) -> Job | None:
        """`%1`, `%+`, `%-`, `%text`, or a pid."""
        if name.isdecimal():
            return next((job for job in self.all if int(name) in (*job.pids, job.last)), None)
        rest = name.removeprefix("%")
        if rest in ("", "+", "%"):
            return self.all[-1] if self.all else None
        if rest == "-":
            return self.all[-2] if len(self.all) > 1 else self.find("%+")
        if rest.isdecimal():
            return next((job for job in self.all if job.number == int(rest)), None)
        if rest.startswith("?"):
            return next((job for job in self.all if rest[1:] in job.text), None)
        return next((job for job in self.all if job.text.startswith(rest)), None)

    # Waiting.

    def wait_for(self, pid: int) -> Body[WaitStatus]:
        """A child in the foreground; signals that are trapped meanwhile stay pending."""
        while True:
            try:
                status = yield from Waitpid(pid, untraced=self.controlled)
            except SyscallError as error:
                if error.errno == EINTR:
                    continue
                if error.errno == ECHILD:
                    return self.finished.pop(pid, WaitStatus(pid, 127))
                raise
            if status is not None and not status.continued:
                return status

    def wait_foreground(self, pids: list[int], text: str) -> Body[list[WaitStatus]]:
        """All children of a pipeline; if they stop, they become a job."""
        statuses: list[WaitStatus] = []
        for place, pid in enumerate(pids):
            status = yield from self.wait_for(pid)
            statuses.append(status)
            if status.stopped:
                yield from self._stopped(pids[place:], text)
                return [status]
        yield from self._tell_death(statuses[-1], text)
        return statuses

    def _stopped(self, pids: list[int], text: str) -> Body[None]:
        job = self.add(pids, text)
        job.stopped = True
        yield from self._shell.write_error(f"\n{self.line(job)}\n")

    def _tell_death(self, status: WaitStatus, text: str) -> Body[None]:
        """What shells say when a command in the foreground was killed."""
        number = status.signal
        if not number:
            return
        shell = self._shell
        if number in QUIET:
            if shell.at_prompt and number == signals.SIGINT:
                yield from shell.write_error("\n")
            return
        words = signals.TEXTS.get(number, f"Unknown signal {number}")
        if shell.dialect is Dialect.BASH and not shell.at_prompt:
            words = f"{shell.wording.prefix()}{status.pid:5d} {words:<24}{text}"
        yield from shell.write_error(words + "\n")

    def give_terminal(self, group: int) -> Body[None]:
        """Make a group the one in the foreground."""
        with suppress(SyscallError):
            yield from Tcsetpgrp(TERMINAL, group)

    def reap(self) -> Body[None]:
        """Notice which jobs have ended or stopped, without waiting."""
        for job in self.all:
            for pid in list(job.pids):
                try:
                    status = yield from Waitpid(pid, nohang=True, untraced=self.controlled)
                except SyscallError:
                    status = WaitStatus(pid, 0)
                if status is not None:
                    self.note(job, status)

    def note(self, job: Job, status: WaitStatus) -> None:
        if status.stopped or status.continued:
            job.stopped = status.stopped
            return
        if status.pid in job.pids:
            job.pids.remove(status.pid)
        job.statuses[status.pid] = status
        if status.pid == job.last:
            job.status = status
            self.finished[status.pid] = status
        if job.done:
            job.reported = False

    def forget(self, job: Job) -> None:
        if job in self.all:
            self.all.remove(job)

    def report(self) -> Body[None]:
        """Before a prompt: tell which jobs are done, and forget them."""
        if self.all:
            yield from self.reap()
        for job in [job for job in self.all if job.done]:
            yield from self._shell.write_error(self.line(job) + "\n")
            self.forget(job)

    # Showing.

    def mark(self, job: Job) -> str:
        if job is self.all[-1]:
            return "+"
        return "-" if len(self.all) > 1 and job is self.all[-2] else " "

    def state(self, job: Job) -> str:
        if job.stopped:
            return "Stopped"
        if not job.done:
            return "Running"
        status = job.status
        if status is not None and status.signal:
            return signals.TEXTS.get(status.signal, "Killed")
        if status is not None and status.status:
            bash = self._shell.dialect is Dialect.BASH
            return f"Exit {status.status}" if bash else f"Done({status.status})"
        return "Done"

    def line(self, job: Job, pid: bool = False) -> str:
        """As `jobs` prints it."""
        width = 24 if self._shell.dialect is Dialect.BASH else 27
        end = " &" if self.state(job) == "Running" and self._shell.dialect is Dialect.BASH else ""
        number = f"{job.last} " if pid else ""
        gap = "  " if self._shell.dialect is Dialect.BASH else " "
        return (
            f"[{job.number}]{self.mark(job)}{gap}{number}{self.state(job):<{width}}{job.text}{end}"
        )

    def resume(self, job: Job, *, foreground: bool) -> Body[int]:
        """`fg` and `bg`."""
        job.stopped = False
        if foreground and self.controlled:
            yield from self.give_terminal(job.group)
        yield from Kill(-job.group if self.controlled else job.last, signals.SIGCONT)
        if not foreground:
            return 0
        self.forget(job)
        statuses = yield from self.wait_foreground(job.pids, job.text)
        if self.controlled:
            yield from self.give_terminal(self._shell.own_pid)
        return _status_of(statuses[-1])


def _status_of(status: WaitStatus) -> int:
    return 128 + status.signal if status.signal else status.status
