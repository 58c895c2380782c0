"""Fetching layers: at most three at a time, unpacked one above the other in their order.

How long it takes is simulated: with a rate, downloads share it and the clock passes; without, each
is there at once. Bytes are counted in the compressed size the registry tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from ..distribution import HubLayer
from ..spec import Digest
from ..store import BlobSum
from ..tasks import Wait, Work
from ..trace.images import LayerAlreadyExists, LayerFetched, LayerVerified
from .layers import chain_above
from .progress import Progress

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

CONCURRENT = 3
STEP_NS = 100_000_000
STEPS_PER_S = 10
CHUNK = 32768
EXTRACTING_FASTER = 4


class Download:
    """One layer under way. Units: bytes."""

    __slots__ = ("id", "layer", "size", "taken")

    def __init__(self, layer: HubLayer) -> None:
        self.layer = layer
        self.id = layer.descriptor.digest.short
        self.size = layer.descriptor.size
        self.taken = 0

    @property
    def complete(self) -> bool:
        return self.taken >= self.size


class Fetching(Generic[M]):
    """Brings the layers of one image. What it holds until `release` cannot be removed meanwhile."""

    def __init__(self, engine: Engine[M], repository: str, progress: Progress) -> None:
        self._engine = engine
        self._repository = repository
        self._progress = progress
        self._held: list[Digest] = []

    def release(self) -> None:
        """Let go of the layers; those that nothing else holds by now are dropped."""
        while self._held:
            self._engine.layers.release(self._held.pop())

    def fetch(self, layers: Sequence[HubLayer]) -> Work[Digest | None]:
        """All layers, base first; the chain ID of the top. Raises: what unpacking finds wrong."""
        here = self._existing(layers)
        downloads: list[Download] = []
        seen: dict[Digest, Download] = {}
        for layer in layers[here:]:
            download = seen.get(layer.descriptor.digest)
            if download is None:
                download = seen[layer.descriptor.digest] = Download(layer)
                self._progress.update(download.id, "Pulling fs layer")
            downloads.append(download)
        for download in list(seen.values())[CONCURRENT:]:
            self._progress.update(download.id, "Waiting")
        yield from self._transfer(list(seen.values()), downloads)
        return self._held[-1] if self._held else None

    def _existing(self, layers: Sequence[HubLayer]) -> int:
        """How many of the lowest layers are here already."""
        engine = self._engine
        for count, layer in enumerate(layers):
            digest = layer.descriptor.digest
            diff_id = engine.stores.blob_sums.diff_id(digest)
            if diff_id is None:
                return count
            chain = chain_above(self._held[-1] if self._held else None, diff_id)
            if chain not in engine.stores.layers:
                return count
            engine.layers.hold(chain)
            self._held.append(chain)
            self._remember(layer, diff_id)
            self._progress.update(digest.short, "Already exists")
            engine.emit(LayerAlreadyExists(digest=digest, diff_id=diff_id, chain_id=chain))
        return len(layers)

    def _remember(self, layer: HubLayer, diff_id: Digest) -> None:
        descriptor = layer.descriptor
        blob = BlobSum(descriptor.digest, descriptor.size, descriptor.media_type, self._repository)
        self._engine.stores.blob_sums.add(diff_id, blob)

    def _transfer(self, waiting: list[Download], order: list[Download]) -> Work[None]:
        """Download what waits; unpack in order as soon as the next one is there."""
        unpacked = 0
        while unpacked < len(order):
            active = [download for download in waiting if not download.complete][:CONCURRENT]
            for download in active:
                self._take(download, len(active))
            for download in active:
                if download.complete:
                    self._arrived(download)
            yield from self._pass_step()
            while unpacked < len(order) and order[unpacked].complete:
                first = order[unpacked] not in order[:unpacked]
                yield from self._unpack(order[unpacked], show=first)
                unpacked += 1

    def _take(self, download: Download, sharing: int) -> None:
        rate = self._engine.config.download_rate
        if rate is None:
            first = min(download.size, download.size // 100 + 4096)
            self._progress.advance(download.id, "Downloading", first, download.size)
            download.taken = download.size
            return
        share = max(1, rate // STEPS_PER_S // sharing)
        download.taken = min(download.size, download.taken + share)
        self._progress.advance(download.id, "Downloading", download.taken, download.size)

    def _arrived(self, download: Download) -> None:
        engine, layer = self._engine, download.layer
        digest = layer.descriptor.digest
        engine.emit(LayerFetched(digest=digest, size=download.size))
        self._progress.update(download.id, "Verifying Checksum")
        engine.emit(LayerVerified(digest=digest, recorded=layer.stand_in))
        self._progress.update(download.id, "Download complete")

    def _unpack(self, download: Download, *, show: bool) -> Work[None]:
        if show:
            yield from self._show_extraction(download)
        parent = self._held[-1] if self._held else None
        layer = download.layer
        record = self._engine.layers.add(layer.unpack(), parent, layer.descriptor.digest)
        self._held.append(record.chain_id)
        self._remember(layer, record.diff_id)
        if show:
            self._progress.update(download.id, "Pull complete")

    def _show_extraction(self, download: Download) -> Work[None]:
        size = download.size
        rate = self._engine.config.download_rate
        step = max(CHUNK, (size // 100 + CHUNK) // CHUNK * CHUNK)
        if rate is not None:
            step = max(step, rate * EXTRACTING_FASTER // STEPS_PER_S)
        done = min(step, size)
        self._progress.advance(download.id, "Extracting", done, size)
        while rate is not None and done < size:
            yield from self._pass_step()
            done = min(size, done + step)
            self._progress.advance(download.id, "Extracting", done, size)
        self._progress.advance(download.id, "Extracting", size, size)

    def _pass_step(self) -> Work[None]:
        if self._engine.config.download_rate is not None:
            yield Wait(deadline_ns=self._engine.clock.now_ns() + STEP_NS)
