"""Finding a command along PATH, from inside a program."""

from __future__ import annotations

import stat

from .syscalls import X_OK, Access, Body, Stat, SyscallError
from .syscalls.errnos import EACCES, ENOENT


def find_command(name: str, directories: str) -> Body[str]:
    """The path `execvp` would use.

    Raises: SyscallError (ENOENT, or EACCES if only that was found).
    """
    if "/" in name:
        return name
    refused = False
    for directory in directories.split(":"):
        path = f"{directory}/{name}" if directory else name
        try:
            status = yield from Stat(path)
            if not stat.S_ISREG(status.mode):
                continue
            yield from Access(path, X_OK)
        except SyscallError as error:
            refused |= error.errno == EACCES
        else:
            return path
    raise SyscallError(EACCES if refused else ENOENT)
