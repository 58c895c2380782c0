"""References: which names lead to which image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from ..errors import Conflict, InvalidInput
from ..spec import Digest, Reference


class AmbiguousTag(InvalidInput):
    def __init__(self) -> None:
        super().__init__("refusing to create an ambiguous tag using digest algorithm as name")


class TagWithDigest(InvalidInput):
    def __init__(self) -> None:
        super().__init__("refusing to create a tag with a digest reference")


class DigestTaken(Conflict):
    def __init__(self, digest: Digest) -> None:
        super().__init__(f"Cannot overwrite digest {digest}")
        self.digest = digest


class ReferenceStore(Protocol):
    """Tags (movable) and digest references (fixed), each leading to one image."""

    version: int

    def get(self, reference: Reference) -> Digest | None:
        """The image meant; `latest` is added, and a digest outweighs a tag."""
        ...

    def add_tag(self, reference: Reference, image_id: Digest) -> Digest | None:
        """Point a tag at an image; the image it pointed at before, if another.

        Raises: AmbiguousTag, TagWithDigest.
        """
        ...

    def add_digest(self, reference: Reference, image_id: Digest) -> None:
        """Raises: AmbiguousTag, DigestTaken."""
        ...

    def remove(self, reference: Reference) -> bool:
        """Forget one name; False if it was not here."""
        ...

    def of(self, image_id: Digest) -> tuple[Reference, ...]:
        """The names of an image, sorted by canonical form: tags before digests in a repository."""
        ...

    def of_repository(self, name: str) -> tuple[tuple[Reference, Digest], ...]:
        """All names in a repository, sorted."""
        ...

    def __iter__(self) -> Iterator[tuple[Reference, Digest]]: ...


class MemoryReferences:
    """A `ReferenceStore` in memory."""

    def __init__(self) -> None:
        self.version = 0
        self._repositories: dict[str, dict[str, tuple[Reference, Digest]]] = {}
        self._by_image: dict[Digest, dict[str, Reference]] = {}
        self._sorted: dict[Digest, tuple[Reference, ...]] = {}

    def get(self, reference: Reference) -> Digest | None:
        wanted = plain(reference)
        found = self._repositories.get(wanted.name, {}).get(str(wanted))
        return found[1] if found else None

    def add_tag(self, reference: Reference, image_id: Digest) -> Digest | None:
        if reference.digest is not None:
            raise TagWithDigest
        previous = self.get(reference)
        self._add(reference.with_default_tag(), image_id)
        return previous if previous != image_id else None

    def add_digest(self, reference: Reference, image_id: Digest) -> None:
        wanted = plain(reference)
        known = self.get(wanted)
        if known is not None and known != image_id and wanted.digest is not None:
            raise DigestTaken(wanted.digest)
        self._add(wanted, image_id)

    def _add(self, reference: Reference, image_id: Digest) -> None:
        if reference.familiar_name == "sha256":
            raise AmbiguousTag
        self.remove(reference)
        self.version += 1
        text = str(reference)
        self._repositories.setdefault(reference.name, {})[text] = (reference, image_id)
        self._by_image.setdefault(image_id, {})[text] = reference
        self._sorted.pop(image_id, None)

    def remove(self, reference: Reference) -> bool:
        wanted = plain(reference)
        text = str(wanted)
        repository = self._repositories.get(wanted.name, {})
        found = repository.pop(text, None)
        if found is None:
            return False
        self.version += 1
        if not repository:
            del self._repositories[wanted.name]
        names = self._by_image[found[1]]
        del names[text]
        if not names:
            del self._by_image[found[1]]
        self._sorted.pop(found[1], None)
        return True

    def of(self, image_id: Digest) -> tuple[Reference, ...]:
        known = self._sorted.get(image_id)
        if known is None:
            names = self._by_image.get(image_id, {})
            known = tuple(names[text] for text in sorted(names))
            if known:
                self._sorted[image_id] = known
        return known

    def of_repository(self, name: str) -> tuple[tuple[Reference, Digest], ...]:
        repository = self._repositories.get(name, {})
        return tuple(repository[text] for text in sorted(repository))

    def __iter__(self) -> Iterator[tuple[Reference, Digest]]:
        for name in sorted(self._repositories):
            yield from self.of_repository(name)


def plain(reference: Reference) -> Reference:
    if reference.digest is not None:
        return reference if reference.tag is None else replace(reference, tag=None)
    return reference.with_default_tag()
