"""Recorded identity in an archive: `estiba.json` beside `manifest.json`.

The files of a recorded image stand in for the real ones, so neither its archive nor that of an image
built on it can hash to the true IDs. What a real Docker reads in the archive is true of the bytes in
it; this file, which Docker ignores, lets us give the image its identity back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidInput
from ..spec import Digest, ImageConfig
from ..spec.gojson import dump
from ..store import ImageRecord, LayerRecord

FILE = "estiba.json"


@dataclass(frozen=True, slots=True)
class RecordedLayer:
    """Units: `size`, bytes of the original's files."""

    diff_id: Digest
    size: int


@dataclass(frozen=True, slots=True)
class RecordedImage:
    """The identity of one image of an archive."""

    config: ImageConfig
    layers: tuple[RecordedLayer, ...]
    facts: tuple[tuple[str, str, str], ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.config.id,
            "config": self.config.raw.decode(),
            "layers": [{"diff_id": one.diff_id, "size": one.size} for one in self.layers],
            "facts": [list(fact) for fact in self.facts],
        }

    @classmethod
    def from_json(cls, value: Any) -> RecordedImage:
        config = ImageConfig.from_json(value["config"].encode())
        layers = tuple(
            RecordedLayer(Digest(one["diff_id"]), int(one["size"])) for one in value["layers"]
        )
        facts = tuple((str(a), str(b), str(c)) for a, b, c in value["facts"])
        if tuple(layer.diff_id for layer in layers) != config.diff_ids:
            raise InvalidInput(f"{FILE}: the layers of {value['id']} are not those of its config")
        if config.id != value["id"]:
            config = config.recorded_as(Digest(value["id"]))
        return cls(config, layers, facts)


def recorded_image(record: ImageRecord, layers: Iterable[LayerRecord]) -> RecordedImage:
    """The identity of an image here; its layers base first."""
    return RecordedImage(
        record.config,
        tuple(RecordedLayer(layer.diff_id, layer.size) for layer in layers),
        record.facts,
    )


def actual_config(record: ImageRecord, diff_ids: Iterable[Digest]) -> ImageConfig:
    """The configuration with the diff IDs that the bytes at hand have."""
    value = record.config.to_json()
    value["rootfs"] = {"type": "layers", "diff_ids": list(diff_ids)}
    return ImageConfig.from_json(dump(value))


def write(images: dict[str, RecordedImage]) -> bytes:
    """The file: images by the name of their configuration in the archive."""
    return dump({name: image.to_json() for name, image in images.items()}) + b"\n"


def read(content: bytes) -> dict[str, RecordedImage]:
    """Raises: InvalidInput, naming the file."""
    try:
        value = json.loads(content)
        return {name: RecordedImage.from_json(image) for name, image in value.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{FILE}: {error!r}") from None
