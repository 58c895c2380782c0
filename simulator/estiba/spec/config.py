"""Image configurations: how to run an image, and which layers it is made of.

An image ID is the digest of its configuration, so what came in is kept byte for byte, and what we
write ourselves has the bytes Docker 20.10 writes: keys at the top in alphabetical order, below in
the order of its Go structures.

Source: Docker, "Image Specification v1.2"; OCI image-spec, config.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from estiba.spec.container_config import ContainerConfig
from estiba.spec.digest import Digest
from estiba.spec.gofields import Fields, InvalidConfig
from estiba.spec.gojson import dump, sorted_keys, without_empty
from estiba.spec.gotime import ZERO_TIME, parse_time
from estiba.spec.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One step of how an image came to be; an empty layer changed no file."""

    created: str = ZERO_TIME
    created_by: str = ""
    author: str = ""
    comment: str = ""
    empty_layer: bool = False

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "HistoryEntry":
        """Raises: InvalidConfig, InvalidTime."""
        fields = Fields(value, "History")
        return cls(
            created=_time(fields),
            created_by=fields.text("created_by"),
            author=fields.text("author"),
            comment=fields.text("comment"),
            empty_layer=fields.flag("empty_layer"),
        )

    def to_json(self) -> dict[str, Any]:
        rest = {
            "author": self.author,
            "created_by": self.created_by,
            "comment": self.comment,
            "empty_layer": self.empty_layer,
        }
        return {"created": self.created, **without_empty(rest)}

    @property
    def created_ns(self) -> int:
        return parse_time(self.created)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFields:
    """What an image configuration says, whatever bytes say it. Times are RFC 3339 texts."""

    platform: Platform = field(default_factory=Platform)
    created: str = ZERO_TIME
    author: str = ""
    comment: str = ""
    config: ContainerConfig | None = None
    container: str = ""
    container_config: ContainerConfig = field(default_factory=ContainerConfig)
    docker_version: str = ""
    history: tuple[HistoryEntry, ...] = ()
    diff_ids: tuple[Digest, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object as Docker 20.10 writes it."""
        platform = self.platform
        optional = {
            "architecture": platform.architecture,
            "author": self.author,
            "comment": self.comment,
            "config": None if self.config is None else self.config.to_json(),
            "container": self.container,
            "docker_version": self.docker_version,
            "history": [entry.to_json() for entry in self.history],
            "os": platform.os,
            "os.features": list(platform.os_features),
            "os.version": platform.os_version,
            "variant": platform.variant,
        }
        always = {
            "container_config": self.container_config.to_json(),
            "created": self.created,
            "rootfs": {"type": "layers", **without_empty({"diff_ids": list(self.diff_ids)})},
        }
        return sorted_keys({**without_empty(optional), **always})

    @property
    def created_ns(self) -> int:
        return parse_time(self.created)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageConfig(ImageFields):
    """What an image ID names: settings, history and diff IDs, with the very bytes hashed.

    When `recorded`, those bytes are not at hand: `id` is the one a registry recorded for them, and
    `raw` is what Docker would write.
    """

    id: Digest
    raw: bytes = field(repr=False, compare=False)
    recorded: bool = False

    @classmethod
    def from_json(cls, raw: bytes) -> "ImageConfig":
        """Read a configuration and keep its bytes.

        Raises: InvalidConfig, InvalidDigest, InvalidTime.
        """
        value = _object(raw)
        fields = Fields(value, "Image")
        config = fields.of("config", dict, "container.Config")
        container_config = fields.of("container_config", dict, "container.Config")
        rootfs = Fields(fields.of("rootfs", dict, "image.RootFS") or {}, "RootFS")
        return cls(
            id=Digest.of(raw),
            raw=raw,
            platform=Platform.from_json(value),
            created=_time(fields),
            author=fields.text("author"),
            comment=fields.text("comment"),
            config=None if config is None else ContainerConfig.from_json(config),
            container=fields.text("container"),
            container_config=ContainerConfig.from_json(container_config or {}),
            docker_version=fields.text("docker_version"),
            history=tuple(map(HistoryEntry.from_json, fields.objects("history", "[]History"))),
            diff_ids=tuple(map(Digest, rootfs.words("diff_ids") or ())),
        )

    @classmethod
    def create(cls, fields: ImageFields) -> "ImageConfig":
        """Write a configuration with the bytes Docker would, and name it by their digest."""
        raw = dump(fields.to_json())
        return cls.from_json(raw)

    def recorded_as(self, id: Digest) -> "ImageConfig":
        """The same, under the ID a registry recorded for bytes we do not have."""
        return replace(self, id=id, recorded=True)

    def to_json(self) -> dict[str, Any]:
        """The object in `raw`, which may hold more than the fields tell."""
        return _object(self.raw)


def _time(fields: Fields) -> str:
    created = fields.text("created") or ZERO_TIME
    parse_time(created)
    return created


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise InvalidConfig(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidConfig("not a JSON object")
    return value
