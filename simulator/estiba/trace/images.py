"""What happens to images and layers.

`reference` fields are familiar (`ubuntu:20.04`), `digest` is that of a blob or manifest, `labels`
are the image's, because `docker events` shows them even when the image is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

Labels = Mapping[str, str]
NO_LABELS: Labels = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageResolved:
    """A registry told what a reference leads to. `digest` is that of the manifest or index."""

    name: ClassVar[str] = "image.resolved"
    reference: str
    digest: str
    image_id: str
    layers: int
    stand_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerAlreadyExists:
    """A layer did not have to be fetched: the same chain is here."""

    name: ClassVar[str] = "layer.already-exists"
    digest: str
    diff_id: str
    chain_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFetched:
    """A layer's blob arrived. Units: `size`, compressed bytes."""

    name: ClassVar[str] = "layer.fetched"
    digest: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerVerified:
    """A blob hashes to its digest. `recorded`: known from the record, not computed from bytes."""

    name: ClassVar[str] = "layer.verified"
    digest: str
    recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerApplied:
    """A layer was unpacked above its parent. Units: `size`, bytes of its files."""

    name: ClassVar[str] = "layer.applied"
    diff_id: str
    chain_id: str
    parent: str | None
    size: int
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerDeleted:
    """A layer that nothing holds any more was dropped. Units: `size`, bytes of its files."""

    name: ClassVar[str] = "layer.deleted"
    chain_id: str
    diff_id: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePulled:
    """A pull ended well. `newer`: something new was fetched or named."""

    name: ClassVar[str] = "image.pulled"
    reference: str
    repository: str
    newer: bool
    labels: Labels = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePushed:
    """A push ended well."""

    name: ClassVar[str] = "image.pushed"
    reference: str
    repository: str
    labels: Labels = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPushed:
    """A layer is in the registry. `how` is `pushed`, `already-exists` or `mounted`."""

    name: ClassVar[str] = "layer.pushed"
    diff_id: str
    digest: str
    how: str
    mounted_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageCreated:
    """An image came to be here. `how` is `pull`, `load`, `import`, `commit` or `build`."""

    name: ClassVar[str] = "image.created"
    image_id: str
    how: str
    parent: str | None = None
    layers: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTagged:
    """A name was given, taken from `previous`. `quiet`: `docker events` has no line for it."""

    name: ClassVar[str] = "image.tagged"
    image_id: str
    reference: str
    previous: str | None = None
    quiet: bool = False
    labels: Labels = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUntagged:
    """A name was taken away. `quiet`: `docker events` has no line for this one."""

    name: ClassVar[str] = "image.untagged"
    image_id: str
    reference: str
    quiet: bool = False
    labels: Labels = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageDeleted:
    """An image's record was dropped."""

    name: ClassVar[str] = "image.deleted"
    image_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSaved:
    """An image was written into an archive."""

    name: ClassVar[str] = "image.saved"
    image_id: str
    labels: Labels = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLoaded:
    """An image was read from an archive."""

    name: ClassVar[str] = "image.loaded"
    image_id: str
    labels: Labels = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageImported:
    """A flat file tree became an image."""

    name: ClassVar[str] = "image.imported"
    image_id: str
    labels: Labels = field(default_factory=lambda: NO_LABELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagesPruned:
    """Unused images were dropped. Units: `reclaimed`, bytes."""

    name: ClassVar[str] = "image.pruned"
    deleted: int
    reclaimed: int
