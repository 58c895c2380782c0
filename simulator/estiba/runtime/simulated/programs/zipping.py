"""gzip, gunzip, zcat."""

from __future__ import annotations

import gzip as codec
import zlib

from ..program import Process
from ..streams import print_err, read_all, read_file, write_all, write_file
from ..syscalls import (
    Body,
    Chmod,
    Chown,
    Stat,
    SyscallError,
    Unlink,
    Utimens,
)
from .options import Grammar, Options, basename, complain, is_busybox, tool
from .status import is_directory

GZIP = Grammar(
    "cdfhklnNqrtv123456789S:",
    {
        "stdout": "c", "to-stdout": "c", "decompress": "d", "uncompress": "d", "force": "f",
        "keep": "k", "list": "l", "test": "t", "verbose": "v", "fast": "1", "best": "9",
        "quiet": "q",
        "no-name": "n", "recursive": "r",
    },
    "cdfkt123456789qv",
)  # fmt: skip


@tool("gzip", "gunzip", "zcat")
def gzip(process: Process, args: list[str]) -> Body[int]:
    options = GZIP.parse(process, args)
    name = basename(process)
    backwards = options.any("dt") or name in ("gunzip", "zcat")
    to_stdout = "c" in options or name == "zcat"
    status = 0
    for path in options.operands or ["-"]:
        if path == "-":
            data = yield from read_all(0)
            status |= yield from _through(process, data, backwards, options, "stdin")
            continue
        status |= yield from _one(process, path, backwards, to_stdout, options)
    return status


def _through(
    process: Process, data: bytes, backwards: bool, options: Options, name: str
) -> Body[int]:
    try:
        result = (
            codec.decompress(data) if backwards else codec.compress(data, _level(options), mtime=0)
        )
    except (OSError, EOFError, zlib.error):
        yield from _bad(process, name)
        return 1
    if "t" not in options:
        yield from write_all(1, result)
    return 0


def _bad(process: Process, name: str) -> Body[None]:
    if is_busybox(process):
        yield from complain(
            process, "no gzip/bzip2/xz magic" if basename(process) == "zcat" else "invalid magic"
        )
    else:
        yield from print_err(f"\ngzip: {name}: not in gzip format\n")


def _level(options: Options) -> int:
    return int(options.last("123456789") or "6")


def _one(
    process: Process, path: str, backwards: bool, to_stdout: bool, options: Options
) -> Body[int]:
    try:
        status = yield from Stat(path)
        if is_directory(status):
            yield from complain(process, f"{path} is a directory -- ignored")
            return 2
        data = yield from read_file(path)
    except SyscallError as error:
        if is_busybox(process):
            yield from complain(process, f"{path}: {error}")
        else:
            suffix = ".gz" if backwards and not path.endswith(".gz") else ""
            yield from print_err(f"gzip: {path}{suffix}: {error}\n")
        return 1
    if backwards and not path.endswith((".gz", ".tgz")) and not to_stdout:
        yield from complain(
            process,
            f"{path}: unknown suffix{' - ignored' if is_busybox(process) else ' -- ignored'}",
        )
        return 1 if is_busybox(process) else 2
    if (
        "t" not in options
        and not backwards
        and path.endswith(".gz")
        and "f" not in options
        and not to_stdout
    ):
        yield from complain(process, f"{path} already has .gz suffix -- unchanged")
        return 2
    if to_stdout or "t" in options:
        return (yield from _through(process, data, backwards, options, path))
    target = path + ".gz"
    if backwards:
        target = (
            path.removesuffix(".gz") if path.endswith(".gz") else path.removesuffix(".tgz") + ".tar"
        )
    try:
        result = (
            codec.decompress(data) if backwards else codec.compress(data, _level(options), mtime=0)
        )
    except (OSError, EOFError, zlib.error):
        yield from _bad(process, path)
        return 1
    yield from write_file(target, result)
    yield from Chmod(target, status.mode & 0o7777)
    yield from Chown(target, status.uid, status.gid)
    yield from Utimens(target, status.mtime_ns)
    if "k" not in options:
        yield from Unlink(path)
    return 0
