"""What every store must do, whatever keeps it: one contract each."""

import pytest

from estiba.spec import Digest, ImageConfig, normalize
from estiba.store import (
    ImageRecord,
    ImageStore,
    ImageUnknown,
    LayerRecord,
    LayerStore,
    LayerUnknown,
    ReferenceStore,
)
from estiba.store.references import AmbiguousTag, DigestTaken, TagWithDigest

A, B, C = (Digest.of(name) for name in (b"a", b"b", b"c"))


def layer(chain: Digest, parent: Digest | None = None) -> LayerRecord:
    return LayerRecord(chain, chain, parent, 1, 1, "cache")


class LayerStoreContract:
    def make(self) -> LayerStore:
        raise NotImplementedError

    def test_a_chain_is_freed_top_first_when_its_holder_goes(self) -> None:
        store = self.make()
        store.add(layer(A))
        store.add(layer(B, A))
        assert store.release(A) == ()
        assert [record.chain_id for record in store.release(B)] == [B, A]
        assert A not in store

    def test_a_layer_below_another_holder_stays(self) -> None:
        store = self.make()
        store.add(layer(A))
        store.add(layer(B, A))
        store.add(layer(C, A))
        store.release(A)
        assert [record.chain_id for record in store.release(B)] == [B]
        assert [record.chain_id for record in store.release(C)] == [C, A]

    def test_adding_a_known_layer_holds_it_once_more(self) -> None:
        store = self.make()
        store.add(layer(A))
        store.add(layer(A))
        assert store.release(A) == ()
        assert store.release(A) != ()

    def test_a_layer_needs_its_parent(self) -> None:
        with pytest.raises(LayerUnknown):
            self.make().add(layer(B, A))

    def test_a_chain_is_told_top_first(self) -> None:
        store = self.make()
        store.add(layer(A))
        store.add(layer(B, A))
        assert [record.chain_id for record in store.chain(B)] == [B, A]

    def test_sweeping_frees_what_nothing_holds(self) -> None:
        store = self.make()
        for record in (layer(A), layer(B, A), layer(C, A)):
            store.add(record)
        assert store.sweep() == ()
        assert store.release(A) == ()
        assert [record.chain_id for record in store.release(B)] == [B]
        assert store.sweep() == ()
        assert [record.chain_id for record in store] == [A, C]


def image(image_id: Digest, parent: Digest | None = None) -> ImageRecord:
    return ImageRecord(image_id, ImageConfig(id=image_id, raw=b""), None, 0, parent)


class ImageStoreContract:
    def make(self) -> ImageStore:
        raise NotImplementedError

    def test_an_image_is_found_by_the_beginning_of_its_id(self) -> None:
        store = self.make()
        store.add(image(A))
        store.add(image(B))
        for text in (A, A.encoded, A.encoded[:4], f"sha256:{A.short}"):
            found = store.search(text)
            assert found is not None and found.id == A
        assert store.search("") is None
        assert store.search("zz") is None

    def test_children_lose_a_removed_parent(self) -> None:
        store = self.make()
        store.add(image(A))
        store.add(image(B, A))
        assert store.children(A) == (B,)
        store.remove(A)
        assert store.get(B).parent is None
        assert store.children(A) == ()

    def test_a_removed_child_is_no_child_any_more(self) -> None:
        store = self.make()
        store.add(image(A))
        store.add(image(B, A))
        store.remove(B)
        assert store.children(A) == ()

    def test_the_latest_added_comes_first(self) -> None:
        store = self.make()
        store.add(image(A))
        store.add(image(B))
        assert store.add(image(A)) is False
        assert [record.id for record in store] == [B, A]

    def test_every_change_has_a_new_version(self) -> None:
        store = self.make()
        versions = [store.version]
        store.add(image(A))
        versions.append(store.version)
        store.set_last_tagged(A, 5)
        versions.append(store.version)
        store.remove(A)
        assert len({*versions, store.version}) == 4

    def test_an_unknown_image_is_named(self) -> None:
        with pytest.raises(ImageUnknown) as caught:
            self.make().get(A)
        assert caught.value.image_id == A


class ReferenceStoreContract:
    def make(self) -> ReferenceStore:
        raise NotImplementedError

    def test_a_tag_moves_and_tells_from_where(self) -> None:
        store = self.make()
        assert store.add_tag(normalize("uno"), A) is None
        assert store.add_tag(normalize("uno:latest"), A) is None
        assert store.add_tag(normalize("uno"), B) == A
        assert store.of(A) == ()
        assert store.get(normalize("uno")) == B

    def test_names_are_sorted_tags_before_digests(self) -> None:
        store = self.make()
        store.add_digest(normalize(f"b@{C}"), A)
        for name in ("b:2", "b:1", "a"):
            store.add_tag(normalize(name), A)
        assert [ref.familiar for ref in store.of(A)] == ["a:latest", "b:1", "b:2", f"b@{C}"]
        assert [ref.familiar for ref, _ in store.of_repository("docker.io/library/b")] == [
            "b:1",
            "b:2",
            f"b@{C}",
        ]

    def test_a_digest_outweighs_a_tag(self) -> None:
        store = self.make()
        store.add_tag(normalize("b:1"), A)
        store.add_digest(normalize(f"b@{C}"), B)
        assert store.get(normalize(f"b:1@{C}")) == B

    def test_a_digest_cannot_move(self) -> None:
        store = self.make()
        store.add_digest(normalize(f"b@{C}"), A)
        with pytest.raises(DigestTaken, match=f"Cannot overwrite digest {C}"):
            store.add_digest(normalize(f"b@{C}"), B)

    def test_what_would_be_ambiguous_is_refused(self) -> None:
        with pytest.raises(AmbiguousTag):
            self.make().add_tag(normalize("sha256:1"), A)
        with pytest.raises(TagWithDigest):
            self.make().add_tag(normalize(f"b@{C}"), A)

    def test_removing_what_is_not_here_tells_so(self) -> None:
        store = self.make()
        store.add_tag(normalize("a"), A)
        assert store.remove(normalize("b")) is False
        assert store.remove(normalize("a")) is True
        assert list(store) == []
