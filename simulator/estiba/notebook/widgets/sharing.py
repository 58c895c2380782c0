"""Who shares which layers, and what removing an image would free."""

from __future__ import annotations

from typing import Any

import ipywidgets

from ...projections.scenes import sharing_scene, with_removal
from ...view.engine import EngineFacts
from ..session import Session
from .panel import Panel


class SharingExplorer(Panel):
    """All images, and a choice of one to remove. `choice` is the list; nothing is really removed."""

    def __init__(self, *, session: Session | None = None) -> None:
        self.choice = ipywidgets.Dropdown()
        super().__init__(self.choice, session=session)
        with self.session.lock:
            inventory = EngineFacts(self.session.machine.house.transport).inventory()
        self._all = sharing_scene(inventory)
        names = [name for image in self._all.images for name in image.names or (image.image_id,)]
        self.choice.options = [(self.words["nothing"], ""), *((name, name) for name in names)]
        self.choice.description = self.words["remove"]
        self.choice.observe(self._chosen, names="value")
        self.show(self._all)

    def _chosen(self, change: dict[str, Any]) -> None:
        wanted = change["new"]
        self.show(with_removal(self._all, wanted) if wanted else self._all)
