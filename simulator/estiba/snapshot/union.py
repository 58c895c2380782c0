"""Snapshots in memory: layer trees kept once, an upper tree for each container."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from weakref import WeakValueDictionary

from ..errors import NotFound
from ..filesystem import Change, LowerStack, Tree, UnionMount, UpperTree
from ..filesystem.kept import KeptTrees
from ..spec import Digest
from ..trace import Event


class SnapshotUnknown(NotFound):
    """No layer or writable snapshot of this name."""

    def __init__(self, key: object) -> None:
        super().__init__(f"no snapshot {key}")
        self.key = key


class UnionSnapshotter:
    """`Snapshotter[UnionMount]` in memory.

    The merged lower side of a chain is made once and shared by all containers on it. A container's
    mount lives as long as somebody uses it; its upper tree until `remove`. Those that are `kept` are
    loaded when somebody looks at them.
    """

    def __init__(
        self,
        emit: Callable[[Event], None] | None = None,
        now_ns: Callable[[], int] | None = None,
        kept: KeptTrees | None = None,
    ) -> None:
        self._emit = emit
        self._now_ns = now_ns
        self._kept = kept
        self._trees: dict[Digest, tuple[Digest | None, Tree]] = {}
        self._stacks: dict[Digest, LowerStack] = {}
        self._uppers: dict[str, tuple[Digest | None, UpperTree | None]] = {}
        self._mounts: WeakValueDictionary[str, UnionMount] = WeakValueDictionary()

    def add_layer(self, chain_id: Digest, parent: Digest | None, tree: Tree) -> None:
        if parent is not None and parent not in self._trees:
            raise SnapshotUnknown(parent)
        self._trees.setdefault(chain_id, (parent, tree))

    def remove_layer(self, chain_id: Digest) -> None:
        self._trees.pop(chain_id, None)
        self._stacks.pop(chain_id, None)

    def prepare(self, key: str, parent: Digest | None) -> None:
        if parent is not None:
            self._stack(parent)
        self._uppers[key] = (parent, UpperTree())

    def mount(self, key: str) -> UnionMount:
        mount = self._mounts.get(key)
        if mount is None:
            parent, upper = self._upper(key)
            mount = UnionMount(
                self._stack(parent), upper, self._emit, label=key, now_ns=self._now_ns
            )
            self._mounts[key] = mount
        return mount

    def view(self, chain_id: Digest) -> UnionMount:
        return UnionMount(self._stack(chain_id))

    def changes(self, key: str) -> tuple[Change, ...]:
        return self.mount(key).changes() if self._upper(key)[1].is_used else ()

    def size(self, key: str) -> int:
        return self._upper(key)[1].size()

    def upper(self, key: str) -> Tree:
        return self._upper(key)[1].freeze()

    def remove(self, key: str) -> None:
        _, upper = self._uppers.pop(key, (None, None))
        self._mounts.pop(key, None)
        if self._kept is not None:
            self._kept.forget(key, upper)

    def keep(self, key: str) -> None:
        if self._kept is not None:
            self._kept.keep(key, self._upper(key)[1])

    def save(self) -> None:
        if self._kept is not None:
            self._kept.save()

    def adopt(self, key: str, parent: Digest | None) -> None:
        self._uppers[key] = (parent, None)

    def retain(self, keys: Iterable[str]) -> None:
        if self._kept is not None:
            self._kept.retain(keys)

    def _upper(self, key: str) -> tuple[Digest | None, UpperTree]:
        try:
            parent, upper = self._uppers[key]
        except KeyError:
            raise SnapshotUnknown(key) from None
        if upper is None:
            upper = UpperTree() if self._kept is None else self._kept.load(key)
            self._uppers[key] = (parent, upper)
        return parent, upper

    def _stack(self, chain_id: Digest | None) -> LowerStack:
        if chain_id is None:
            return LowerStack(())
        stack = self._stacks.get(chain_id)
        if stack is None:
            stack = self._stacks[chain_id] = LowerStack(self._trees_of(chain_id))
        return stack

    def _trees_of(self, chain_id: Digest) -> list[Tree]:
        """The trees of a chain, topmost first."""
        trees: list[Tree] = []
        here: Digest | None = chain_id
        while here is not None:
            try:
                here, tree = self._trees[here]
            except KeyError:
                raise SnapshotUnknown(here) from None
            trees.append(tree)
        return trees
