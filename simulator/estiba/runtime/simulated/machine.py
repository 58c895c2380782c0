"""The machine the containers share, as /proc tells it: two processors, four gigabytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .process import SimulatedProcess

RELEASE: Final = "5.15.0-estiba"
VERSION: Final = "#1 SMP"
MEMORY: Final = 4 << 30
PROCESSORS: Final = 2
NO_LIMIT: Final = 9223372036854771712
CONTROLLERS: Final = (
    "pids perf_event blkio net_cls,net_prio memory hugetlb freezer devices cpuset cpu,cpuacct"
)


def cpuinfo(process: SimulatedProcess) -> str:
    block = (
        "processor\t: {}\nvendor_id\t: Estiba\ncpu family\t: 6\nmodel\t\t: 1\n"
        "model name\t: Estiba virtual CPU\nstepping\t: 1\ncpu MHz\t\t: 2000.000\n"
        "cache size\t: 4096 KB\nphysical id\t: 0\nsiblings\t: 2\ncore id\t\t: {}\ncpu cores\t: 2\n"
        "bogomips\t: 4000.00\nflags\t\t: fpu tsc sse sse2\n\n"
    )
    return "".join(block.format(number, number) for number in range(PROCESSORS))


def meminfo(process: SimulatedProcess) -> str:
    total = MEMORY >> 10
    lines = [
        ("MemTotal", total),
        ("MemFree", total // 2),
        ("MemAvailable", total * 3 // 4),
        ("Buffers", total // 64),
        ("Cached", total // 4),
        ("SwapCached", 0),
        ("SwapTotal", 0),
        ("SwapFree", 0),
    ]
    return "".join(f"{name + ':':<16}{value:>8} kB\n" for name, value in lines)


def _uptime_s(process: SimulatedProcess) -> float:
    kernel = process.container.kernel
    return (kernel.clock.now_ns() - kernel.booted_ns) / 1e9 + 60


def uptime(process: SimulatedProcess) -> str:
    seconds = _uptime_s(process)
    return f"{seconds:.2f} {seconds * PROCESSORS * 0.9:.2f}\n"


def loadavg(process: SimulatedProcess) -> str:
    container = process.container
    alive = len(container.processes)
    return f"0.00 0.01 0.05 1/{alive} {container.next_number - 1}\n"


def version(process: SimulatedProcess) -> str:
    return f"Linux version {RELEASE} (estiba@estiba) {VERSION}\n"


def filesystems(process: SimulatedProcess) -> str:
    return "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevpts\nnodev\toverlay\n\text4\n"


def cmdline(process: SimulatedProcess) -> str:
    return "BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro\n"


def stat(process: SimulatedProcess) -> str:
    booted_s = process.container.kernel.booted_ns // 1_000_000_000
    rows = "".join(f"cpu{number} 0 0 0 6000 0 0 0 0 0 0\n" for number in ("", *range(PROCESSORS)))
    return rows + f"btime {booted_s}\nprocesses {process.container.next_number - 1}\n"


def memory_limit(process: SimulatedProcess) -> str:
    return f"{process.container.memory or NO_LIMIT}\n"


def pids_limit(process: SimulatedProcess) -> str:
    return f"{process.container.pids or 'max'}\n"


def cgroup(process: SimulatedProcess) -> str:
    path = f"/docker/{process.container.id}"
    names = CONTROLLERS.split()
    rows = [f"{len(names) - place + 1}:{name}:{path}\n" for place, name in enumerate(names)]
    return "".join(rows) + f"1:name=systemd:{path}\n0::/\n"


def mounts(process: SimulatedProcess) -> str:
    """One line a mount: device, target, kind, options."""
    rows = process.container.mount_table
    return "".join(f"{row.device} {row.target} {row.kind} {row.options} 0 0\n" for row in rows)


def mountinfo(process: SimulatedProcess) -> str:
    rows = process.container.mount_table
    return "".join(
        f"{700 + place} {699 if place == 0 else 700} 0:{40 + place} / {row.target} "
        f"{row.options} - {row.kind} {row.device} {row.options}\n"
        for place, row in enumerate(rows)
    )


def _tcp(process: SimulatedProcess) -> str:
    head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
    lines = [f"{head}  timeout inode\n"]
    for place, port in enumerate(process.container.listeners or ()):
        lines.append(
            f"{place:4d}: 00000000:{port:04X} 00000000:0000 0A 00000000:00000000 00:00000000"
            f" 00000000     0        0 {20000 + place} 1\n"
        )
    return "".join(lines)


NET_FILES = {"tcp": _tcp}
