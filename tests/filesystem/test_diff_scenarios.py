"""What Docker 20.10 says after steps in a container: the lines of diff, the size, the layer of commit."""

from __future__ import annotations

from typing import Any

import pytest
from diff_facts import FACTS, base_tree, expected_entry, layer_entries
from shell_steps import perform

from estiba.filesystem import MountNamespace, UnionMount


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
