"""The two hosts with one small image, and how a test speaks to them: docker commands and what comes of them."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
import tarfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from estiba.app import House, linux, simulated
from estiba.cli.console import MemoryConsole
from estiba.demo.script import Key
from estiba.demo.scripted import ScriptedConsole
from estiba.linux.requirements import missing
from estiba.runtime.linux.runtime import LinuxRuntime
from estiba.snapshot.overlay import OverlaySnapshotter

APPLETS = (
    "sh cat echo ls mkdir rm rmdir mv cp ln touch chmod chown id env pwd sleep true false kill ps mount stty tty"
    " dd head tail wc grep sed hostname stat readlink touch printf test sync seq find df du tr sort uname"
).split()
PASSWD = "root:x:0:0:root:/root:/bin/sh\nbin:x:2:2:bin:/bin:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\n"
PATIENCE_S = 60
GROUP = "root:x:0:\nbin:x:2:\nana:x:1000:\ncrew:x:2000:ana\n"


@dataclass(frozen=True)
class Result:
    """What a command left: exit code, and what it wrote."""

    code: int
    out: str
    err: str = ""


class Docker:
    """Runs docker commands in a house."""

    def __init__(self, house: House, name: str) -> None:
        self.house, self.name = house, name

    def __call__(self, *words: str, stdin: bytes = b"") -> Result:
        console = MemoryConsole(stdin)
        code = self.house.docker(words, console)
        return Result(code, console.out.decode(), console.err.decode())

    def typed(self, *words: str, keys: Sequence[Key]) -> Result:
        """At a terminal, with somebody typing."""
        console = ScriptedConsole(keys, pause=self.house.pass_time)
        with patience(console):
            code = self.house.docker(words, console)
        return Result(code, console.text)

    def out(self, *words: str, stdin: bytes = b"") -> str:
        """The output of a command that must succeed."""
        result = self(*words, stdin=stdin)
        assert result.code == 0, result
        return result.out

    def until(self, expected: str, *words: str) -> str:
        """The output of a command once it holds what is expected; at most ten seconds from now."""
        for _ in range(200):
            shown = self(*words).out
            if expected in shown:
                return shown
            self.house.pass_time(0.05)
        raise AssertionError(f"{words} never showed {expected!r}, but {shown!r}")

    def wait_exit(self, name: str) -> int:
        return int(self.out("wait", name))


@contextmanager
def patience(console: ScriptedConsole) -> Iterator[None]:
    """Fail, and show the screen, when what a key waits for never comes."""

    def give_up(*_: object) -> None:
        raise AssertionError(f"nothing happens any more; on the screen: {console.text!r}")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def reason_to_skip() -> str | None:
    """Why containers cannot run on this machine's kernel; None if they can."""
    if sys.platform != "linux":
        return "containers on the kernel need Linux"
    lacks = list(missing())
    if lacks:
        return "; ".join(lacks)
    if static_busybox() is None:
        return "no static busybox on this machine (Debian: apt-get install busybox-static)"
    return None


def static_busybox() -> Path | None:
    """A busybox that needs no libraries."""
    for name in ("busybox-static", "busybox"):
        place = shutil.which(name)
        if place is not None and b"/ld-" not in Path(place).read_bytes()[:4096]:
            return Path(place)
    return None


def make(name: str, home: Path) -> Docker:
    house = (
        linux(home, seed="contract", durable=False)
        if name == "linux"
        else simulated(seed="contract")
    )
    docker = Docker(house, name)
    _import(docker)
    return docker


def make_durable(home: Path) -> Docker:
    """A house on the kernel that takes up what another one left."""
    docker = Docker(linux(home / "h", seed="contract"), "linux")
    if not docker.out("images", "-q"):
        _import(docker)
    return docker


def _import(docker: Docker) -> None:
    docker.house.files.write("small.tar", small_image(docker.name))
    docker.out("import", "-c", 'CMD ["sh"]', "small.tar", "small")


def close(docker: Docker) -> None:
    """Leave nothing: no container, no launcher."""
    names = docker.out("ps", "-aq").split()
    if names:
        docker("rm", "-f", *names)
    runtime = docker.house.engine.host.runtime
    if isinstance(runtime, LinuxRuntime):
        runtime.close()


def small_image(name: str) -> bytes:
    """A tree with one program that goes by many names, as an archive."""
    program = b"\x7fELF stands for busybox"
    if name == "linux":
        place = static_busybox()
        assert place is not None
        program = place.read_bytes()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, mode in (
            ("bin", 0o755),
            ("etc", 0o755),
            ("tmp", 0o1777),
            ("home/ana", 0o755),
            ("root", 0o700),
        ):
            _add(archive, path, tarfile.DIRTYPE, mode)
        _add(archive, "bin/busybox", tarfile.REGTYPE, 0o755, program)
        for applet in APPLETS:
            entry = tarfile.TarInfo(f"bin/{applet}")
            entry.type, entry.linkname = tarfile.LNKTYPE, "bin/busybox"
            archive.addfile(entry)
        _add(archive, "etc/passwd", tarfile.REGTYPE, 0o644, PASSWD.encode())
        _add(archive, "etc/group", tarfile.REGTYPE, 0o644, GROUP.encode())
        _add(archive, "etc/motd", tarfile.REGTYPE, 0o644, b"welcome\n")
        _add(archive, "etc/script", tarfile.REGTYPE, 0o644, b"#!/bin/sh\n")
    return stream.getvalue()


def _add(archive: tarfile.TarFile, path: str, kind: bytes, mode: int, data: bytes = b"") -> None:
    entry = tarfile.TarInfo(path)
    entry.type, entry.mode, entry.size, entry.mtime = kind, mode, len(data), 1_600_000_000
    archive.addfile(entry, io.BytesIO(data))


def leftovers(docker: Docker, container: str) -> list[str]:
    """What a container on the kernel has left on the machine: mounts, groups, its run directory."""
    host = docker.house.engine.host
    assert isinstance(host.runtime, LinuxRuntime) and isinstance(
        host.snapshotter, OverlaySnapshotter
    )
    home = host.snapshotter.home
    found = [line for line in _lines("/proc/self/mounts") if str(home) in line]
    hierarchies = host.runtime.hierarchies
    for place in {*hierarchies.places.values(), hierarchies.unified} - {""}:
        found += [f"{place}/{name}" for name in os.listdir(f"{place}/estiba") if name == container]
    return found + [str(path) for path in host.runtime.home.iterdir()]


def is_clean(docker: Docker, container: str) -> bool:
    """Whether nothing of a container is left, at the latest in ten seconds: the monitor cleans up last."""
    for _ in range(1000):
        if not leftovers(docker, container):
            return True
        time.sleep(0.01)
    return False


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()
