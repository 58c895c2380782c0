"""What keeps a container from starting: what it wants to share, and what the runtime cannot set.

The engine's own refusals are in its words; those of the runtime come through containerd's shim.
Source: Docker 20.10, oci_linux.go and container_operations_unix.go; runc 1.1; behaviour as recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ..spec.gotext import quote
from .container import Container
from .log_options import start_problem
from .start_errors import COMMON, START, CannotStart

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

IPC_MODES = ("", "none", "private", "host", "shareable")
TMPFS_DATA = frozenset("size mode uid gid nr_inodes nr_blocks mpol".split())
TMPFS_FLAGS = frozenset(
    "ro rw suid nosuid dev nodev exec noexec sync async dirsync remount mand nomand atime noatime "
    "diratime nodiratime bind rbind unbindable runbindable private rprivate shared rshared slave "
    "rslave relatime norelatime strictatime nostrictatime".split()
)
LEAST_SHARES, MOST_SHARES = 2, 262_144
MOST_FILES = 1_048_576
LEAST_QUOTA_US = 1000
PERIOD_US = 100_000
NANO = 1_000_000_000
INIT = f"{START}{COMMON}error during container init: "
CGROUP = f"{INIT}error setting cgroup config for procHooks process: "


def check_start(engine: Engine[M], container: Container[M]) -> None:
    """Raises: CannotStart."""
    config = container.host["LogConfig"]
    if problem := start_problem(config["Type"], config["Config"] or {}):
        raise CannotStart(f"failed to initialize logging driver: {problem}")
    _check_ipc(engine, container)
    _check_pid(engine, container)
    for path, options in (container.host["Tmpfs"] or {}).items():
        _check_tmpfs(path, options)
    for request in container.host["DeviceRequests"] or ():
        driver = quote(str(request.get("Driver") or ""))
        wanted = " ".join(f"[{' '.join(some)}]" for some in request.get("Capabilities") or ())
        raise CannotStart(f"could not select device driver {driver} with capabilities: [{wanted}]")
    for reason in _refused_by_runtime(container):
        raise CannotStart(f"{reason}: unknown")


def _check_ipc(engine: Engine[M], container: Container[M]) -> None:
    mode = container.host["IpcMode"]
    kind, colon, name = mode.partition(":")
    if kind != "container" or not colon:
        if mode not in IPC_MODES:
            raise CannotStart(f"Invalid IPC mode: {mode}")
        return
    other = engine.containers.get(name)
    joining = f"can't join IPC of container {other.id}"
    if not other.running:
        raise CannotStart(f"{joining}: container {other.id} is not running")
    if other.host["IpcMode"] != "shareable":
        raise CannotStart(
            f"{joining}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)"
        )


def _check_pid(engine: Engine[M], container: Container[M]) -> None:
    kind, _, name = container.host["PidMode"].partition(":")
    if kind == "container":
        other = engine.containers.get(name)
        if not other.running:
            raise CannotStart(f"container {other.id} is not running")


def _check_tmpfs(path: str, options: str) -> None:
    data = []
    for option in options.split(",") if options else ():
        name, equals, value = option.partition("=")
        if option in TMPFS_FLAGS or option == "defaults":
            continue
        if not equals or name not in TMPFS_DATA:
            words = [name, value] if equals else [name]
            raise CannotStart(f"invalid tmpfs option [{' '.join(map(quote, words))}]")
        data.append(option)
        if name == "size" and not _is_size(value):
            raise CannotStart(
                f'{INIT}error mounting "tmpfs" to rootfs at "{path}": mount tmpfs:{path} '
                f"(via /proc/self/fd/6), flags: 0xe, data: {','.join(data)}: "
                "invalid argument: unknown"
            )


def _is_size(text: str) -> bool:
    """A number with a letter after it, or a percentage. Source: tmpfs(5)."""
    number = text[:-1] if text[-1:].lower() in ("k", "m", "g", "t", "%") else text
    return number.isascii() and number.isdigit()


def _refused_by_runtime(container: Container[Any]) -> Iterator[str]:
    host = container.host
    shares = host["CpuShares"]
    if 0 < shares < LEAST_SHARES:
        yield f"{CGROUP}the minimum allowed cpu-shares is {LEAST_SHARES}"
    if shares > MOST_SHARES:
        yield f"{CGROUP}the maximum allowed cpu-shares is {MOST_SHARES}"
    quota = host["NanoCpus"] * PERIOD_US // NANO
    if host["NanoCpus"] > 0 and quota < LEAST_QUOTA_US:
        place = f"/sys/fs/cgroup/cpu/docker/{container.id}/cpu.cfs_quota_us"
        yield f'{CGROUP}failed to write "{quota}": write {place}: invalid argument'
    for limit in host["Ulimits"] or ():
        if limit["Name"] == "nofile" and not 0 <= limit["Hard"] <= MOST_FILES:
            problem = "error setting rlimits for ready process: error setting rlimit type 7"
            yield f"{INIT}{problem}: operation not permitted"
    for name in host["Sysctls"] or ():
        if name.startswith("net.") and container.network_mode == "host":
            named = quote(name)
            yield f"{START}sysctl {named} not allowed in host network namespace"
