"""What Docker 20.10 says after steps in a container: the lines of diff, the size, the layer of commit."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from shell_steps import perform

from estiba.filesystem import (
    Directory,
    Entry,
    MountNamespace,
    RegularFile,
    Symlink,
    Tree,
    TreeBuilder,
    UnionMount,
    Whiteout,
)

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


@pytest.fixture(params=FACTS["scenarios"], ids=lambda scenario: scenario["id"])
def scenario(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = request.param
    return found


@pytest.fixture
def mount(scenario: dict[str, Any]) -> UnionMount:
    made = UnionMount([base_tree()])
    files = MountNamespace(made)
    for step in scenario["steps"]:
        perform(files, step)
    return made


def test_the_diff_is_dockers(scenario: dict[str, Any], mount: UnionMount) -> None:
    assert sorted(map(str, mount.changes())) == sorted(scenario["diff"])


def test_the_size_is_dockers(scenario: dict[str, Any], mount: UnionMount) -> None:
    assert mount.size() == scenario["size_rw"]


def test_the_upper_tree_holds_what_commit_writes(
    scenario: dict[str, Any], mount: UnionMount
) -> None:
    shown = dict(layer_entries(mount.upper.freeze()))
    assert shown == {entry["path"]: expected_entry(entry) for entry in scenario["layer"]}


LATE = 1_600_000_000_123_456_789
TIMES = [
    ("same", LATE, []),
    ("a nanosecond later", LATE + 1, ["C /d", "C /d/a"]),
    ("one of them without nanoseconds", LATE - 123_456_789, []),
    ("another second", LATE - 123_456_789 - 10**9, ["C /d", "C /d/a"]),
]


@pytest.mark.parametrize(
    ("mtime_ns", "diff"), [row[1:] for row in TIMES], ids=[r[0] for r in TIMES]
)
def test_times_count_to_the_nanosecond_where_both_have_them(mtime_ns: int, diff: list[str]) -> None:
    mount = UnionMount([base_tree()])
    MountNamespace(mount).utimens("/d/a", mtime_ns)
    assert [str(change) for change in mount.changes()] == diff


@pytest.mark.parametrize(
    ("name", "diff"), [("security.capability", ["C /d", "C /d/a"]), ("user.other", [])]
)
def test_of_attributes_only_capabilities_count(name: str, diff: list[str]) -> None:
    mount = UnionMount([base_tree()])
    MountNamespace(mount).setxattr("/d/a", name, b"value")
    assert [str(change) for change in mount.changes()] == diff


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
