"""Tar archives of the client's own files: what `build` and `cp` send, what `cp` receives."""

from __future__ import annotations

import io
import posixpath
import stat
import tarfile
from collections.abc import Callable, Iterator

from .files import Files, FileStat

BLOCK = 512
END = bytes(2 * BLOCK)
Skip = Callable[[str, bool], bool]


def member(name: str, found: FileStat, target: str = "") -> tarfile.TarInfo | None:
    """The header of a file; None for what does not travel (sockets)."""
    info = tarfile.TarInfo(name)
    info.mode = stat.S_IMODE(found.mode)
    info.uid, info.gid = found.uid, found.gid
    info.mtime = found.mtime_ns // 1_000_000_000
    kinds = {
        stat.S_IFREG: tarfile.REGTYPE,
        stat.S_IFDIR: tarfile.DIRTYPE,
        stat.S_IFLNK: tarfile.SYMTYPE,
        stat.S_IFIFO: tarfile.FIFOTYPE,
        stat.S_IFCHR: tarfile.CHRTYPE,
        stat.S_IFBLK: tarfile.BLKTYPE,
    }
    kind = kinds.get(stat.S_IFMT(found.mode))
    if kind is None:
        return None
    info.type = kind
    if kind == tarfile.REGTYPE:
        info.size = found.size
    info.linkname = target
    if kind in (tarfile.CHRTYPE, tarfile.BLKTYPE):
        info.devmajor, info.devminor = found.device >> 8, found.device & 0xFF
    return info


def encode(info: tarfile.TarInfo, data: bytes = b"") -> bytes:
    """One entry, padded."""
    head = info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
    return head + data + bytes(-len(data) % BLOCK)


def pack(
    files: Files, root: str, start: str = "", *, skip: Skip | None = None, owner: tuple[int, int] | None = None,
    rename: str = "",
) -> bytes:  # fmt: skip
    """An archive of what is in `root`, or of its entry `start`, which may be renamed.

    `skip(path, is_directory)` leaves things out; `owner` replaces all owners. Raises: OSError.
    """
    out: list[bytes] = []
    seen: dict[int, str] = {}
    for path in _walk(files, root, start, skip):
        full = posixpath.join(root, path) if path != "." else root
        found = files.lstat(full)
        name = path
        if rename and (path == start or path.startswith(f"{start}/")):
            name = rename + path[len(start) :]
        shown = f"{name}/" if found.is_directory else name
        info = member(shown, found, files.readlink(full) if found.is_link else "")
        if info is None:
            continue
        if owner is not None:
            info.uid, info.gid = owner
        if found.is_regular and found.links > 1:
            if found.inode in seen:
                info.type, info.linkname, info.size = tarfile.LNKTYPE, seen[found.inode], 0
            else:
                seen[found.inode] = name
        data = files.read(full) if info.type == tarfile.REGTYPE else b""
        info.size = len(data)
        out.append(encode(info, data))
    return b"".join(out) + END


def _walk(files: Files, root: str, start: str, skip: Skip | None) -> Iterator[str]:
    """Paths below the root in order, a directory before what is in it."""
    path = start
    full = posixpath.join(root, start) if start else root
    is_directory = files.lstat(full).is_directory
    if path:
        if skip is not None and skip(path, is_directory):
            return
        yield path
    if not is_directory:
        return
    for name in files.listdir(full):
        below = f"{path}/{name}" if path and path != "." else name
        if path == ".":
            below = f"./{name}"
        yield from _below(files, root, below, skip)


def _below(files: Files, root: str, path: str, skip: Skip | None) -> Iterator[str]:
    full = posixpath.join(root, path)
    is_directory = files.lstat(full).is_directory
    left_out = skip is not None and skip(path, is_directory)
    if not left_out:
        yield path
    if is_directory and (not left_out or getattr(skip, "may_return", lambda _: False)(path)):
        for name in files.listdir(full):
            yield from _below(files, root, f"{path}/{name}", skip)


def entries(data: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """The entries of an archive. Raises: tarfile.TarError."""
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for info in archive:
            file = archive.extractfile(info) if info.isreg() else None
            yield info, file.read() if file else b""


def rebase(data: bytes, old: str, new: str) -> bytes:
    """The same archive with the first name of every path replaced."""
    if old == "/":
        old = ""
    out = []
    for info, content in entries(data):
        suffix = "/" if info.isdir() else ""
        info.name = (info.name + suffix).replace(old, new, 1)
        if info.islnk():
            info.linkname = info.linkname.replace(old, new, 1)
        out.append(encode(info, content))
    return b"".join(out) + END


def text_entry(name: str, data: bytes, mtime_ns: int) -> bytes:
    found = FileStat(stat.S_IFREG | 0o600, len(data), mtime_ns=mtime_ns)
    info = member(name, found._replace(size=len(data)))
    assert info is not None
    return encode(info, data)
