"""What happens to files on union mounts and memory file systems.

`path` is the path inside the mount, with a leading slash; `mount` names the mount (a container's
snapshot, a
volume), empty when nobody named it. Source: Linux, Documentation/filesystems/overlayfs.rst.
"""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FileEvent:
    """What all of them carry."""

    name: ClassVar[str] = "file"
    mount: str
    path: str


@dataclass(frozen=True, slots=True)
class FileLookedUp(FileEvent):
    """A name was looked for. Emitted only by a mount that was asked to.

    `layer` counts from 0, the upper tree; lower trees follow, topmost first. None: nowhere.
    `searched` says how
    many trees were asked.
    """

    name: ClassVar[str] = "file.looked-up"
    layer: int | None
    searched: int


@dataclass(frozen=True, slots=True)
class FileCopiedUp(FileEvent):
    """A lower file or directory reached the upper tree because it was about to change.

    Units: `size`, bytes of data copied: the whole file, none of it when it is opened with O_TRUNC.
    """

    name: ClassVar[str] = "file.copied-up"
    size: int


class FileWhitedOut(FileEvent):
    """A whiteout took the place of a name that lower trees still have."""

    __slots__ = ()
    name: ClassVar[str] = "file.whited-out"


class DirectoryMadeOpaque(FileEvent):
    """A directory of the upper tree now hides what lower trees have under its name."""

    __slots__ = ()
    name: ClassVar[str] = "directory.made-opaque"


@dataclass(frozen=True, slots=True)
class FileCreated(FileEvent):
    """A new inode. `kind`: file, directory, symlink, fifo, socket, character-device or
    block-device. Units: `size`, bytes; a symlink has its target's length from the start."""

    name: ClassVar[str] = "file.created"
    kind: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class FileLinked(FileEvent):
    """An inode got one more name; `target` is the name it had."""

    name: ClassVar[str] = "file.linked"
    target: str


@dataclass(frozen=True, slots=True)
class FileWritten(FileEvent):
    """An open file that had been written to was closed.

    Units: `size`, bytes written through it; `total`, bytes the file has now.
    """

    name: ClassVar[str] = "file.written"
    size: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class FileTruncated(FileEvent):
    """A file was cut or extended. Units: `size`, bytes it has now."""

    name: ClassVar[str] = "file.truncated"
    size: int


@dataclass(frozen=True, slots=True)
class FileChanged(FileEvent):
    """An attribute changed; `attribute`: mode, owner, times or xattr."""

    name: ClassVar[str] = "file.changed"
    attribute: str


class FileRemoved(FileEvent):
    """A name is gone from the merged view."""

    __slots__ = ()
    name: ClassVar[str] = "file.removed"


@dataclass(frozen=True, slots=True)
class FileRenamed(FileEvent):
    """A name became another one, `to`."""

    name: ClassVar[str] = "file.renamed"
    to: str
