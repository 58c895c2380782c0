"""A tiny interpreter of shell-like steps in system calls: what coreutils and busybox do."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from estiba.filesystem import (
    O_APPEND,
    O_CREAT,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    Errno,
    FilesystemError,
    MountNamespace,
)

Arguments: TypeAlias = Mapping[str, Any]


def perform(files: MountNamespace, step: Arguments) -> None:
    OPERATIONS[step["op"]](files, "/" + step["path"], step)


def _write(files: MountNamespace, path: str, data: bytes, flags: int = O_TRUNC) -> None:
    with files.open(path, O_WRONLY | O_CREAT | flags, 0o644) as file:
        file.write(data)


def _touch(files: MountNamespace, path: str) -> None:
    """Opens with O_CREAT, then sets the times; a directory cannot be opened so."""
    try:
        files.open(path, O_WRONLY | O_CREAT, 0o644).close()
    except FilesystemError as error:
        if error.errno != Errno.EISDIR:
            raise
    files.utimens(path)


def _read(files: MountNamespace, path: str) -> bytes:
    with files.open(path, O_RDONLY) as file:
        return file.read()


def _truncate(files: MountNamespace, path: str, size: int) -> None:
    with files.open(path, O_WRONLY | O_CREAT, 0o644) as file:
        file.truncate(size)


def _make_directories(files: MountNamespace, path: str) -> None:
    """mkdir -p"""
    names = path.strip("/").split("/")
    for depth in range(1, len(names) + 1):
        try:
            files.mkdir("/" + "/".join(names[:depth]), 0o755)
        except FilesystemError as error:
            if error.errno != Errno.EEXIST:
                raise


def _remove(files: MountNamespace, path: str) -> None:
    """rm -r"""
    if files.lstat(path).kind != stat.S_IFDIR:
        files.unlink(path)
        return
    for entry in files.readdir(path):
        _remove(files, f"{path}/{entry.name}")
    files.rmdir(path)


def _copy(files: MountNamespace, source: str, target: str) -> None:
    """cp -a"""
    found = files.lstat(source)
    if found.kind == stat.S_IFDIR:
        files.mkdir(target, 0o700)
        for entry in files.readdir(source):
            _copy(files, f"{source}/{entry.name}", f"{target}/{entry.name}")
        files.chmod(target, found.mode)
    elif found.kind == stat.S_IFLNK:
        files.symlink(files.readlink(source), target)
    else:
        _write(files, target, _read(files, source))
        files.chmod(target, found.mode)
    files.chown(target, found.uid, found.gid, follow=False)
    files.utimens(target, found.mtime_ns, follow=False)


def _move(files: MountNamespace, source: str, target: str) -> None:
    """mv: what cannot be renamed is copied and removed."""
    try:
        files.rename(source, target)
    except FilesystemError as error:
        if error.errno != Errno.EXDEV:
            raise
        _copy(files, source, target)
        _remove(files, source)


def _chown(files: MountNamespace, path: str, owner: str) -> None:
    uid, gid = owner.split(":")
    files.chown(path, int(uid), int(gid))


OPERATIONS: dict[str, Callable[[MountNamespace, str, Arguments], Any]] = {
    "read": lambda files, path, step: _read(files, path),
    "write": lambda files, path, step: _write(files, path, step["data"].encode()),
    "append": lambda files, path, step: _write(files, path, step["data"].encode(), O_APPEND),
    "fill": lambda files, path, step: _write(files, path, b"\1" * step["size"]),
    "fillsparse": lambda files, path, step: _truncate(files, path, step["size"]),
    "truncate": lambda files, path, step: _truncate(files, path, step["size"]),
    "touch": lambda files, path, step: _touch(files, path),
    "touch_new": lambda files, path, step: _touch(files, path),
    "chmod": lambda files, path, step: files.chmod(path, int(step["mode"], 8)),
    "chown": lambda files, path, step: _chown(files, path, step["owner"]),
    "rm": lambda files, path, step: files.unlink(path),
    "rmtree": lambda files, path, step: _remove(files, path),
    "mkdir": lambda files, path, step: _make_directories(files, path),
    "symlink": lambda files, path, step: files.symlink(step["target"], path),
    "hardlink": lambda files, path, step: files.link("/" + step["target"], path),
    "mkfifo": lambda files, path, step: files.mknod(path, stat.S_IFIFO | 0o644),
    "rename": lambda files, path, step: _move(files, path, "/" + step["to"]),
    "copy": lambda files, path, step: _copy(files, path, "/" + step["to"]),
}
