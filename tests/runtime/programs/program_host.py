"""Runs one simulated program on files of this machine, so that a real one can be its judge.

A tiny kernel over `os`: no tty, no signals; a forked child runs to its end at once, an executed
program is looked up among the simulated ones.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from estiba.runtime.simulated import syscalls as calls
from estiba.runtime.simulated.program import Flavour, find_program
from estiba.runtime.simulated.syscalls import Body, SyscallError

UTC = {"PATH": "/usr/bin:/bin", "TERM": "xterm", "LC_ALL": "C", "TZ": "UTC0", "HOME": "/root"}


@dataclass
class Stream:
    """A stream in memory."""

    data: bytes = b""
    position: int = 0
    refs: int = 1


@dataclass
class HostProcess:
    name: str
    flavour: Flavour = Flavour.GNU
    environment: dict[str, str] = field(default_factory=lambda: dict(UTC))


@dataclass
class Result:
    stdout: bytes
    stderr: bytes
    status: int


class _Exited(BaseException):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _status(found: os.stat_result) -> Any:
    return SimpleNamespace(
        mode=found.st_mode,
        ino=found.st_ino,
        nlink=found.st_nlink,
        uid=found.st_uid,
        gid=found.st_gid,
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
        rdev=found.st_rdev,
        dev=found.st_dev,
    )


class HostKernel:
    """One simulated process tree over the real files below `root`."""

    def __init__(self, root: str, stdin: bytes = b"", *, tty: int = 0) -> None:
        self.cwd = root
        self.tty = tty
        self.stdout, self.stderr = Stream(), Stream()
        self.fds: dict[int, Any] = {0: Stream(stdin), 1: self.stdout, 2: self.stderr}
        self.exited: list[tuple[int, int]] = []
        self.next_pid = 1000
        self.process = HostProcess("")

    def run(self, process: HostProcess, args: list[str]) -> int:
        program = find_program(process.name.rpartition("/")[2], process.flavour)
        assert program is not None, f"no program {process.name}"
        outer, self.process = self.process, process
        try:
            return self.drive(program(process, args))
        finally:
            self.process = outer

    def drive(self, body: Body[int]) -> int:
        answer: Any = None
        error: SyscallError | None = None
        while True:
            try:
                call = body.throw(error) if error else body.send(answer)
            except StopIteration as end:
                return int(end.value or 0)
            except SyscallError as escaped:
                self.stderr.data += f"{self.process.name}: {escaped}\n".encode()
                return 1
            answer, error = None, None
            try:
                answer = self.answer(call)
            except OSError as failed:
                error = SyscallError(failed.errno or 5)
            except SyscallError as failed:
                error = failed
            except _Exited as exited:
                return exited.status

    def answer(self, call: Any) -> Any:
        return getattr(self, f"do_{type(call).__name__.lower()}")(call)

    def at(self, path: str) -> str:
        if not path:
            raise SyscallError(2)
        return os.path.join(self.cwd, path) if not path.startswith("/") else path

    def place(self, thing: Any, minimum: int = 0) -> int:
        fd = minimum
        while fd in self.fds:
            fd += 1
        self.fds[fd] = thing
        return fd

    def file(self, fd: int) -> Any:
        if fd not in self.fds:
            raise SyscallError(9)
        return self.fds[fd]

    def do_open(self, call: calls.Open) -> int:
        return self.place(os.open(self.at(call.path), call.flags, call.mode))

    def do_read(self, call: calls.Read) -> bytes:
        stream = self.file(call.fd)
        if isinstance(stream, int):
            return os.read(stream, call.size)
        data: bytes = stream.data[stream.position : stream.position + call.size]
        stream.position += len(data)
        return data

    def do_write(self, call: calls.Write) -> int:
        stream = self.file(call.fd)
        if isinstance(stream, int):
            return os.write(stream, call.data)
        stream.data += call.data
        return len(call.data)

    def do_close(self, call: calls.Close) -> None:
        stream = self.file(call.fd)
        del self.fds[call.fd]
        if isinstance(stream, int) and stream not in self.fds.values():
            os.close(stream)

    def do_lseek(self, call: calls.Lseek) -> int:
        stream = self.file(call.fd)
        if isinstance(stream, int):
            return os.lseek(stream, call.offset, call.whence)
        raise SyscallError(29)

    def do_dup(self, call: calls.Dup) -> int:
        return self.place(self.file(call.fd), call.minimum)

    def do_dup2(self, call: calls.Dup2) -> int:
        self.fds[call.target] = self.file(call.fd)
        return call.target

    def do_pipe(self, call: calls.Pipe) -> tuple[int, int]:
        stream = Stream()
        return self.place(stream), self.place(stream)

    def do_stat(self, call: calls.Stat) -> Any:
        return _status(os.stat(self.at(call.path)))

    def do_lstat(self, call: calls.Lstat) -> Any:
        return _status(os.lstat(self.at(call.path)))

    def do_fstat(self, call: calls.Fstat) -> Any:
        stream = self.file(call.fd)
        if isinstance(stream, int):
            return _status(os.fstat(stream))
        return SimpleNamespace(
            mode=0o010600, ino=1, nlink=1, uid=0, gid=0, size=0, mtime_ns=0, rdev=0, dev=0
        )

    def do_access(self, call: calls.Access) -> None:
        if not os.access(self.at(call.path), call.mode):
            os.stat(self.at(call.path))
            raise SyscallError(13)

    def do_getdents(self, call: calls.Getdents) -> tuple[Any, ...]:
        with os.scandir(self.at(call.path)) as found:
            return tuple(
                SimpleNamespace(
                    name=entry.name,
                    kind=entry.stat(follow_symlinks=False).st_mode & 0o170000,
                    ino=entry.inode(),
                )
                for entry in found
            )

    def do_mkdir(self, call: calls.Mkdir) -> None:
        os.mkdir(self.at(call.path), call.mode)

    def do_rmdir(self, call: calls.Rmdir) -> None:
        os.rmdir(self.at(call.path))

    def do_unlink(self, call: calls.Unlink) -> None:
        os.unlink(self.at(call.path))

    def do_rename(self, call: calls.Rename) -> None:
        os.rename(self.at(call.source), self.at(call.target))

    def do_link(self, call: calls.Link) -> None:
        os.link(self.at(call.source), self.at(call.target), follow_symlinks=False)

    def do_symlink(self, call: calls.Symlink) -> None:
        os.symlink(call.text, self.at(call.path))

    def do_readlink(self, call: calls.Readlink) -> str:
        return os.readlink(self.at(call.path))

    def do_realpath(self, call: calls.Realpath) -> str:
        return os.path.realpath(self.at(call.path), strict=True)

    def do_mknod(self, call: calls.Mknod) -> None:
        os.mknod(self.at(call.path), call.mode, call.rdev)

    def do_chmod(self, call: calls.Chmod) -> None:
        os.chmod(self.at(call.path), call.mode)

    def do_chown(self, call: calls.Chown) -> None:
        os.chown(self.at(call.path), call.uid, call.gid, follow_symlinks=call.follow)

    def do_utimens(self, call: calls.Utimens) -> None:
        path, follow = self.at(call.path), call.follow
        if call.mtime_ns is None:
            os.utime(path, follow_symlinks=follow)
        else:
            os.utime(path, ns=(call.mtime_ns, call.mtime_ns), follow_symlinks=follow)

    def do_truncate(self, call: calls.Truncate) -> None:
        os.truncate(self.at(call.path), call.size)

    def do_ftruncate(self, call: calls.Ftruncate) -> None:
        stream = self.file(call.fd)
        if not isinstance(stream, int):
            raise SyscallError(22)
        os.ftruncate(stream, call.size)

    def do_fsync(self, call: calls.Fsync) -> None:
        self.file(call.fd)

    def do_isatty(self, call: calls.Isatty) -> bool:
        return bool(self.tty) and call.fd < 3

    def do_getwinsize(self, call: calls.Getwinsize) -> tuple[int, int]:
        if not self.tty:
            raise SyscallError(25)
        return 24, self.tty

    def do_ttyname(self, call: calls.Ttyname) -> str:
        if not self.tty:
            raise SyscallError(25)
        return "/dev/pts/0"

    def do_getcwd(self, call: calls.Getcwd) -> str:
        return self.cwd

    def do_chdir(self, call: calls.Chdir) -> None:
        target = os.path.realpath(self.at(call.path))
        os.listdir(target)
        self.cwd = target

    def do_getuid(self, call: calls.Getuid) -> int:
        return os.getuid()

    def do_getgid(self, call: calls.Getgid) -> int:
        return os.getgid()

    def do_getgroups(self, call: calls.Getgroups) -> tuple[int, ...]:
        return tuple(os.getgroups())

    def do_getppid(self, call: calls.Getppid) -> int:
        return 1

    def do_kill(self, call: calls.Kill) -> None:
        raise SyscallError(3)

    def do_getpid(self, call: calls.Getpid) -> int:
        return 999

    def do_umask(self, call: calls.Umask) -> int:
        before = os.umask(0o022 if call.mask is None else call.mask)
        if call.mask is None:
            os.umask(before)
        return before

    def do_time(self, call: calls.Time) -> int:
        return time.time_ns()

    def do_nanosleep(self, call: calls.Nanosleep) -> None:
        pass

    def do_alarm(self, call: calls.Alarm) -> float:
        return 0.0

    def do_sigaction(self, call: calls.Sigaction) -> calls.Disposition:
        return calls.Action.DEFAULT

    def do_uname(self, call: calls.Uname) -> calls.SystemName:
        found = os.uname()
        return calls.SystemName(
            found.sysname, found.nodename, found.release, found.version, found.machine
        )

    def do_exit(self, call: calls.Exit) -> None:
        raise _Exited(call.status)

    def do_fork(self, call: calls.Fork) -> int:
        self.next_pid += 1
        kept, cwd = dict(self.fds), self.cwd
        try:
            status = self.drive(call.body())
        finally:
            self.fds, self.cwd = kept, cwd
        self.exited.append((self.next_pid, status))
        return self.next_pid

    def do_execve(self, call: calls.Execve) -> None:
        if not os.path.exists(self.at(call.path)):
            raise SyscallError(2)
        name = call.argv[0]
        process = HostProcess(name, self.process.flavour, dict(call.environment))
        if find_program(name.rpartition("/")[2], process.flavour) is None:
            raise SyscallError(2)
        raise _Exited(self.run(process, list(call.argv[1:])))

    def do_waitpid(self, call: calls.Waitpid) -> calls.WaitStatus | None:
        for index, (pid, status) in enumerate(self.exited):
            if call.pid in (-1, pid):
                del self.exited[index]
                return calls.WaitStatus(pid, status)
        raise SyscallError(10)


Simulate = Callable[..., Result]


def simulate(
    argv: list[str],
    root: str,
    *,
    stdin: bytes = b"",
    flavour: Flavour = Flavour.GNU,
    tty: int = 0,
    environment: dict[str, str] | None = None,
) -> Result:
    """Run a simulated program in the directory `root` of this machine."""
    kernel = HostKernel(root, stdin, tty=tty)
    process = HostProcess(argv[0], flavour, {**UTC, **(environment or {})})
    status = kernel.run(process, argv[1:])
    return Result(kernel.stdout.data, kernel.stderr.data, status)
