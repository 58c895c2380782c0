"""The kernel's own overlayfs, mounted with Docker's options: steps on it, and what came of them.

A child process has a mount namespace of its own and enters the mount by chroot, so symlinks and `..` mean what
they mean in a container. Answers come back pickled.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel_performer import KernelPerformer, Shown, names_in
from random_steps import TIMES_NS, Lower, Step

CLONE_NEWNS = 0x20000
MS_REC, MS_PRIVATE = 0x4000, 1 << 18
OPTIONS = "index=off,redirect_dir=off,metacopy=off"
OPAQUE = "trusted.overlay.opaque"


@dataclass
class Outcome:
    """What a run showed: the answers, the merged view, the upper directory, diff and size."""

    answers: list[Any]
    visible: Shown
    upper: Shown
    diff: list[str]
    size: int


def reason_to_skip() -> str | None:
    """Why the kernel cannot be asked here; None if it can."""
    if sys.platform != "linux":
        return "overlayfs is Linux's"
    if os.geteuid() != 0:
        return "mounting overlayfs needs root"
    if "overlay" not in Path("/proc/filesystems").read_text(encoding="utf-8"):
        return "this kernel has no overlayfs"
    try:
        in_child(lambda work: run(work, [[]], []))
    except RuntimeError as error:
        return f"overlayfs cannot be mounted: {error}"
    return None


def in_child(task: Callable[[Path], Any]) -> Any:
    """Run in a forked child with mounts of its own, on a fresh tmpfs; answer what it answers."""
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(readable)
        try:
            answer: Any = (True, _in_namespace(task))
        except BaseException as error:
            answer = (False, repr(error))
        with os.fdopen(writable, "wb") as stream:
            pickle.dump(answer, stream)
        os._exit(0)
    os.close(writable)
    with os.fdopen(readable, "rb") as stream:
        data = stream.read()
    os.waitpid(pid, 0)
    succeeded, answer = pickle.loads(data) if data else (False, "the child died")
    if not succeeded:
        raise RuntimeError(answer)
    return answer


def _in_namespace(task: Callable[[Path], Any]) -> Any:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS):
        raise OSError(ctypes.get_errno(), "unshare")
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    os.umask(0)
    with tempfile.TemporaryDirectory() as directory:
        mount("tmpfs", directory, "tmpfs")
        try:
            return task(Path(directory))
        finally:
            libc.umount2(directory.encode(), 2)


def mount(source: str, target: str, kind: str, flags: int = 0, data: str = "") -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(source.encode(), target.encode(), kind.encode(), flags, data.encode()):
        number = ctypes.get_errno()
        raise OSError(number, f"mount {kind}: {os.strerror(number)}")


def umount(target: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.umount2(str(target).encode(), 0):
        raise OSError(ctypes.get_errno(), f"umount {target}")


def run(work: Path, lowers: list[Lower], steps: list[Step]) -> Outcome:
    """Perform the steps on a fresh overlay; `lowers` are topmost first."""
    places = []
    for index, lower in enumerate(lowers):
        places.append(work / f"l{index}")
        places[-1].mkdir(0o755)
        _fill(places[-1], lower)
    upper, merged, below = work / "u", work / "m", work / "b"
    for directory in (upper, work / "w", merged, below, work / "e"):
        directory.mkdir(0o755)
    stack = ":".join(map(str, places))
    mount(
        "overlay", str(merged), "overlay", 0,
        f"{OPTIONS},lowerdir={stack},upperdir={upper},workdir={work / 'w'}",
    )  # fmt: skip
    performer = KernelPerformer()
    with _inside(merged):
        answers = [performer.perform(step) for step in steps]
        performer.finish()
        visible = performer.visible()
    mount("overlay", str(below), "overlay", 0, f"{OPTIONS},lowerdir={stack}:{work / 'e'}")
    outcome = Outcome(
        answers, visible, _upper_of(upper), sorted(_diff(below, merged)), _size(upper)
    )
    umount(below)
    umount(merged)
    for path in work.iterdir():
        shutil.rmtree(path)
    return outcome


@contextmanager
def _inside(directory: Path) -> Iterator[None]:
    top = os.open("/", os.O_RDONLY)
    os.chroot(directory)
    os.chdir("/")
    try:
        yield
    finally:
        os.fchdir(top)
        os.chroot(".")
        os.close(top)


def _fill(directory: Path, lower: Lower) -> None:
    for entry in lower:
        path = directory / entry.path
        match entry.kind:
            case "directory":
                path.mkdir()
                if entry.opaque:
                    os.setxattr(path, OPAQUE, b"y")
            case "file":
                path.write_bytes(entry.data)
            case "symlink":
                path.symlink_to(entry.target)
            case "fifo":
                os.mkfifo(path)
            case "whiteout":
                os.mknod(path, stat.S_IFCHR, 0)
            case "hardlink":
                os.link(directory / entry.target, path)
    for entry in lower:
        path = directory / entry.path
        if entry.kind in ("whiteout", "hardlink"):
            continue
        os.chown(path, entry.uid, entry.gid, follow_symlinks=False)
        if entry.kind != "symlink":
            os.chmod(path, entry.mode)
        for name, value in entry.xattrs.items():
            os.setxattr(path, name, value)
    for entry in lower:
        if entry.kind not in ("whiteout", "hardlink"):
            times = (entry.mtime_ns, entry.mtime_ns)
            os.utime(directory / entry.path, ns=times, follow_symlinks=False)
    os.utime(directory, ns=(TIMES_NS[0], TIMES_NS[0]))


def _upper_of(upper: Path) -> Shown:
    shown: Shown = {}
    pending = [upper]
    while pending:
        for path in pending.pop().iterdir():
            status = path.lstat()
            name = "/" + str(path.relative_to(upper))
            if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
                shown[name] = ("whiteout",)
                continue
            body: Any = status.st_rdev
            if stat.S_ISDIR(status.st_mode):
                pending.append(path)
                body = OPAQUE in os.listxattr(path)
            elif stat.S_ISREG(status.st_mode):
                body = path.read_bytes()
            elif stat.S_ISLNK(status.st_mode):
                body = os.readlink(path)
            shown[name] = (status.st_mode, status.st_uid, status.st_gid, body)
    return shown


def _diff(old: Path, new: Path, path: str = "") -> Iterator[str]:
    """Two trees compared as Docker compares them."""
    before, after = set(names_in(str(old) + path)), set(names_in(str(new) + path))
    for name in sorted(before | after):
        here = f"{path}/{name}"
        if name not in after:
            yield f"D {here}"
            continue
        now = os.lstat(f"{new}{here}")
        then = os.lstat(f"{old}{here}") if name in before else None
        line = "A" if then is None else "C" if _differ(then, now) else ""
        inside: list[str] = []
        if stat.S_ISDIR(now.st_mode):
            base = old if then is not None and stat.S_ISDIR(then.st_mode) else Path("/nonexistent")
            inside = list(_diff(base, new, here)) if base is old else list(_added(new, here))
        if line or inside:
            yield f"{line or 'C'} {here}"
        yield from inside


def _added(new: Path, path: str) -> Iterator[str]:
    for name in names_in(str(new) + path):
        here = f"{path}/{name}"
        yield f"A {here}"
        if stat.S_ISDIR(os.lstat(f"{new}{here}").st_mode):
            yield from _added(new, here)


def _differ(then: os.stat_result, now: os.stat_result) -> bool:
    if (then.st_mode, then.st_uid, then.st_gid, then.st_rdev) != (
        now.st_mode, now.st_uid, now.st_gid, now.st_rdev,
    ):  # fmt: skip
        return True
    if stat.S_ISDIR(now.st_mode):
        return False
    return then.st_size != now.st_size or then.st_mtime_ns != now.st_mtime_ns


def _size(upper: Path) -> int:
    found = {}
    for path in upper.rglob("*"):
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode):
            found[status.st_ino] = status.st_size
    return sum(found.values())
