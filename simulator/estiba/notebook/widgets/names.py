"""Type the name of an image, see its parts."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ...projections.scenes import name_scene
from ..session import Session
from .panel import Panel


class NameDissector(Panel):
    """A name taken apart while it is typed. `text` is the field."""

    def __init__(self, name: str = "ubuntu", *, session: Session | None = None) -> None:
        self.text = ipywidgets.Text(value=name, continuous_update=True)
        super().__init__(self.text, session=session)
        self.text.description = self.words["name"]
        self.text.observe(self._typed, names="value")
        self.show(name_scene(name))

    def _typed(self, change: dict[str, Any]) -> None:
        self.show(name_scene(change["new"]))
