"""Copying files and trees with what is to be kept of them: the heart of cp, mv and install."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..program import Process
from ..streams import copy, print_out
from ..syscalls import (
    O_CREAT,
    O_EXCL,
    O_RDONLY,
    O_TRUNC,
    O_WRONLY,
    Body,
    Chmod,
    Chown,
    Close,
    Getdents,
    Link,
    Lstat,
    Mkdir,
    Mknod,
    Open,
    Readlink,
    Rmdir,
    Stat,
    Symlink,
    SyscallError,
    Umask,
    Unlink,
    Utimens,
)
from ..syscalls.errnos import EEXIST, ENOENT
from .asking import agrees
from .options import complain, is_busybox
from .quoting import quoted
from .status import is_directory, is_link, is_regular, same_file

if TYPE_CHECKING:
    from .status import Status


@dataclass(slots=True)
class CopyWish:
    """What the options ask for. `follow`: P never, L always, H operands only."""

    recursive: bool = False
    follow: str = ""
    keep: set[str] = field(default_factory=set)
    overwrite: str = ""
    force: bool = False
    symbolic: bool = False
    hard: bool = False
    update: bool = False
    verbose: bool = False
    no_target: bool = False
    remove: bool = False


class Copier:
    """One run of a copy. `status` is the exit status so far."""

    def __init__(self, process: Process, wish: CopyWish) -> None:
        self.process, self.wish = process, wish
        self.status = 0
        self.copied: dict[tuple[int, int], str] = {}
        self.roots: list[tuple[int, int]] = []

    def say(self, text: str, status: int = 1) -> Body[None]:
        self.status = status
        yield from complain(self.process, text)

    def failed(self, gnu: str, busybox: str, path: str, error: SyscallError) -> Body[None]:
        if is_busybox(self.process):
            yield from self.say(f"{busybox.format(path)}: {error}")
        else:
            yield from self.say(f"{gnu.format(quoted(self.process, path))}: {error}")

    def copy(self, source: str, place: str, *, top: bool = False) -> Body[None]:
        follow = self.wish.follow == "L" or (self.wish.follow == "H" and top)
        try:
            status = yield from (Stat(source) if follow else Lstat(source))
        except SyscallError as error:
            yield from self.failed("cannot stat {}", "can't stat '{}'", source, error)
            return
        if is_directory(status) and not self.wish.recursive:
            if is_busybox(self.process):
                yield from self.say(f"omitting directory '{source}'")
            else:
                shown = quoted(self.process, source)
                yield from self.say(f"-r not specified; omitting directory {shown}")
            return
        there = yield from self.status_of(place)
        if there is not None and not (yield from self.may_replace(source, place, status, there)):
            return
        if is_directory(status):
            yield from self.directory(source, place, status, there, top)
        else:
            yield from self.file(source, place, status, there)

    def status_of(self, path: str) -> Body[Status | None]:
        try:
            found: Status = yield from Stat(path)
            return found
        except SyscallError:
            pass
        try:
            found = yield from Lstat(path)
            return found
        except SyscallError:
            return None

    def may_replace(self, source: str, place: str, status: Status, there: Status) -> Body[bool]:
        wish, one, other = self.wish, quoted(self.process, source), quoted(self.process, place)
        if same_file(status, there) and not is_directory(status):
            if wish.overwrite == "n" or (wish.hard and not is_directory(there)):
                return False
            if not (wish.remove and source != place):
                busybox = f"'{source}' and '{place}' are the same file"
                text = f"{one} and {other} are the same file"
                yield from self.say(busybox if is_busybox(self.process) else text)
                return False
        if is_directory(status) != is_directory(there):
            if is_directory(status):
                busybox = f"target '{place}' is not a directory"
                text = f"cannot overwrite non-directory {other} with directory {one}"
            else:
                busybox = f"can't create '{place}': Is a directory"
                text = f"cannot overwrite directory {other} with non-directory"
            yield from self.say(busybox if is_busybox(self.process) else text)
            return False
        if is_directory(status):
            return True
        if wish.overwrite == "n" or (wish.update and status.mtime_ns <= there.mtime_ns):
            return False
        if wish.overwrite == "i":
            shown = f"'{place}'" if is_busybox(self.process) else other
            if not (yield from agrees(self.process, f"overwrite {shown}?")):
                self.status = 0 if is_busybox(self.process) else 1
                return False
        return True

    def tell(self, source: str, place: str) -> Body[None]:
        if self.wish.verbose:
            text = f"{quoted(self.process, source)} -> {quoted(self.process, place)}\n"
            yield from print_out(text)

    def directory(
        self, source: str, place: str, status: Status, there: Status | None, top: bool
    ) -> Body[None]:
        if top and there is None and (yield from self.inside_itself(source, place, status)):
            return
        if top and there is not None and not is_busybox(self.process):  # noqa: SIM102
            if (yield from self.inside_itself(source, place, status)):
                return
        if there is None:
            try:
                yield from Mkdir(place, 0o777 if "mode" not in self.wish.keep else 0o700)
            except SyscallError as error:
                text = "cannot create directory {}", "can't create directory '{}'"
                yield from self.failed(*text, place, error)
                return
            if not is_busybox(self.process):
                yield from self.tell(source, place)
        try:
            entries = yield from Getdents(source)
        except SyscallError as error:
            text = "cannot access {}", "can't open '{}'"
            yield from self.failed(*text, source, error)
            return
        for entry in entries:
            yield from self.copy(_join(source, entry.name), _join(place, entry.name))
        if there is None and "mode" not in self.wish.keep:
            umask = yield from Umask()
            yield from Chmod(place, status.mode & 0o7777 & ~umask)
        yield from self.preserve(place, status)
        if is_busybox(self.process):
            yield from self.tell(source, place)

    def inside_itself(self, source: str, place: str, status: Status) -> Body[bool]:
        """A directory copied below itself would never end."""
        parts = place.rstrip("/").split("/")
        for count in range(len(parts) - 1, -1, -1):
            above = "/".join(parts[:count]) or ("/" if place.startswith("/") else ".")
            try:
                found = yield from Stat(above)
            except SyscallError:
                continue
            if same_file(found, status):
                if is_busybox(self.process):
                    yield from self.say(f"recursion detected, omitting directory '{source}'")
                    return True
                one, other = quoted(self.process, source), quoted(self.process, place)
                yield from self.say(f"cannot copy a directory, {one}, into itself, {other}")
                return True
        return False

    def file(self, source: str, place: str, status: Status, there: Status | None) -> Body[None]:
        key = (status.dev, status.ino)
        try:
            if there is not None and self.replaces(status, there):
                yield from Unlink(place)
                there = None
            if "links" in self.wish.keep and status.nlink > 1 and key in self.copied:
                yield from self.relink(place, there, key)
            elif not (yield from self.make(source, place, status, there)):
                return
        except SyscallError as error:
            yield from self.failed(
                "cannot create regular file {}", "can't create '{}'", place, error
            )
            return
        self.copied.setdefault(key, place)
        yield from self.tell(source, place)
        if not (self.wish.symbolic or self.wish.hard):
            yield from self.preserve(place, status)

    def relink(self, place: str, there: Status | None, key: tuple[int, int]) -> Body[None]:
        if there is not None:
            yield from Unlink(place)
        yield from Link(self.copied[key], place)

    def replaces(self, status: Status, there: Status) -> bool:
        return (
            self.wish.remove
            or not is_regular(status)
            or (self.wish.force and is_link(there))
            or ((self.wish.symbolic or self.wish.hard) and self.wish.force)
        )

    def make(self, source: str, place: str, status: Status, there: Status | None) -> Body[bool]:
        """Raises: SyscallError, about `place`."""
        if self.wish.symbolic:
            yield from self.link_to(source, place, Symlink(source, place), "symbolic link")
        elif self.wish.hard:
            yield from self.link_to(source, place, Link(source, place), "hard link")
        elif is_link(status):
            yield from Symlink((yield from Readlink(source)), place)
        elif is_regular(status) or not self.wish.recursive:
            return (yield from self.content(source, place, status, there))
        else:
            yield from Mknod(place, status.mode, status.rdev)
        return True

    def link_to(self, source: str, place: str, call: Link | Symlink, kind: str) -> Body[None]:
        try:
            yield from call
        except SyscallError as error:
            if error.errno == EEXIST and self.wish.force:
                yield from Unlink(place)
                yield from call
                return
            raise

    def content(self, source: str, place: str, status: Status, there: Status | None) -> Body[bool]:
        try:
            reading = yield from Open(source, O_RDONLY)
        except SyscallError as error:
            yield from self.failed("cannot open {} for reading", "can't open '{}'", source, error)
            return False
        mode = status.mode & 0o777
        try:
            if there is not None:
                writing = yield from self.reopen(place, mode)
            else:
                writing = yield from Open(place, O_WRONLY | O_CREAT, mode)
        except SyscallError:
            yield from Close(reading)
            raise
        yield from copy(reading, writing)
        yield from Close(writing)
        yield from Close(reading)
        return True

    def reopen(self, place: str, mode: int) -> Body[int]:
        try:
            return (yield from Open(place, O_WRONLY | O_TRUNC))
        except SyscallError as error:
            if not self.wish.force or error.errno == ENOENT:
                raise
        yield from Unlink(place)
        return (yield from Open(place, O_WRONLY | O_CREAT | O_EXCL, mode))

    def preserve(self, place: str, status: Status) -> Body[None]:
        keep, link = self.wish.keep, is_link(status)
        if "ownership" in keep:
            with contextlib.suppress(SyscallError):
                yield from Chown(place, status.uid, status.gid, False)
        if "mode" in keep and not link:
            yield from Chmod(place, status.mode & 0o7777)
        if "timestamps" in keep:
            yield from Utimens(place, status.mtime_ns, False)


def _join(folder: str, name: str) -> str:
    return f"{folder}{'' if folder.endswith('/') else '/'}{name}"


def remove_tree(path: str) -> Body[None]:
    """Raises: SyscallError."""
    if not is_directory((yield from Lstat(path))):
        yield from Unlink(path)
        return
    for entry in (yield from Getdents(path)):
        yield from remove_tree(_join(path, entry.name))
    yield from Rmdir(path)
