"""What the layer between an image and its containers holds: see `init_layers`."""

from __future__ import annotations

from ..filesystem import FilesystemError, Tree, TreeBuilder
from .copying import Mounted

INIT_DIRECTORIES = ("/dev", "/dev/pts", "/dev/shm", "/proc", "/sys")
INIT_FILES = ("/.dockerenv", "/dev/console", "/etc/hostname", "/etc/hosts", "/etc/resolv.conf")
MTAB = "/etc/mtab"


def init_tree(base: Mounted | None, now_ns: int) -> Tree:
    """Where the runtime mounts things, as far as the image (None: from scratch) has no place for them."""
    builder = TreeBuilder(mtime_ns=now_ns)
    for path in INIT_DIRECTORIES:
        if base is None or not _exists(base, path):
            _make_parents(builder, base, path, now_ns)
            builder.directory(path, 0o755, mtime_ns=now_ns)
    for path in INIT_FILES:
        _make_parents(builder, base, path, now_ns)
        builder.file(path, b"", 0o755, mtime_ns=now_ns)
    if base is None or not _exists(base, MTAB):
        _make_parents(builder, base, MTAB, now_ns)
        builder.symlink(MTAB, "/proc/mounts", mtime_ns=now_ns)
    return builder.build()


def _exists(tree: Mounted, path: str) -> bool:
    try:
        tree.lstat(path)
    except FilesystemError:
        return False
    return True


def _make_parents(builder: TreeBuilder, base: Mounted | None, path: str, now_ns: int) -> None:
    """The directories above, as the image has them but for the time."""
    place = ""
    for name in ("", *path.strip("/").split("/")[:-1]):
        place = f"{place}/{name}" if name else place
        if builder.get(place or "/") is not None and place:
            continue
        mode, uid, gid = 0o755, 0, 0
        if base is not None and _exists(base, place or "/"):
            found = base.stat(place or "/")
            mode, uid, gid = found.mode & 0o7777, found.uid, found.gid
        builder.directory(place or "/", mode, uid=uid, gid=gid, mtime_ns=now_ns)
