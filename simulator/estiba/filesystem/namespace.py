"""What a process sees: one tree of names over several file systems, and the system calls on it.

Each call takes the path, then what it needs, then `cwd` and `credentials` by keyword. The umask is the caller's:
modes come masked. Checks stand in the kernel's order, so the error is the one the kernel gives.
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
from .place import Mount
from .union import Filesystem
from .walk import Follow, Mounts

FIRST_DEVICE = 40


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
        self, target: str, filesystem: Filesystem, *, read_only: bool = False, source: str = "/"
    ) -> None:
        """Show a file system, or the directory or file of it that `source` names, at `target`.

        A file goes over a file, a directory over a directory; both exist.
        """
        place = self._mounts.walk(target, "/", ROOT, Follow.ALWAYS)
        at = (place.directory, place.name)
        if isinstance(place.node, MergedDirectory) and place.node.parent is not None:
            at = (place.node.parent, place.node.name)
        elif isinstance(place.node, MergedDirectory):
            raise FilesystemError(Errno.EBUSY, target)
        shown = MountNamespace(filesystem)._mounts.walk(source, "/", ROOT, Follow.ALWAYS)
        is_directory = isinstance(shown.found, MergedDirectory)
        if isinstance(place.found, MergedDirectory) != is_directory:
            raise FilesystemError(Errno.ENOTDIR, target)
        root = shown.node if isinstance(shown.node, MergedDirectory) else None
        dev = self._devices.setdefault(id(filesystem), FIRST_DEVICE + len(self._devices))
        mount = Mount(
            filesystem, root or (shown.directory, shown.name), dev=dev, read_only=read_only
        )
        mount.parent, mount.at = place.mount, at
        self._mounts.over.setdefault(at, []).append(mount)

    def umount(self, target: str) -> None:
        """Take away what was last mounted at `target`. Raises: FilesystemError (EINVAL)."""
        place = self._mounts.walk(target, "/", ROOT, Follow.ALWAYS)
        at = place.mount.at
        if at is None or place.mount.place().node is not place.node:
            raise FilesystemError(Errno.EINVAL, target)
        mounted = self._mounts.over[at]
        mounted.pop()
        if not mounted:
            del self._mounts.over[at]

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
            return directory_entries(place)
        except FilesystemError as error:
            raise error.at(path) from None

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
