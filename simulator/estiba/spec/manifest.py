"""Manifests: the config and the layers of one image.

The bytes a manifest came in are kept, because its digest names exactly those.

Source: OCI image-spec, manifest.md; Docker, "Image Manifest Version 2, Schema 2".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from estiba.spec.descriptor import Descriptor, InvalidManifest, MediaType
from estiba.spec.digest import Digest
from estiba.spec.gojson import dump_indented


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a tag of one platform points at: a config and layers, base first."""

    raw: bytes
    digest: Digest
    media_type: str
    config: Descriptor
    layers: tuple[Descriptor, ...]
    annotations: Mapping[str, str] | None = None

    @classmethod
    def from_json(cls, raw: bytes, media_type: str | None = None) -> "Manifest":
        """Read schema 2 or OCI; `media_type` is what the registry said it is.

        Raises: InvalidManifest.
        """
        value = read_object(raw)
        config = value.get("config")
        layers = value.get("layers")
        if config is None or not isinstance(layers, list):
            raise InvalidManifest("a manifest needs a config and layers")
        return cls(
            raw,
            Digest.of(raw),
            value.get("mediaType") or media_type or MediaType.OCI_MANIFEST,
            Descriptor.from_json(config),
            tuple(map(Descriptor.from_json, layers)),
            value.get("annotations"),
        )

    @classmethod
    def create(
        cls,
        config: Descriptor,
        layers: Sequence[Descriptor],
        media_type: str = MediaType.MANIFEST,
        annotations: Mapping[str, str] | None = None,
    ) -> "Manifest":
        """Write a manifest with the bytes Docker would push."""
        value = {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": config.to_json(),
            "layers": [layer.to_json() for layer in layers],
        }
        if annotations:
            value["annotations"] = dict(sorted(annotations.items()))
        raw = dump_indented(value)
        return cls(raw, Digest.of(raw), media_type, config, tuple(layers), annotations)

    @property
    def descriptor(self) -> Descriptor:
        return Descriptor(self.media_type, self.digest, len(self.raw))


def read_object(raw: bytes) -> dict[str, Any]:
    """Read a JSON object of schema version 2.

    Raises: InvalidManifest.
    """
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise InvalidManifest(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidManifest("not a JSON object")
    if value.get("schemaVersion") != 2:
        raise InvalidManifest(f"not schema version 2: {value.get('schemaVersion')!r}")
    return value
