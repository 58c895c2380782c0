"""Archives in the OCI image layout, as skopeo, buildah and newer engines write them.

Engine 20.10 refuses an archive without `manifest.json`; newer ones read these, and so does ours.
Source: OCI image-spec, image-layout.md; annotations of containerd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..errors import InvalidInput
from ..spec import (
    Descriptor,
    Digest,
    Index,
    InvalidReference,
    Manifest,
    MediaType,
    Platform,
    Rule,
    normalize,
)

MARK, INDEX = "oci-layout", "index.json"
NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
DEPTH = 4


class BadLayout(InvalidInput):
    """A layout that does not hold what it says."""


def images(read: Callable[[str], bytes], platform: Platform) -> list[dict[str, Any]]:
    """The images of a layout in the form of `manifest.json`; of an index the one for the platform.

    Raises: BadLayout, InvalidManifest, and whatever `read` raises for a path that is not there.
    """
    found = []
    for descriptor in Index.from_json(read(INDEX)).manifests:
        manifest = _manifest(read, descriptor, platform, DEPTH)
        _checked(read, manifest.config.digest)
        found.append(
            {
                "Config": _path(manifest.config.digest),
                "Layers": [_path(layer.digest) for layer in manifest.layers],
                "RepoTags": list(_names(descriptor)),
            }
        )
    return found


def _manifest(
    read: Callable[[str], bytes], descriptor: Descriptor, platform: Platform, depth: int
) -> Manifest:
    raw = _checked(read, descriptor.digest)
    if descriptor.media_type not in MediaType.INDEXES:
        return Manifest.from_json(raw, descriptor.media_type)
    chosen = Index.from_json(raw, descriptor.media_type).select(platform)
    if chosen is None or not depth:
        raise BadLayout(f"no matching manifest for {platform} in the image index")
    return _manifest(read, chosen, platform, depth - 1)


def _checked(read: Callable[[str], bytes], digest: Digest) -> bytes:
    raw = read(_path(digest))
    if Digest.of(raw) != digest:
        raise BadLayout(f"the blob {digest} is damaged")
    return raw


def _names(descriptor: Descriptor) -> Iterator[str]:
    """The first annotation that is a name with a tag; a bare tag names nothing."""
    for key in NAMES:
        text = (descriptor.annotations or {}).get(key, "")
        try:
            reference = normalize(text, Rule.ENGINE)
        except InvalidReference:
            continue
        if reference.tag is not None and reference.digest is None:
            yield reference.familiar
            return


def _path(digest: Digest) -> str:
    return f"blobs/{digest.algorithm}/{digest.encoded}"
