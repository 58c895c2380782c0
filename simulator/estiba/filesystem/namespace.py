"""What a process sees: a root filesystem with others mounted in it, and the calls that take paths."""

from __future__ import annotations

import stat
from collections.abc import Callable

from .credentials import ROOT, Credentials, may, may_link, may_unlink, without_privileges
from .errors import Errno, FilesystemError
from .flags import (
    F_OK,
    O_ACCMODE,
    O_CREAT,
    O_DIRECTORY,
    O_EXCL,
    O_NOFOLLOW,
    O_RDONLY,
    O_RDWR,
    O_TRUNC,
    O_WRONLY,
    R_OK,
    W_OK,
    X_OK,
    XATTR_CREATE,
    XATTR_REPLACE,
)
from .inode import Directory, DirEntry, Inode, RegularFile, Special, Stat, Symlink
from .merged import MergedDirectory
from .open_file import OpenFile
from .tree import TreeBuilder
from .union import Filesystem, MemoryFilesystem
from .walk import Mount, Place, Walker

ACCESS = {O_RDONLY: R_OK, O_WRONLY: W_OK, O_RDWR: R_OK | W_OK}
SMALL_FILE = "file"


class MountNamespace:
    """Paths over mounts. Relative ones start at `cwd`; `credentials` says who asks.

    Raises, in every method: FilesystemError with the kernel's number and the path as given.
    """

    def __init__(self, root: Filesystem) -> None:
        self._walker = Walker(root)
        self.root = root

    # -- mounts ------------------------------------------------------------------------------------

    def mount(self, target: str, source: Filesystem | bytes, *, read_only: bool = False) -> None:
        """Show a tree, or one small file with this content, at a path; it need not exist below."""
        path = "/" + "/".join(name for name in target.split("/") if name and name != ".")
        number = 46 + len(self._walker.mounts)
        if isinstance(source, bytes):
            builder = TreeBuilder()
            builder.file(SMALL_FILE, source)
            filesystem = MemoryFilesystem(builder.build())
            self._walker.mounts[path] = Mount(filesystem, read_only, number, SMALL_FILE)
        else:
            self._walker.mounts[path] = Mount(source, read_only, number)

    def umount(self, target: str) -> None:
        """Take the mount at a path away. Raises: EINVAL where there is none."""
        if target == "/" or self._walker.mounts.pop(target, None) is None:
            raise FilesystemError(Errno.EINVAL, target)

    def set_read_only(self) -> None:
        """Refuse changes of the root filesystem (`docker run --read-only`)."""
        self._walker.mounts["/"].read_only = True

    def resolve(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> str:
        """The path without symlinks, dots and double slashes; it must exist."""
        place = self._walker.walk(path, cwd, credentials)
        if place.node is None:
            raise FilesystemError(Errno.ENOENT, path)
        return place.path

    # -- looking -----------------------------------------------------------------------------------

    def _at(self, path: str, cwd: str, credentials: Credentials, *, follow: bool = True) -> Place:
        place = self._walker.walk(path, cwd, credentials, follow=follow)
        if place.node is None:
            raise FilesystemError(Errno.ENOENT, path)
        return place

    def stat(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> Stat:
        return self._at(path, cwd, credentials).stat()

    def lstat(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> Stat:
        return self._at(path, cwd, credentials, follow=False).stat()

    def access(
        self, path: str, mode: int, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        """May this user read, write, execute? Raises: EACCES, EROFS."""
        place = self._at(path, cwd, credentials)
        if mode & W_OK and place.mount.read_only and place.inode.kind in _STORED:
            raise FilesystemError(Errno.EROFS, path)
        if mode != F_OK and not may(credentials, place.inode, mode):
            raise FilesystemError(Errno.EACCES, path)

    def readlink(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> str:
        node = self._at(path, cwd, credentials, follow=False).node
        if not isinstance(node, Symlink):
            raise FilesystemError(Errno.EINVAL, path)
        return node.target

    def readdir(
        self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> tuple[DirEntry, ...]:
        """The entries without "." and "..", by name; mount points show too."""
        place = self._at(path, cwd, credentials)
        if not isinstance(place.node, MergedDirectory):
            raise FilesystemError(Errno.ENOTDIR, path)
        if not may(credentials, place.inode, R_OK):
            raise FilesystemError(Errno.EACCES, path)
        listing = place.filesystem.listing(place.node)
        points = self._points_in(place.path)
        if not points:
            return listing
        shown = {entry.name: entry for entry in listing} | points
        return tuple(shown[name] for name in sorted(shown))

    def _points_in(self, path: str) -> dict[str, DirEntry]:
        prefix = path if path == "/" else path + "/"
        found = {}
        for target, mount in self._walker.mounts.items():
            name = target.removeprefix(prefix)
            if target != "/" and target.startswith(prefix) and "/" not in name:
                status = mount.place(target, name).stat()
                found[name] = DirEntry(name, status.kind, status.ino)
        return found

    # -- opening -----------------------------------------------------------------------------------

    def open(
        self,
        path: str,
        flags: int,
        mode: int = 0o666,
        *,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> OpenFile:
        """Open, and with O_CREAT make, a file. The caller applies the umask to `mode`."""
        exclusive = flags & O_CREAT and flags & O_EXCL
        follow = not (flags & O_NOFOLLOW or exclusive)
        place = self._walker.walk(path, cwd, credentials, follow=follow)
        write = flags & O_ACCMODE != O_RDONLY
        if place.node is None:
            self._create_file(place, path, flags, mode, credentials)
        else:
            self._check_open(place, path, flags, credentials, write=bool(write))
        assert place.node is not None
        if place.parent is None:
            return OpenFile(place.filesystem, place.inode, flags, place.stat().ino, place.path)
        if flags & O_TRUNC and isinstance(place.node, RegularFile):
            if place.node.size or write:
                place.filesystem.truncate(place.parent, place.name, 0)
            place.node = place.filesystem.lookup(place.parent, place.name)
            assert place.node is not None
        return place.filesystem.open(place.parent, place.name, place.node, flags, write=bool(write))

    def _create_file(
        self, place: Place, path: str, flags: int, mode: int, credentials: Credentials
    ) -> None:
        if not flags & O_CREAT:
            raise FilesystemError(Errno.ENOENT, path)
        if place.trailing:
            raise FilesystemError(Errno.EISDIR, path)
        inode = RegularFile(stat.S_IFREG | mode & 0o7777)
        self._make(place, path, inode, credentials)
        place.node = inode

    def _check_open(
        self, place: Place, path: str, flags: int, credentials: Credentials, *, write: bool
    ) -> None:
        if flags & O_CREAT and flags & O_EXCL:
            raise FilesystemError(Errno.EEXIST, path)
        if isinstance(place.node, MergedDirectory):
            if write or flags & (O_CREAT | O_TRUNC):
                raise FilesystemError(Errno.EISDIR, path)
        elif flags & O_DIRECTORY:
            raise FilesystemError(Errno.ENOTDIR, path)
        elif isinstance(place.node, Symlink):
            raise FilesystemError(Errno.ELOOP, path)
        wanted = ACCESS.get(flags & O_ACCMODE, R_OK | W_OK) | (W_OK if flags & O_TRUNC else 0)
        if wanted & W_OK and place.mount.read_only and place.inode.kind in _STORED:
            raise FilesystemError(Errno.EROFS, path)
        if not may(credentials, place.inode, wanted):
            raise FilesystemError(Errno.EACCES, path)

    # -- making ------------------------------------------------------------------------------------

    def _make(self, place: Place, path: str, inode: Inode, credentials: Credentials) -> None:
        """Put a new inode at a free place, owned by whoever asks."""
        if place.node is not None:
            raise FilesystemError(Errno.EEXIST, path)
        parent = self._changeable(place, path, credentials)
        inode.uid, inode.gid = credentials.uid, credentials.gid
        if parent.inode.mode & stat.S_ISGID:
            inode.gid = parent.inode.gid
            if isinstance(inode, Directory):
                inode.mode |= stat.S_ISGID
        place.filesystem.create(parent, place.name, inode)

    def _changeable(self, place: Place, path: str, credentials: Credentials) -> MergedDirectory:
        """The directory of a place, if names in it may change. Raises: EBUSY, EROFS, EACCES."""
        if place.parent is None or place.mount.file:
            raise FilesystemError(Errno.EBUSY, path)
        if place.mount.read_only:
            raise FilesystemError(Errno.EROFS, path)
        if not may(credentials, place.parent.inode, W_OK | X_OK):
            raise FilesystemError(Errno.EACCES, path)
        return place.parent

    def mkdir(
        self, path: str, mode: int = 0o777, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        place = self._walker.walk(path, cwd, credentials, follow=False)
        self._make(place, path, Directory(stat.S_IFDIR | mode & 0o1777), credentials)

    def symlink(
        self, text: str, path: str, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        """Make a symlink at `path` that says `text`."""
        place = self._walker.walk(path, cwd, credentials, follow=False)
        if not text or (place.trailing and place.node is None):
            raise FilesystemError(Errno.ENOENT, path)
        self._make(place, path, Symlink(text), credentials)

    def mknod(
        self,
        path: str,
        mode: int,
        rdev: int = 0,
        *,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        """Make a node; `mode` includes the type."""
        place = self._walker.walk(path, cwd, credentials, follow=False)
        kind = stat.S_IFMT(mode) or stat.S_IFREG
        if kind in (stat.S_IFCHR, stat.S_IFBLK) and not credentials.is_root:
            raise FilesystemError(Errno.EPERM, path)
        mode = kind | mode & 0o7777
        made = RegularFile(mode) if kind == stat.S_IFREG else Special(mode, rdev=rdev)
        self._make(place, path, made, credentials)

    def link(
        self, source: str, target: str, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        """Give `source` the second name `target`; symlinks are linked themselves."""
        old = self._at(source, cwd, credentials, follow=False)
        new = self._walker.walk(target, cwd, credentials, follow=False)
        if new.node is not None:
            raise FilesystemError(Errno.EEXIST, target)
        if isinstance(old.node, MergedDirectory):
            raise FilesystemError(Errno.EPERM, source)
        if old.mount is not new.mount:
            raise FilesystemError(Errno.EXDEV, target)
        if new.trailing:
            raise FilesystemError(Errno.ENOENT, target)
        parent = self._changeable(new, target, credentials)
        if not may_link(credentials, old.inode):
            raise FilesystemError(Errno.EPERM, source)
        assert old.parent is not None
        old.filesystem.link(old.parent, old.name, parent, new.name)

    # -- taking away -------------------------------------------------------------------------------

    def _victim(self, place: Place, path: str, credentials: Credentials) -> MergedDirectory:
        """The directory a name may be taken out of."""
        parent = self._changeable(place, path, credentials)
        if not may_unlink(credentials, parent.inode, place.inode):
            raise FilesystemError(Errno.EPERM, path)
        return parent

    def unlink(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> None:
        place = self._at(path, cwd, credentials, follow=False)
        if isinstance(place.node, MergedDirectory):
            raise FilesystemError(Errno.EISDIR, path)
        place.filesystem.remove(self._victim(place, path, credentials), place.name)

    def rmdir(self, path: str, *, cwd: str = "/", credentials: Credentials = ROOT) -> None:
        place = self._at(path, cwd, credentials, follow=False)
        if place.last == ".":
            raise FilesystemError(Errno.EINVAL, path)
        if place.last == "..":
            raise FilesystemError(Errno.ENOTEMPTY, path)
        if not isinstance(place.node, MergedDirectory):
            raise FilesystemError(Errno.ENOTDIR, path)
        parent = self._victim(place, path, credentials)
        self._told(path, lambda: place.filesystem.remove(parent, place.name))

    def rename(
        self, source: str, target: str, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        old = self._at(source, cwd, credentials, follow=False)
        new = self._walker.walk(target, cwd, credentials, follow=False)
        if {old.last, new.last} & {".", ".."}:
            raise FilesystemError(Errno.EBUSY, source)
        if old.mount is not new.mount:
            raise FilesystemError(Errno.EXDEV, source)
        if new.trailing and not isinstance(old.node, MergedDirectory):
            raise FilesystemError(Errno.ENOTDIR, source)
        from_parent = self._victim(old, source, credentials)
        to_parent = self._changeable(new, target, credentials)
        if new.node is not None and not may_unlink(credentials, to_parent.inode, new.inode):
            raise FilesystemError(Errno.EPERM, target)
        self._told(
            source, lambda: old.filesystem.rename(from_parent, old.name, to_parent, new.name)
        )

    @staticmethod
    def _told(path: str, work: Callable[[], None]) -> None:
        """Name the path in an error that comes from below."""
        try:
            work()
        except FilesystemError as error:
            raise FilesystemError(error.errno, path) from None

    # -- attributes --------------------------------------------------------------------------------

    def _change(
        self,
        place: Place,
        path: str,
        attribute: str,
        apply: Callable[[Inode], None],
    ) -> None:
        if place.mount.read_only:
            raise FilesystemError(Errno.EROFS, path)
        assert place.node is not None
        place.filesystem.change(place.parent, place.name, place.node, attribute, apply)

    def chmod(
        self, path: str, mode: int, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        place = self._at(path, cwd, credentials)
        if not credentials.owns(place.inode):
            raise FilesystemError(Errno.EPERM, path)
        bits = mode & 0o7777
        if not credentials.is_root and not credentials.is_member(place.inode.gid):
            bits &= ~stat.S_ISGID

        def apply(inode: Inode) -> None:
            inode.mode = stat.S_IFMT(inode.mode) | bits

        self._change(place, path, "mode", apply)

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
        """Change owner and group; -1 keeps one."""
        place = self._at(path, cwd, credentials, follow=follow)
        inode = place.inode
        own_group = credentials.uid == inode.uid and (gid == -1 or credentials.is_member(gid))
        if not credentials.is_root and not (own_group and uid in (-1, inode.uid)):
            raise FilesystemError(Errno.EPERM, path)

        def apply(inode: Inode) -> None:
            inode.uid = inode.uid if uid == -1 else uid
            inode.gid = inode.gid if gid == -1 else gid
            if not stat.S_ISLNK(inode.mode):
                inode.mode = without_privileges(inode.mode)

        self._change(place, path, "owner", apply)

    def utimens(
        self,
        path: str,
        mtime_ns: int,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        """Set the time of modification. Units: nanoseconds since the epoch."""
        place = self._at(path, cwd, credentials, follow=follow)
        if not credentials.owns(place.inode) and not may(credentials, place.inode, W_OK):
            raise FilesystemError(Errno.EACCES, path)

        def apply(inode: Inode) -> None:
            inode.mtime_ns = mtime_ns

        self._change(place, path, "times", apply)

    def truncate(
        self, path: str, size: int, *, cwd: str = "/", credentials: Credentials = ROOT
    ) -> None:
        place = self._at(path, cwd, credentials)
        if isinstance(place.node, MergedDirectory):
            raise FilesystemError(Errno.EISDIR, path)
        if size < 0 or place.parent is None or not isinstance(place.node, RegularFile):
            raise FilesystemError(Errno.EINVAL, path)
        if place.mount.read_only:
            raise FilesystemError(Errno.EROFS, path)
        if not may(credentials, place.inode, W_OK):
            raise FilesystemError(Errno.EACCES, path)
        place.filesystem.truncate(place.parent, place.name, size)

    def listxattr(
        self,
        path: str,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> tuple[str, ...]:
        inode = self._at(path, cwd, credentials, follow=follow).inode
        return tuple(sorted(inode.xattrs)) if inode.xattrs else ()

    def getxattr(
        self,
        path: str,
        name: str,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> bytes:
        xattrs = self._at(path, cwd, credentials, follow=follow).inode.xattrs
        if not xattrs or name not in xattrs:
            raise FilesystemError(Errno.ENODATA, path)
        return xattrs[name]

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
        place = self._at(path, cwd, credentials, follow=follow)
        there = name in (place.inode.xattrs or ())
        if flags & XATTR_CREATE and there:
            raise FilesystemError(Errno.EEXIST, path)
        if flags & XATTR_REPLACE and not there:
            raise FilesystemError(Errno.ENODATA, path)
        if not credentials.owns(place.inode):
            raise FilesystemError(Errno.EPERM, path)

        def apply(inode: Inode) -> None:
            inode.xattrs = {**(inode.xattrs or {}), name: value}

        self._change(place, path, "xattr", apply)

    def removexattr(
        self,
        path: str,
        name: str,
        *,
        follow: bool = True,
        cwd: str = "/",
        credentials: Credentials = ROOT,
    ) -> None:
        place = self._at(path, cwd, credentials, follow=follow)
        if name not in (place.inode.xattrs or ()):
            raise FilesystemError(Errno.ENODATA, path)

        def apply(inode: Inode) -> None:
            inode.xattrs = {n: v for n, v in (inode.xattrs or {}).items() if n != name} or None

        self._change(place, path, "xattr", apply)


_STORED = (stat.S_IFREG, stat.S_IFDIR)
