"""What carries out each system call, by subject as in `..syscalls`.

Importing this registers all of them.
"""

from . import execution, files, mounts, processes, sockets, terminals

__all__ = ["execution", "files", "mounts", "processes", "sockets", "terminals"]
