"""A tree that is kept comes back as it was, whenever it was saved."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lasting_stores import MemoryKeeper
from random_steps import build, random_lower, random_steps
from simulated_performer import SimulatedPerformer

from estiba.filesystem import (
    O_CREAT,
    O_WRONLY,
    Content,
    Directory,
    Inode,
    LowerStack,
    MemoryFilesystem,
    MountNamespace,
    RegularFile,
    Symlink,
    TreeBuilder,
    UnionMount,
    UpperTree,
    Whiteout,
)
from estiba.filesystem.kept import KeptTrees

SEEDS = st.integers(0, 1 << 32)


def facts(upper: UpperTree) -> dict[str, Any]:
    """Everything an upper tree says, by path; inodes by their numbers."""
    found: dict[str, Any] = {}
    pending: list[tuple[str, Inode | Whiteout]] = [("/", upper.root)] if upper.root else []
    while pending:
        path, entry = pending.pop()
        if isinstance(entry, Whiteout):
            found[path] = entry
            continue
        body: Any = entry.rdev
        if isinstance(entry, Directory):
            body = entry.opaque
            pending += [(f"{path}{name}/", below) for name, below in entry.entries.items()]
        elif isinstance(entry, RegularFile):
            body = entry.data.read()
        elif isinstance(entry, Symlink):
            body = entry.target
        owner = (entry.uid, entry.gid, entry.mtime_ns, entry.nlink, entry.is_upper)
        found[path] = (type(entry), entry.ino, entry.mode, *owner, entry.xattrs or None, body)
    return found


def numbers(upper: UpperTree) -> set[int]:
    """The inodes it holds."""
    return {fact[1] for fact in facts(upper).values() if isinstance(fact, tuple)}


@given(SEEDS)
def test_a_tree_saved_at_any_time_comes_back_equal(seed: int) -> None:
    random = Random(seed)
    count = random.choice((0, 1, 2))
    lowers = [random_lower(random, whiteouts=at < count - 1) for at in range(count)]
    keeper, upper = MemoryKeeper(), UpperTree()
    kept = KeptTrees(keeper)
    kept.keep("t", upper)
    performer = SimulatedPerformer(UnionMount([build(lower) for lower in lowers], upper))
    for step in random_steps(random, 60):
        performer.perform(step)
        if random.random() < 0.2:
            kept.save()
            assert facts(KeptTrees(keeper).load("t")) == facts(upper)
            assert {inode.number for inode in keeper.load("t")} == numbers(upper)
    for file in performer.held.values():
        file.close()


@given(SEEDS)
def test_a_tree_that_was_loaded_again_and_again_goes_on_as_one_that_never_was(seed: int) -> None:
    random = Random(seed)
    stack = LowerStack([build(random_lower(random, whiteouts=False))])
    keeper, upper = MemoryKeeper(), UpperTree()
    KeptTrees(keeper).keep("t", upper)
    steady = SimulatedPerformer(UnionMount(stack))
    for _ in range(5):
        kept = KeptTrees(keeper)
        upper = kept.load("t")
        mount = UnionMount(stack, upper)
        performer = SimulatedPerformer(mount)
        for step in random_steps(random, 15):
            if not step.call.startswith("h"):
                assert performer.perform(step) == steady.perform(step)
        kept.save()
        assert performer.visible() == steady.visible()


def make_volume(keeper: MemoryKeeper) -> tuple[KeptTrees, MemoryFilesystem]:
    kept, volume = KeptTrees(keeper), MemoryFilesystem(now_ns=lambda: 1)
    kept.keep("v", volume.upper)
    return kept, volume


def test_a_volume_comes_back_with_its_root() -> None:
    keeper = MemoryKeeper()
    kept, volume = make_volume(keeper)
    MountNamespace(volume).chmod("/", 0o700)
    kept.save()
    assert facts(KeptTrees(keeper).load("v")) == facts(volume.upper)


def test_only_what_changed_is_saved() -> None:
    keeper = MemoryKeeper()
    kept, volume = make_volume(keeper)
    files = MountNamespace(volume)
    for name in "abcdef":
        files.open(f"/{name}", O_CREAT | O_WRONLY).close()
    kept.save()
    keeper.saves = 0
    with files.open("/c", O_WRONLY) as file:
        file.write(b"more")
        kept.save()
        assert keeper.saves == 1
        file.write(b"and more")
    kept.save()
    kept.save()
    assert keeper.saves == 2


def test_a_directory_moved_over_a_lower_one_comes_back_opaque() -> None:
    builder = TreeBuilder()
    builder.file("below/old/hidden")
    keeper, upper = MemoryKeeper(), UpperTree()
    kept = KeptTrees(keeper)
    kept.keep("t", upper)
    files = MountNamespace(UnionMount([builder.build()], upper))
    files.mkdir("/moved")
    kept.save()
    files.rename("/moved", "/below/moved")
    kept.save()
    found = KeptTrees(keeper).load("t")
    assert facts(found)["/below/moved/"][-1] is True
    assert facts(found) == facts(upper)


def test_what_is_open_but_has_no_name_is_not_saved() -> None:
    keeper = MemoryKeeper()
    kept, volume = make_volume(keeper)
    files = MountNamespace(volume)
    with files.open("/a", O_CREAT | O_WRONLY) as file:
        kept.save()
        files.unlink("/a")
        file.write(b"into nowhere")
        kept.save()
    assert [inode.number for inode in keeper.load("v")] == [1]


def test_holes_stay_holes() -> None:
    keeper = MemoryKeeper()
    kept, volume = make_volume(keeper)
    with MountNamespace(volume).open("/sparse", O_CREAT | O_WRONLY) as file:
        file.pwrite(b"end", 1 << 40)
    kept.save()
    (saved,) = (inode for inode in keeper.load("v") if inode.content.size)
    assert list(saved.content.segments()) == [1 << 40, b"end"]


def test_a_forgotten_tree_is_gone_and_notes_nothing() -> None:
    keeper = MemoryKeeper()
    kept, volume = make_volume(keeper)
    kept.save()
    kept.forget("v", volume.upper)
    MountNamespace(volume).mkdir("/later")
    kept.save()
    assert not tuple(keeper.names())


def test_a_tree_can_be_kept_late() -> None:
    builder = TreeBuilder()
    builder.file("a/b", Content.of(b"early"))
    builder.hardlink("a/c", "a/b")
    keeper, upper = MemoryKeeper(), UpperTree.of(builder.build())
    kept = KeptTrees(keeper)
    kept.keep("t", upper)
    kept.save()
    assert facts(KeptTrees(keeper).load("t")) == facts(upper)
