"""Unpacks what `docker cp` got onto the client's disk. No entry can leave the directory it is unpacked into."""

from __future__ import annotations

import posixpath
import stat
import tarfile

from ..spec.gotext import quote
from .errors import CommandFailed
from .files import Files, FileStat, shown
from .tar import entries


def unpack(files: Files, data: bytes, folder: str) -> None:
    """Owners become the user's own. Raises: CommandFailed."""
    later: list[tuple[str, tarfile.TarInfo]] = []
    try:
        for info, content in entries(data):
            path = _place(files, folder, info.name)
            _one(files, folder, path, info, content)
            if info.isdir():
                later.append((path, info))
        for path, info in reversed(later):
            files.set_attributes(path, mtime_ns=int(info.mtime) * 1_000_000_000)
    except tarfile.TarError as error:
        raise CommandFailed(f"archive/tar: invalid tar header ({error})") from None
    except OSError as error:
        raise CommandFailed(shown("open", str(error.filename), error)) from None


def _place(files: Files, folder: str, name: str) -> str:
    """Where an entry goes. Raises: CommandFailed for one that would go elsewhere."""
    cleaned = posixpath.normpath("/" + name).lstrip("/")
    if ".." in name.split("/") and posixpath.normpath(name).startswith(".."):
        raise CommandFailed(f"{quote(name)} is outside of {quote(folder)}")
    path = folder
    parts = cleaned.split("/") if cleaned else []
    for part in parts[:-1]:
        path = posixpath.join(path, part)
        found = _lstat(files, path)
        if found is None:
            files.mkdir(path, 0o755)
        elif found.is_link:
            raise CommandFailed(f"{quote(name)} is outside of {quote(folder)}")
    return posixpath.join(path, parts[-1]) if parts else folder


def _lstat(files: Files, path: str) -> FileStat | None:
    try:
        return files.lstat(path)
    except FileNotFoundError:
        return None


def _one(files: Files, folder: str, path: str, info: tarfile.TarInfo, content: bytes) -> None:
    old = _lstat(files, path)
    if old is not None:
        if old.is_directory and not info.isdir():
            raise CommandFailed(
                f"cannot overwrite directory {quote(path)} with non-directory {quote(folder)}"
            )
        if not old.is_directory and info.isdir():
            raise CommandFailed(
                f"cannot overwrite non-directory {quote(path)} with directory {quote(folder)}"
            )
        if old.is_directory:
            files.set_attributes(path, mode=stat.S_IMODE(info.mode))
            return
        files.remove(path)
    if info.isdir():
        files.mkdir(path, 0o777)
    elif info.issym():
        _check_link(folder, path, info.linkname)
        files.symlink(info.linkname, path)
        return
    elif info.islnk():
        files.link(
            posixpath.join(folder, posixpath.normpath("/" + info.linkname).lstrip("/")), path
        )
        return
    elif info.isfifo():
        files.mkfifo(path, stat.S_IMODE(info.mode))
    elif info.isreg():
        files.write(path, content, 0o600)
    else:
        return
    files.set_attributes(
        path, mode=stat.S_IMODE(info.mode), mtime_ns=int(info.mtime) * 1_000_000_000
    )


def _check_link(folder: str, path: str, target: str) -> None:
    pointed = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    root = posixpath.normpath(folder).rstrip("/")
    if not target.startswith("/") and not f"{pointed}/".startswith(f"{root}/"):
        raise CommandFailed(f"invalid symlink {quote(path)} -> {quote(target)}")
