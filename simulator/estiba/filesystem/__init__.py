"""Files: inodes, layer trees, and the union mount that shows several trees as one.

Entry points: `TreeBuilder` makes layer trees, `UnionMount` stacks them under a writable tree, `MountNamespace`
is what a process sees and has the system calls. What happens is told as events of `trace.files`.
"""

from .changes import Change, ChangeKind
from .content import Content
from .credentials import ROOT, Credentials
from .errors import STRERROR, Errno, FilesystemError
from .flags import (
    F_OK,
    NAME_MAX,
    O_ACCMODE,
    O_APPEND,
    O_CLOEXEC,
    O_CREAT,
    O_DIRECTORY,
    O_EXCL,
    O_NOCTTY,
    O_NOFOLLOW,
    O_NONBLOCK,
    O_RDONLY,
    O_RDWR,
    O_TRUNC,
    O_WRONLY,
    PATH_MAX,
    R_OK,
    SEEK_CUR,
    SEEK_END,
    SEEK_SET,
    W_OK,
    X_OK,
)
from .inode import (
    WHITEOUT,
    Directory,
    DirEntry,
    Entry,
    Inode,
    RegularFile,
    Special,
    Stat,
    Symlink,
    Whiteout,
    device_number,
)
from .lower import LowerStack
from .namespace import MountNamespace
from .open_file import OpenFile
from .tree import Tree, TreeBuilder
from .union import Filesystem, MemoryFilesystem, UnionMount
from .upper import UpperTree

__all__ = [
    "F_OK",
    "NAME_MAX",
    "O_ACCMODE",
    "O_APPEND",
    "O_CLOEXEC",
    "O_CREAT",
    "O_DIRECTORY",
    "O_EXCL",
    "O_NOCTTY",
    "O_NOFOLLOW",
    "O_NONBLOCK",
    "O_RDONLY",
    "O_RDWR",
    "O_TRUNC",
    "O_WRONLY",
    "PATH_MAX",
    "ROOT",
    "R_OK",
    "SEEK_CUR",
    "SEEK_END",
    "SEEK_SET",
    "STRERROR",
    "WHITEOUT",
    "W_OK",
    "X_OK",
    "Change",
    "ChangeKind",
    "Content",
    "Credentials",
    "DirEntry",
    "Directory",
    "Entry",
    "Errno",
    "Filesystem",
    "FilesystemError",
    "Inode",
    "LowerStack",
    "MemoryFilesystem",
    "MountNamespace",
    "OpenFile",
    "RegularFile",
    "Special",
    "Stat",
    "Symlink",
    "Tree",
    "TreeBuilder",
    "UnionMount",
    "UpperTree",
    "Whiteout",
    "device_number",
]
