"""A file system as one flat dictionary from path to entry: what a union mount must look like.

The documented differences of overlayfs are the two uses of `is_lower`: a directory that lower trees have cannot
be renamed (EXDEV), and a lower file parts from its other names when it is about to change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from estiba.filesystem import Errno, FilesystemError


@dataclass(eq=False)
class FlatEntry:
    is_directory: bool
    data: bytes = b""
    mode: int = 0o644
    is_lower: bool = False


class FlatModel:
    """Absolute paths without symlinks or dots."""

    def __init__(self) -> None:
        self.entries: dict[str, FlatEntry] = {"": FlatEntry(True, mode=0o755, is_lower=True)}

    def shown(self) -> dict[str, tuple[bool, bytes, int]]:
        return {path: (e.is_directory, e.data, e.mode) for path, e in self.entries.items()}

    def parent(self, path: str) -> None:
        """Check the directories above a name."""
        above = path.rpartition("/")[0]
        while above not in self.entries:
            above = above.rpartition("/")[0]
        if not self.entries[above].is_directory:
            raise FilesystemError(Errno.ENOTDIR)
        if path.rpartition("/")[0] != above:
            raise FilesystemError(Errno.ENOENT)

    def at(self, path: str) -> FlatEntry:
        self.parent(path)
        if path not in self.entries:
            raise FilesystemError(Errno.ENOENT)
        return self.entries[path]

    def free(self, path: str) -> None:
        self.parent(path)
        if path in self.entries:
            raise FilesystemError(Errno.EEXIST)

    def children(self, path: str) -> list[str]:
        return [other for other in self.entries if other.startswith(path + "/")]

    def own(self, path: str) -> FlatEntry:
        """The entry to change. A lower file parts from its other names."""
        entry = self.at(path)
        if entry.is_lower and not entry.is_directory:
            entry = self.entries[path] = replace(entry, is_lower=False)
        return entry

    def write(self, path: str, data: bytes, *, append: bool) -> None:
        self.parent(path)
        if path not in self.entries:
            self.entries[path] = FlatEntry(False)
        if self.entries[path].is_directory:
            raise FilesystemError(Errno.EISDIR)
        entry = self.own(path)
        entry.data = entry.data + data if append else data

    def truncate(self, path: str, size: int) -> None:
        if self.at(path).is_directory:
            raise FilesystemError(Errno.EISDIR)
        entry = self.own(path)
        entry.data = entry.data[:size].ljust(size, b"\0")

    def mkdir(self, path: str) -> None:
        self.free(path)
        self.entries[path] = FlatEntry(True, mode=0o755)

    def rmdir(self, path: str) -> None:
        if not self.at(path).is_directory:
            raise FilesystemError(Errno.ENOTDIR)
        if self.children(path):
            raise FilesystemError(Errno.ENOTEMPTY)
        del self.entries[path]

    def unlink(self, path: str) -> None:
        if self.at(path).is_directory:
            raise FilesystemError(Errno.EISDIR)
        del self.entries[path]

    def chmod(self, path: str, mode: int) -> None:
        self.own(path).mode = mode

    def link(self, source: str, target: str) -> None:
        entry = self.at(source)
        self.free(target)
        if entry.is_directory:
            raise FilesystemError(Errno.EPERM)
        self.entries[target] = self.own(source)

    def rename(self, source: str, target: str) -> None:
        self.parent(source)
        self.parent(target)
        entry, there = self.at(source), self.entries.get(target)
        if entry.is_directory and target.startswith(source + "/"):
            raise FilesystemError(Errno.EINVAL)
        if source.startswith(target + "/"):
            raise FilesystemError(Errno.ENOTEMPTY)
        if source == target or (entry is there and not entry.is_lower):
            return
        if there is not None and there.is_directory != entry.is_directory:
            raise FilesystemError(Errno.ENOTDIR if entry.is_directory else Errno.EISDIR)
        if entry.is_directory and entry.is_lower:
            raise FilesystemError(Errno.EXDEV)
        if there is not None and self.children(target):
            raise FilesystemError(Errno.ENOTEMPTY)
        self.entries[target] = self.own(source)
        del self.entries[source]
        for path in self.children(source):
            self.entries[target + path[len(source) :]] = self.entries.pop(path)
