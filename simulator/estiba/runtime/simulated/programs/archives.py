"""tar, gzip, gunzip, zcat.

Archives are read and written with Python's `tarfile` in memory. Source: tar(1), gzip(1).
"""

from __future__ import annotations

import contextlib
import gzip as codec
import io
import tarfile
import zlib
from importlib import import_module
from typing import Any

from ..program import Process
from ..streams import Output, print_err, read_all, read_file, write_all, write_file
from ..syscalls import (
    Body,
    Chdir,
    Chmod,
    Chown,
    Getdents,
    Getuid,
    Isatty,
    Link,
    Lstat,
    Mkdir,
    Mknod,
    Readlink,
    Stat,
    Symlink,
    SyscallError,
    Unlink,
    Utimens,
)
from ..syscalls.errnos import EEXIST
from .accounts import read_accounts
from .dates import strftime, zone_of
from .options import Grammar, Misuse, Options, complain, is_busybox, tool
from .status import S_IFIFO, is_directory, is_link, is_regular, kind, major, minor

TAR = Grammar(
    "AcdrtuxC:f:hjJkmOpPvzZaWwX:T:o",
    {
        "create": "c", "extract": "x", "get": "x", "list": "t", "append": "r", "update": "u",
        "file=": "f", "directory=": "C", "gzip": "z", "bzip2": "j", "xz": "J", "verbose": "v",
        "auto-compress": "a", "to-stdout": "O", "keep-old-files": "k", "exclude=": "exclude",
        "strip-components=": "strip", "preserve-permissions": "p", "same-owner": "same",
        "no-same-owner": "o", "numeric-owner": "numeric", "dereference": "h", "touch": "m",
        "owner=": "owner", "group=": "group", "mtime=": "mtime", "absolute-names": "P",
        "no-same-permissions": "nop", "overwrite": "overwrite", "one-file-system": "one",
    },
    both=True,
)  # fmt: skip
ZIPPED = {b"\x1f\x8b": "gzip", b"BZ": "bz2", b"\xfd7": "lzma"}


def unzip(data: bytes) -> bytes:
    """Undo whatever compression the first bytes show. Raises: OSError, EOFError, zlib.error."""
    name = ZIPPED.get(data[:2])
    return bytes(_module(name).decompress(data)) if name else data


def _module(name: str) -> Any:
    """Loaded on first use: a browser may have to fetch them."""
    return import_module(name)


def _modern(args: list[str]) -> list[str]:
    """The old style: `tar xvf a.tar` is `tar -x -v -f a.tar`."""
    if not args or args[0].startswith("-"):
        return args
    rest, out = list(args[1:]), []
    for letter in args[0]:
        out.append("-" + letter)
        if letter in "fCXT" and rest:
            out.append(rest.pop(0))
    return out + rest


@tool("tar", misuse=2)
def tar(process: Process, args: list[str]) -> Body[int]:
    options = TAR.parse(process, _modern(args))
    mode = options.last("ctxru")
    if not mode:
        if is_busybox(process):
            raise Misuse()
        text = "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"
        raise Misuse(text)
    name = options.value("f", "-")
    if mode in "cr":
        return (yield from _create(process, options, name))
    try:
        data = yield from (read_all(0) if name == "-" else read_file(name))
    except SyscallError as error:
        return (yield from _cannot_open(process, name, error))
    if "C" in options:
        yield from Chdir(options.value("C"))
    try:
        archive = tarfile.open(fileobj=io.BytesIO(unzip(data)))  # noqa: SIM115 - in memory
    except (tarfile.TarError, OSError, EOFError, zlib.error):
        return (yield from _no_archive(process))
    run = _Extract(process, options, archive)
    yield from (run.list() if mode == "t" else run.extract())
    for wanted in run.wanted:
        if wanted not in run.found:
            run.status = 1 if is_busybox(process) else 2
            text = (
                f"{wanted}: not found in archive"
                if is_busybox(process)
                else f"{wanted}: Not found in archive"
            )
            yield from complain(process, text)
    if run.status == 2:
        yield from complain(process, "Exiting with failure status due to previous errors")
    return run.status


def _cannot_open(process: Process, name: str, error: SyscallError) -> Body[int]:
    if is_busybox(process):
        yield from complain(process, f"can't open '{name}': {error}")
        return 1
    yield from complain(process, f"{name}: Cannot open: {error}")
    yield from complain(process, "Error is not recoverable: exiting now")
    return 2


def _no_archive(process: Process) -> Body[int]:
    if is_busybox(process):
        yield from complain(process, "invalid tar magic")
        return 1
    yield from complain(process, "This does not look like a tar archive")
    yield from complain(process, "Exiting with failure status due to previous errors")
    return 2


def _create(process: Process, options: Options, name: str) -> Body[int]:
    if not options.operands and "T" not in options:
        if is_busybox(process):
            yield from complain(process, "empty archive")
            return 1
        raise Misuse("Cowardly refusing to create an empty archive")
    if name == "-" and (yield from Isatty(1)):
        yield from complain(
            process, "Refusing to write archive contents to terminal (missing -f option?)"
        )
        yield from complain(process, "Error is not recoverable: exiting now")
        return 2
    buffer = io.BytesIO()
    archive = tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT)  # noqa: SIM115
    packer = _Pack(process, options, archive)
    if "C" in options:
        yield from Chdir(options.value("C"))
    for path in options.operands:
        yield from packer.add(path)
    archive.close()
    data = _zipped(options, name, buffer.getvalue())
    if name == "-":
        yield from write_all(1, data)
    else:
        yield from write_file(name, data)
    if packer.status == 2:
        yield from complain(process, "Exiting with failure status due to previous errors")
    return packer.status


def _zipped(options: Options, name: str, data: bytes) -> bytes:
    auto = "a" in options
    if "z" in options or (auto and name.endswith((".gz", ".tgz"))):
        return codec.compress(data, mtime=0)
    if "j" in options or (auto and name.endswith(".bz2")):
        return bytes(_module("bz2").compress(data))
    if "J" in options or (auto and name.endswith(".xz")):
        return bytes(_module("lzma").compress(data))
    return data


class _Pack:
    """Files into an archive."""

    def __init__(self, process: Process, options: Options, archive: tarfile.TarFile) -> None:
        self.process, self.options, self.archive = process, options, archive
        self.links: dict[tuple[int, int], str] = {}
        self.status = 0
        self.stripped = False

    def add(self, path: str) -> Body[None]:
        try:
            status = yield from (Stat(path) if "h" in self.options else Lstat(path))
        except SyscallError as error:
            if is_busybox(self.process):
                yield from complain(self.process, f"{path}: {error}")
                self.status = 1
            else:
                yield from complain(self.process, f"{path}: Cannot stat: {error}")
                self.status = 2
            return
        name = path
        if path.startswith("/") and "P" not in self.options:
            name = path.lstrip("/") or "./"
            if not self.stripped:
                self.stripped = True
                yield from complain(self.process,
                ("removing leading " "'/' from member names") if is_busybox(self.process)
                                    else "Removing leading `/' from member names")  # fmt: skip
        entry = tarfile.TarInfo(name.rstrip("/") or name)
        accounts = yield from read_accounts()
        entry.mode, entry.uid, entry.gid = status.mode & 0o7777, status.uid, status.gid
        entry.mtime = status.mtime_ns // 10**9
        user, group = accounts.user_of(status.uid), accounts.group_of(status.gid)
        entry.uname, entry.gname = user.name if user else "", group.name if group else ""
        data: bytes | None = None
        key = (status.dev, status.ino)
        if is_directory(status):
            entry.type = tarfile.DIRTYPE
        elif key in self.links and status.nlink > 1:
            entry.type, entry.linkname = tarfile.LNKTYPE, self.links[key]
        elif is_link(status):
            entry.type, entry.linkname = tarfile.SYMTYPE, (yield from Readlink(path))
        elif is_regular(status):
            try:
                data = yield from read_file(path)
            except SyscallError as error:
                yield from complain(self.process, f"{path}: Cannot open: {error}")
                self.status = 2
                return
            entry.size = len(data)
        else:
            entry.type = tarfile.FIFOTYPE if kind(status) == S_IFIFO else tarfile.CHRTYPE
            entry.devmajor, entry.devminor = major(status.rdev), minor(status.rdev)
        self.links.setdefault(key, name)
        self.archive.addfile(entry, io.BytesIO(data) if data is not None else None)
        if "v" in self.options:
            line = name.rstrip("/") + ("/" if is_directory(status) else "") + "\n"
            yield from (print_err(line) if self.options.value("f", "-") == "-" else _tell(line))
        if is_directory(status):
            for inner in (yield from Getdents(path)):
                if inner.name not in self.options.values("exclude"):
                    yield from self.add(f"{path.rstrip('/') or ''}/{inner.name}")


def _tell(line: str) -> Body[None]:
    yield from write_all(1, line.encode("utf-8", "surrogateescape"))


class _Extract:
    """An archive into files, or into a list."""

    def __init__(self, process: Process, options: Options, archive: tarfile.TarFile) -> None:
        self.process, self.options, self.archive = process, options, archive
        self.wanted = [path.rstrip("/") for path in options.operands]
        self.found: set[str] = set()
        self.status = 0
        self.warned = False

    def members(self) -> list[tarfile.TarInfo]:
        chosen = []
        for entry in self.archive:
            if self.wanted:
                hits = [w for w in self.wanted if entry.name == w or entry.name.startswith(w + "/")]
                self.found.update(hits)
                if not hits:
                    continue
            if not any(
                part in self.options.values("exclude")
                for part in (entry.name, entry.name.rpartition("/")[2])
            ):
                chosen.append(entry)
        return chosen

    def list(self) -> Body[None]:
        out = Output()
        for entry in self.members():
            name = entry.name + ("/" if entry.isdir() else "")
            out.put((self.long(entry, name) if "v" in self.options else name) + "\n")
        yield from out.flush()

    def long(self, entry: tarfile.TarInfo, name: str) -> str:
        mode = tarfile.stat.filemode(_full_mode(entry))  # type: ignore[attr-defined]
        user, group = entry.uname or str(entry.uid), entry.gname or str(entry.gid)
        when = strftime(
            "%Y-%m-%d %H:%M", int(entry.mtime) * 10**9, zone_of(self.process.environment)
        )
        if entry.issym():
            name += f" -> {entry.linkname}"
        elif entry.islnk():
            name += (
                f" link to {entry.linkname}"
                if not is_busybox(self.process)
                else f" -> {entry.linkname}"
            )
        if is_busybox(self.process):
            when = strftime(
                "%Y-%m-%d %H:%M:%S", int(entry.mtime) * 10**9, zone_of(self.process.environment)
            )
            return f"{mode} {user}/{group} {entry.size:9d} {when} {name}"
        owner = f"{user}/{group}"
        return f"{mode} {owner} {entry.size:>{max(1, 18 - len(owner))}} {when} {name}"

    def extract(self) -> Body[None]:
        owner = (yield from Getuid()) == 0 and "o" not in self.options
        late: list[tuple[str, tarfile.TarInfo]] = []
        for entry in self.members():
            path = yield from self.safe(entry.name)
            if not path:
                continue
            if "v" in self.options:
                yield from _tell(entry.name + ("/" if entry.isdir() else "") + "\n")
            if "O" in self.options:
                if entry.isreg() and (stream := self.archive.extractfile(entry)):
                    yield from write_all(1, stream.read())
                continue
            try:
                yield from self.make(path, entry)
                yield from self.finish(path, entry, owner)
            except SyscallError as error:
                self.status = 1 if is_busybox(self.process) else 2
                text = (
                    f"can't create '{path}'" if is_busybox(self.process) else f"{path}: Cannot open"
                )
                yield from complain(self.process, f"{text}: {error}")
            if entry.isdir():
                late.append((path, entry))
        for path, entry in reversed(late):
            yield from Utimens(path, int(entry.mtime) * 10**9)

    def safe(self, name: str) -> Body[str]:
        strip = int(self.options.value("strip", "0"))
        parts = [part for part in name.split("/") if part not in ("", ".")][strip:]
        if ".." in parts:
            yield from complain(self.process, f"{name}: Member name contains '..', skipping")
            self.status = 2
            return ""
        if name.startswith("/") and not self.warned:
            self.warned = True
            yield from complain(self.process, "Removing leading `/' from member names")
        return "/".join(parts)

    def make(self, path: str, entry: tarfile.TarInfo) -> Body[None]:
        current = ""
        for part in path.split("/")[:-1]:
            current = f"{current}{part}"
            yield from _ensure(current)
            current += "/"
        if entry.isdir():
            yield from _ensure(path)
            return
        if "k" in self.options:
            try:
                yield from Lstat(path)
                return
            except SyscallError:
                pass
        with contextlib.suppress(SyscallError):
            yield from Unlink(path)
        if entry.issym():
            yield from Symlink(entry.linkname, path)
        elif entry.islnk():
            yield from Link(entry.linkname, path)
        elif entry.isreg():
            stream = self.archive.extractfile(entry)
            yield from write_file(path, stream.read() if stream else b"")
        else:
            rdev = entry.devminor | entry.devmajor << 8
            yield from Mknod(path, _full_mode(entry), rdev)

    def finish(self, path: str, entry: tarfile.TarInfo, owner: bool) -> Body[None]:
        if owner:
            yield from Chown(path, entry.uid, entry.gid, False)
        if not entry.issym():
            yield from Chmod(path, entry.mode)
        if "m" not in self.options:
            yield from Utimens(path, int(entry.mtime) * 10**9, False)


def _full_mode(entry: tarfile.TarInfo) -> int:
    kinds = {tarfile.DIRTYPE: 0o040000, tarfile.SYMTYPE: 0o120000, tarfile.CHRTYPE: 0o020000,
             tarfile.BLKTYPE: 0o060000, tarfile.FIFOTYPE: 0o010000}  # fmt: skip
    return kinds.get(entry.type, 0o100000) | entry.mode


def _ensure(path: str) -> Body[None]:
    try:
        yield from Mkdir(path)
    except SyscallError as error:
        if error.errno != EEXIST:
            raise
