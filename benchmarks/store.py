"""The stores on the disk: what a commit costs, and a start with a thousand images."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from estiba.filesystem.tree import TreeBuilder
from estiba.layer import write_layer
from estiba.spec import ContainerConfig, HistoryEntry, ImageConfig, ImageFields, normalize
from estiba.store import ImageRecord, LayerRecord, Stores
from estiba.store.disk import open_stores

IMAGES = 1000
ROUNDS = 7
CREATED = "2021-01-28T11:20:00Z"
HISTORY = tuple(
    HistoryEntry(created=CREATED, created_by=f"/bin/sh -c step {number}", empty_layer=number > 0)
    for number in range(10)
)


def add_image(stores: Stores, number: int) -> None:
    """An image of one small layer under two names."""
    builder = TreeBuilder()
    builder.file(f"file{number}", b"x" * 1000)
    tree = builder.build()
    archive = write_layer(tree)
    stores.layers.add(
        LayerRecord(archive.digest, archive.digest, None, 1000, 1000, f"{number}", archive, tree)
    )
    config = ImageConfig.create(
        ImageFields(
            created=CREATED,
            config=ContainerConfig.from_json({"Env": [f"NUMBER={number}"], "Cmd": ["bash"]}),
            history=HISTORY,
            diff_ids=(archive.digest,),
        )
    )
    stores.images.add(ImageRecord(config.id, config, archive.digest, 1000))
    for tag in ("one", "two"):
        stores.references.add_tag(normalize(f"image{number}:{tag}"), config.id)


def timed(work: Callable[[], object]) -> float:
    """Units: milliseconds."""
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def row(what: str, times: list[float], bar: str = "") -> None:
    print(f"{what:<58} {statistics.median(times):>13.2f} ms   {bar}")


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        stores = open_stores(home)
        times = []
        for number in range(IMAGES):
            add_image(stores, number)
            times.append(timed(stores.commit))
        row("commit of an image with its layer", times)
        times = []
        for number in range(200):
            stores.documents.put("container", f"{number}", {"name": "x" * 1000})
            times.append(timed(stores.commit))
        row("commit of one record", times)
        row("commit of nothing", [timed(stores.commit) for _ in range(200)])
        stores.close()
        times = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            stores = open_stores(home)
            times.append(1000 * (time.perf_counter() - begun))
            stores.close()
        row(f"start with {IMAGES:,} images", times, "bar ≤ 500 ms")


if __name__ == "__main__":
    main()
