"""A picture as a notebook shows it: the drawing, its facts as a table, and text where neither can be shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..http import Transport
from ..projections.drawings import draw
from ..projections.painters import paint_html, paint_svg
from ..projections.scenes import Scene
from ..projections.tellings import tell_scene
from ..trace.recorder import Record
from ..view.command import scene_of
from ..view.terminal import paint_plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Picture:
    """A scene in a language. `theme` is `auto`, `light` or `dark`."""

    scene: Scene
    language: str
    theme: str = "light"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {
            "text/html": paint_html(self.scene, self.language, self.theme),
            "image/svg+xml": self.svg,
            "text/plain": str(self),
        }

    def __str__(self) -> str:
        return paint_plain(tell_scene(self.scene, self.language), WIDTH)

    @property
    def svg(self) -> str:
        return paint_svg(draw(self.scene, self.language), self.theme)

    def figure(self) -> Figure:
        """The same as a matplotlib figure."""
        from ..view.figure import paint_figure  # noqa: PLC0415  (matplotlib is slow to load)

        return paint_figure(draw(self.scene, self.language), self.theme)


def picture(
    words: Sequence[str],
    transport: Transport,
    language: str,
    records: Iterable[Record] = (),
) -> Picture:
    """The picture asked for. Raises: EstibaError in a sentence."""
    return Picture(scene_of(words, lambda: transport, language, records), language)
