"""The figures, measured: `make bench`. Medians over several runs; never part of the tests.

Machines are shared and noisy: read medians and ratios, not single numbers.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence

from estiba.app import House, simulated
from estiba.cli.console import MemoryConsole
from estiba.demo import Play, load_script, load_texts
from estiba.demo.command import make_house
from estiba.filesystem import MountNamespace, TreeBuilder, UnionMount

ROUNDS = 7


def median_s(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of one call. Units: seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def docker(house: House, line: Sequence[str]) -> None:
    console = MemoryConsole()
    if house.docker(line, console):
        raise SystemExit(f"docker {' '.join(line)}: {bytes(console.err).decode()}")


def with_ubuntu() -> House:
    house = simulated(seed="bench", trace_limit=1000)
    docker(house, ["pull", "-q", "ubuntu"])
    return house


def row(what: str, value: str, bar: str) -> None:
    print(f"{what:<58} {value:>16}   bar {bar}")


def commands() -> None:
    house = with_ubuntu()
    many = 200

    def repeat(line: Sequence[str]) -> Callable[[], None]:
        return lambda: [docker(house, line) for _ in range(many)] and None

    for line, bar in (
        (["run", "--rm", "ubuntu", "/bin/echo", "hi"], "≥ 1,000/s"),
        (["images"], "≥ 5,000/s"),
        (["ps"], "≥ 5,000/s"),
    ):
        repeat(line)()
        rate = many / median_s(repeat(line))
        row(f"docker {' '.join(line)}, cli + loopback", f"{rate:,.0f}/s", bar)


def replay() -> None:
    script, texts = load_script(), load_texts("en")

    def play() -> None:
        Play(make_house(script), script, texts, lambda text: None).run()

    play()
    row("the document's whole replay", f"{1000 * median_s(play):.1f} ms", "≤ 50 ms")


def first_command() -> None:
    code = (
        "import estiba.app as a, estiba.cli.console as c; "
        "a.simulated(seed=1).docker(['images'], c.MemoryConsole())"
    )
    bare = median_s(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    full = median_s(lambda: subprocess.run([sys.executable, "-c", code], check=True))
    row(
        "import estiba + first command, beyond bare Python",
        f"{1000 * (full - bare):.0f} ms",
        "≤ 150 ms",
    )


def memory() -> None:
    house = with_ubuntu()
    docker(house, ["create", "ubuntu"])
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(1000):
        docker(house, ["create", "ubuntu"])
    gc.collect()
    each = (tracemalloc.get_traced_memory()[0] - before) / 1000
    tracemalloc.stop()
    row("one of 1,000 created containers", f"{each / 1000:.1f} kB", "≤ 10 kB")


def lookup() -> None:
    def mount(width: int) -> MountNamespace:
        builder = TreeBuilder()
        for number in range(width):
            builder.file(f"a/b/file{number}", b"x")
        return MountNamespace(UnionMount((builder.build(),)))

    def looks(namespace: MountNamespace) -> Callable[[], None]:
        return lambda: [namespace.stat("/a/b/file7") for _ in range(2000)] and None

    small, large = looks(mount(10)), looks(mount(100_000))
    ratio = median_s(large) / median_s(small)
    row("look-up among 100,000 files / among 10", f"× {ratio:.2f}", "about 1")


def flat() -> None:
    house = with_ubuntu()
    run = ["run", "--rm", "ubuntu", "/bin/echo", "hi"]

    def runs() -> None:
        for _ in range(50):
            docker(house, run)

    times = []
    for count in (10, 10_000):
        while len(house.engine.containers.newest_first()) < count:
            docker(house, ["create", "ubuntu"])
        gc.collect()
        gc.freeze()
        runs()
        times.append(median_s(runs))
    row("a run beside 10,000 containers / beside 10", f"× {times[1] / times[0]:.2f}", "about 1")


def main() -> None:
    for part in (commands, replay, first_command, memory, lookup, flat):
        part()


if __name__ == "__main__":
    main()
