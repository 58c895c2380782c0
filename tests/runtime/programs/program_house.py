"""A container with the named programs, on the simulated kernel with a clock of its own."""

from __future__ import annotations

from estiba.filesystem import Content, TreeBuilder, UnionMount, UpperTree
from estiba.runtime import ContainerSpec, Process, ProcessSpec, Stdio
from estiba.runtime.simulated.runtime import SimulatedRuntime
from estiba.tasks import Channel, Scheduler

START_NS = 1_795_500_000 * 10**9
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
TEXTS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n",
    "etc/group": "root:x:0:\ndaemon:x:1:\nwww-data:x:33:\n",
    "etc/shadow": "root:*:19000:0:99999:7:::\n",
    "etc/hosts": "127.0.0.1\tlocalhost\n172.17.0.2\tcasa\n",
    "etc/hostname": "casa\n",
    "etc/resolv.conf": "",
}


class VirtualClock:
    def __init__(self) -> None:
        self.time_ns = START_NS

    def now_ns(self) -> int:
        return self.time_ns

    def wait_until(self, deadline_ns: int) -> None:
        self.time_ns = max(self.time_ns, deadline_ns)


class House:
    """Programs are empty files in /bin; with `busybox` all are links to one."""

    def __init__(
        self, programs: str, *, busybox: bool = False, texts: dict[str, str] | None = None
    ) -> None:
        builder = TreeBuilder()
        for folder in ("bin", "dev", "dev/pts", "dev/shm", "dev/mqueue", "proc", "sys", "etc", "tmp",
                       "root", "home"):  # fmt: skip
            builder.directory(folder, 0o755)
        if busybox:
            builder.file("bin/busybox", Content.zeros(100), mode=0o755)
        for name in programs.split():
            if busybox:
                builder.hardlink(f"bin/{name}", "bin/busybox")
            else:
                builder.file(f"bin/{name}", Content.zeros(100), mode=0o755)
        for path, text in {**TEXTS, **(texts or {})}.items():
            builder.file(path, Content.of(text.encode()), mode=0o755)
        self.scheduler = Scheduler(VirtualClock())
        self.runtime = SimulatedRuntime(self.scheduler)
        self.root = UnionMount([builder.build()], UpperTree())
        self.out, self.err = Channel(1 << 30), Channel(1 << 30)

    def start(self, *args: str, stdin: bytes | None = None) -> Process:
        self.out, self.err = Channel(1 << 30), Channel(1 << 30)
        given = None
        if stdin is not None:
            given = Channel(1 << 30)
            given.put(stdin)
            given.close()
        spec = ContainerSpec(
            "c" * 12, self.root, ProcessSpec(args, env=(PATH,)), "casa", ip_address="172.17.0.2"
        )
        return self.runtime.start(spec, Stdio(given, self.out, self.err))

    def run(self, *args: str, stdin: bytes | None = None) -> tuple[str, str, int]:
        """Run to the end; what it printed, and its exit status."""
        process = self.start(*args, stdin=stdin)
        while process.exit_code is None:
            if not self.scheduler.run_ready():
                self.scheduler.pass_time()
        self.scheduler.run_idle()
        return drain(self.out), drain(self.err), process.exit_code

    def sh(self, line: str) -> tuple[str, str, int]:
        return self.run("sh", "-c", line)

    def ask(self, port: int, request: bytes) -> bytes:
        """One request over the container's network."""
        self.scheduler.run_idle()
        wire = self.runtime.connect("c" * 12, port)
        assert wire is not None, "nothing listens"
        wire.outgoing.put(request)
        wire.outgoing.close()
        self.scheduler.run_idle()
        return drain(wire.incoming).encode()


def drain(channel: Channel) -> str:
    out = b""
    while chunk := channel.poll():
        out += chunk
    return out.decode()
