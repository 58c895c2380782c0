"""What a container sees of a stack of layers: the vectors, each through a real tar."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from estiba.filesystem.inode import Directory, Inode, RegularFile, Symlink, Whiteout
from estiba.filesystem.tree import Tree
from estiba.layer import DamagedArchive, Layer, UnsafeLayer, read_layer

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "layers_apply.json").read_text())
TYPES = {
    "dir": tarfile.DIRTYPE,
    "file": tarfile.REGTYPE,
    "symlink": tarfile.SYMTYPE,
    "hardlink": tarfile.LNKTYPE,
}


def tar(entries: Iterable[Mapping[str, Any]]) -> bytes:
    """A tar of entries like {"path": ..., "type": "file", "data": ...}."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for entry in entries:
            info = tarfile.TarInfo(entry["path"])
            info.type = TYPES[entry["type"]]
            info.mode = entry.get("mode", 0o755 if entry["type"] == "dir" else 0o644)
            info.uid, info.gid = entry.get("uid", 0), entry.get("gid", 0)
            info.linkname = entry.get("target", "")
            data = entry.get("data", "").encode()
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def read(*entries: Mapping[str, Any]) -> Layer:
    return read_layer([tar(entries)])


def file(path: str, data: str = "x") -> dict[str, Any]:
    return {"path": path, "type": "file", "data": data}


def link(path: str, target: str, kind: str = "symlink") -> dict[str, Any]:
    return {"path": path, "type": kind, "target": target}


def merged(layers: Iterable[Tree]) -> dict[str, Inode]:
    """The flat model of a stack, base first: what a container sees at each path."""
    seen: dict[str, Inode] = {}
    for tree in layers:
        lower = dict(seen)
        hidden = [path for path, entry in tree.walk() if isinstance(entry, Whiteout)]
        opaque = [
            path for path, entry in tree.walk() if isinstance(entry, Directory) and entry.opaque
        ]
        replaced = [
            path
            for path, entry in tree.walk()
            if not isinstance(entry, (Directory, Whiteout))
            or not isinstance(lower.get(path), Directory)
        ]
        for path in lower:
            below = (
                tree.root.opaque,
                *(path.startswith(top + "/") for top in (*hidden, *opaque, *replaced)),
            )
            if path in hidden or any(below):
                del seen[path]
        seen.update((p, e) for p, e in tree.walk() if isinstance(e, Inode))
    return seen


def described(path: str, inode: Inode) -> dict[str, Any]:
    """An inode in the form of the vectors."""
    found: dict[str, Any] = {"path": path, "mode": f"{inode.permissions:04o}"}
    if inode.uid or inode.gid:
        found["owner"] = f"{inode.uid}:{inode.gid}"
    match inode:
        case Directory():
            return {**found, "type": "dir"}
        case Symlink():
            found.pop("mode")
            return {**found, "type": "symlink", "target": inode.target}
        case RegularFile():
            return {**found, "type": "file", "size": inode.size}
    raise AssertionError(path)


def same_links(expected: list[dict[str, Any]], result: Mapping[str, Inode]) -> list[dict[str, Any]]:
    """Expected entries with each hard link told as what it links to."""
    by_path = {entry["path"]: entry for entry in expected}
    told = []
    for entry in expected:
        if entry["type"] == "hardlink":
            assert result[entry["path"]] is result[entry["target"]]
            told.append({**by_path[entry["target"]], "path": entry["path"]})
        else:
            told.append(entry)
    return told


@pytest.mark.parametrize("case", VECTORS["apply"], ids=lambda case: case["id"])
def test_layers_upon_layers_give_the_recorded_tree(case: dict[str, Any]) -> None:
    if "error" in case["expect"] or case["id"] == "hardlink-to-lower-file":
        with pytest.raises(UnsafeLayer):
            [read(*layer) for layer in case["layers"]]
        return
    result = merged(read(*layer).tree for layer in case["layers"])
    expected = same_links(case["expect"]["result"], result)
    expected = [entry for entry in expected if not entry["path"].startswith(".wh..wh.")]
    assert [described(path, result[path]) for path in sorted(result)] == sorted(
        expected, key=lambda entry: entry["path"]
    )


def test_a_sequence_of_layers_gives_the_recorded_names() -> None:
    trees: list[Tree] = []
    for step in VECTORS["apply_sequence"]:
        entries = [
            {"path": name, "type": "dir" if name.endswith("/") else "file"}
            for name in step["apply"]
        ]
        trees.append(read(*entries).tree)
        names = [path + "/" * isinstance(inode, Directory) for path, inode in merged(trees).items()]
        assert sorted(names) == sorted(step["expect"])


@pytest.mark.parametrize("case", VECTORS["unsafe"], ids=lambda case: str(case["entries"]))
def test_nothing_leads_out_of_a_layer(case: dict[str, Any]) -> None:
    entries = [
        {"path": path, "type": kind, "target": rest[0] if rest else ""}
        for kind, path, *rest in case["entries"]
    ]
    try:
        tree = read(*entries).tree
    except UnsafeLayer:
        return
    assert case["expect"] != "error"
    paths = {path for path, _ in tree.walk()}
    assert paths <= {path.strip("/.") for _, path, *_ in case["entries"]} | {
        "victim",
        "victim/slash-dotdot",
    }


def test_a_hard_link_to_nothing_fails_in_the_words_of_the_call() -> None:
    with pytest.raises(UnsafeLayer, match=r"^link /d/a /d/hl: no such file or directory$"):
        read(link("d/hl", "d/a", "hardlink"))


def test_a_path_may_go_through_a_symlink_of_its_own_layer() -> None:
    tree = read(
        {"path": "usr/lib", "type": "dir"}, link("lib", "usr/lib"), file("lib/libc.so")
    ).tree
    assert isinstance(tree.get("usr/lib/libc.so"), RegularFile)
    assert isinstance(tree.get("lib"), Symlink)


def test_a_directory_made_anew_beside_its_whiteout_hides_the_old_one() -> None:
    entry = read(file("d/new"), file(".wh.d", "")).tree.get("d")
    assert isinstance(entry, Directory)
    assert entry.opaque


def test_a_files_size_counts_once_however_many_names_it_has() -> None:
    layer = read(file("a", "12345"), link("b", "a", "hardlink"))
    assert layer.size == 5
    assert layer.tree.get("a") is layer.tree.get("b")


def test_missing_parents_are_made_0755_root() -> None:
    assert described("a", read(file("a/b")).tree.get("a")) == {  # type: ignore[arg-type]
        "path": "a", "mode": "0755", "type": "dir",
    }  # fmt: skip


def test_an_empty_stream_is_an_empty_layer() -> None:
    assert list(read_layer([]).tree.walk()) == []


def test_an_unknown_type_is_named() -> None:
    whole = bytearray(tar([file("odd")]))
    whole[156] = ord("V")
    whole[148:156] = b"%06o\0 " % (sum(whole[:512]) - sum(whole[148:156]) + 256)
    with pytest.raises(DamagedArchive, match="unhandled tar header type 86"):
        read_layer([bytes(whole)])
