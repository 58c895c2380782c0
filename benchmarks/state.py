"""What it costs that state survives: `python benchmarks/state.py [DIRECTORY]`. Medians, in this process.

The home lies in the given directory: commits wait for its disk.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.trace import VirtualClock

ROUNDS = 7
CONTAINERS = 1000
RUN = ["run", "--rm", "ubuntu", "/bin/echo", "hi"]


def docker(house: House, line: list[str]) -> None:
    console = MemoryConsole()
    if house.docker(line, console):
        raise SystemExit(f"docker {' '.join(line)}: {bytes(console.err).decode()}")


def median_s(work: Callable[[], object], times: int) -> float:
    """The median over rounds of the time of one call. Units: seconds."""
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(times):
            work()
        found.append((time.perf_counter() - begun) / times)
    return statistics.median(found)


def row(what: str, value: str, bar: str) -> None:
    print(f"{what:<58} {value:>16}   bar {bar}", flush=True)


def runs(home: Path | None) -> float:
    house = simulated(seed="state", home=home, trace_limit=1000)
    docker(house, ["pull", "-q", "ubuntu"])
    seconds = median_s(lambda: docker(house, RUN), 20)
    house.close()
    return seconds


def restarts(home: Path) -> None:
    house = simulated(seed="state", home=home, trace_limit=1000)
    for _ in range(CONTAINERS):
        docker(house, ["create", "ubuntu", "sleep", "1"])
    idle = median_s(house.engine.checkpoint, 1000)
    row("a checkpoint of a turn that changed nothing", f"{1e6 * idle:.1f} µs", "≈ 0")
    now_ns = house.clock.now_ns()
    house.close()

    def reopen() -> None:
        simulated(home=home, clock=VirtualClock(now_ns)).close()

    row(f"coming up with {CONTAINERS:,} containers", f"{median_s(reopen, 1):.2f} s", "≤ 2 s")


def main() -> None:
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if sys.argv[1:] else None) as folder:
        memory, disk = runs(None), runs(Path(folder))
        row("docker run --rm, in memory", f"{1000 * memory:.2f} ms", "≤ 1 ms")
        row("docker run --rm, state on the disk", f"{1000 * disk:.2f} ms", "-")
        restarts(Path(folder))


if __name__ == "__main__":
    main()
