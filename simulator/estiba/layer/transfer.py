"""Archives in and out of a mounted view: `docker cp`, export, import, build contexts.

Out: the entries of a directory walk, with Docker's headers. In: the whole archive is read and
checked first, so that a bad one changes nothing; then each entry is made. Paths go through the
view, which is the root of everything they can reach. Here `.wh.` is a name like any other.
Source: Docker Engine 20.10, its archives compared byte by byte.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator

from ..errors import InvalidInput
from ..filesystem.content import Content
from ..filesystem.errors import Errno, FilesystemError
from ..filesystem.flags import O_CREAT, O_EXCL, O_RDONLY, O_WRONLY
from ..filesystem.inode import Directory, Inode, RegularFile, Special, Stat, Symlink, device_number
from .archive import Archive
from .entries import Entries, Entry
from .errors import BrokenLink, DamagedArchive, UnsafeLayer
from .header import DIRECTORY, FIFO, HARD_LINK, REGULAR, SYMLINK
from .reading import DEVICE_TYPES, UNPACKED_MAX, clean_path
from .stream import source_of
from .view import View
from .writing import CAPABILITY, EntryWriter, segments_of

OWNERS = {0: "root"}


class CannotOverwrite(InvalidInput):
    """A directory in the place of something else, or the other way round."""

    def __init__(self, path: str, root: str, *, directory: bool) -> None:
        old, new = ("non-directory", "directory") if directory else ("directory", "non-directory")
        super().__init__(f'cannot overwrite {old} "{path}" with {new} "{root or "/"}"')
        self.path = path


def write_archive(mount: View, path: str, *, name: str | None = None) -> Archive:
    """The tar of what is at a path.

    Entries begin with `name` (default: the path's last part); "" leaves the top directory out, as
    an export does. Raises: FilesystemError.
    """
    top = path.rstrip("/").rpartition("/")[2] if name is None else name
    return Archive(segments_of(_walk(mount, path.rstrip("/"), top)))


def _walk(view: View, path: str, name: str) -> Iterator[tuple[bytes, Inode | None]]:
    writer = EntryWriter(OWNERS, OWNERS)
    linked: dict[tuple[int, int], Inode] = {}
    stack = [(path or "/", name)]
    while stack:
        here, told = stack.pop()
        inode = _inode(view, here, linked)
        if told:
            yield writer.header(told, inode), inode
        if isinstance(inode, Directory):
            base = f"{here.rstrip('/')}/"
            prefix = f"{told.rstrip('/')}/" if told else ""
            names = sorted((e.name for e in view.readdir(here)), reverse=True)
            stack.extend((base + child, prefix + child) for child in names)


def _inode(view: View, path: str, linked: dict[tuple[int, int], Inode]) -> Inode:
    """What is at a path, as an inode of its own. Hard links are one."""
    found = view.lstat(path)
    key = found.dev, found.ino
    if found.nlink > 1 and key in linked:
        return linked[key]
    owner = found.uid, found.gid, found.mtime_ns
    made: Inode
    match stat.S_IFMT(found.mode):
        case stat.S_IFDIR:
            made = Directory(found.mode, *owner)
        case stat.S_IFLNK:
            made = Symlink(view.readlink(path), *owner)
        case stat.S_IFREG:
            made = RegularFile(found.mode, *owner, _content(view, path, found))
        case _:
            made = Special(found.mode, *owner, found.rdev)
    if not isinstance(made, Directory) and found.nlink > 1:
        made.nlink = found.nlink
        linked[key] = made
    if isinstance(made, RegularFile) and CAPABILITY in view.listxattr(path, follow=False):
        made.xattrs = {CAPABILITY: view.getxattr(path, CAPABILITY, follow=False)}
    return made


def _content(view: View, path: str, found: Stat) -> Content:
    """A file's bytes as they are now."""
    if not found.size:
        return Content()
    opened = view.open(path, O_RDONLY)
    try:
        return opened.content()
    finally:
        opened.close()


def extract_archive(
    mount: View,
    path: str,
    archive: Content | Iterable[bytes],
    *,
    replace: bool = False,
    limit: int = UNPACKED_MAX,
) -> None:
    """Unpack a tar under a directory, never outside the view. Files share the data of a content.

    `replace`: a directory may take the place of something else, and the other way round.
    Raises: DamagedArchive, UnsafeLayer, CannotOverwrite (all before any change), FilesystemError.
    """
    root = path.rstrip("/")
    entries = [
        (clean_path(entry.header.name, entry.offset), entry)
        for entry in Entries(source_of(archive, limit))
    ]
    _check(mount, root, entries, replace)
    for name, entry in entries:
        _make(mount, root, name, entry)
    for name, entry in reversed(entries):
        if entry.header.kind == DIRECTORY:
            mount.utimens(f"{root}/{name}", entry.header.mtime_ns)


def _check(view: View, root: str, entries: list[tuple[str, Entry]], replace: bool) -> None:
    """Refuse what could only fail half-way."""
    names = {name for name, _ in entries}
    for name, entry in entries:
        is_directory = entry.header.kind == DIRECTORY
        if not name and not is_directory:
            raise UnsafeLayer("the root can only be a directory", entry.header.name)
        if entry.header.kind == SYMLINK and not entry.header.link:
            raise DamagedArchive("a symlink without a target", entry.offset, entry.header.name)
        if entry.header.kind == HARD_LINK:
            target = clean_path(entry.header.link, entry.offset)
            if target not in names and _found(view, f"{root}/{target}") is None:
                raise BrokenLink(name, target)
        old = _found(view, f"{root}/{name}")
        if old is not None and not replace and _is_directory(old) is not is_directory:
            raise CannotOverwrite(f"{root}/{name}", root, directory=is_directory)


def _is_directory(found: Stat) -> bool:
    return stat.S_IFMT(found.mode) == stat.S_IFDIR


def _found(view: View, path: str) -> Stat | None:
    try:
        return view.lstat(path or "/")
    except FilesystemError as error:
        if error.errno in (Errno.ENOENT, Errno.ENOTDIR):
            return None
        raise


def _make(view: View, root: str, name: str, entry: Entry) -> None:
    header, path = entry.header, f"{root}/{name}" if name else root or "/"
    _make_parents(view, root, name)
    old = _found(view, path)
    if old is not None and not (_is_directory(old) and header.kind == DIRECTORY):
        _remove(view, path, old)
        old = None
    if header.kind == HARD_LINK:
        view.link(f"{root}/{clean_path(header.link, entry.offset)}", path)
        return
    if header.kind == DIRECTORY:
        if old is None:
            view.mkdir(path, header.mode)
    elif header.kind == REGULAR:
        _write(view, path, entry.content)
    elif header.kind == SYMLINK:
        view.symlink(header.link, path)
    else:
        device = 0 if header.kind == FIFO else device_number(header.major, header.minor)
        view.mknod(path, DEVICE_TYPES[header.kind] | header.mode, device)
    _finish(view, path, entry)


def _remove(view: View, path: str, found: Stat) -> None:
    """Take away what is there, a directory with all below it."""
    if not _is_directory(found):
        view.unlink(path)
        return
    for child in tuple(view.readdir(path)):
        below = f"{path}/{child.name}"
        _remove(view, below, view.lstat(below))
    view.rmdir(path)


def _finish(view: View, path: str, entry: Entry) -> None:
    """Owner before mode, because a change of owner takes special bits away."""
    header = entry.header
    view.chown(path, header.uid, header.gid, follow=False)
    for key, value in header.xattrs.items():
        view.setxattr(path, key, value, follow=False)
    if header.kind != SYMLINK:
        view.chmod(path, header.mode)
    view.utimens(path, header.mtime_ns, follow=False)


def _make_parents(view: View, root: str, name: str) -> None:
    parts = name.split("/")[:-1]
    for depth in range(len(parts), 0, -1):
        if _found(view, f"{root}/{'/'.join(parts[:depth])}") is not None:
            break
    else:
        depth = 0
    for missing in range(depth + 1, len(parts) + 1):
        view.mkdir(f"{root}/{'/'.join(parts[:missing])}", 0o755)


def _write(view: View, path: str, content: Content) -> None:
    opened = view.open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    try:
        opened.fill(content)
    finally:
        opened.close()
