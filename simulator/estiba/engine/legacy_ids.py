"""The layer IDs of the old image format, which `docker save` still writes.

Each layer has a small configuration of its own; only the top one carries the image's settings. Its
ID is the digest of that, its chain ID and its parent's ID.
Source: Docker, "Image Specification v1"; Engine 20.10, image/v1/imagev1.go, behaviour as recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..layer import chain_ids
from ..spec import ContainerConfig, Digest, ImageConfig
from ..spec.gojson import dump, sorted_keys, without_empty

EPOCH = "1970-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class LegacyLayer:
    """One directory of the archive: its name, and the content of its `json`."""

    id: str
    json: bytes


def legacy_layers(config: ImageConfig) -> tuple[LegacyLayer, ...]:
    """All layers of an image, base first."""
    made: list[LegacyLayer] = []
    parent = ""
    chains = chain_ids(config.diff_ids)
    for chain in chains:
        value = _settings(config) if chain is chains[-1] else _nothing()
        digest = _identity(value, chain, parent)
        made.append(LegacyLayer(digest.encoded, dump(_described(value, digest, parent, config))))
        parent = digest
    return tuple(made)


def _nothing() -> dict[str, Any]:
    return {"created": EPOCH, "container_config": ContainerConfig().to_json()}


def _settings(config: ImageConfig) -> dict[str, Any]:
    platform = config.platform
    return {
        **without_empty({"comment": config.comment}),
        "created": config.created,
        **without_empty({"container": config.container}),
        "container_config": config.container_config.to_json(),
        **without_empty(
            {
                "docker_version": config.docker_version,
                "author": config.author,
                "config": None if config.config is None else config.config.to_json(),
                "architecture": platform.architecture,
                "variant": platform.variant,
                "os": platform.os,
            }
        ),
    }


def _identity(value: dict[str, Any], chain: Digest, parent: str) -> Digest:
    below = {"parent": parent} if parent else {}
    return Digest.of(dump(sorted_keys({**value, "layer_id": chain, **below})))


def _described(
    value: dict[str, Any], digest: Digest, parent: str, config: ImageConfig
) -> dict[str, Any]:
    head = {"id": digest.encoded, "parent": parent.partition(":")[2]}
    return {**without_empty(head), **value, "os": config.platform.os}
