"""Copy-on-write in a container, one step at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from ...projections.drawings import draw
from ...projections.painters import paint_svg
from ...projections.scenes import CowScene, cow_scene
from ...view.engine import EngineFacts
from ..session import Session
from .panel import Panel


class CowStepper(Panel):
    """What happened to a path of a container, or to all; `slider` tells how many steps are shown.

    Raises: EstibaError when there is no such container.
    """

    def __init__(self, container: str, path: str = "", *, session: Session | None = None) -> None:
        self.slider = ipywidgets.IntSlider(min=0)
        super().__init__(self.slider, session=session)
        self._all = self._look(container, path)
        self.slider.description = self.words["step"]
        self.slider.max = len(self._all.steps)
        self.slider.observe(self._moved, names="value")
        self._step(0)

    def _look(self, container: str, path: str) -> CowScene:
        house = self.session.machine.house
        with self.session.lock:
            facts = EngineFacts(house.transport)
            found = facts.container(container)
            image = facts.look_inside(facts.image(found.image_id))
            return cow_scene(image, found, house.recorder.since(0), path)

    def _moved(self, change: dict[str, Any]) -> None:
        self._step(change["new"])

    def _step(self, count: int) -> None:
        """Show the first steps, all at once."""
        scene = replace(self._all, steps=self._all.steps[:count])
        self.scene = self._all
        drawing = draw(scene, self.session.language)
        self.view.value = paint_svg(drawing, "light", animated=False)
