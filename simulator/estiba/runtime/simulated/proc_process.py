"""The files of /proc/PID. Source: proc(5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from . import machine
from .descriptions import Description
from .syscalls import Action

if TYPE_CHECKING:
    from .process import SimulatedProcess

TICKS_PER_S = 100
MEMORY_KB = 3320
RESIDENT_KB = 1024


def command(process: SimulatedProcess) -> str:
    """The short name: 15 characters of the executable, or of the script."""
    return process.executable.rpartition("/")[2][:15]


def state(process: SimulatedProcess) -> tuple[str, str]:
    if process.exit is not None:
        return "Z", "zombie"
    if process.stopped:
        return "T", "stopped"
    return ("R", "running") if process.running else ("S", "sleeping")


def parent_number(process: SimulatedProcess) -> int:
    return process.parent.number if process.parent is not None else 0


def cmdline(process: SimulatedProcess) -> str:
    if process.exit is not None:
        return ""
    return "".join(f"{word}\0" for word in process.args)


def environ(process: SimulatedProcess) -> str:
    return "".join(f"{name}={value}\0" for name, value in process.environment.items())


def _mask(process: SimulatedProcess, wanted: Callable[[object], bool]) -> str:
    bits = sum(1 << number - 1 for number, action in process.actions.items() if wanted(action))
    return f"{bits:016x}"


def status(process: SimulatedProcess) -> str:
    letter, word = state(process)
    owner = process.credentials
    lines = [
        ("Name", command(process)),
        ("Umask", f"{process.umask:04o}"),
        ("State", f"{letter} ({word})"),
        ("Tgid", str(process.number)),
        ("Ngid", "0"),
        ("Pid", str(process.number)),
        ("PPid", str(parent_number(process))),
        ("TracerPid", "0"),
        ("Uid", "\t".join([str(owner.uid)] * 4)),
        ("Gid", "\t".join([str(owner.gid)] * 4)),
        ("FDSize", "64"),
        ("Groups", "".join(f"{group} " for group in owner.groups)),
        ("VmSize", f"{MEMORY_KB:8d} kB"),
        ("VmRSS", f"{RESIDENT_KB:8d} kB"),
        ("Threads", "1"),
        ("SigIgn", _mask(process, lambda action: action is Action.IGNORE)),
        ("SigCgt", _mask(process, callable)),
        ("Seccomp", "2"),
    ]
    return "".join(f"{name}:\t{value}\n" for name, value in lines)


def stat(process: SimulatedProcess) -> str:
    kernel = process.container.kernel
    started = (process.started_ns - kernel.booted_ns) // (1_000_000_000 // TICKS_PER_S)
    ticks = int(process.cpu_s * TICKS_PER_S)
    terminal = process.terminal
    device, foreground = (terminal.rdev, terminal.foreground) if terminal else (0, -1)
    numbers = [parent_number(process), process.group, process.session, device, foreground]
    numbers += [0, 0, 0, 0, 0, ticks, 0, 0, 0, 20, 0, 1, 0, started, MEMORY_KB * 1024, 256]
    tail = " ".join(str(number) for number in numbers)
    return f"{process.number} ({command(process)}) {state(process)[0]} {tail}\n"


def mounts(process: SimulatedProcess) -> str:
    return machine.mounts(process)


def limits(process: SimulatedProcess) -> str:
    return (
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        "Max open files            1048576              1048576              files     \n"
    )


PROCESS_FILES: dict[str, Callable[[SimulatedProcess], str]] = {
    "cmdline": cmdline,
    "comm": lambda process: command(process) + "\n",
    "environ": environ,
    "status": status,
    "stat": stat,
    "statm": lambda process: f"{MEMORY_KB // 4} {RESIDENT_KB // 4} 200 20 0 100 0\n",
    "mounts": mounts,
    "mountinfo": machine.mountinfo,
    "cgroup": machine.cgroup,
    "limits": limits,
    "loginuid": lambda process: "4294967295",
    "oom_score_adj": lambda process: "0\n",
}
PROCESS_LINKS: dict[str, Callable[[SimulatedProcess], str]] = {
    "exe": lambda process: process.executable,
    "cwd": lambda process: process.cwd,
    "root": lambda process: "/",
}


def describe_fd(description: Description) -> str:
    """What a link of /proc/PID/fd says."""
    return description.name
