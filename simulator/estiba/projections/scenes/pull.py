"""A pull as a timeline of blobs: which existed, and when the others were fetched, verified, applied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...errors import NotFound
from ...spec import InvalidReference, normalize
from ...trace import Event, Record
from ...trace import images as told

STAGES = ("fetched", "verified", "applied")


class PullUnknown(NotFound):
    """No pull in the trace, or none of that name."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"no pull of {reference}" if reference else "no pull")
        self.reference = reference


@dataclass(frozen=True, slots=True)
class PullBlob:
    """One layer on its way here. The times are None for what did not happen or was not told.

    `recorded`: the digest is known from a record, not computed from bytes.
    Units: `size`, compressed bytes; `unpacked`, bytes of its files; times, ns since the epoch.
    """

    digest: str
    existed: bool = False
    size: int | None = None
    fetched_ns: int | None = None
    verified_ns: int | None = None
    recorded: bool = False
    applied_ns: int | None = None
    unpacked: int | None = None
    diff_id: str = ""

    def time_of(self, stage: str) -> int | None:
        return {
            "fetched": self.fetched_ns,
            "verified": self.verified_ns,
            "applied": self.applied_ns,
        }[stage]


@dataclass(frozen=True, slots=True)
class PullScene:
    """A pull from its first word to its last. `newer`: something new came. Units: ns since the epoch."""

    reference: str
    digest: str
    image_id: str
    blobs: tuple[PullBlob, ...]
    began_ns: int
    ended_ns: int
    newer: bool = True
    stand_in: bool = False

    @property
    def moments(self) -> tuple[int, ...]:
        """Every instant at which something happened to a blob, in order."""
        times = (blob.time_of(stage) for blob in self.blobs for stage in STAGES)
        return tuple(sorted({time for time in times if time is not None}))

    @property
    def fetched(self) -> int:
        """Compressed bytes that travelled."""
        return sum(blob.size or 0 for blob in self.blobs if not blob.existed)


def pull_scene(records: Iterable[Record], reference: str = "") -> PullScene:
    """The last pull, or the last of a name. Raises: PullUnknown."""
    wanted = _familiar(reference)
    found: PullScene | None = None
    reading: _Pull | None = None
    for record in records:
        event = record.event
        if isinstance(event, told.ImageResolved):
            reading = _Pull(event, record.time_ns)
        elif reading is not None:
            if isinstance(event, told.ImagePulled):
                if wanted in ("", reading.resolved.reference, event.reference):
                    found = reading.scene(record.time_ns, event.newer)
                reading = None
            else:
                reading.take(event, record.time_ns)
    if found is None:
        raise PullUnknown(reference)
    return found


def _familiar(reference: str) -> str:
    try:
        return normalize(reference).with_default_tag().familiar if reference else ""
    except InvalidReference:
        return reference


class _Pull:
    """A pull that is being read from the trace."""

    def __init__(self, resolved: told.ImageResolved, began_ns: int) -> None:
        self.resolved = resolved
        self._began_ns = began_ns
        self._blobs: dict[str, PullBlob] = {}

    def take(self, event: Event, time_ns: int) -> None:
        match event:
            case told.LayerAlreadyExists():
                self._change(event.digest, existed=True, diff_id=event.diff_id)
            case told.LayerFetched():
                self._change(event.digest, size=event.size, fetched_ns=time_ns)
            case told.LayerVerified():
                self._change(event.digest, verified_ns=time_ns, recorded=event.recorded)
            case told.LayerApplied() if event.digest is not None:
                self._change(
                    event.digest,
                    applied_ns=time_ns,
                    unpacked=event.size,
                    diff_id=event.diff_id,
                )
            case _:
                pass

    def _change(self, digest: str, **facts: object) -> None:
        blob = self._blobs.get(digest) or PullBlob(digest)
        self._blobs[digest] = replace(blob, **facts)  # type: ignore[arg-type]

    def scene(self, ended_ns: int, newer: bool) -> PullScene:
        resolved = self.resolved
        return PullScene(
            resolved.reference,
            resolved.digest,
            resolved.image_id,
            tuple(self._blobs.values()),
            self._began_ns,
            ended_ns,
            newer,
            resolved.stand_in,
        )
