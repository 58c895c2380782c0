"""Inodes and the union mount: how files of layers and containers are kept, seen and changed.

Entry points: `TreeBuilder` makes the immutable `Tree` of a layer; `UnionMount` lays an upper tree
over lower ones; `MemoryFilesystem` is a volume or tmpfs; `MountNamespace` is what a process sees.
"""

from .changes import Change, ChangeKind
from .content import Content
from .credentials import ROOT, Credentials
from .errors import Errno, FilesystemError
from .inode import WHITEOUT, DirEntry, Inode, Stat, Whiteout
from .lower import LowerStack
from .namespace import MountNamespace
from .open_file import OpenFile
from .tree import Tree, TreeBuilder
from .union import Filesystem, MemoryFilesystem, UnionMount
from .upper import UpperTree

__all__ = [
    "ROOT",
    "WHITEOUT",
    "Change",
    "ChangeKind",
    "Content",
    "Credentials",
    "DirEntry",
    "Errno",
    "Filesystem",
    "FilesystemError",
    "Inode",
    "LowerStack",
    "MemoryFilesystem",
    "MountNamespace",
    "OpenFile",
    "Stat",
    "Tree",
    "TreeBuilder",
    "UnionMount",
    "UpperTree",
    "Whiteout",
]
