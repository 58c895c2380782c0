"""The directory that simulated and real programs both work in."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import shutil
import tarfile
import time

START = 1_700_000_000
FILES = {
    "f1": b"one\ntwo\nthree\n",
    "f2": b"b\na\nc\na\n",
    "big": b"x" * 5000,
    "empty": b"",
    "script.sh": b"#!/bin/sh\necho hi\n",
    "d/sub/deep": b"deep\n",
    "d/one.txt": b"1\n",
    "d/.hid": b"h",
    "d/b b": b"sp",
    "a b": b"space",
    ".dot": b".",
    "it's": b"q",
    "w.tar": b"zz",
    "nums": b"10 b 3\n9 a 2\n100 c 1\n9 b 5\n",
    "csv": b"a:b:c\nd:e:f\nnosep\n",
    "words": b"hello world foo\nHello Bar\nfoo bar baz\nthe end\n",
    "x1": b"",
    "x2": b"",
    "x10": b"",
    "b64": base64.b64encode(b"hello world") + b"\n",
    "f.gz": gzip.compress(b"zipped\n", mtime=0),
}
MODES = {"script.sh": 0o755, "w.tar": 0o600}


def make_tree(root: str) -> None:
    """Make it anew, with fixed times; as root."""
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(root)

    def at(name: str) -> str:
        return os.path.join(root, name)

    for name, data in FILES.items():
        os.makedirs(os.path.dirname(at(name)), exist_ok=True)
        with open(at(name), "wb") as file:
            file.write(data)
        os.chmod(at(name), MODES.get(name, 0o644))
    sums = hashlib.sha256(FILES["f1"]).hexdigest() + "  f1\n" + "0" * 64 + "  f2\n"
    with open(at("s.sums"), "wb") as file:
        file.write(f"{sums}{'0' * 64}  nosuch\n".encode())
    for target, name in (("f1", "ln"), ("d", "lnd"), ("nowhere", "broken")):
        os.symlink(target, at(name))
    os.mkfifo(at("fifo"))
    os.mkdir(at("emptyd"))
    os.chmod(at("emptyd"), 0o1777)
    os.link(at("f2"), at("hard"))
    os.mknod(at("nul"), 0o020666, os.makedev(1, 3))
    os.chown(at("f2"), 1, 33)
    os.chown(at("big"), 12345, 0)
    with open(at("t.tar"), "wb") as file:
        file.write(_archive(root))
    _set_times(root)


def _archive(root: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in ("d", "f1", "ln"):
            archive.add(os.path.join(root, name), arcname=name, filter=_dated)
    return buffer.getvalue()


def _dated(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime = START
    return entry


def _set_times(root: str) -> None:
    number = 0
    for folder, names, files in os.walk(root):
        for name in sorted(names + files):
            number += 1
            when = (START + number * 1000) * 10**9
            os.utime(os.path.join(folder, name), ns=(when, when), follow_symlinks=False)
    now = time.time()
    os.utime(os.path.join(root, "f1"), (now - 86400 * 3,) * 2)
    os.utime(os.path.join(root, "x1"), (now + 86400 * 30,) * 2)
    os.utime(root, (START,) * 2)


def picture(root: str) -> list[tuple[object, ...]]:
    """Everything that matters of the tree; fresh times are all `now`."""
    out: list[tuple[object, ...]] = []
    for folder, names, files in os.walk(root):
        names.sort()
        for name in sorted(names + files):
            path = os.path.join(folder, name)
            status = os.lstat(path)
            directory = os.path.isdir(path) and not os.path.islink(path)
            content: object = ""
            if os.path.islink(path):
                content = os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    content = hashlib.sha256(file.read()).hexdigest()
            fixed = abs(status.st_mtime - START) < 10**6
            when: object = int(status.st_mtime) if fixed else "now"
            links = 0 if directory else status.st_nlink
            out.append(
                (
                    os.path.relpath(path, root),
                    oct(status.st_mode),
                    status.st_uid,
                    status.st_gid,
                    links,
                    content,
                    status.st_rdev,
                    when,
                )
            )
    return out
