"""What a container on the kernel costs, beside runc, bubblewrap and a real Docker daemon, in one run.

    PYTHONPATH=simulator python benchmarks/linux.py [--docker unix:///path/docker.sock] [--rounds 20]

Medians of start to exit of /bin/true from a warm engine, in turns; what 200 containers weigh that stay. What is not
installed is left out. Needs root; leaves nothing behind. Machines are shared and noisy: read the ratios.
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


def medians_ms(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Each in turn, round after round, so that a busy moment meets all of them."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            if number:
                times[name].append((time.perf_counter() - began) * MS)
    return {name: statistics.median(taken) for name, taken in times.items()}


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


def created(house: House, count: int) -> Callable[[], object]:
    """Starts one container after another, made beforehand, and waits for its exit."""
    words = ("create", "--network", "none", "small", "/bin/true")
    names = iter([docker(house, *words).strip() for _ in range(count)])
    return lambda: docker(house, "start", "-a", next(names))


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
            found = {
                "estiba": created(house, given.rounds + 1),
                "runc": runc(place),
                "bubblewrap": bubblewrap(place),
                "docker run": real_docker(given.docker, archive),
            }
            calls = {name: call for name, call in found.items() if call is not None}
            medians = medians_ms(calls, given.rounds)
            print(f"estiba     {medians['estiba']:7.1f} ms, start to exit of /bin/true")
            for name, bar in (("runc", 0.4), ("bubblewrap", 1.5), ("docker run", 0.1)):
                if name in medians:
                    share = medians["estiba"] / medians[name]
                    shown = f"ours is {share:.2f} of it (bar {bar})"
                    print(f"{name:10} {medians[name]:7.1f} ms   {shown}")
                else:
                    print(f"{name:10} not here")
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
