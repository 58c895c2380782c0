"""`docker image inspect`: everything about one image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import InvalidInput, NotFound
from ..spec.gotime import ZERO_TIME, format_time
from ..store import ImageRecord

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


def inspect_image(engine: Engine[M], name: str) -> dict[str, Any]:
    """`GET /images/{name}/json`. Raises: NotFound, InvalidInput, each naming the image twice."""
    try:
        record = engine.images.get(name)
    except NotFound as error:
        raise NotFound(f"no such image: {name}: {error}") from None
    except InvalidInput as error:
        raise InvalidInput(f"no such image: {name}: {error}") from None
    return {**_names(engine, record), **_settings(record), **_storage(engine, record)}


def _names(engine: Engine[M], record: ImageRecord) -> dict[str, Any]:
    references = engine.stores.references.of(record.id)
    config = record.config
    comment = config.comment or (config.history[-1].comment if config.history else "")
    return {
        "Id": record.id,
        "RepoTags": [name.familiar for name in references if name.digest is None],
        "RepoDigests": [name.familiar for name in references if name.digest is not None],
        "Parent": record.parent or "",
        "Comment": comment,
        "Created": format_time(config.created_ns),
    }


def _settings(record: ImageRecord) -> dict[str, Any]:
    config = record.config
    platform = config.platform
    value: dict[str, Any] = {
        "Container": config.container,
        "ContainerConfig": config.container_config.to_json(),
        "DockerVersion": config.docker_version,
        "Author": config.author,
        "Config": None if config.config is None else config.config.to_json(),
        "Architecture": platform.architecture,
    }
    if platform.variant:
        value["Variant"] = platform.variant
    value["Os"] = platform.os or "linux"
    if platform.os_version:
        value["OsVersion"] = platform.os_version
    return value


def _storage(engine: Engine[M], record: ImageRecord) -> dict[str, Any]:
    layers = {"Layers": list(record.config.diff_ids)} if record.config.diff_ids else {}
    tagged_ns = record.last_tagged_ns
    return {
        "Size": record.size,
        "VirtualSize": record.size,
        "GraphDriver": {
            "Data": engine.layers.driver_data(record.chain_id),
            "Name": engine.config.driver,
        },
        "RootFS": {"Type": "layers", **layers},
        "Metadata": {"LastTagTime": ZERO_TIME if tagged_ns is None else format_time(tagged_ns)},
    }
