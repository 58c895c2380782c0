"""Repositories that users push: kept in memory, with every digest checked on the way in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..spec import Digest, Index, Manifest, Platform
from .errors import BlobUnknown, DigestMismatch, ManifestUnknown
from .hub import HubImage, HubLayer, HubManifest


@dataclass(slots=True)
class PushedRepository:
    """One user's repository."""

    name: str
    private: bool = False
    layers: dict[Digest, HubLayer] = field(default_factory=dict)
    images: dict[Digest, HubImage] = field(default_factory=dict)
    indexes: dict[Digest, Index] = field(default_factory=dict)
    named: dict[str, Digest] = field(default_factory=dict)

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(sorted(self.named))

    def digest_of(self, tag: str) -> Digest | None:
        return self.named.get(tag)

    def knows(self, digest: Digest) -> bool:
        return digest in self.images or digest in self.indexes

    def has_layer(self, digest: Digest) -> bool:
        return digest in self.layers

    def layer(self, digest: Digest) -> HubLayer:
        return self.layers[digest]

    def image(self, digest: Digest, platform: Platform) -> HubImage | None:
        """A manifest has one platform, and is given whatever platform is asked for."""
        index = self.indexes.get(digest)
        if index is None:
            return self.images[digest]
        chosen = index.select(platform)
        return None if chosen is None else replace(self.images[chosen.digest], digest=digest)

    def manifest(self, digest: Digest) -> HubManifest:
        index = self.indexes.get(digest)
        if index is not None:
            return HubManifest(index.descriptor, index.raw)
        image = self.images[digest]
        return HubManifest(image.manifest, image.manifest_json)

    def put_index(self, index: Index, tag: str | None) -> Digest:
        """Raises: ManifestUnknown when one of its manifests is not here."""
        for descriptor in index.manifests:
            if descriptor.digest not in self.images:
                raise ManifestUnknown(f"manifest unknown to registry: {descriptor.digest}")
        self.indexes[index.digest] = index
        if tag is not None:
            self.named[tag] = index.digest
        return index.digest

    def put(self, image: HubImage, tag: str | None) -> Digest:
        """Raises: DigestMismatch, BlobUnknown."""
        digest = Digest.of(image.manifest_json)
        if digest != image.manifest.digest:
            raise DigestMismatch(f"manifest of {self.name}", image.manifest.digest, digest)
        manifest = Manifest.from_json(image.manifest_json)
        config = Digest.of(image.config)
        if not image.provenance.stand_in and config != manifest.config.digest:
            raise DigestMismatch(f"configuration of {self.name}", manifest.config.digest, config)
        for descriptor in manifest.layers:
            if descriptor.digest not in self.layers:
                raise BlobUnknown(f"blob unknown to registry: {descriptor.digest}")
        self.images[digest] = replace(image, digest=digest)
        if tag is not None:
            self.named[tag] = digest
        return digest
