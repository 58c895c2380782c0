"""Descriptors: typed pointers to blobs.

Source: OCI image-spec, descriptor.md; Docker, "Image Manifest Version 2, Schema 2".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from estiba.errors import InvalidInput
from estiba.spec.digest import Digest
from estiba.spec.gofields import Fields, InvalidConfig
from estiba.spec.platform import Platform


class InvalidManifest(InvalidInput):
    """A manifest, an index or a descriptor in them has not the form it should have."""


class MediaType:
    """What bytes are, as manifests and HTTP headers say it."""

    MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
    INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
    CONFIG = "application/vnd.docker.container.image.v1+json"
    LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
    LAYER_PLAIN = "application/vnd.docker.image.rootfs.diff.tar"
    LAYER_FOREIGN = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
    SCHEMA1 = "application/vnd.docker.distribution.manifest.v1+json"
    SCHEMA1_SIGNED = "application/vnd.docker.distribution.manifest.v1+prettyjws"
    OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
    OCI_INDEX = "application/vnd.oci.image.index.v1+json"
    OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
    OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
    OCI_LAYER_PLAIN = "application/vnd.oci.image.layer.v1.tar"
    OCI_LAYER_ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd"
    MANIFESTS = frozenset({MANIFEST, OCI_MANIFEST})
    INDEXES = frozenset({INDEX, OCI_INDEX})


@dataclass(frozen=True, slots=True)
class Descriptor:
    """Media type, digest and size of a blob.

    Units: `size`, bytes as sent.
    """

    media_type: str
    digest: Digest
    size: int
    urls: tuple[str, ...] = ()
    annotations: Mapping[str, str] | None = None
    platform: Platform | None = None

    @classmethod
    def of(cls, content: bytes, media_type: str) -> "Descriptor":
        return cls(media_type, Digest.of(content), len(content))

    @classmethod
    def from_json(cls, value: Any) -> "Descriptor":
        """Raises: InvalidManifest, InvalidDigest."""
        if not isinstance(value, dict):
            raise InvalidManifest("a descriptor is an object")
        try:
            return cls._from_fields(Fields(value, "Descriptor"))
        except InvalidConfig as error:
            raise InvalidManifest(str(error)) from None

    @classmethod
    def _from_fields(cls, fields: Fields) -> "Descriptor":
        size = fields.number("size", "int64")
        if size is None or size < 0:
            raise InvalidManifest("a descriptor needs a size")
        platform = fields.of("platform", dict, "Platform")
        return cls(
            fields.text("mediaType"),
            Digest(fields.text("digest")),
            size,
            fields.words("urls") or (),
            fields.mapping("annotations"),
            None if platform is None else Platform.from_json(platform),
        )

    def to_json(self) -> dict[str, Any]:
        """The object in a manifest, in the order of Docker's schema 2."""
        value: dict[str, Any] = {
            "mediaType": self.media_type,
            "size": self.size,
            "digest": str(self.digest),
        }
        if self.urls:
            value["urls"] = list(self.urls)
        if self.annotations:
            value["annotations"] = dict(sorted(self.annotations.items()))
        if self.platform is not None:
            value["platform"] = self.platform.to_json()
        return value
