"""What a container's processes see: its tree, /dev, /proc and /sys, and what Docker mounts over it.

Source: OCI runtime-spec, config-linux.md, "Default Filesystems"; /proc/mounts of a container of Docker 20.10.
"""

from __future__ import annotations

from collections.abc import Callable

from ...filesystem import Filesystem, MemoryFilesystem, MountNamespace, TreeBuilder, UnionMount
from ..port import Bind, ContainerSpec
from .container import MountRow
from .devices import device_tree

NOTHING = UnionMount((TreeBuilder().build(),), None)
"""What lies under /proc and /sys, whose files are made on demand. Nobody can change it."""
OVERLAY = "rw,relatime,lowerdir=/var/lib/docker/overlay2/l,upperdir=diff,workdir=work"
KERNEL_ROWS = (
    MountRow("proc", "/proc", "proc", "rw,nosuid,nodev,noexec,relatime"),
    MountRow("tmpfs", "/dev", "tmpfs", "rw,nosuid,size=65536k,mode=755"),
    MountRow(
        "devpts", "/dev/pts", "devpts", "rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666"
    ),
    MountRow("sysfs", "/sys", "sysfs", "ro,nosuid,nodev,noexec,relatime"),
    MountRow("mqueue", "/dev/mqueue", "mqueue", "rw,nosuid,nodev,noexec,relatime"),
    MountRow("shm", "/dev/shm", "tmpfs", "rw,nosuid,nodev,noexec,relatime,size=65536k"),
)


def mount_all(
    spec: ContainerSpec[Filesystem], now: Callable[[], int], booted_ns: int
) -> MountNamespace:
    """The mounts of a container that starts; `now` gives the times of files in memory."""
    devices = device_tree(1 if spec.process.tty else 0, booted_ns)
    namespace = MountNamespace(spec.root)
    if spec.read_only:
        namespace.set_read_only()
    namespace.mount("/proc", NOTHING)
    namespace.mount("/sys", NOTHING)
    namespace.mount("/dev", UnionMount((devices,), now_ns=now))
    for asked in spec.tmpfs:
        target, options = tmpfs_options(asked)
        namespace.mount(target, MemoryFilesystem(now_ns=now))
        namespace.chmod(target, int(options.get("mode", "1777"), 8))
    for bind in sorted(spec.binds, key=_depth):
        namespace.mount(bind.target, bind.source, read_only=bind.read_only)
    return namespace


def tmpfs_options(asked: str) -> tuple[str, dict[str, str]]:
    """`path:name=value,flag` as a place and its options."""
    target, _, text = asked.partition(":")
    pairs = (option.partition("=") for option in text.split(",") if option)
    return target, {name: value for name, _, value in pairs}


def _depth(bind: Bind[Filesystem]) -> int:
    """Outer mounts come first, whatever their order was."""
    return bind.target.rstrip("/").count("/")


def _tmpfs_row(target: str, options: dict[str, str]) -> MountRow:
    more = [f"{name}={options[name]}" for name in ("size", "mode", "uid", "gid") if name in options]
    access = "ro" if "ro" in options else "rw"
    return MountRow(
        "tmpfs", target, "tmpfs", ",".join((access, "nosuid", "nodev", "noexec", "relatime", *more))
    )


def mount_table(spec: ContainerSpec[Filesystem]) -> list[MountRow]:
    """The rows of /proc/mounts."""
    access = "ro" if spec.read_only else "rw"
    rows = [MountRow("overlay", "/", "overlay", access + OVERLAY[2:]), *KERNEL_ROWS]
    rows += [_tmpfs_row(*tmpfs_options(asked)) for asked in spec.tmpfs]
    rows += [
        MountRow("/dev/vda1", bind.target, "ext4", ("ro" if bind.read_only else "rw") + ",relatime")
        for bind in spec.binds
    ]
    return rows
