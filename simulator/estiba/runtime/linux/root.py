"""The container's tree of mounts, built from inside its new mount namespace.

First the union of its layers becomes the root; everything after that is done by paths that a link cannot lead out of
it. The old root stays reachable by one descriptor until `finish`, because bind mounts come from there.
Order, flags and sizes are those of a container of Docker 20.10 (/proc/self/mountinfo there).
Source: OCI runtime-spec, config-linux.md, "Default Filesystems"; pivot_root(2).
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Any

from ...linux import calls
from ...linux.overlay import Overlay

STRICT = calls.MS_NOSUID | calls.MS_NODEV | calls.MS_NOEXEC
INSIDE = calls.RESOLVE_IN_ROOT | calls.RESOLVE_NO_MAGICLINKS
NODES = {
    "null": (1, 3),
    "zero": (1, 5),
    "full": (1, 7),
    "random": (1, 8),
    "urandom": (1, 9),
    "tty": (5, 0),
}
LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}
DEV_OPTIONS = "size=65536k,mode=755"
PTS_OPTIONS = "newinstance,ptmxmode=0666,mode=0620,gid=5"


def build(plan: dict[str, Any]) -> None:
    """Make the root and all mounts but those that must come last."""
    overlay = Overlay(Path(plan["home"]), tuple(plan["lowers"]), plan["upper"], plan["work"])
    calls.mount("", "/", flags=calls.MS_REC | calls.MS_PRIVATE)
    sources = _sources(plan)
    nodes = _host_nodes() if plan["rootless"] else {}
    new = str(overlay.home / "root")
    overlay.mount(new, in_user_namespace=plan["rootless"])
    _pivot(new)
    _mount_proc()
    _make_devices(plan, nodes)
    _mount("sysfs", "/sys", "sysfs", STRICT | (0 if plan["privileged"] else calls.MS_RDONLY))
    _mount("mqueue", "/dev/mqueue", "mqueue", STRICT)
    _mount("shm", "/dev/shm", "tmpfs", STRICT, f"mode=1777,size={plan['shm_size'] // 1024}k")
    for point in plan["mounts"]:
        if point["kind"] == "tmpfs":
            _mount("tmpfs", point["target"], "tmpfs", STRICT, point["options"])
        else:
            _bind(sources[point["source"]], point["target"], read_only=point["read_only"])


def _sources(plan: dict[str, Any]) -> dict[str, int]:
    """Descriptors for what is bound from outside, opened while outside is still there."""
    paths = {point["source"] for point in plan["mounts"] if point["kind"] == "bind"}
    return {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in paths}


def _host_nodes() -> dict[str, int]:
    return {name: os.open(f"/dev/{name}", os.O_PATH | os.O_CLOEXEC) for name in NODES}


def _pivot(new: str) -> None:
    """Make a mount the root; the old root lies above it until it is detached."""
    os.chdir(new)
    calls.pivot_root(".", ".")


def finish(plan: dict[str, Any]) -> None:
    """Leave the old root, and take away what a container must not see or change."""
    calls.unmount(".", calls.MNT_DETACH)
    os.chdir("/")
    for name, value in plan["sysctls"].items():
        with open(f"/proc/sys/{name.replace('.', '/')}", "w", encoding="ascii") as stream:
            stream.write(value)
    for path in plan["read_only_paths"]:
        _make_read_only(path)
    for path in plan["masked_paths"]:
        _mask(path)
    if plan["read_only"]:
        flags = calls.MS_REMOUNT | calls.MS_BIND | calls.MS_RDONLY
        calls.mount("", "/", flags=flags)


def make_console(slave: int) -> None:
    """/dev/console is the first process's terminal."""
    os.close(os.open("/dev/console", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o666))
    calls.mount(f"/proc/self/fd/{slave}", "/dev/console", flags=calls.MS_BIND)


def _mount(source: str, target: str, kind: str, flags: int = 0, data: str = "") -> None:
    with _Target(target, directory=True) as place:
        calls.mount(source, place, kind, flags, data)


def _mount_proc() -> None:
    """The first mount: other mount points are reached through descriptors in it."""
    with contextlib.suppress(FileExistsError):
        os.mkdir("/proc", 0o755)
    if not stat.S_ISDIR(os.lstat("/proc").st_mode):
        raise NotADirectoryError(20, "Not a directory", "/proc")
    calls.mount("proc", "/proc", "proc", STRICT)


def _make_devices(plan: dict[str, Any], nodes: dict[str, int]) -> None:
    _mount("tmpfs", "/dev", "tmpfs", calls.MS_NOSUID | calls.MS_STRICTATIME, DEV_OPTIONS)
    for name, number in NODES.items():
        place = f"/dev/{name}"
        if nodes:
            os.close(os.open(place, os.O_CREAT | os.O_WRONLY, 0o666))
            calls.mount(f"/proc/self/fd/{nodes[name]}", place, flags=calls.MS_BIND)
        else:
            calls.tell("mknod", place, oct(stat.S_IFCHR | 0o666), os.makedev(*number))
            os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(*number))
    for device in plan["devices"]:
        _make_node(device["path"], device["mode"], device["rdev"])
    for name, target in LINKS.items():
        os.symlink(target, f"/dev/{name}")
    for name, mode in (("pts", 0o755), ("shm", 0o1777), ("mqueue", 0o1777)):
        os.mkdir(f"/dev/{name}", mode)
    _mount("devpts", "/dev/pts", "devpts", calls.MS_NOSUID | calls.MS_NOEXEC, PTS_OPTIONS)


def _make_node(path: str, mode: int, rdev: int) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.mknod(path, mode, rdev)


def _bind(source: int, target: str, *, read_only: bool) -> None:
    """Show what is outside at a place inside; a missing place is made, as runc does, and stays."""
    directory = stat.S_ISDIR(os.fstat(source).st_mode)
    with _Target(target, directory=directory) as place:
        calls.mount(f"/proc/self/fd/{source}", place, flags=calls.MS_BIND | calls.MS_REC)
    if read_only:
        with _Target(target, directory=directory) as place:
            kept = _flags(place)
            flags = calls.MS_REMOUNT | calls.MS_BIND | calls.MS_RDONLY | kept
            calls.mount("", place, flags=flags)


def _flags(place: str) -> int:
    """The flags a mount has, which a remount would lose. In a user namespace it may not lose them."""
    found = os.statvfs(place).f_flag
    pairs = (
        (os.ST_NOSUID, calls.MS_NOSUID),
        (os.ST_NODEV, calls.MS_NODEV),
        (os.ST_NOEXEC, calls.MS_NOEXEC),
        (os.ST_RDONLY, calls.MS_RDONLY),
    )
    return sum(flag for bit, flag in pairs if found & bit)


def _make_read_only(path: str) -> None:
    if not os.path.lexists(path):
        return
    calls.mount(path, path, flags=calls.MS_BIND | calls.MS_REC)
    flags = calls.MS_REMOUNT | calls.MS_BIND | calls.MS_RDONLY | _flags(path)
    calls.mount("", path, flags=flags)


def _mask(path: str) -> None:
    """A directory shows nothing, a file is /dev/null."""
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(os.lstat(path).st_mode):
            calls.mount("tmpfs", path, "tmpfs", calls.MS_RDONLY)
        else:
            calls.mount("/dev/null", path, flags=calls.MS_BIND)


class _Target:
    """A mount point inside the root as a path through its descriptor, made if it is missing."""

    def __init__(self, path: str, *, directory: bool) -> None:
        self._path, self._directory = path, directory
        self._root = self._fd = -1

    def __enter__(self) -> str:
        self._root = os.open("/", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._fd = calls.open_in(self._root, self._path, os.O_PATH, resolve=INSIDE)
        except FileNotFoundError:
            _make_point(self._path, directory=self._directory)
            self._fd = calls.open_in(self._root, self._path, os.O_PATH, resolve=INSIDE)
        return f"/proc/self/fd/{self._fd}"

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)
        os.close(self._root)


def _make_point(path: str, *, directory: bool) -> None:
    parent = path if directory else os.path.dirname(path)
    os.makedirs(parent, 0o755, exist_ok=True)
    if not directory:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o755))
