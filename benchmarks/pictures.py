"""What pictures cost: the layout of a thousand images, and a figure.

Run: python benchmarks/pictures.py. Times are CPU time, medians; figures need the extra `notebook`.
"""

from __future__ import annotations

import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "doubles"))

from scene_facts import CONTAINER, image, looked_into

from estiba.projections.drawings import draw
from estiba.projections.painters import paint_svg
from estiba.projections.scenes import Inventory, sharing_scene, stack_scene
from estiba.projections.scenes.forest import lay_out

IMAGES, DEPTH, COMMON = 1000, 20, 10
ROUNDS = 5


def median_ms(work: Callable[[], object]) -> float:
    """Units: milliseconds of CPU time."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return 1000 * statistics.median(times)


def row(what: str, ms: float, bar: str) -> None:
    print(f"{what:<58} {ms:>13.1f} ms   bar {bar}")


def inventory() -> Inventory:
    """A thousand images over ten families: half of their layers are shared, 10,000 and some are not."""
    found = []
    for number in range(IMAGES):
        family = number % 10
        base = [f"f{family}-{depth}" for depth in range(COMMON)]
        own = [f"i{number}-{depth}" for depth in range(DEPTH - COMMON)]
        found.append(image(f"app{number}:1", *base, *own))
    return Inventory(tuple(found))


def main() -> None:
    everything = inventory()
    scene = sharing_scene(everything)
    print(f"{len(scene.images)} images, {len(scene.layers)} layers")
    row("sharing scene", median_ms(lambda: sharing_scene(everything)), "")
    row("its layout", median_ms(lambda: lay_out(scene)), "")
    row("scene, layout, drawing", median_ms(lambda: draw(sharing_scene(everything))), "≤ 2,000 ms")
    drawing = draw(scene)
    row("its SVG", median_ms(lambda: paint_svg(drawing)), "")
    stack = stack_scene(looked_into(12), CONTAINER)
    row("a stack of 12 layers, drawn as SVG", median_ms(lambda: paint_svg(draw(stack))), "≤ 150 ms")
    if importlib.util.find_spec("matplotlib") is None:
        return
    from estiba.view.figure import paint_figure, png  # noqa: PLC0415  (an extra)

    picture = draw(stack)
    png(picture)
    row("the same as a matplotlib figure", median_ms(lambda: paint_figure(picture)), "≤ 150 ms")
    row("that figure as a PNG of 96 dpi", median_ms(lambda: png(picture, dpi=96)), "")


if __name__ == "__main__":
    main()
