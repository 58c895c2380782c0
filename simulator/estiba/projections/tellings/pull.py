"""A pull in words, a line for each blob."""

from __future__ import annotations

from ..scenes.facts import short_id
from ..scenes.pull import STAGES, PullBlob, PullScene
from .telling import Row, Telling
from .words import Words

NS_PER_MS = 1_000_000
COLUMNS = ("blob", "size", "existed", "fetched", "verified", "applied", "unpacked")


def tell_pull(scene: PullScene, language: str) -> Telling:
    words = Words("pull", language)
    return Telling(
        words("title", reference=scene.reference),
        pull_summary(scene, words),
        tuple(map(words, COLUMNS)),
        tuple(_blob(scene, blob, words) for blob in scene.blobs),
        pull_notes(scene, words),
    )


def pull_summary(scene: PullScene, words: Words) -> str:
    if not scene.blobs:
        return words("summary.none")
    existed = sum(blob.existed for blob in scene.blobs)
    return words(
        "summary",
        blobs=words("blobs", n=len(scene.blobs)),
        time=time_told(scene.ended_ns - scene.began_ns, words),
        existed=existed,
        fetched=len(scene.blobs) - existed,
        size=words.size(scene.fetched),
    )


def pull_notes(scene: PullScene, words: Words) -> tuple[str, ...]:
    notes = [words("digest", digest=scene.digest)] if scene.digest else []
    notes.append(words("newer" if scene.newer else "same"))
    if any(blob.recorded for blob in scene.blobs):
        notes.append(words("recorded"))
    return tuple(notes)


def time_told(ns: int, words: Words) -> str:
    """A time since the pull began."""
    ms = round(ns / NS_PER_MS)
    return words("time.ms", n=ms) if ms < 10_000 else words("time.s", seconds=f"{ms / 1000:.1f}")


def _blob(scene: PullScene, blob: PullBlob, words: Words) -> Row:
    times = [
        "" if (time := blob.time_of(stage)) is None else time_told(time - scene.began_ns, words)
        for stage in STAGES
    ]
    cells = (
        short_id(blob.digest),
        words.size(blob.size) if blob.size is not None else "",
        words("yes") if blob.existed else "",
        *times,
        words.size(blob.unpacked) if blob.unpacked is not None else "",
    )
    return Row(cells, "" if blob.existed else "layer")
