"""Random lower trees and random system calls, as data, from a seed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from estiba.filesystem import Content, Tree, TreeBuilder

NAMES = ("a", "b", "c")
TARGETS = ("a", "b", "c", "../a", "/b", "b/c", "..", ".", "a/", "/", "/a/b", "missing")
MODES = (0o644, 0o600, 0o755, 0o4755, 0o2755, 0o1777, 0o000, 0o777, 0o666, 0o2644)
UIDS = (0, 1000, 1001)
TIMES_NS = tuple((1_500_000_000 + n) * 10**9 + n for n in range(4))
HELD = 2


@dataclass
class LowerEntry:
    """One entry of a lower tree, path relative to the root. `kind`: file, directory, symlink, fifo,
    whiteout or hardlink."""

    path: str
    kind: str
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime_ns: int = TIMES_NS[0]
    data: bytes = b""
    target: str = ""
    opaque: bool = False
    xattrs: dict[str, bytes] = field(default_factory=dict)


Lower: TypeAlias = list[LowerEntry]


@dataclass(frozen=True)
class Step:
    """A system call by name with its arguments, and who makes it."""

    call: str
    arguments: tuple[Any, ...]
    uid: int = 0

    def __str__(self) -> str:
        by = f"  # uid {self.uid}" if self.uid else ""
        return f"{self.call}({', '.join(map(repr, self.arguments))}){by}"


def random_lower(random: Random, *, whiteouts: bool) -> Lower:
    """A tree of some entries, parents first."""
    entries: Lower = []
    kinds: dict[str, str] = {}
    for _ in range(random.randint(0, 9)):
        parents = [
            path for path, kind in kinds.items() if kind == "directory" and path.count("/") < 2
        ]
        parent = random.choice(["", "", *(path + "/" for path in parents)])
        path = parent + random.choice(NAMES)
        if path in kinds:
            continue
        kind = random.choice(
            ["file", "file", "directory", "directory", "directory", "symlink", "fifo", "hardlink"]
            + ["whiteout", "whiteout"] * whiteouts
        )
        entry = LowerEntry(
            path,
            kind,
            random.choice(MODES)
            if random.random() < 0.3
            else (0o755 if kind == "directory" else 0o644),
            random.choice(UIDS) if random.random() < 0.2 else 0,
            random.choice(UIDS) if random.random() < 0.2 else 0,
            random.choice(TIMES_NS),
        )
        if kind == "file":
            entry.data = random.choice([b"", b"lower", b"x" * 5000])
            if random.random() < 0.2:
                entry.xattrs = {"user.one": b"1"}
        elif kind == "symlink":
            entry.target = random.choice(TARGETS)
        elif kind == "directory":
            entry.opaque = whiteouts and random.random() < 0.2
        elif kind == "hardlink":
            files = [name for name, known in kinds.items() if known in ("file", "fifo", "hardlink")]
            if not files:
                continue
            entry.target = random.choice(files)
        kinds[path] = kind
        entries.append(entry)
    return entries


def build(lower: Lower) -> Tree:
    """The same tree for our own mount."""
    builder = TreeBuilder(mtime_ns=TIMES_NS[0])
    for e in lower:
        if e.kind == "directory":
            builder.directory(e.path, e.mode, e.uid, e.gid, e.mtime_ns)
            if e.opaque:
                builder.opaque(e.path)
        elif e.kind == "file":
            builder.file(
                e.path, Content.of(e.data), e.mode, e.uid, e.gid, e.mtime_ns, e.xattrs or None
            )
        elif e.kind == "symlink":
            builder.symlink(e.path, e.target, e.uid, e.gid, e.mtime_ns)
        elif e.kind == "fifo":
            builder.node(e.path, stat.S_IFIFO | e.mode, 0, e.uid, e.gid, e.mtime_ns)
        elif e.kind == "whiteout":
            builder.whiteout(e.path)
        else:
            builder.hardlink(e.path, e.target)
    return builder.build()


def random_path(random: Random) -> str:
    names = [random.choice(NAMES) for _ in range(random.choice((1, 1, 2, 2, 2, 3, 3, 4)))]
    if random.random() < 0.06:
        names.insert(random.randrange(len(names) + 1), random.choice((".", "..")))
    if random.random() < 0.01:
        names[-1] = "n" * random.choice((255, 256))
    return "/" + "/".join(names) + ("/" if random.random() < 0.04 else "")


def random_flags(random: Random) -> int:
    flags = random.choice((os.O_RDONLY, os.O_WRONLY, os.O_RDWR))
    for flag, chance in (
        (os.O_CREAT, 0.5),
        (os.O_EXCL, 0.1),
        (os.O_TRUNC, 0.25),
        (os.O_APPEND, 0.25),
        (os.O_DIRECTORY, 0.05),
        (os.O_NOFOLLOW, 0.1),
    ):
        if random.random() < chance:
            flags |= flag
    return flags | os.O_NONBLOCK


def _mode(random: Random) -> int:
    return 0o755 if random.random() < 0.7 else random.choice(MODES)


def _node(random: Random) -> tuple[int, int]:
    kind = random.choice((stat.S_IFREG, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, 0, stat.S_IFDIR))
    return kind | random.choice(MODES), os.makedev(random.choice((0, 1)), random.choice((0, 3)))


Make: TypeAlias = Callable[[Random, str], tuple[Any, ...]]
XATTRS = ("user.one", "user.two", "trusted.t")
READING = ~(os.O_TRUNC | os.O_ACCMODE | os.O_CREAT)


def _path(random: Random, path: str) -> tuple[Any, ...]:
    return (path,)


def _slot(random: Random, path: str) -> tuple[Any, ...]:
    return (random.randrange(HELD),)


CALLS: dict[str, tuple[int, Make]] = {
    "write": (
        3,
        lambda r, p: (p, random_flags(r), r.choice(MODES), r.choice((b"", b"upper", b"y" * 300))),
    ),
    "read": (1, lambda r, p: (p, random_flags(r) & READING)),
    "mkdir": (3, lambda r, p: (p, _mode(r))),
    "rmdir": (3, _path),
    "unlink": (4, _path),
    "rename": (4, lambda r, p: (p, random_path(r))),
    "link": (2, lambda r, p: (p, random_path(r))),
    "symlink": (1, lambda r, p: (r.choice(TARGETS), p)),
    "mkfifo": (1, lambda r, p: (p, _mode(r))),
    "mknod": (1, lambda r, p: (p, *_node(r))),
    "chmod": (1, lambda r, p: (p, _mode(r))),
    "chown": (
        1,
        lambda r, p: (p, r.choice((-1, *UIDS)), r.choice((-1, *UIDS)), r.random() < 0.5),
    ),
    "utime": (1, lambda r, p: (p, r.choice(TIMES_NS), r.random() < 0.5)),
    "truncate": (1, lambda r, p: (p, r.choice((0, 0, 3, 10000)))),
    "access": (1, lambda r, p: (p, r.randrange(8))),
    "readlink": (1, _path),
    "readdir": (1, _path),
    "stat": (1, _path),
    "lstat": (1, _path),
    "setxattr": (1, lambda r, p: (p, r.choice((*XATTRS, "bad")), b"v", r.choice((0, 1, 2)))),
    "removexattr": (1, lambda r, p: (p, r.choice(XATTRS))),
    "getxattr": (1, lambda r, p: (p, r.choice(XATTRS))),
    "rmtree": (1, _path),
    "hold": (2, lambda r, p: (r.randrange(HELD), p, random_flags(r), 0o644)),
    "held_write": (1, lambda r, p: (r.randrange(HELD), b"held")),
    "held_truncate": (1, lambda r, p: (r.randrange(HELD), r.choice((0, 2, 400)))),
    "held_chmod": (1, lambda r, p: (r.randrange(HELD), r.choice(MODES))),
    "held_read": (1, _slot),
    "held_stat": (1, _slot),
    "held_close": (1, _slot),
}
WEIGHTS = tuple(weight for weight, _ in CALLS.values())


def random_steps(random: Random, count: int) -> list[Step]:
    """Calls by weight, now and then by somebody else than root."""
    steps = []
    for call in random.choices(tuple(CALLS), WEIGHTS, k=count):
        uid = random.choice((1000, 1001)) if random.random() < 0.12 else 0
        steps.append(Step(call, CALLS[call][1](random, random_path(random)), uid))
    return steps


def known_time(mtime_ns: int) -> int | None:
    """A time some step or tree gave; None for the time of a change."""
    return mtime_ns if mtime_ns in TIMES_NS else None
