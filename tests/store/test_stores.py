"""The stores in memory."""

from hypothesis import given, settings
from hypothesis import strategies as st
from store_contracts import (
    A,
    B,
    C,
    ImageStoreContract,
    LayerStoreContract,
    ReferenceStoreContract,
)

from estiba.store import (
    BlobSum,
    ImageStore,
    LayerStore,
    MemoryBlobSums,
    MemoryImages,
    MemoryLayers,
    MemoryReferences,
    PrefixIndex,
    ReferenceStore,
)


class TestMemoryLayers(LayerStoreContract):
    def make(self) -> LayerStore:
        return MemoryLayers()


class TestMemoryImages(ImageStoreContract):
    def make(self) -> ImageStore:
        return MemoryImages()


class TestMemoryReferences(ReferenceStoreContract):
    def make(self) -> ReferenceStore:
        return MemoryReferences()


def test_blob_sums_remember_the_latest_first() -> None:
    store = MemoryBlobSums()
    one, two = BlobSum(A, 1, "m", "docker.io/library/a"), BlobSum(A, 1, "m", "docker.io/library/b")
    store.add(C, one)
    store.add(C, two)
    store.add(C, one)
    assert store.of(C) == (one, two)
    assert store.diff_id(A) == C and store.diff_id(B) is None


words = st.text("abc", min_size=1, max_size=4)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.booleans(), words)), words)
def test_a_prefix_index_is_a_sorted_set(steps: list[tuple[bool, str]], prefix: str) -> None:
    index, model = PrefixIndex(), set[str]()
    for adds, word in steps:
        (index.add if adds else index.remove)(word)
        (model.add if adds else model.discard)(word)
    assert list(index) == sorted(model)
    expected = [word for word in sorted(model) if word.startswith(prefix)]
    assert index.matches(prefix, limit=100) == tuple(expected)
