"""Recorded repositories of the embedded hub: facts become images, when asked for.

Where the recorded manifest can be written again byte for byte, it is; so its digest is computed,
and checked. A configuration exists for very few images; the others get one written from the
recorded facts, under the recorded image ID.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..layer import Archive, Layer, write_layer
from ..spec import (
    ContainerConfig,
    Descriptor,
    Digest,
    HistoryEntry,
    ImageConfig,
    ImageFields,
    Index,
    InvalidDigest,
    Manifest,
    MediaType,
    Platform,
)
from .data import CATALOGUE, read_catalogue
from .errors import DamagedHub
from .hub import HubImage, HubLayer, HubManifest
from .provenance import provenance
from .standin import stand_in


@dataclass(frozen=True, slots=True)
class RecordedLayer:
    """A layer with a recorded digest and a stand-in tree. Units: `size`, bytes unpacked."""

    descriptor: Descriptor
    diff_id: Digest
    size: int
    recipe: str
    time_ns: int
    stand_in: bool = True

    def unpack(self) -> Layer:
        """Raises: DamagedHub."""
        where = f"layer {self.descriptor.digest.short}"
        tree = stand_in(self.recipe, self.size, self.time_ns, where)
        archive = Archive.lazily(lambda: write_layer(tree).segments)
        return Layer(tree, self.diff_id, self.size, archive)


class RecordedRepository:
    """One official repository, as its tags and images were recorded. Raises: DamagedHub."""

    def __init__(self, name: str, facts: Mapping[str, Any]) -> None:
        self.name = name
        self._facts = facts
        self._images: dict[str, HubImage] = {}
        self._named: dict[Digest, Mapping[str, str]] = {}
        self._manifests: dict[Digest, str] = {}
        for _, (digest, platforms) in self._entries():
            if digest is not None:
                self._named.setdefault(Digest(digest), platforms)
        for key, image in facts["images"].items():
            if image["manifest"]:
                self._manifests.setdefault(Digest(image["manifest"]), key)

    def _entries(self) -> list[tuple[str | None, Any]]:
        return [*self._facts["tags"].items(), *((None, entry) for entry in self._facts["untagged"])]

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(sorted(self._facts["tags"]))

    def digest_of(self, tag: str) -> Digest | None:
        """What a tag points at."""
        entry = self._facts["tags"].get(tag)
        return None if entry is None else Digest(entry[0])

    def knows(self, digest: Digest) -> bool:
        return digest in self._named or digest in self._manifests

    def has_layer(self, digest: Digest) -> bool:
        return digest in self._facts["layers"]

    def layer(self, digest: Digest) -> HubLayer:
        fact = self._facts["layers"][digest]
        return RecordedLayer(
            Descriptor(MediaType.LAYER, digest, fact["size"]),
            Digest(fact["diff_id"]),
            fact["unpacked"],
            json.dumps(fact["recipe"]),
            fact["time"],
        )

    def image(self, digest: Digest, platform: Platform) -> HubImage | None:
        """The image under a digest; of an index the best for the platform, if any."""
        platforms = self._named.get(digest)
        if platforms is None:
            return self._image(self._manifests[digest], digest)
        for wanted in platform.runs():
            for name, key in platforms.items():
                if wanted.matches(Platform.parse(name)):
                    return self._image(key, digest)
        return None

    def manifest(self, digest: Digest) -> HubManifest:
        """A manifest or index as stored; an index is written anew, under the recorded digest."""
        platforms = self._named.get(digest)
        if platforms is None or digest in self._manifests:
            image = self._image(self._manifests[digest], digest)
            return HubManifest(image.manifest, image.manifest_json)
        listed = []
        for name, key in platforms.items():
            made = self._image(key, digest).manifest
            platform = Platform.parse(name)
            listed.append(Descriptor(made.media_type, made.digest, made.size, platform=platform))
        index = Index.create(listed)
        return HubManifest(Descriptor(index.media_type, digest, len(index.raw)), index.raw)

    def _image(self, key: str, digest: Digest) -> HubImage:
        made = self._images.get(f"{key} {digest}")
        if made is None:
            try:
                made = self._images[f"{key} {digest}"] = self._make(key, digest)
            except (KeyError, TypeError, IndexError, InvalidDigest) as error:
                where = f"{self.name}: image {key[7:19]}"
                raise DamagedHub(where, f"a fact is missing or malformed: {error}") from None
        return made

    def _make(self, key: str, digest: Digest) -> HubImage:
        facts = self._facts["images"][key]
        layers = tuple(self.layer(Digest(layer)) for layer in facts["layers"])
        image_id = Digest(key)
        config = self._config(facts, layers, image_id)
        size = facts["config_size"] or len(config)
        manifest = Manifest.create(
            Descriptor(MediaType.CONFIG, image_id, size), [layer.descriptor for layer in layers]
        )
        recorded = Digest(facts["manifest"] or manifest.digest)
        if facts["verified"] and manifest.digest != recorded:
            where = f"{self.name}: image {image_id.short}"
            raise DamagedHub(where, f"its manifest is {manifest.digest}, recorded {recorded}")
        return HubImage(
            digest=digest,
            manifest=Descriptor(manifest.media_type, recorded, len(manifest.raw)),
            manifest_json=manifest.raw,
            image_id=image_id,
            config=config,
            layers=layers,
            platform=Platform(*facts["platform"]),
            provenance=provenance(facts, [self._facts["layers"][name] for name in facts["layers"]]),
        )

    def _config(
        self, facts: Mapping[str, Any], layers: tuple[HubLayer, ...], image_id: Digest
    ) -> bytes:
        if recorded := facts.get("config_json"):
            content = str(recorded).encode()
            if Digest.of(content) != image_id:
                where = f"{self.name}: image {image_id.short}"
                raise DamagedHub(where, f"its configuration is {Digest.of(content)}")
            return content
        config = ContainerConfig.from_json(facts["config"])
        history = tuple(
            HistoryEntry(created=created, created_by=text, empty_layer=bool(empty))
            for created, text, empty in facts["history"]
        )
        fields = ImageFields(
            platform=Platform(*facts["platform"]),
            created=facts["created"],
            config=config,
            container_config=config,
            docker_version=facts["docker_version"],
            history=history,
            diff_ids=tuple(layer.diff_id for layer in layers),
        )
        return ImageConfig.create(fields).raw


@cache
def recorded_repository(name: str, path: str = CATALOGUE) -> RecordedRepository | None:
    """An official repository (`ubuntu`) or a recorded user's; None if it is not recorded.

    Raises: DamagedHub.
    """
    entry = f"{name.replace('/', '_')}.json"
    raw = None if name.startswith("_") else read_catalogue(entry, path)
    if raw is None:
        return None
    try:
        facts = json.loads(raw)
        if facts["repository"] != name:
            return None
        return RecordedRepository(name, facts)
    except (ValueError, KeyError, TypeError, InvalidDigest) as error:
        raise DamagedHub(entry, f"cannot be read: {error}") from None


@cache
def search_rows(path: str = CATALOGUE) -> tuple[tuple[str, str, int | None, bool], ...]:
    """Name, description, stars and whether official, of all rows. Raises: DamagedHub."""
    return tuple(tuple(row) for row in _table("_search.json", path))


def _table(name: str, path: str) -> Any:
    raw = read_catalogue(name, path)
    if raw is None:
        raise DamagedHub(name, "it is missing")
    try:
        return json.loads(raw)
    except ValueError as error:
        raise DamagedHub(name, f"cannot be read: {error}") from None
