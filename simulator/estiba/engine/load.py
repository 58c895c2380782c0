"""`docker load`: images out of an archive that `docker save` wrote, or in the OCI image layout.

Every layer is read and its diff ID compared before any name is given.
Source: Docker Engine 20.10, image/tarexport, behaviour as recorded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import Failure
from ..filesystem.content import Content
from ..filesystem.inode import Directory, RegularFile, Symlink
from ..filesystem.tree import Tree
from ..layer import DamagedArchive, Layer
from ..spec import Digest, ImageConfig, Platform, Reference, Rule, normalize
from ..spec.gotext import quote
from ..store import Blobs, ImageRecord
from ..trace.images import ImageLoaded, ImageTagged
from . import oci_layout, provenance
from .images import labels_of
from .layers import chain_above
from .progress import Progress

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

CHUNK = 32768


class BadArchive(Failure):
    """An archive that is not one of images, or does not hold what it says."""


def read_archive(blobs: Blobs, archive: Content) -> Tree:
    """The files of an uploaded archive. Raises: BadArchive in Docker's words."""
    try:
        return blobs.read_tree(archive)
    except DamagedArchive as error:
        raise archive_error(error) from None


def archive_error(error: DamagedArchive) -> BadArchive:
    """Docker's words for an archive that cannot be read, and ours for where it is damaged."""
    cut = error.what.startswith("it ends") or "too early" in error.what
    reason = "unexpected EOF" if cut else str(error)
    return BadArchive(f"Error processing tar file(exit status 1): {reason}")


class Loading(Generic[M]):
    """Reads archives."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def load(self, archive: Content, progress: Progress, *, quiet: bool = False) -> None:
        """`POST /images/load`. Raises: BadArchive, InvalidReference; nothing has changed then."""
        tree = read_archive(self._engine.stores.blobs, archive)
        files = Files(tree, self._engine.ids.hex64()[:9])
        reading = _Reading(self._engine, files, None if quiet else progress)
        try:
            own = self._engine.config
            platform = Platform("linux", own.architecture, own.variant)
            found = [reading.image(item) for item in files.manifest(platform)]
            self._keep(found, progress)
        finally:
            reading.release()

    def _keep(self, found: list[Found], progress: Progress) -> None:
        engine = self._engine
        records = [
            engine.images.add(one.config, one.chain, "load", facts=one.facts) for one in found
        ]
        ids = [record.id for record in records]
        for one, record in zip(found, records, strict=True):
            for reference in one.names:
                self._name(reference, record, progress)
            engine.emit(ImageLoaded(image_id=record.id, labels=labels_of(record)))
        for one, record in zip(found, records, strict=True):
            if one.parent in ids and one.parent != record.id:
                engine.stores.images.set_parent(record.id, Digest(one.parent))
        if found and not found[-1].names:
            progress.stream("".join(f"Loaded image ID: {one}\n" for one in ids))

    def _name(self, reference: Reference, record: ImageRecord, progress: Progress) -> None:
        previous = self._engine.stores.references.add_tag(reference, record.id)
        if previous is not None:
            progress.stream(
                f"The image {reference.familiar} already exists, renaming the old one with "
                f"ID {previous} to empty string\n"
            )
        progress.stream(f"Loaded image: {reference.familiar}\n")
        self._engine.emit(
            ImageTagged(
                image_id=record.id,
                reference=reference.familiar,
                previous=previous,
                quiet=True,
                labels=labels_of(record),
            )
        )


@dataclass(frozen=True, slots=True)
class Found:
    """An image of an archive whose layers are all here and held."""

    config: ImageConfig
    chain: Digest | None
    names: tuple[Reference, ...]
    parent: str
    facts: tuple[tuple[str, str, str], ...] = ()


class _Reading(Generic[M]):
    """Checks the images of an archive and brings in their layers."""

    def __init__(self, engine: Engine[M], files: Files, progress: Progress | None) -> None:
        self._engine = engine
        self._files = files
        self._progress = progress
        self._recorded = files.recorded()
        self._held: list[Digest] = []

    def release(self) -> None:
        while self._held:
            self._engine.layers.release(self._held.pop())

    def image(self, item: dict[str, Any]) -> Found:
        """Raises: BadArchive, InvalidReference, DamagedArchive, UnsafeLayer."""
        name = str(item.get("Config"))
        config = ImageConfig.from_json(self._files.content(name))
        paths = item.get("Layers") or []
        if len(paths) != len(config.diff_ids):
            raise BadArchive(
                f"invalid manifest, layers length mismatch: expected {len(paths)}, "
                f"got {len(config.diff_ids)}"
            )
        names = tuple(_tag(text) for text in item.get("RepoTags") or ())
        parent = str(item.get("Parent") or "")
        recorded = self._recorded.get(name)
        if recorded is None:
            return Found(config, self._layers(paths, config), names, parent)
        chain = self._layers(paths, config, recorded.layers)
        return Found(recorded.config, chain, names, parent, recorded.facts)

    def _layers(
        self,
        paths: Sequence[str],
        config: ImageConfig,
        recorded: Sequence[provenance.RecordedLayer] = (),
    ) -> Digest | None:
        """The chain ID of all layers. Recorded ones get the identity of the original."""
        chain: Digest | None = None
        for place, path in enumerate(paths):
            meant = recorded[place].diff_id if recorded else config.diff_ids[place]
            known = chain_above(chain, meant)
            if known in self._engine.stores.layers:
                self._engine.layers.hold(known)
            else:
                layer = self._layer(str(path), place, config.diff_ids[place])
                if recorded:
                    layer = replace(layer, diff_id=meant, size=recorded[place].size)
                self._engine.layers.add(layer, chain)
            self._held.append(known)
            chain = known
        return chain

    def _layer(self, path: str, place: int, diff_id: Digest) -> Layer:
        file = self._files.file(path)
        if self._progress is not None:
            size = file.size
            self._progress.advance(diff_id.short, "Loading layer", min(size, CHUNK), size)
            self._progress.advance(diff_id.short, "Loading layer", size, size)
        layer = self._engine.stores.blobs.read_layer(file.content.chunks())
        if layer.diff_id != diff_id:
            raise BadArchive(
                f"invalid diffID for layer {place}: expected {quote(diff_id)}, "
                f"got {quote(layer.diff_id)}"
            )
        return layer


def _tag(text: str) -> Reference:
    reference = normalize(str(text), Rule.ENGINE)
    if reference.tag is None or reference.digest is not None:
        raise BadArchive(f"invalid tag {quote(str(text))}")
    return reference


class Files:
    """The files of an archive, by path; links are followed inside it."""

    def __init__(self, tree: Tree, mark: str) -> None:
        self._tree = tree
        self._directory = f"/var/lib/docker/tmp/docker-import-{int(mark, 16) % 10**10}"

    def file(self, path: str, depth: int = 10) -> RegularFile:
        """Raises: BadArchive."""
        entry = self._tree.get(path)
        if isinstance(entry, Symlink) and depth:
            return self.file(_joined(path, entry.target), depth - 1)
        if not isinstance(entry, RegularFile):
            raise BadArchive(f"open {self._directory}/{path}: no such file or directory")
        return entry

    def content(self, path: str) -> bytes:
        return bytes(self.file(path).content)

    def manifest(self, platform: Platform) -> list[dict[str, Any]]:
        """What is inside. `platform`: which image of an index is meant."""
        if self._tree.get("manifest.json") is None:
            if self._tree.get(oci_layout.MARK) is not None:
                return oci_layout.images(self.content, platform)
            self._refuse_legacy()
        try:
            items = json.loads(self.content("manifest.json"))
        except ValueError as error:
            raise BadArchive(f"manifest.json: {error}") from None
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise BadArchive("manifest.json: not a list of images")
        return items

    def recorded(self) -> dict[str, provenance.RecordedImage]:
        if self._tree.get(provenance.FILE) is None:
            return {}
        return provenance.read(self.content(provenance.FILE))

    def _refuse_legacy(self) -> None:
        """Docker looks for the format of before 1.10 here.

        Simplified: it is not converted, only what is missing is told.
        """
        for name, entry in sorted(self._tree.root.entries.items()):
            if isinstance(entry, Directory):
                self.file(f"{name}/json")
        self.file("repositories")
        raise BadArchive("the image format of before Docker 1.10 is not supported")


def _joined(path: str, target: str) -> str:
    parts = [] if target.startswith("/") else path.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
