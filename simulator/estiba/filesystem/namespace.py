"""What a process sees: one tree of names over several file systems, and the system calls on it.

Each call takes the path, then what it needs, then `cwd` and `credentials` by keyword. The umask is the caller's:
modes come masked. Checks stand in the kernel's order, so the error is the one the kernel gives.
Simplified: of the times only that of modification is kept; no O_TMPFILE and no exchange of names; a directory that
was removed and made again is not confused with the old one through an open descriptor, as overlayfs does in fchmod.
Source: Linux, fs/namei.c, fs/open.c, fs/stat.c; the man pages of the calls.
"""

from __future__ import annotations

from collections.abc import Mapping

from .attribute_calls import AttributeCalls
from .credentials import ROOT, Credentials, may
from .errors import Errno, FilesystemError
from .flags import O_RDONLY, R_OK, X_OK
from .inode import DirEntry, Symlink
from .merged import MergedDirectory
from .name_calls import NameCalls
from .open_file import OpenFile, directory_entries
from .opening import open_path
from .place import Mount, Place
from .tree import TreeBuilder
from .union import Filesystem, MemoryFilesystem, Node
from .walk import Follow, Mounts, split

FIRST_DEVICE = 40
SMALL_FILE = "/file"


def _small_file(content: bytes) -> Filesystem:
    builder = TreeBuilder()
    builder.file(SMALL_FILE, content)
    return MemoryFilesystem(builder.build())


class MountNamespace(NameCalls, AttributeCalls):
    """A root file system and what is mounted in it. Raises: FilesystemError, all of it.

    >>> from estiba.filesystem import MemoryFilesystem, MountNamespace, O_CREAT, O_WRONLY
    >>> files = MountNamespace(MemoryFilesystem())
    >>> with files.open("/file.txt", O_WRONLY | O_CREAT) as file:
    ...     file.write(b"stowed")
    6
    >>> files.stat("/file.txt").size
    6
    """

    __slots__ = ("_devices",)

    def __init__(
        self,
        root: Filesystem,
        mounts: Mapping[str, Filesystem] | None = None,
        *,
        read_only: bool = False,
    ) -> None:
        self._devices: dict[int, int] = {id(root): FIRST_DEVICE}
        self._mounts = Mounts(Mount(root, root.root, dev=FIRST_DEVICE, read_only=read_only))
        for target, filesystem in (mounts or {}).items():
            self.mount(target, filesystem)

    @property
    def root(self) -> Filesystem:
        """The root file system."""
        return self._mounts.root.filesystem

    def mount(
        self,
        target: str,
        source: Filesystem | bytes,
        *,
        read_only: bool = False,
        root: str = "/",
    ) -> None:
        """Show a file system, or one small file with this content, at `target`.

        `root` names the directory or file of the file system that is to show. The target need not
        exist, only be possible. Raises: ENOTDIR for a file over a directory or the other way round.
        """
        if isinstance(source, bytes):
            source, root = _small_file(source), SMALL_FILE
        parent, (directory, name), node = self._mount_point(target)
        shown = Mounts(Mount(source, source.root, dev=0)).walk(root, "/", ROOT, Follow.ALWAYS)
        is_directory = isinstance(shown.found, MergedDirectory)
        if node is not None and isinstance(node, MergedDirectory) != is_directory:
            raise FilesystemError(Errno.ENOTDIR, target)
        dev = self._devices.setdefault(id(source), FIRST_DEVICE + len(self._devices))
        top = (
            shown.node if isinstance(shown.node, MergedDirectory) else (shown.directory, shown.name)
        )
        parent.attach(directory, name, Mount(source, top, dev=dev, read_only=read_only))

    def _mount_point(self, target: str) -> tuple[Mount, tuple[MergedDirectory, str], Node | None]:
        """The mount and name to go over, and what is there; missing parents are made, as runc does."""
        names = split(target)
        for depth in range(len(names) - 1, 0, -1):
            path = "/" + "/".join(reversed(names[depth:]))
            if self._mounts.walk(path, "/", ROOT, Follow.ALWAYS).node is None:
                self.mkdir(path, 0o755)
        place = self._mounts.walk(target, "/", ROOT, Follow.ALWAYS)
        mount, node = place.mount, place.node
        if place.is_mount_point or (isinstance(node, MergedDirectory) and node is mount.root):
            if mount.parent is None or mount.at is None:
                raise FilesystemError(Errno.EBUSY, target)
            return mount.parent, mount.at, node
        if isinstance(node, MergedDirectory) and node.parent is not None:
            return mount, (node.parent, node.name), node
        return mount, (place.directory, place.name), node

    def set_read_only(self) -> None:
        """Refuse changes of the root file system, as `docker run --read-only`."""
        self._mounts.root.read_only = True

    def umount(self, target: str) -> None:
        """Take away what was last mounted at `target`. Raises: FilesystemError (EINVAL)."""
        place = self._mounts.walk(target, "/", ROOT, Follow.ALWAYS)
        mount = place.mount
        if mount.parent is None or mount.at is None or mount.place().node is not place.node:
            raise FilesystemError(Errno.EINVAL, target)
        mount.parent.detach(*mount.at)

    def open(
        self,
        path: str,
        flags: int = O_RDONLY,
        mode: int = 0o666,
        *,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> OpenFile:
        try:
            return open_path(self._mounts, path, flags, mode, cwd, credentials)
        except FilesystemError as error:
            raise error.at(path) from None

    def readdir(
        self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> tuple[DirEntry, ...]:
        """The entries of a directory, by name, without `.` and `..`."""
        try:
            place = self._place(path, cwd, credentials)
            is_directory = isinstance(place.node, MergedDirectory)
            if is_directory and not may(credentials, place.inode, R_OK):
                raise FilesystemError(Errno.EACCES)
            return self._with_points(place, directory_entries(place))
        except FilesystemError as error:
            raise error.at(path) from None

    def _with_points(self, place: Place, entries: tuple[DirEntry, ...]) -> tuple[DirEntry, ...]:
        """Mount points over names that do not exist show too."""
        directory = place.node
        points = place.mount.over
        if not isinstance(directory, MergedDirectory) or directory not in points:
            return entries
        shown = {entry.name: entry for entry in entries}
        for name, mounted in points[directory].items():
            if name not in shown:
                status = mounted[-1].place().stat()
                shown[name] = DirEntry(name, status.kind, status.ino)
        return tuple(shown[name] for name in sorted(shown))

    def readlink(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> str:
        try:
            node = self._place(path, cwd, credentials, follow=False).node
            if not isinstance(node, Symlink):
                raise FilesystemError(Errno.EINVAL)
            return node.target
        except FilesystemError as error:
            raise error.at(path) from None

    def resolve(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> str:
        """The absolute path without symlinks, `.` and `..`, as `realpath(3)`. It exists."""
        try:
            return self._mounts.absolute(self._place(path, cwd, credentials))
        except FilesystemError as error:
            raise error.at(path) from None

    def check_directory(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> str:
        """What `chdir` answers: the absolute path of a directory one may enter."""
        try:
            place = self._place(path, cwd, credentials)
            if not isinstance(place.node, MergedDirectory):
                raise FilesystemError(Errno.ENOTDIR)
            if not may(credentials, place.inode, X_OK):
                raise FilesystemError(Errno.EACCES)
            return self._mounts.absolute(place)
        except FilesystemError as error:
            raise error.at(path) from None
