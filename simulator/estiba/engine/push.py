"""`docker push`: an image's layers, then its configuration and manifest, to a registry.

A layer that the repository has stays; one that another repository of the registry has is mounted;
else it is sent. Source: Docker Engine 20.10, distribution/push_v2.go, behaviour as recorded.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Generic, TypeVar

from ..distribution import Credentials, HubImage, HubLayer, Provenance
from ..errors import Failure
from ..layer import Layer, read_layer
from ..spec import Descriptor, Digest, Manifest, MediaType, Reference
from ..store import BlobSum, ImageRecord, LayerRecord
from ..trace.images import ImagePushed, LayerPushed
from .images import labels_of
from .progress import Progress
from .pull import add_digest, pull_reference

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

MOST_MOUNTS = 4

WINDOW_GZIP = 31


class NothingToPush(Failure):
    """No name of that repository, or not that tag, is here."""


@dataclass(frozen=True)
class LocalLayer:
    """A layer of the store as a registry takes it."""

    record: LayerRecord
    known: BlobSum | None

    @cached_property
    def descriptor(self) -> Descriptor:
        """As it once came, if it did; else of its bytes compressed here."""
        if self.known is not None:
            return Descriptor(self.known.media_type, self.known.digest, self.known.size)
        return Descriptor.of(b"".join(compressed(self.record)), MediaType.LAYER)

    @property
    def diff_id(self) -> Digest:
        return self.record.diff_id

    @property
    def stand_in(self) -> bool:
        archive = self.record.archive
        return archive is None or archive.digest != self.record.diff_id

    def unpack(self) -> Layer:
        archive = self.record.archive
        if archive is None:
            raise Failure(f"layer {self.record.diff_id.short}: its bytes are not here")
        layer = read_layer(archive.chunks())
        return Layer(layer.tree, self.record.diff_id, self.record.size, archive)


def compressed(record: LayerRecord) -> list[bytes]:
    """The blob of a layer."""
    if record.archive is None:
        raise Failure(f"layer {record.diff_id.short}: its bytes are not here")
    packing = zlib.compressobj(wbits=WINDOW_GZIP)
    parts = [packing.compress(chunk) for chunk in record.archive.chunks()]
    return [*(part for part in parts if part), packing.flush()]


class Pushing(Generic[M]):
    """Pushes images."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def push(
        self,
        name: str,
        tag: str,
        progress: Progress,
        *,
        credentials: Credentials | None = None,
    ) -> None:
        """`POST /images/{name}/push`; without a tag all of them.

        Raises: InvalidReference, NothingToPush, and what the registry refuses.
        """
        reference = pull_reference(name, tag)
        progress.message(f"The push refers to repository [{reference.name}]")
        for named, record in self._wanted(reference):
            self._push_one(named, record, progress, credentials)
        self._engine.emit(
            ImagePushed(
                reference=reference.familiar,
                repository=reference.familiar_name,
                labels=self._labels(reference),
            )
        )

    def _labels(self, reference: Reference) -> dict[str, str]:
        image_id = self._engine.stores.references.get(reference)
        if image_id is None:
            return {}
        return dict(labels_of(self._engine.stores.images.get(image_id)))

    def _wanted(self, reference: Reference) -> list[tuple[Reference, ImageRecord]]:
        stores = self._engine.stores
        here = stores.references.of_repository(reference.name)
        if not here:
            raise NothingToPush(
                f"An image does not exist locally with the tag: {reference.familiar_name}"
            )
        if reference.digest is not None:
            raise NothingToPush("cannot push a digest reference")
        wanted = [
            (named, stores.images.get(image_id))
            for named, image_id in here
            if named.digest is None and reference.tag in (None, named.tag)
        ]
        if not wanted and reference.tag is not None:
            raise NothingToPush(f"tag does not exist: {reference.familiar}")
        if not wanted:
            raise NothingToPush(f"no tags to push for {reference.familiar_name}")
        return wanted

    def _push_one(
        self,
        reference: Reference,
        record: ImageRecord,
        progress: Progress,
        credentials: Credentials | None,
    ) -> None:
        engine = self._engine
        chain = () if record.chain_id is None else engine.stores.layers.chain(record.chain_id)
        layers = [self._local(layer, reference) for layer in chain]
        for layer in layers[:1]:  # the registry is asked before anything is said
            engine.hub.has_layer(reference, layer.descriptor.digest)
        for layer in layers:
            progress.update(layer.diff_id.short, "Preparing")
        for layer in layers:
            self._push_layer(reference, layer, progress, credentials)
        image = self._image(record, layers[::-1])
        digest = engine.hub.push_image(reference, image, credentials=credentials)
        size = image.manifest.size
        progress.message(f"{reference.tag}: digest: {digest} size: {size}")
        add_digest(engine, reference, digest, record.id)
        progress.aux({"Tag": reference.tag, "Digest": digest, "Size": size})

    def _local(self, layer: LayerRecord, reference: Reference) -> LocalLayer:
        """The layer under the blob it has in this repository, or else anywhere."""
        blobs = self._engine.stores.blob_sums.of(layer.diff_id)
        same = [blob for blob in blobs if blob.repository == reference.name]
        domain = [b for b in blobs if b.repository.partition("/")[0] == reference.domain]
        return LocalLayer(layer, next(iter((*same, *domain)), None))

    def _push_layer(
        self,
        reference: Reference,
        layer: LocalLayer,
        progress: Progress,
        credentials: Credentials | None,
    ) -> None:
        hub, short = self._engine.hub, layer.diff_id.short
        descriptor = layer.descriptor
        mounted: str | None = None
        if hub.has_layer(reference, descriptor.digest):
            how = "already-exists"
            progress.update(short, "Layer already exists")
        elif mounted := self._mount(reference, layer, credentials):
            how = "mounted"
            progress.update(short, f"Mounted from {mounted}")
        else:
            how = "pushed"
            offered: HubLayer = layer
            hub.push_layer(reference, offered, credentials=credentials)
            progress.advance(short, "Pushing", layer.record.size, layer.record.size)
            progress.update(short, "Pushed")
        blob = BlobSum(descriptor.digest, descriptor.size, descriptor.media_type, reference.name)
        self._engine.stores.blob_sums.add(layer.diff_id, blob)
        self._engine.emit(
            LayerPushed(
                diff_id=layer.diff_id, digest=descriptor.digest, how=how, mounted_from=mounted
            )
        )

    def _mount(
        self, reference: Reference, layer: LocalLayer, credentials: Credentials | None
    ) -> str | None:
        """Have the registry take the blob over from a repository it is known to be in; that one.

        The likest names are tried first, of those the latest. Source: moby, distribution/push_v2.go.
        """
        blobs = self._engine.stores.blob_sums.of(layer.diff_id)
        domain = f"{reference.domain}/"
        paths = [
            blob.repository.removeprefix(domain)
            for blob in blobs
            if blob.repository.startswith(domain) and blob.repository != reference.name
        ]
        for path in sorted(paths, key=lambda path: -_likeness(path, reference.path))[:MOST_MOUNTS]:
            mounted = self._engine.hub.mount_layer(
                reference, layer.descriptor.digest, path, credentials=credentials
            )
            if mounted:
                return mounted
        return None

    def _image(self, record: ImageRecord, layers: list[LocalLayer]) -> HubImage:
        config = record.config
        described = Descriptor(MediaType.CONFIG, record.id, len(config.raw))
        manifest = Manifest.create(described, [layer.descriptor for layer in layers])
        return HubImage(
            digest=manifest.digest,
            manifest=manifest.descriptor,
            manifest_json=manifest.raw,
            image_id=record.id,
            config=config.raw,
            layers=tuple(layers),
            platform=config.platform,
            provenance=Provenance(stand_in=record.recorded),
        )


def _likeness(one: str, other: str) -> int:
    """How many components of two paths are the same from the left."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
