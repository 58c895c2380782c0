"""Which file a command names, as Go's exec.LookPath finds it."""

from __future__ import annotations

import os
import stat

from ..port import ExecutableDenied, ExecutableNotFound


def find(name: str, path: str) -> str:
    """Raises: ExecutableNotFound, ExecutableDenied."""
    if "/" in name:
        try:
            found = os.stat(name)
        except OSError as error:
            denied = isinstance(error, PermissionError)
            kind = ExecutableDenied if denied else ExecutableNotFound
            text = (error.strerror or "").lower()
            raise kind(f'"{name}": stat {name}: {text}') from None
        if not _may_run(name, found):
            raise ExecutableDenied(f'"{name}": permission denied')
        return name
    for directory in path.split(":") if name else ():
        place = f"{directory or '.'}/{name}"
        try:
            if _may_run(place, os.stat(place)):
                return place
        except OSError:
            continue
    raise ExecutableNotFound(f'"{name}": executable file not found in $PATH')


def _may_run(path: str, found: os.stat_result) -> bool:
    return not stat.S_ISDIR(found.st_mode) and os.access(path, os.X_OK)
