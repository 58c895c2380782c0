"""Facts of Docker 20.10 about diff, size and layers: the tree they begin with, and how they tell of entries."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from estiba.filesystem import Directory, Entry, RegularFile, Symlink, Tree, TreeBuilder, Whiteout

VECTORS = Path(__file__).parent.parent / "vectors" / "diff_scenarios.json"
FACTS = json.loads(VECTORS.read_text(encoding="utf-8"))


def base_tree() -> Tree:
    builder = TreeBuilder(mtime_ns=1_600_000_000_123_456_789)
    for entry in (*FACTS["base"], *FACTS["elsewhere"]):
        owner = {"uid": entry.get("uid", 0), "gid": entry.get("gid", 0)}
        if entry["type"] == "dir":
            builder.directory(entry["path"], entry.get("mode", 0o755), **owner)
        elif entry["type"] == "symlink":
            builder.symlink(entry["path"], entry["target"], **owner)
        elif entry["type"] == "hardlink":
            builder.hardlink(entry["path"], entry["target"])
        else:
            data = entry["data"].encode() if "data" in entry else bytes(entry["size"])
            builder.file(entry["path"], data, entry.get("mode", 0o644), **owner)
    return builder.build()


def expected_entry(entry: dict[str, Any]) -> tuple[Any, ...]:
    if "/.wh." in entry["path"]:
        return ("whiteout",)
    if entry["type"] == "hardlink":
        return ("hardlink", entry["target"])
    if entry["type"] == "symlink":
        return ("symlink", entry["target"])
    return (entry["type"], int(entry["mode"], 8), entry.get("owner", "0:0"), entry.get("size", 0))


def layer_entries(tree: Tree) -> list[tuple[str, tuple[Any, ...]]]:
    shown: list[tuple[str, tuple[Any, ...]]] = []
    first: dict[int, str] = {}
    for path, entry in tree.walk():
        parent, _, name = path.rpartition("/")
        if isinstance(entry, Whiteout):
            shown.append((f"{parent}/.wh.{name}", ("whiteout",)))
        elif first.setdefault(id(entry), path) != path:
            shown.append((path, ("hardlink", first[id(entry)])))
        else:
            shown.append((path, shown_entry(entry)))
        if isinstance(entry, Directory) and entry.opaque:
            shown.append((f"{path}/.wh..wh..opq", ("whiteout",)))
    return shown


def shown_entry(entry: Entry) -> tuple[Any, ...]:
    assert not isinstance(entry, Whiteout)
    if isinstance(entry, Symlink):
        return ("symlink", entry.target)
    kind = {stat.S_IFDIR: "dir", stat.S_IFREG: "file", stat.S_IFIFO: "fifo"}[entry.kind]
    size = entry.size if isinstance(entry, RegularFile) else 0
    return (kind, entry.permissions, f"{entry.uid}:{entry.gid}", size)
