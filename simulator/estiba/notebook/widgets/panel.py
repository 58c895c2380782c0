"""What all widgets have in common: controls above, a picture below, and the picture where there are no widgets."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ...projections.scenes import Scene
from ..picture import Picture
from ..session import Session, current
from .words import words


class Panel(ipywidgets.VBox):
    """Controls, and a picture that follows them. `scene` is what it shows now."""

    def __init__(self, *controls: ipywidgets.Widget, session: Session | None = None) -> None:
        self.session = session or current()
        self.words = words(self.session.language)
        self.scene: Scene | None = None
        self.view = ipywidgets.HTML()
        super().__init__([*controls, self.view])

    def show(self, scene: Scene) -> None:
        """Show another scene."""
        self.scene = scene
        self.view.value = Picture(scene, self.session.language)._repr_mimebundle_()["text/html"]

    def say(self, text: str) -> None:
        """Show a sentence in place of a picture."""
        self.scene = None
        self.view.value = text

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The widget, and what shows where no widget can."""
        shown = super()._repr_mimebundle_(**options)
        bundle, *rest = shown if isinstance(shown, tuple) else (shown,)
        if bundle is not None and self.scene is not None:
            still = Picture(self.scene, self.session.language)._repr_mimebundle_()
            bundle = {**still, **bundle, "text/plain": still["text/plain"]}
        return (bundle, *rest) if rest else bundle
