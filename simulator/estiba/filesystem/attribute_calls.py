"""System calls that ask for and change attributes."""

from __future__ import annotations

from . import attributes
from .credentials import ROOT, Credentials, may
from .errors import Errno, FilesystemError
from .flags import MAX_FILE_SIZE, W_OK
from .inode import Directory, RegularFile, Stat
from .open_file import truncate_inode
from .place import Place
from .walk import Follow, Mounts


class AttributeCalls:
    """The part of a mount namespace about attributes. Raises: FilesystemError, all of it."""

    __slots__ = ()
    _mounts: Mounts

    def _place(self, path: str, cwd: str, credentials: Credentials, follow: bool = True) -> Place:
        place = self._mounts.walk(path, cwd, credentials, Follow.ALWAYS if follow else Follow.SLASH)
        if place.node is None:
            raise FilesystemError(Errno.ENOENT)
        return place

    def stat(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> Stat:
        try:
            return self._mounts.walk(path, cwd, credentials, Follow.ALWAYS).stat()
        except FilesystemError as error:
            raise error.at(path) from None

    def lstat(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> Stat:
        """As `stat`, of a symlink itself."""
        try:
            return self._mounts.walk(path, cwd, credentials, Follow.SLASH).stat()
        except FilesystemError as error:
            raise error.at(path) from None

    def access(
        self, path: str, mode: int = 0, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        """Raises: FilesystemError (EACCES, EROFS) unless all of R_OK, W_OK, X_OK asked for are granted."""
        try:
            place = self._place(path, cwd, credentials)
            if not may(credentials, place.inode, mode):
                raise FilesystemError(Errno.EACCES)
            if mode & W_OK and isinstance(place.inode, RegularFile | Directory):
                place.require_writable()
        except FilesystemError as error:
            raise error.at(path) from None

    def chmod(
        self, path: str, mode: int, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        try:
            attributes.chmod(self._place(path, cwd, credentials), mode, credentials)
        except FilesystemError as error:
            raise error.at(path) from None

    def chown(
        self,
        path: str,
        uid: int,
        gid: int,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        """Set owner and group; -1 leaves one as it is."""
        try:
            attributes.chown(self._place(path, cwd, credentials, follow), uid, gid, credentials)
        except FilesystemError as error:
            raise error.at(path) from None

    def utimens(
        self,
        path: str,
        mtime_ns: int | None = None,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        """Set the time of modification; None is now."""
        try:
            attributes.utimens(self._place(path, cwd, credentials, follow), mtime_ns, credentials)
        except FilesystemError as error:
            raise error.at(path) from None

    def truncate(
        self, path: str, size: int, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        try:
            if size < 0:
                raise FilesystemError(Errno.EINVAL)
            place = self._place(path, cwd, credentials)
            if not isinstance(place.inode, RegularFile):
                is_directory = isinstance(place.inode, Directory)
                raise FilesystemError(Errno.EISDIR if is_directory else Errno.EINVAL)
            place.require_writable()
            if not may(credentials, place.inode, W_OK):
                raise FilesystemError(Errno.EACCES)
            if size > MAX_FILE_SIZE:
                raise FilesystemError(Errno.EFBIG)
            _truncate(place, size, credentials)
        except FilesystemError as error:
            raise error.at(path) from None

    def getxattr(
        self,
        path: str,
        name: str,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> bytes:
        try:
            return attributes.getxattr(
                self._place(path, cwd, credentials, follow), name, credentials
            )
        except FilesystemError as error:
            raise error.at(path) from None

    def setxattr(
        self,
        path: str,
        name: str,
        value: bytes,
        flags: int = 0,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        try:
            place = self._place(path, cwd, credentials, follow)
            attributes.setxattr(place, name, value, flags, credentials)
        except FilesystemError as error:
            raise error.at(path) from None

    def listxattr(
        self,
        path: str,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> tuple[str, ...]:
        try:
            return attributes.listxattr(self._place(path, cwd, credentials, follow))
        except FilesystemError as error:
            raise error.at(path) from None

    def removexattr(
        self,
        path: str,
        name: str,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        try:
            attributes.removexattr(self._place(path, cwd, credentials, follow), name, credentials)
        except FilesystemError as error:
            raise error.at(path) from None


def _truncate(place: Place, size: int, credentials: Credentials) -> None:
    """A whole truncation copies no data up. The time changes if the size does."""
    before = place.inode.size
    node = place.changing(with_data=size > 0)
    if isinstance(node, RegularFile):
        truncate_inode(place, node, size)
        if size != before:
            node.mtime_ns = place.mount.filesystem.now_ns()
        attributes.drop_privileges(node, credentials)
