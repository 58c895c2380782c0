"""What a container on the kernel costs, beside runc, bubblewrap and a real Docker daemon, in one run.

    PYTHONPATH=simulator python benchmarks/linux.py [--docker unix:///path/docker.sock] [--rounds 20]

Medians of start to exit of /bin/true from a warm engine: through the engine's own API in this process, and with our
command line against a daemon. What is not installed is left out. Needs root; leaves nothing behind.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from estiba.app import House, linux
from estiba.cli.console import MemoryConsole
from estiba.cli.disk import DiskFiles
from estiba.linux.requirements import require

MS = 1000
ALIVE = 200


def median_ms(call: Callable[[], object], rounds: int) -> float:
    call()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * MS)
    return statistics.median(times)


def docker(house: House, *words: str) -> str:
    console = MemoryConsole()
    code = house.docker(words, console)
    if code:
        raise SystemExit(f"docker {' '.join(words)}: {console.err.decode()}")
    return console.out.decode()


def root_file_system(place: Path) -> Path:
    """A static busybox and its links."""
    program = shutil.which("busybox")
    if program is None:
        raise SystemExit("a static busybox is needed (Debian: apt-get install busybox-static)")
    (place / "bin").mkdir(parents=True)
    shutil.copy(program, place / "bin/busybox")
    for name in ("true", "sh", "sleep"):
        (place / "bin" / name).symlink_to("busybox")
    archive = place.with_suffix(".tar")
    subprocess.run(["tar", "-C", str(place), "-cf", str(archive), "."], check=True)
    return archive


def start_created(house: House) -> None:
    """One container from create to exit, as `docker run` does it, without the command line's own work."""
    docker(house, "run", "--network", "none", "small", "/bin/true")


def runc(place: Path) -> Callable[[], object] | None:
    if shutil.which("runc") is None:
        return None
    bundle = place / "bundle"
    bundle.mkdir()
    subprocess.run(["runc", "spec"], cwd=bundle, check=True)
    config = json.loads((bundle / "config.json").read_text())
    config["root"]["path"] = str(place / "root")
    config["process"] |= {"terminal": False, "args": ["/bin/true"]}
    (bundle / "config.json").write_text(json.dumps(config))
    name = f"estiba-bench-{os.getpid()}"
    return lambda: _silent("runc", "run", "--bundle", str(bundle), name)


def bubblewrap(place: Path) -> Callable[[], object] | None:
    if shutil.which("bwrap") is None:
        return None
    words = ["bwrap", "--bind", str(place / "root"), "/", "--proc", "/proc", "--dev", "/dev"]
    return lambda: _silent(*words, "--unshare-all", "/bin/true")


def real_docker(address: str, archive: Path) -> Callable[[], object] | None:
    if not address or shutil.which("docker") is None:
        return None
    base = ["docker", "-H", address]
    _silent(*base, "import", str(archive), "estiba-bench")
    return lambda: _silent(*base, "run", "--rm", "--network", "none", "estiba-bench", "/bin/true")


def _silent(*words: str) -> None:
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def private_kib(pid: int) -> int:
    """Memory that is a process's alone. Units: KiB. Source: proc(5), smaps_rollup."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    fields = dict(line.split(":", 1) for line in text.splitlines()[1:])
    return sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty"))


def alive(house: House) -> tuple[float, float]:
    """Start many and leave them: the monitor's own MiB for each, and seconds for all of them."""
    began = time.perf_counter()
    names = [
        docker(house, "run", "-d", "--network", "none", "small", "/bin/sleep", "1000").strip()
        for _ in range(ALIVE)
    ]
    took = time.perf_counter() - began
    pids = [int(docker(house, "inspect", "-f", "{{.State.Pid}}", name)) for name in names]
    parents = [
        int(Path(f"/proc/{p}/stat").read_text().rpartition(") ")[2].split()[1]) for p in pids
    ]
    own = statistics.median(private_kib(parent) for parent in parents)
    docker(house, "rm", "-f", *names)
    return own / 1024, took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--docker", default="", help="address of a real Docker daemon")
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    require()
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        archive = root_file_system(place / "root")
        house = linux(place / "home", files=DiskFiles(), durable=False)
        try:
            docker(house, "import", str(archive), "small")
            ours = median_ms(lambda: start_created(house), given.rounds)
            print(f"estiba     {ours:7.1f} ms")
            for name, limit, other in (
                ("runc", 0.4, runc(place)),
                ("bubblewrap", 1.5, bubblewrap(place)),
                ("docker run", 0.1, real_docker(given.docker, archive)),
            ):
                if other is None:
                    print(f"{name:10} not here")
                    continue
                theirs = median_ms(other, given.rounds)
                print(
                    f"{name:10} {theirs:7.1f} ms   ours is {ours / theirs:.2f} of it (bar {limit})"
                )
            docker(house, "container", "prune", "-f")
            own, took = alive(house)
            print(
                f"{ALIVE} alive: {own:.1f} MiB each beyond the process (bar 3), {took:.1f} s to start"
            )
        finally:
            names = docker(house, "ps", "-aq").split()
            if names:
                docker(house, "rm", "-f", *names)
            house.close()


if __name__ == "__main__":
    sys.exit(main())
