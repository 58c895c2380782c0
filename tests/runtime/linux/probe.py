"""What a container may do, told by itself: run inside one, it prints a table as JSON.

Facts (capabilities, filter, mounts, devices, processes, limits) and the outcome of actions that a container must not
be able to carry out, each as the name of the error. Nothing here changes the machine if it is refused, as it must be.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import resource
import socket
import stat
import struct
import sys
from collections.abc import Callable

LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "add_key": 248, "bpf": 321, "clock_settime": 227, "delete_module": 176, "fsopen": 430, "init_module": 175,
    "io_uring_setup": 425, "ioperm": 173, "iopl": 172, "kcmp": 312, "kexec_load": 246, "keyctl": 250, "mbind": 237,
    "mount_setattr": 442, "move_mount": 429, "name_to_handle_at": 303, "open_by_handle_at": 304, "open_tree": 428,
    "perf_event_open": 298, "pivot_root": 155, "process_vm_readv": 310, "quotactl": 179, "reboot": 169,
    "request_key": 249, "setns": 308, "settimeofday": 164, "swapoff": 168, "swapon": 167, "syslog": 103,
    "unshare": 272, "userfaultfd": 323, "acct": 163, "clone3": 435, "personality": 135, "ptrace": 101, "chroot": 161,
    "sethostname": 170, "lookup_dcookie": 212, "vhangup": 153, "pidfd_getfd": 438,
}  # fmt: skip


def call(name: str, *arguments: object) -> Callable[[], object]:
    def run() -> None:
        given = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
        if LIBC.syscall(ctypes.c_long(NUMBERS[name]), *given) < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return run


def outcome(action: Callable[[], object]) -> str:
    try:
        action()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error.errno))
    except ValueError:
        return "EPERM"  # how `resource` tells it
    return "done"


def mount(source: str, target: str, kind: str, flags: int = 0) -> Callable[[], object]:
    def run() -> None:
        if LIBC.mount(source.encode(), target.encode(), kind.encode(), flags, None) < 0:
            raise OSError(ctypes.get_errno(), "mount")

    return run


def device(kind: int, major: int, minor: int, mode: int) -> Callable[[], object]:
    """Make a node and use it."""

    def run() -> None:
        path = f"/tmp/node-{kind}-{major}-{minor}"
        os.mknod(path, kind | 0o600, os.makedev(major, minor))
        try:
            os.close(os.open(path, mode | os.O_NONBLOCK))
        finally:
            os.unlink(path)

    return run


def write(path: str, text: str) -> Callable[[], object]:
    def run() -> None:
        with open(path, "w") as stream:
            stream.write(text)

    return run


def read(path: str) -> Callable[[], object]:
    def run() -> bytes:
        with open(path, "rb") as stream:
            return stream.read(64)

    return run


ROOT = b"/"
ACTIONS: dict[str, Callable[[], object]] = {
    "mount tmpfs": mount("none", "/mnt", "tmpfs"),
    "mount proc": mount("proc", "/mnt", "proc"),
    "remount / writable": mount("", "/", "", 32 | 4096),
    "remount /proc/sys writable": mount("", "/proc/sys", "", 32 | 4096),
    "umount /proc/sys": lambda: _libc("umount2", b"/proc/sys", 2),
    "umount /proc/acpi": lambda: _libc("umount2", b"/proc/acpi", 2),
    "pivot_root": call("pivot_root", b"/", b"/"),
    "unshare user": call("unshare", 0x10000000),
    "unshare mount": call("unshare", 0x20000),
    "unshare net": call("unshare", 0x40000000),
    "unshare cgroup": call("unshare", 0x2000000),
    "setns to own": lambda: _setns("/proc/self/ns/mnt"),
    "clone3": call("clone3", 0, 0),
    "fsopen": call("fsopen", b"tmpfs", 0),
    "open_tree": call("open_tree", -100, ROOT, 1),
    "move_mount": call("move_mount", -1, b"", -1, b"", 0),
    "mount_setattr": call("mount_setattr", -1, b"", 0, 0, 0),
    "open_by_handle_at": call("open_by_handle_at", -1, 0, 0),
    "name_to_handle_at": call("name_to_handle_at", -100, ROOT, 0, 0, 0),
    "bpf": call("bpf", 0, 0, 0),
    "perf_event_open": call("perf_event_open", 0, 0, -1, -1, 0),
    "userfaultfd": call("userfaultfd", 0),
    "keyctl": call("keyctl", 0, -3, 0),
    "add_key": call("add_key", b"user", b"x", b"y", 1, -3),
    "request_key": call("request_key", b"user", b"x", 0, -3),
    "kexec_load": call("kexec_load", 0, 0, 0, 0),
    "init_module": call("init_module", 0, 0, b""),
    "delete_module": call("delete_module", b"none", 0),
    "reboot": call("reboot", 0, 0, 0, 0),
    "swapon": call("swapon", b"/none", 0),
    "acct": call("acct", 0),
    "quotactl": call("quotactl", 0, 0, 0, 0),
    "syslog": call("syslog", 3, 0, 0),
    "iopl": call("iopl", 3),
    "ioperm": call("ioperm", 0, 1, 1),
    "settimeofday": call("settimeofday", 0, 0),
    "clock_settime": call("clock_settime", 0, 0),
    "sethostname": call("sethostname", b"x", 1),
    "lookup_dcookie": call("lookup_dcookie", 0, 0, 0),
    "kcmp": call("kcmp", 1, 1, 0, 0, 0),
    "process_vm_readv": call("process_vm_readv", 1, 0, 0, 0, 0, 0),
    "pidfd_getfd": call("pidfd_getfd", -1, 0, 0),
    "mbind": call("mbind", 0, 0, 0, 0, 0, 0),
    "vhangup": call("vhangup"),
    "personality": call("personality", 0x40000),
    "ptrace outside": call("ptrace", 16, 99999, 0, 0),
    "raise nofile": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 22, 1 << 22)),
    "nice -5": lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
    "write sysrq-trigger": write("/proc/sysrq-trigger", "h"),
    "write core_pattern": write("/proc/sys/kernel/core_pattern", "core"),
    "write hostname sysctl": write("/proc/sys/kernel/hostname", "x"),
    "write ip_forward": write("/proc/sys/net/ipv4/ip_forward", "0"),
    "write uevent_helper": write("/sys/kernel/uevent_helper", ""),
    "write release_agent": write("/sys/fs/cgroup/memory/release_agent", "/x"),
    "make a cgroup": lambda: os.mkdir("/sys/fs/cgroup/memory/x"),
    "read kcore": read("/proc/kcore"),
    "read keys": read("/proc/keys"),
    "read timer_list": read("/proc/timer_list"),
    "list /proc/acpi": lambda: os.listdir("/proc/acpi")[0] if os.listdir("/proc/acpi") else None,
    "list /sys/firmware": lambda: os.listdir("/sys/firmware"),
    "disk node": device(stat.S_IFBLK, 254, 0, os.O_RDONLY),
    "mem node": device(stat.S_IFCHR, 1, 1, os.O_RDONLY),
    "kmsg node": device(stat.S_IFCHR, 1, 11, os.O_RDONLY),
    "fuse node": device(stat.S_IFCHR, 10, 229, os.O_RDWR),
    "tun node": device(stat.S_IFCHR, 10, 200, os.O_RDWR),
    "zero node": device(stat.S_IFCHR, 1, 5, os.O_RDONLY),
    "write /dev/null": write("/dev/null", "x"),
    "raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close(),
    "packet socket": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close(),
    "vsock socket": lambda: socket.socket(40, socket.SOCK_STREAM).close(),
    "add an address": lambda: _ioctl(0x8916),
    "chroot": lambda: os.chroot("/tmp"),
}


def _libc(name: str, *arguments: object) -> None:
    if getattr(LIBC, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def _setns(path: str) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        _libc("setns", fd, 0)
    finally:
        os.close(fd)


def _ioctl(request: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        address = struct.pack("16sH2x4s8x", b"lo", socket.AF_INET, socket.inet_aton("10.9.9.9"))
        fcntl.ioctl(one, request, address)


def text(path: str) -> str:
    with open(path) as stream:
        return stream.read()


def status() -> dict[str, str]:
    wanted = (
        "CapInh",
        "CapPrm",
        "CapEff",
        "CapBnd",
        "CapAmb",
        "NoNewPrivs",
        "Seccomp",
        "Groups",
        "Uid",
        "Gid",
    )
    lines = [line.partition(":") for line in text("/proc/self/status").splitlines()]
    return {name: " ".join(value.split()) for name, _, value in lines if name in wanted}


def mounts() -> dict[str, str]:
    """Type and options by mount point, without what names this machine's paths."""
    found = {}
    for line in text("/proc/self/mounts").splitlines():
        _, place, kind, options, *_ = line.split()
        kept = [
            o
            for o in options.split(",")
            if not o.startswith(("lowerdir", "upperdir", "workdir", "uuid"))
        ]
        found[place] = f"{kind} {','.join(sorted(kept))}"
    return found


def devices() -> dict[str, str]:
    found = {}
    for name in sorted(os.listdir("/dev")):
        status = os.lstat(f"/dev/{name}")
        numbers = (
            f" {os.major(status.st_rdev)}:{os.minor(status.st_rdev)}" if status.st_rdev else ""
        )
        link = f" -> {os.readlink(f'/dev/{name}')}" if stat.S_ISLNK(status.st_mode) else ""
        found[name] = (
            f"{stat.filemode(status.st_mode)} {status.st_uid}:{status.st_gid}{numbers}{link}"
        )
    return found


def limits() -> dict[str, str]:
    names = [
        name for name in dir(resource) if name.startswith("RLIMIT_") and name != "RLIMIT_OFILE"
    ]
    return {name[7:]: str(resource.getrlimit(getattr(resource, name))) for name in names}


def facts() -> dict[str, object]:
    return {
        "status": status(),
        "mounts": mounts(),
        "devices": devices(),
        "limits": limits(),
        "processes": sorted(name for name in os.listdir("/proc") if name.isdecimal()),
        "uid map": text("/proc/self/uid_map").split(),
        "umask": oct(os.umask(0o022)),
        "cwd": os.getcwd(),
        "session": [os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid()],
        "descriptors": sorted(os.listdir("/proc/self/fd")),
        "oom": text("/proc/self/oom_score_adj").strip(),
        "actions": {name: outcome(action) for name, action in ACTIONS.items()},
    }


if __name__ == "__main__":
    json.dump(facts(), sys.stdout, indent=1, sort_keys=True)
