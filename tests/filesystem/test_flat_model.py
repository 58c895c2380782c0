"""Any sequence of calls on a union mount equals the same on one flat dictionary; no lower tree ever changes."""

from __future__ import annotations

from collections.abc import Callable

from flat_model import FlatEntry, FlatModel
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from estiba.filesystem import (
    O_APPEND,
    O_CREAT,
    O_TRUNC,
    O_WRONLY,
    Entry,
    Errno,
    FilesystemError,
    Inode,
    MountNamespace,
    RegularFile,
    Tree,
    TreeBuilder,
    UnionMount,
)

PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(
    lambda names: "/" + "/".join(names)
)
DATA = st.binary(max_size=6)
Layer = list[tuple[str, str, bytes]]
LAYERS = st.lists(
    st.lists(
        st.tuples(
            PATHS, st.sampled_from(("file", "directory", "link", "whiteout", "opaque")), DATA
        ),
        max_size=8,
    ),
    min_size=1,
    max_size=3,
)


def fingerprint(tree: Tree) -> list[tuple[object, ...]]:
    """Everything a tree says."""
    return [(path, *_facts(entry)) for path, entry in tree.walk()]


def _facts(entry: Entry) -> tuple[object, ...]:
    if not isinstance(entry, Inode):
        return (entry,)
    data = entry.data.read() if isinstance(entry, RegularFile) else None
    facts = (entry.mode, entry.uid, entry.gid, entry.mtime_ns, entry.nlink, entry.ino, entry.size)
    return (*facts, dict(entry.xattrs or {}), data, entry.is_upper)


def build(layer: Layer, model: FlatModel) -> Tree:
    """A tree from random entries, and the same put over what the model has."""
    builder = TreeBuilder()
    made: list[str] = []
    for path, kind, data in layer:
        if any(other == path or other.startswith(path + "/") for other in made):
            continue
        try:
            _put(builder, path, kind, data, made)
        except FilesystemError:
            continue
    tree = builder.build()
    _lay_over(tree, model)
    return tree


def _put(builder: TreeBuilder, path: str, kind: str, data: bytes, made: list[str]) -> None:
    if kind == "file":
        builder.file(path, data)
    elif kind == "directory":
        builder.directory(path)
    elif kind == "link" and made:
        builder.hardlink(path, made[0])
    elif kind == "whiteout":
        builder.whiteout(path)
    elif kind == "opaque":
        builder.opaque(path)
    made.append(path)


def _lay_over(tree: Tree, model: FlatModel) -> None:
    known: dict[int, FlatEntry] = {}
    for name, entry in tree.walk():
        path = "/" + name
        replaced = model.entries.get(path)
        is_directory = isinstance(entry, Inode) and not isinstance(entry, RegularFile)
        hides = getattr(entry, "opaque", False) or not is_directory
        if hides or (replaced is not None and not replaced.is_directory):
            for below in model.children(path):
                del model.entries[below]
        model.entries.pop(path, None)
        if isinstance(entry, Inode):
            data = entry.data.read() if isinstance(entry, RegularFile) else b""
            made = FlatEntry(is_directory, data, entry.permissions, is_lower=True)
            model.entries[path] = known.setdefault(id(entry), made)


class UnionMountIsFlat(RuleBasedStateMachine):
    @initialize(layers=LAYERS)
    def mount(self, layers: list[Layer]) -> None:
        self.model = FlatModel()
        self.trees = [build(layer, self.model) for layer in layers]
        self.before = [fingerprint(tree) for tree in self.trees]
        self.base = dict(self.model.shown())
        self.union = UnionMount(self.trees[::-1])
        self.files = MountNamespace(self.union)

    def both(self, real: Callable[[], object], modelled: Callable[[], object]) -> None:
        assert _outcome(real) == _outcome(modelled)

    @rule(path=PATHS, data=DATA, append=st.booleans())
    def write(self, path: str, data: bytes, append: bool) -> None:
        def real() -> None:
            flags = O_WRONLY | O_CREAT | (O_APPEND if append else O_TRUNC)
            with self.files.open(path, flags, 0o644) as file:
                file.write(data)

        self.both(real, lambda: self.model.write(path, data, append=append))

    @rule(path=PATHS, size=st.integers(0, 9))
    def truncate(self, path: str, size: int) -> None:
        self.both(lambda: self.files.truncate(path, size), lambda: self.model.truncate(path, size))

    @rule(path=PATHS, call=st.sampled_from(("rmdir", "unlink", "mkdir")))
    def one_path(self, path: str, call: str) -> None:
        if call == "mkdir":
            self.both(lambda: self.files.mkdir(path, 0o755), lambda: self.model.mkdir(path))
        else:
            self.both(
                lambda: getattr(self.files, call)(path), lambda: getattr(self.model, call)(path)
            )

    @rule(old=PATHS, new=PATHS, call=st.sampled_from(("rename", "link")))
    def two_paths(self, old: str, new: str, call: str) -> None:
        self.both(
            lambda: getattr(self.files, call)(old, new),
            lambda: getattr(self.model, call)(old, new),
        )

    @rule(path=PATHS, mode=st.sampled_from((0o600, 0o755, 0o4755)))
    def chmod(self, path: str, mode: int) -> None:
        self.both(lambda: self.files.chmod(path, mode), lambda: self.model.chmod(path, mode))

    @invariant()
    def looks_the_same(self) -> None:
        assert self.shown() == self.model.shown()

    @invariant()
    def no_lower_tree_changes(self) -> None:
        assert [fingerprint(tree) for tree in self.trees] == self.before

    @invariant()
    def the_diff_tells_what_came_and_went(self) -> None:
        told: dict[str, set[str]] = {"A": set(), "C": set(), "D": set()}
        for change in self.union.changes():
            told[change.kind.value].add(change.path)
        now, then = set(self.model.entries), set(self.base)
        assert told["A"] == now - then
        assert told["D"] == {path for path in then - now if _is_told(path, now, self.model)}

    def shown(self) -> dict[str, tuple[bool, bytes, int]]:
        found: dict[str, tuple[bool, bytes, int]] = {}
        pending = [""]
        while pending:
            path = pending.pop()
            status = self.files.lstat(path or "/")
            is_directory = status.kind == 0o040000
            data = b"" if is_directory else self.files.open(path).read()
            found[path] = (is_directory, data, status.mode & 0o7777)
            if is_directory:
                pending += [f"{path}/{entry.name}" for entry in self.files.readdir(path or "/")]
        return found


def _is_told(path: str, now: set[str], model: FlatModel) -> bool:
    """A removal is told once, at the top, and not below what is no directory any more."""
    above = path.rpartition("/")[0]
    return above in now and model.entries[above].is_directory


def _outcome(call: Callable[[], object]) -> Errno | None:
    try:
        call()
    except FilesystemError as error:
        return error.errno
    return None


UnionMountIsFlat.TestCase.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None
)
TestUnionMountIsFlat = UnionMountIsFlat.TestCase
