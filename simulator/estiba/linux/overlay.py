"""A stack of directories as a value, and how it is mounted.

All directories are named relative to one, `home`, which is the working directory during the mount: the options must
fit a page, and no name of the user's choice gets into them. Docker's options: no index, no redirects, no metadata
only copies, so that the upper directory holds every change. Source: Linux, Documentation/filesystems/overlayfs.rst.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from . import calls

OPTIONS = "index=off,redirect_dir=off,metacopy=off"
PAGE = 4096
EMPTY = ("empty", "nothing")
"""Directories without entries; two, because no directory may be in a stack twice."""


class TooManyLayers(OSError):
    """The options would not fit a page."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Lower directories, topmost first; an upper one and its work directory, or none: read only.

    `name` tells whose it is. `home` also holds the directories of `EMPTY`, for stacks that
    are too low.
    """

    home: Path
    lowers: tuple[str, ...]
    upper: str = ""
    work: str = ""
    name: str = ""

    def options(self, *, in_user_namespace: bool = False) -> str:
        """Raises: TooManyLayers."""
        wanted = 1 if self.upper else 2
        lowers = (*self.lowers, *EMPTY[: max(0, wanted - len(self.lowers))])
        text = f"{OPTIONS},lowerdir={':'.join(lowers)}"
        if self.upper:
            text += f",upperdir={self.upper},workdir={self.work}"
        if in_user_namespace:
            text += ",userxattr"
        if len(text) >= PAGE:
            raise TooManyLayers(7, f"{len(lowers)} layers are too many for one mount")
        return text

    def mount(self, target: str, *, in_user_namespace: bool = False) -> None:
        """Mount it. The working directory is another one meanwhile."""
        options = self.options(in_user_namespace=in_user_namespace)
        here = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.chdir(self.home)
            calls.mount("overlay", target, "overlay", 0, options)
        finally:
            os.fchdir(here)
            os.close(here)

    def open(self, *, in_user_namespace: bool = False) -> int:
        """Its root as a descriptor, which alone keeps the mount: nothing of it is left in the tree of names."""
        place = str(self.home / "view")
        os.makedirs(place, exist_ok=True)
        self.mount(place, in_user_namespace=in_user_namespace)
        try:
            return os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        finally:
            calls.unmount(place, calls.MNT_DETACH)


def in_user_namespace() -> bool:
    """Whether this process is in a user namespace of its own rather than the machine's."""
    try:
        with open("/proc/self/uid_map", encoding="ascii") as stream:
            return stream.read().split() != ["0", "0", "4294967295"]
    except OSError:
        return False
