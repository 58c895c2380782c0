"""`docker save`: images with their layers and names as one archive.

`manifest.json` lists the images; each has its configuration under its ID, and each layer a
directory in the old format. Source: Docker Engine 20.10, image/tarexport, behaviour as recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import Failure, NotFound
from ..filesystem.content import Content
from ..filesystem.tree import TreeBuilder
from ..layer import Archive, write_layer
from ..spec import Digest, InvalidReference, Reference, Rule, parse_any
from ..spec.gojson import dump
from ..store import ImageRecord, LayerRecord
from ..trace.images import ImageSaved
from . import provenance
from .images import NoSuchImage, labels_of
from .legacy_ids import LegacyLayer, legacy_layers
from .usage import layers_of

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class NoSuchReference(NotFound):
    def __init__(self) -> None:
        super().__init__("reference does not exist")


class ImageNotFound(NotFound):
    """`No such image` with the name as it was given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No such image: {name}")
        self.name = name


class AmbiguousDigest(Failure):
    def __init__(self) -> None:
        super().__init__("ambiguous digest string")


class EmptyExport(Failure):
    def __init__(self) -> None:
        super().__init__("empty export - not implemented")


@dataclass(slots=True)
class Chosen:
    """An image to save, and under which names."""

    record: ImageRecord
    names: list[Reference] = field(default_factory=list)


class Saving(Generic[M]):
    """Writes archives."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def save(self, names: Iterable[str]) -> Archive:
        """`GET /images/get`.

        Raises: InvalidReference, NoSuchReference, ImageNotFound, AmbiguousDigest, EmptyExport.
        """
        chosen = self._choose(names)
        writing = _Writing(self._engine)
        for one in chosen.values():
            writing.add(one)
        archive = writing.finish()
        for one in chosen.values():
            labels = labels_of(one.record)
            self._engine.emit(ImageSaved(image_id=one.record.id, labels=labels))
        return archive

    def _choose(self, names: Iterable[str]) -> dict[Digest, Chosen]:
        chosen: dict[Digest, Chosen] = {}
        for name in names:
            for image_id, reference in self._meant(name):
                one = chosen.setdefault(image_id, Chosen(self._record(image_id)))
                if reference and reference.digest is None and reference not in one.names:
                    one.names.append(reference)
        return chosen

    def _record(self, image_id: Digest) -> ImageRecord:
        if image_id not in self._engine.stores.images:
            raise NoSuchImage(image_id)
        return self._engine.stores.images.get(image_id)

    def _meant(self, name: str) -> list[tuple[Digest, Reference | None]]:
        """The images of a name: without a tag all of the repository, or else by ID."""
        references = self._engine.stores.references
        try:
            meant = parse_any(name, Rule.ENGINE)
        except InvalidReference as error:
            raise Failure(str(error)) from None
        if isinstance(meant, Digest):
            return [(meant, None)]
        if meant.familiar_name == "sha256":
            return [(self._search(name), None)]
        if meant.is_name_only:
            found = [(image_id, ref) for ref, image_id in references.of_repository(meant.name)]
            return list(found) or [(self._search(name), None)]
        image_id = references.get(meant)
        if image_id is None:
            raise NoSuchReference
        return [(image_id, meant)]

    def _search(self, prefix: str) -> Digest:
        images = self._engine.stores.images
        found = images.search(prefix)
        if found is not None:
            return found.id
        bare = prefix.removeprefix("sha256:")
        if any(record.id.encoded.startswith(bare) for record in images):
            raise AmbiguousDigest
        raise ImageNotFound(prefix)


class _Writing(Generic[M]):
    """One archive while it is put together."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._builder = TreeBuilder()
        self._manifest: list[dict[str, Any]] = []
        self._repositories: dict[str, dict[str, str]] = {}
        self._recorded: dict[str, provenance.RecordedImage] = {}
        self._ids: list[Digest] = []
        self._paths: dict[Digest, str] = {}

    def add(self, chosen: Chosen) -> None:
        record = chosen.record
        layers = layers_of(self._engine, record)[::-1]
        if not layers:
            raise EmptyExport
        config = record.config
        actual = tuple(map(actual_diff_id, layers))
        if record.recorded or actual != config.diff_ids:
            config = provenance.actual_config(record, actual)
            recorded = provenance.recorded_image(record, layers)
            self._recorded[f"{record.id.encoded}.json"] = recorded
        created_ns = record.config.created_ns
        legacy = legacy_layers(record.config)
        for one, layer in zip(legacy, layers, strict=True):
            self._add_layer(one, layer, created_ns)
        self._file(f"{record.id.encoded}.json", config.raw, created_ns)
        self._list(chosen, legacy)

    def _list(self, chosen: Chosen, legacy: tuple[LegacyLayer, ...]) -> None:
        names = chosen.names
        for reference in names:
            tags = self._repositories.setdefault(reference.familiar_name, {})
            tags[reference.tag or ""] = legacy[-1].id
        self._ids.append(chosen.record.id)
        self._manifest.append(
            {
                "Config": f"{chosen.record.id.encoded}.json",
                "RepoTags": [reference.familiar for reference in names] or None,
                "Layers": [f"{one.id}/layer.tar" for one in legacy],
            }
        )

    def _add_layer(self, legacy: LegacyLayer, layer: LayerRecord, created_ns: int) -> None:
        path = f"{legacy.id}/layer.tar"
        if self._builder.get(path) is not None:
            return
        self._builder.directory(legacy.id, 0o755, 0, 0, created_ns)
        self._file(f"{legacy.id}/VERSION", b"1.0", created_ns)
        self._file(f"{legacy.id}/json", legacy.json, created_ns)
        first = self._paths.setdefault(layer.diff_id, path)
        if first != path:
            self._builder.symlink(path, f"../{first}", 0, 0, created_ns)
            return
        content = content_of(layer)
        self._builder.file(path, content, 0o644, 0, 0, created_ns)

    def _file(self, path: str, data: bytes, mtime_ns: int = 0) -> None:
        self._builder.file(path, Content.of(data), 0o644, 0, 0, mtime_ns)

    def finish(self) -> Archive:
        for entry, image_id in zip(self._manifest, self._ids, strict=True):
            parent = self._engine.stores.images.get(image_id).parent
            if parent in self._ids:
                entry["Parent"] = parent
        self._file("manifest.json", dump(self._manifest or None) + b"\n")
        if self._repositories:
            repositories = {
                name: dict(sorted(tags.items()))
                for name, tags in sorted(self._repositories.items())
            }
            self._file("repositories", dump(repositories) + b"\n")
        if self._recorded:
            self._file(provenance.FILE, provenance.write(self._recorded))
        return write_layer(self._builder.build())


def content_of(layer: LayerRecord) -> Content:
    """A layer's tar as the content of a file, its data shared. Raises: Failure."""
    if layer.archive is None:
        raise Failure(f"layer {layer.diff_id.short}: its bytes are not here")
    pieces = (
        iter((segment,)) if isinstance(segment, bytes) else segment.segments()
        for segment in layer.archive.segments
    )
    return Content(chain.from_iterable(pieces))


def actual_diff_id(layer: LayerRecord) -> Digest:
    """The diff ID of the bytes at hand."""
    return layer.diff_id if layer.archive is None else layer.archive.digest
