"""A root file system as a tar archive: the files selected, and the few that every system has."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from .selection import Selection, applets

PASSWD = (
    "root:x:0:0:root:/root:{shell}\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
)
GROUP = "root:x:0:\nnobody:x:65534:\n"
DIRECTORIES = {"etc": 0o755, "home": 0o755, "root": 0o700, "tmp": 0o1777, "var": 0o755}
DATE = 1_611_832_800
"""One time for what is made here, so that the same programs give the same image."""


def write_root(names: Sequence[str], stream: IO[bytes]) -> str:
    """Write an archive with the programs named; the shell it has, or "". Raises: NoSuchProgram, LibraryMissing."""
    selection = Selection()
    for name in names:
        selection.add_program(name)
    shell = next((f"/bin/{name}" for name in ("bash", "sh", "dash") if name in names), "")
    if shell and os.path.exists(shell):
        selection.add(shell)
    links: dict[str, str] = {}
    if "busybox" in names:
        real = shutil.which("busybox") or ""
        selection.add("/bin")
        links = {f"/bin/{applet}": real for applet in applets(real)}
        shell = shell or "/bin/sh"
    write_selection(selection, links, shell, stream)
    return shell


def write_selection(
    selection: Selection, links: dict[str, str], shell: str, stream: IO[bytes]
) -> None:
    """Write what was selected, further links by name, and the accounts; `shell` gets the name sh, if it is not ""."""
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        made = set()
        for name, mode in DIRECTORIES.items():
            _add(archive, name, mode)
            made.add(f"/{name}")
        for path in sorted(selection.paths):
            if path not in made and path not in links:
                _add_path(archive, path)
                made.add(path)
        for path, target in links.items():
            place = os.path.realpath(os.path.dirname(path)) + "/" + os.path.basename(path)
            if place not in made:
                made.add(place)
                _add(archive, place.lstrip("/"), 0o777, link=target)
        if shell and "/bin/sh" not in links and "/bin/sh" not in made and "/usr/bin/sh" not in made:
            directory = "usr/bin" if "/usr/bin" in made else "bin"
            _add(archive, f"{directory}/sh", 0o777, link=os.path.basename(shell))
        _add(archive, "etc/passwd", 0o644, PASSWD.format(shell=shell or "/bin/false").encode())
        _add(archive, "etc/group", 0o644, GROUP.encode())


def _add_path(archive: tarfile.TarFile, path: str) -> None:
    """A file, link or directory of this machine. Directories and files belong to root."""
    name, found = path.lstrip("/"), os.lstat(path)
    if os.path.islink(path):
        _add(archive, name, 0o777, link=os.readlink(path))
    elif os.path.isdir(path):
        _add(archive, name, found.st_mode & 0o7777)
    else:
        data = Path(path).read_bytes()
        _add(archive, name, found.st_mode & 0o7777, data, mtime=int(found.st_mtime))


def _add(
    archive: tarfile.TarFile,
    name: str,
    mode: int,
    data: bytes | None = None,
    *,
    link: str = "",
    mtime: int = DATE,
) -> None:
    entry = tarfile.TarInfo(name)
    entry.mode, entry.mtime = mode, mtime
    if link:
        entry.type, entry.linkname = tarfile.SYMTYPE, link
    elif data is None:
        entry.type = tarfile.DIRTYPE
    else:
        entry.size = len(data)
    archive.addfile(entry, None if data is None else io.BytesIO(data))
