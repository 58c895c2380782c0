"""The hub port: what the engine asks of a registry, and the values it gets back.

An answer never says whether bytes exist. `HubImage` carries identity (digests, image ID,
configuration) and `HubLayer.unpack` gives a layer's tree, with its diff ID and size. For an
official image of the embedded hub these are recorded facts over a stand-in tree; for a pushed image
they are computed from its bytes. `Provenance` tells which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ..layer import Layer
    from ..spec import Descriptor, Digest, Index, Platform, Reference


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about an image, and where it comes from.

    `basis` is `recorded` (read from a real registry), `computed` (by hashing bytes that exist) or
    `derived` (worked out by the rule in `how`).
    """

    name: str
    basis: str
    how: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an image's facts come from. `stand_in`: its files stand in for the real ones."""

    stand_in: bool
    facts: tuple[Fact, ...] = ()

    def of(self, name: str) -> Fact | None:
        return next((fact for fact in self.facts if fact.name == name), None)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class SearchRow:
    """One row of `docker search`."""

    name: str
    description: str
    stars: int
    official: bool
    automated: bool = False


class HubLayer(Protocol):
    """A layer as a registry offers it. `descriptor` has the digest and size of the blob as sent."""

    @property
    def descriptor(self) -> Descriptor: ...

    @property
    def diff_id(self) -> Digest: ...

    @property
    def stand_in(self) -> bool:
        """Do its files stand in for the real ones? Its diff ID may be recorded then."""
        ...

    def unpack(self) -> Layer:
        """The layer: tree, diff ID, size of its files, archive. Built once, then shared."""
        ...


@dataclass(frozen=True, slots=True)
class HubImage:
    """What a reference leads to, for one platform.

    `digest` is what the tag points at (an index or a manifest): `Digest:` of a pull, and the
    image's RepoDigest. `config` are the configuration's bytes; `image_id` is their digest, or
    recorded.
    """

    digest: Digest
    manifest: Descriptor
    manifest_json: bytes
    image_id: Digest
    config: bytes
    layers: tuple[HubLayer, ...]
    platform: Platform
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class HubManifest:
    """A manifest or index as stored, for `docker manifest inspect`."""

    descriptor: Descriptor
    content: bytes


class Hub(Protocol):
    """A registry. `reference` is a full one (domain, path, tag or digest).

    Raises: Unreachable, TooManyRequests, Denied, AuthenticationRequired, NameUnknown,
    ManifestUnknown, DamagedHub.
    """

    def resolve(
        self,
        reference: Reference,
        platform: Platform | None = None,
        *,
        credentials: Credentials | None = None,
    ) -> HubImage:
        """The image under a tag or digest; of an index, the one for the platform."""
        ...

    def manifest(
        self, reference: Reference, *, credentials: Credentials | None = None
    ) -> HubManifest: ...

    def tags(
        self, reference: Reference, *, credentials: Credentials | None = None
    ) -> tuple[str, ...]:
        """All tags of a repository, sorted."""
        ...

    def search(self, term: str) -> tuple[SearchRow, ...]:
        """Rows whose name or description has the term, best first, before any filter or limit."""
        ...

    def login(self, credentials: Credentials) -> None: ...

    def has_layer(self, reference: Reference, digest: Digest) -> bool:
        """Is the blob in this very repository (`Layer already exists`)?"""
        ...

    def mount_layer(
        self,
        reference: Reference,
        digest: Digest,
        source: str,
        *,
        credentials: Credentials | None = None,
    ) -> str | None:
        """Take a blob over from the repository `source` (`Mounted from ...`); None if it is not there."""
        ...

    def push_layer(
        self, reference: Reference, layer: HubLayer, *, credentials: Credentials | None = None
    ) -> None: ...

    def push_image(
        self, reference: Reference, image: HubImage, *, credentials: Credentials | None = None
    ) -> Digest:
        """Store manifest and configuration under the reference's tag; its layers must be there."""
        ...

    def copy_manifest(
        self, source: Reference, target: Reference, *, credentials: Credentials | None = None
    ) -> Digest:
        """Take an image named by digest over into another repository, with its layers."""
        ...

    def push_index(
        self, reference: Reference, index: Index, *, credentials: Credentials | None = None
    ) -> Digest:
        """Store an index under the reference's tag; its manifests must be in the repository."""
        ...
