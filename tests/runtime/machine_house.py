"""A simulated machine with one container at a time, for tests of kernel, terminal and shells."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from estiba.filesystem import (
    O_CREAT,
    O_TRUNC,
    O_WRONLY,
    Content,
    MountNamespace,
    Tree,
    TreeBuilder,
    UnionMount,
    UpperTree,
)
from estiba.runtime import ContainerSpec, Process, ProcessSpec, Stdio
from estiba.runtime.simulated.programs import MODULES
from estiba.runtime.simulated.runtime import SimulatedRuntime
from estiba.tasks import Channel, Scheduler, Stalled
from estiba.trace import Event, VirtualClock

ID = "c" * 64
ENV = ("PATH=/usr/local/bin:/usr/bin:/bin", "HOSTNAME=host", "TERM=xterm")
PASSWD = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
GROUP = "root:x:0:\ndaemon:x:1:\nwww-data:x:33:daemon\n"


@cache
def image(busybox: bool) -> Tree:
    """All programs there are; /bin/sh is dash, or everything is one busybox."""
    builder = TreeBuilder()
    for folder in ("dev", "proc", "sys", "root", "work", "var", "usr/bin"):
        builder.directory(folder)
    builder.directory("tmp", 0o1777)
    builder.file("etc/passwd", PASSWD.encode())
    builder.file("etc/group", GROUP.encode())
    if busybox:
        builder.file("bin/busybox", Content.zeros(1000), 0o755)
    for name in (*MODULES, "bash", "dash", "ash", "sh"):
        if busybox and name not in ("busybox", "bash", "dash"):
            builder.hardlink(f"bin/{name}", "bin/busybox")
        elif not busybox and name not in ("ash", "sh", "[["):
            builder.file(f"bin/{name}", Content.zeros(1000), 0o755)
    if not busybox:
        builder.symlink("bin/sh", "dash")
    return builder.build()


class Machine:
    """Starts one container; time is virtual."""

    def __init__(self, *, busybox: bool = False, files: Mapping[str, str] | None = None) -> None:
        self.events: list[Event] = []
        self.scheduler = Scheduler(VirtualClock(10**18, tick_ns=1000))
        self.runtime = SimulatedRuntime(self.scheduler, self.events.append)
        self.root = UnionMount((image(busybox),), UpperTree())
        self.stdin, self.out, self.err = Channel(), Channel(1 << 30), Channel(1 << 30)
        self._files = files or {}

    def start(
        self,
        *args: str,
        stdin: bytes | None = b"",
        tty: bool = False,
        env: tuple[str, ...] = (),
        user: str = "",
        cwd: str = "/work",
        init: bool = False,
        groups: tuple[str, ...] = (),
    ) -> Process:
        """Start the container; without a terminal, `stdin` is all it can read."""
        self.stdin, self.out, self.err = Channel(1 << 30), Channel(1 << 30), Channel(1 << 30)
        if stdin is not None and not tty:
            self.stdin.put(stdin)
            self.stdin.close()
        process = ProcessSpec(args, (*ENV, *env), cwd, user, tty, groups=groups)
        spec = ContainerSpec(ID, self.root, process, "host", init=init, ip_address="172.17.0.2")
        self._write_files()
        return self.runtime.start(spec, Stdio(self.stdin, self.out, self.err))

    def _write_files(self) -> None:
        mounts = MountNamespace(self.root)
        for path, text in self._files.items():
            with mounts.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o755) as file:
                file.write(text.encode())

    def read(self, path: str) -> bytes:
        with MountNamespace(self.root).open(path, 0) as file:
            return file.read()

    def finish(self, process: Process) -> int:
        """Run to its end, letting time pass."""
        for _ in range(100_000):
            if process.exit_code is not None:
                self.scheduler.run_idle()
                return process.exit_code
            if not self.scheduler.run_ready():
                self.scheduler.pass_time()
        raise Stalled

    def run(self, *args: str, **how: object) -> tuple[str, str, int]:
        """Run a command; what it printed on both streams, and its status."""
        code = self.finish(self.start(*args, **how))  # type: ignore[arg-type]
        return drain(self.out), drain(self.err), code

    def sh(self, script: str) -> tuple[str, str, int]:
        return self.run("bash", "-c", script)


class Session:
    """Somebody typing at a terminal."""

    def __init__(self, machine: Machine, *args: str, env: tuple[str, ...] = ()) -> None:
        self.machine = machine
        self.process = machine.start(*args, tty=True, env=env, cwd="/")
        machine.scheduler.run_idle()
        self.greeting = drain(machine.out)

    def type(self, keys: str) -> str:
        """Press keys; what the screen got until nothing more happened."""
        self.machine.stdin.put(keys.encode())
        self.machine.scheduler.run_idle()
        return drain(self.machine.out)

    @property
    def code(self) -> int | None:
        return self.process.exit_code


def drain(channel: Channel) -> str:
    parts = []
    while chunk := channel.poll():
        parts.append(chunk)
    return b"".join(parts).decode("utf-8", "replace")
