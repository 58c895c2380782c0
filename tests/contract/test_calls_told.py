"""What `docker run` really does, system call by system call."""

from __future__ import annotations

from pathlib import Path

import pytest
from two_hosts import close, make, reason_to_skip

from estiba.linux.telling import told
from estiba.runtime.linux.runtime import LinuxRuntime
from estiba.trace.processes import KernelCalled, ProcessStarted
from estiba.tracing import line

REASON = reason_to_skip()
STORY = """
clone(CLONE_NEWNS|CLONE_NEWUTS|CLONE_NEWIPC|CLONE_NEWPID|CLONE_NEWNET)
mount("overlay"
pivot_root(".", ".")
mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV|MS_NOEXEC, NULL)
sethostname("box"
umount2(".", MNT_DETACH)
mount("/dev/null", "/proc/keys", NULL, MS_BIND, NULL)
prctl(PR_SET_SECCOMP, 2
prctl(PR_CAPBSET_DROP, 21)
setresuid(1000, 1000, 1000)
capset(
execve("/bin/echo", "echo hola")
""".strip().splitlines()


@pytest.mark.skipif(REASON is not None, reason=REASON or "")
def test_the_calls_that_make_a_container_are_told_in_order(tmp_path: Path) -> None:
    docker = make("linux", tmp_path / "h")
    runtime = docker.house.engine.host.runtime
    assert isinstance(runtime, LinuxRuntime)
    docker.out("run", "-u", "ana", "-h", "box", "small", "echo", "silent")
    events = [record.event for record in docker.house.recorder.since(0)]
    assert not any(isinstance(event, KernelCalled) for event in events)
    runtime.tells_calls = True
    position = docker.house.recorder.position
    docker.out("run", "-u", "ana", "-h", "box", "small", "echo", "hola")
    events = [record.event for record in docker.house.recorder.since(position)]
    calls = [event.call for event in events if isinstance(event, KernelCalled)]
    places = [next(n for n, call in enumerate(calls) if call.startswith(step)) for step in STORY]
    assert places == sorted(places)
    started = next(n for n, event in enumerate(events) if isinstance(event, ProcessStarted))
    assert isinstance(events[started - 1], KernelCalled)
    close(docker)


def test_flags_have_names() -> None:
    assert (
        told("mount", (b"a", b"/b", None, 4096 | 1, None))
        == 'mount("a", "/b", NULL, MS_RDONLY|MS_BIND, NULL)'
    )
    assert told("prctl", (8, 0, 0, 0, 0)) == "prctl(PR_SET_KEEPCAPS, 0)"
    assert told("mount", ("a", "/b", None, 1 << 30, None)).split(", ")[3] == "0x40000000"


def test_an_event_is_a_line() -> None:
    assert (
        line(ProcessStarted("c" * 12, 1, ("ls", "-l")))
        == "process.started: container=cccccccccccc pid=1 args=('ls', '-l')"
    )
    assert line(KernelCalled("c", "setsid()")) == "  setsid()"
