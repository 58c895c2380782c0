"""What an archive of `docker save` holds, layer by layer, without ever holding the whole of it.

Old archives have a folder for each layer, new ones an OCI layout; `manifest.json` names configurations
and layers in both. It may come last, so layers are read as they come and joined afterwards.
"""

from __future__ import annotations

import io
import json
import posixpath
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from ..engine import provenance
from ..errors import InvalidInput
from ..layer import chain_ids, read_layer
from ..layer.stream import MAGIC
from ..projections.scenes import ImageFacts, Inventory, LayerFacts, LayerFile
from ..spec import Digest, ImageConfig
from .inside import layer_files
from .steps import Step, layer_steps

PIECE = 1 << 16
BLOCK = 512
DOCUMENT_MAX = 8 << 20
CHECKSUM = slice(148, 156)
MANIFEST = "manifest.json"


class NotSaved(InvalidInput):
    """Not an archive of images. `str()` says what is missing."""

    def __init__(self, what: str) -> None:
        super().__init__(f"this is not an archive of docker save: {what}")


@dataclass(frozen=True, slots=True)
class SavedLayer:
    """Units: `size`, bytes of its files."""

    diff_id: str
    size: int
    files: tuple[LayerFile, ...]


@dataclass(slots=True)
class Contents:
    """The archive's files by path: documents as bytes, layers already read, links to others."""

    documents: dict[str, bytes] = field(default_factory=dict)
    layers: dict[str, SavedLayer] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def layer(self, path: str) -> SavedLayer:
        """Raises: NotSaved."""
        for _ in range(len(self.links) + 1):
            if path in self.layers:
                return self.layers[path]
            path = self.links.get(path, "")
        raise NotSaved(f"the layer {path or '?'} is missing")

    def document(self, path: str) -> bytes:
        """Raises: NotSaved."""
        if path not in self.documents:
            raise NotSaved(f"{path} is missing")
        return self.documents[path]


def read_saved(chunks: Iterable[bytes]) -> Inventory:
    """The images of an archive, plain or compressed. Raises: NotSaved, DamagedArchive, UnsafeLayer."""
    contents = _read(chunks)
    try:
        items = json.loads(contents.document(MANIFEST))
        recorded = (
            provenance.read(contents.documents[provenance.FILE])
            if provenance.FILE in contents.documents
            else {}
        )
        images = tuple(_image(contents, item, recorded) for item in items)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotSaved(f"its {MANIFEST} cannot be read ({error})") from None
    return Inventory(images, (), "archive")


def _read(chunks: Iterable[bytes]) -> Contents:
    contents = Contents()
    try:
        with tarfile.open(mode="r|*", fileobj=_Reader(iter(chunks))) as archive:
            for member in archive:
                path = posixpath.normpath(member.name)
                if member.issym():
                    target = posixpath.join(posixpath.dirname(path), member.linkname)
                    contents.links[path] = posixpath.normpath(target)
                elif member.islnk():
                    contents.links[path] = posixpath.normpath(member.linkname)
                elif member.isfile() and (opened := archive.extractfile(member)) is not None:
                    _take(contents, path, opened, member.size)
    except (tarfile.TarError, EOFError) as error:
        raise NotSaved(str(error)) from None
    return contents


def _take(contents: Contents, path: str, opened: IO[bytes], size: int) -> None:
    """A file of the archive: a layer where its beginning says so, else a document."""
    head = opened.read(BLOCK)
    if _is_layer(head, size):
        layer = read_layer(_pieces(head, opened))
        files = layer_files(layer.tree)
        contents.layers[path] = SavedLayer(layer.diff_id, layer.size, files)
    elif size <= DOCUMENT_MAX:
        contents.documents[path] = head + opened.read()


def _is_layer(head: bytes, size: int) -> bool:
    if any(head.startswith(magic) for magic in MAGIC):
        return True
    if len(head) < BLOCK or size % BLOCK:
        return False
    if not any(head):
        return True
    try:
        meant = int(head[CHECKSUM].strip(b"\0 ") or b"-1", 8)
    except ValueError:
        return False
    return meant == sum(head) - sum(head[CHECKSUM]) + 8 * ord(" ")


def _pieces(head: bytes, opened: IO[bytes]) -> Iterator[bytes]:
    yield head
    while piece := opened.read(PIECE):
        yield piece


def _image(
    contents: Contents, item: dict[str, Any], recorded: dict[str, provenance.RecordedImage]
) -> ImageFacts:
    name = str(item["Config"])
    config = ImageConfig.from_json(contents.document(posixpath.normpath(name)))
    saved = [contents.layer(posixpath.normpath(path)) for path in item.get("Layers") or ()]
    diff_ids, sizes = [Digest(layer.diff_id) for layer in saved], [layer.size for layer in saved]
    if [str(one) for one in config.diff_ids] != [str(one) for one in diff_ids]:
        raise NotSaved(f"the layers of {name} are not those its configuration names")
    known = recorded.get(name)
    if known is not None:
        config = known.config
        diff_ids, sizes = list(config.diff_ids), [layer.size for layer in known.layers]
    steps = [Step(one.created_by or one.comment, None, one.empty_layer) for one in config.history]
    made, others = layer_steps(steps, len(saved))
    chains = chain_ids(diff_ids)
    layers = tuple(
        LayerFacts(diff_ids[at], chains[at], sizes[at], made[at].created_by, saved[at].files)
        for at in range(len(saved))
    )
    return ImageFacts(
        config.id,
        tuple(item.get("RepoTags") or ()),
        layers,
        tuple(step.created_by for step in others),
        str(item.get("Parent") or ""),
        stand_in=known is not None,
    )


class _Reader(io.RawIOBase):
    """Chunks as a file that can only be read on."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts: list[memoryview] = []
        left = size
        while left != 0:
            if not self._piece:
                self._piece = memoryview(next(self._chunks, b""))
                if not self._piece:
                    break
            part = self._piece if left < 0 else self._piece[:left]
            self._piece = self._piece[len(part) :]
            parts.append(part)
            left = left if left < 0 else left - len(part)
        return b"".join(parts)
