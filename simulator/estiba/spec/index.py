"""Indexes, which Docker calls manifest lists: one manifest per platform.

Source: OCI image-spec, image-index.md; Docker, "Manifest List".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from estiba.spec.descriptor import Descriptor, InvalidManifest, MediaType
from estiba.spec.digest import Digest
from estiba.spec.gojson import dump_indented
from estiba.spec.manifest import Manifest, read_object
from estiba.spec.platform import Platform


@dataclass(frozen=True, slots=True)
class Index:
    """What a tag of many platforms points at."""

    raw: bytes
    digest: Digest
    media_type: str
    manifests: tuple[Descriptor, ...]
    annotations: Mapping[str, str] | None = None

    @classmethod
    def from_json(cls, raw: bytes, media_type: str | None = None) -> "Index":
        """Raises: InvalidManifest."""
        value = read_object(raw)
        manifests = value.get("manifests")
        if not isinstance(manifests, list):
            raise InvalidManifest("an index needs manifests")
        return cls(
            raw,
            Digest.of(raw),
            value.get("mediaType") or media_type or MediaType.OCI_INDEX,
            tuple(map(Descriptor.from_json, manifests)),
            value.get("annotations"),
        )

    @classmethod
    def create(cls, manifests: Sequence[Descriptor], media_type: str = MediaType.INDEX) -> "Index":
        """Write an index with the bytes `docker manifest push` would send."""
        raw = dump_indented(
            {
                "schemaVersion": 2,
                "mediaType": media_type,
                "manifests": [manifest.to_json() for manifest in manifests],
            }
        )
        return cls(raw, Digest.of(raw), media_type, tuple(manifests))

    def select(self, platform: Platform) -> Descriptor | None:
        """The best manifest a platform can run; the first one of equals."""
        for wanted in platform.runs():
            for manifest in self.manifests:
                if manifest.platform is not None and wanted.matches(manifest.platform):
                    return manifest
        return None

    @property
    def descriptor(self) -> Descriptor:
        return Descriptor(self.media_type, self.digest, len(self.raw))


def parse_manifest(raw: bytes, media_type: str | None = None) -> Manifest | Index:
    """Read what a tag points at, whichever of the two it is.

    Raises: InvalidManifest.
    """
    if media_type in MediaType.MANIFESTS:
        return Manifest.from_json(raw, media_type)
    if media_type in MediaType.INDEXES or "manifests" in read_object(raw):
        return Index.from_json(raw, media_type)
    return Manifest.from_json(raw, media_type)
