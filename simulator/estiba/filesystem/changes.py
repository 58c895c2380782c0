"""What `docker diff` shows: the merged view compared with the lower trees alone.

Docker 20.10 compares two mounted trees. Entries differ by mode, owner, device number,
`security.capability`, and, unless they are directories, by size or time of modification. A
directory that holds a change is itself `C`; a removed directory is one `D`; below a name that is
no directory any more nothing is told. Times that differ only where one of them has no nanoseconds
count as equal. Where Docker's own order inside a directory is random, this one is by name.
Source: facts recorded from Docker 20.10 (tests/vectors/diff_scenarios.json).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .inode import Directory, Inode
from .lower import LowerDirectory
from .merged import MergedDirectory

if TYPE_CHECKING:
    from .union import UnionMount

NS_PER_S = 1_000_000_000


class ChangeKind(Enum):
    """A letter of `docker diff`."""

    ADDED = "A"
    CHANGED = "C"
    DELETED = "D"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of `docker diff`.

    >>> str(Change(ChangeKind.ADDED, "/file.txt"))
    'A /file.txt'
    """

    kind: ChangeKind
    path: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.path}"


def changes(mount: UnionMount) -> tuple[Change, ...]:
    """Compare a mount with its lower trees. Costs what the upper tree holds, not what lies below."""
    found: list[Change] = []
    if mount.root.upper is not None:
        _inside(mount, mount.root, "", found)
    return tuple(found)


def _inside(mount: UnionMount, directory: MergedDirectory, path: str, found: list[Change]) -> None:
    for name in _touched(directory):
        here = f"{path}/{name}"
        now = mount.lookup(directory, name)
        before = directory.lower.lookup(name) if directory.lower else None
        if now is None:
            if before is not None:
                found.append(Change(ChangeKind.DELETED, here))
        else:
            _compare(mount, now, before, here, found)


def _compare(
    mount: UnionMount,
    now: MergedDirectory | Inode,
    before: LowerDirectory | Inode | None,
    here: str,
    found: list[Change],
) -> None:
    position = len(found)
    listed = True
    if before is None:
        found.append(Change(ChangeKind.ADDED, here))
    elif _differ(_inode(now), _inode(before)):
        found.append(Change(ChangeKind.CHANGED, here))
    else:
        listed = False
    if isinstance(now, MergedDirectory) and now.upper is not None:
        if isinstance(before, LowerDirectory) and now.lower is None:
            _deleted_inside(now.upper, before, here, mount, now, found)
        else:
            _inside(mount, now, here, found)
        if not listed and len(found) > position:
            found.insert(position, Change(ChangeKind.CHANGED, here))


def _deleted_inside(
    upper: Directory,
    before: LowerDirectory,
    here: str,
    mount: UnionMount,
    now: MergedDirectory,
    found: list[Change],
) -> None:
    """An opaque directory over a lower one: nothing below shows, yet both are compared name by name."""
    for name in sorted({*upper.entries, *before.listing()}):
        path = f"{here}/{name}"
        child = mount.lookup(now, name)
        if child is None:
            found.append(Change(ChangeKind.DELETED, path))
        else:
            _compare(mount, child, before.lookup(name), path, found)


def _touched(directory: MergedDirectory) -> list[str]:
    return sorted(directory.upper.entries) if directory.upper else []


def _inode(entry: MergedDirectory | LowerDirectory | Inode) -> Inode:
    return entry if isinstance(entry, Inode) else entry.inode


def _differ(now: Inode, before: Inode) -> bool:
    if now is before:
        return False
    if (now.mode, now.uid, now.gid, now.rdev) != (before.mode, before.uid, before.gid, before.rdev):
        return True
    if _capability(now) != _capability(before):
        return True
    if isinstance(now, Directory):
        return False
    return now.size != before.size or not _same_time(now.mtime_ns, before.mtime_ns)


def _capability(inode: Inode) -> bytes | None:
    return inode.xattrs.get("security.capability") if inode.xattrs else None


def _same_time(one_ns: int, other_ns: int) -> bool:
    one_s, one_rest = divmod(one_ns, NS_PER_S)
    other_s, other_rest = divmod(other_ns, NS_PER_S)
    return one_s == other_s and (one_rest == other_rest or not one_rest or not other_rest)
