"""Which files an image of this machine's programs has.

A name is a program in PATH, or a Debian package, which stands for the programs it brought. Every path keeps the
links that lead to it on this machine: where /bin is a link to usr/bin, it is one in the image too.
"""

from __future__ import annotations

import glob
import os
import shutil
import stat
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import NotFound
from .elf import Needs, NotElf, needs

PACKAGES = "/var/lib/dpkg/info"
PROGRAM_PLACES = ("/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/")
LIBRARY_PLACES = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")
COMPANIONS = {
    "bash": ("/etc/bash.bashrc", "/lib/terminfo/x/xterm", "/usr/share/terminfo/x/xterm"),
    "busybox": (),
}
"""Files that belong to a program and that it does not name itself, where they exist."""


class NoSuchProgram(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"neither a program in PATH nor an installed package of this machine: {name}"
        )
        self.name = name


class LibraryMissing(NotFound):
    def __init__(self, library: str, path: str) -> None:
        super().__init__(f"{path} needs {library}, which is not on this machine")
        self.library, self.path = library, path


class Selection:
    """Paths of this machine, in the order found: links, files and the directories they are in."""

    def __init__(self) -> None:
        self.paths: dict[str, None] = {}
        self._looked_at: set[str] = set()

    def add_program(self, name: str) -> None:
        """Raises: NoSuchProgram, LibraryMissing."""
        for path in programs(name):
            self.add_executable(path)
        for path in COMPANIONS.get(name, ()):
            if os.path.exists(path):
                self.add(path)

    def add(self, path: str) -> str:
        """Add a path with every link on the way; where it leads in the end."""
        pending = [part for part in reversed(path.split("/")) if part]
        here = ""
        while pending:
            name = pending.pop()
            if name == "..":
                here = here.rpartition("/")[0]
                continue
            here = f"{here}/{name}"
            self.paths.setdefault(here)
            if os.path.islink(here):
                target = os.readlink(here)
                pending += [part for part in reversed(target.split("/")) if part not in ("", ".")]
                here = "" if target.startswith("/") else here.rpartition("/")[0]
        return here

    def add_executable(self, path: str) -> None:
        """A program, script or library with all it needs. Raises: LibraryMissing."""
        real = self.add(path)
        if real in self._looked_at:
            return
        self._looked_at.add(real)
        data = Path(real).read_bytes()
        if data.startswith(b"#!"):
            words = data[2:].splitlines()[0].decode("utf-8", "replace").split()
            if words and os.path.exists(words[0]):
                self.add_executable(words[0])
            return
        try:
            needed = needs(data)
        except NotElf:
            return
        if needed.interpreter:
            self.add_executable(needed.interpreter)
        for library in needed.libraries:
            self.add_executable(find_library(library, needed, real))


def programs(name: str) -> Iterator[str]:
    """The paths a name stands for. Raises: NoSuchProgram."""
    found = shutil.which(name)
    if found is not None:
        yield found
        return
    listed = [
        path for path in _package_files(name) if path.startswith(PROGRAM_PLACES) and _may_run(path)
    ]
    if not listed:
        raise NoSuchProgram(name)
    yield from listed


def _package_files(name: str) -> list[str]:
    for path in (f"{PACKAGES}/{name}.list", *glob.glob(f"{PACKAGES}/{glob.escape(name)}:*.list")):
        if os.path.exists(path):
            return Path(path).read_text(encoding="utf-8").splitlines()
    return []


def _may_run(path: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode) and os.access(path, os.X_OK)
    except OSError:
        return False


def find_library(library: str, needed: Needs, path: str) -> str:
    """As the dynamic loader looks for it. Raises: LibraryMissing."""
    if "/" in library:
        return library
    own = (place.replace("$ORIGIN", os.path.dirname(path)) for place in needed.paths)
    for place in (*own, *_configured(), *LIBRARY_PLACES):
        candidate = f"{place}/{library}"
        try:
            if needs(Path(candidate).read_bytes()).machine == needed.machine:
                return candidate
        except (OSError, NotElf):
            continue
    raise LibraryMissing(library, path)


def _configured(path: str = "/etc/ld.so.conf") -> Iterator[str]:
    """The directories of ld.so.conf, with those of the files it includes."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        words = line.partition("#")[0].split()
        if words[:1] == ["include"]:
            for included in sorted(place for word in words[1:] for place in glob.glob(word)):
                yield from _configured(included)
        else:
            yield from words


def applets(path: str) -> Iterable[str]:
    """The names a busybox answers to, asked of itself."""
    shown = subprocess.run([path, "--list"], capture_output=True, text=True, check=False)
    return [name for name in shown.stdout.split() if name != "busybox"]
