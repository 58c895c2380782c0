"""Walk through the layers of an image or container, and see which layer wins."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from ...projections.scenes import stack_scene
from ...projections.scenes.facts import ContainerFacts, ImageFacts, LayerFacts, instruction
from ...projections.scenes.lookup import Index
from ...spec.units import human_size
from ...view.engine import EngineFacts
from ..session import Session
from .panel import Panel

WRITABLE = 0
ROWS = 12


class LayerExplorer(Panel):
    """`subject`, what is looked at; `layer`, one of its layers (0 the writable one, then topmost first);
    `files`, what the layer holds. What is chosen in `files` is told in `answer`.
    """

    def __init__(self, name: str = "", *, session: Session | None = None) -> None:
        self.subject = ipywidgets.Dropdown()
        self.layer = ipywidgets.Dropdown(layout={"width": "auto"})
        self.files = ipywidgets.Select(rows=ROWS, layout={"width": "auto"})
        self.answer = ipywidgets.HTML()
        super().__init__(self.subject, self.layer, self.files, self.answer, session=session)
        self._image: ImageFacts | None = None
        self._container: ContainerFacts | None = None
        self.layer.description = self.words["layer"]
        self.files.description = self.words["file"]
        self.subject.options = self._subjects()
        if not self.subject.options:
            self.say(self.words["empty"])
            return
        if name:
            self.subject.value = name
        for control, react in (
            (self.subject, self._look),
            (self.layer, self._list),
            (self.files, self._tell),
        ):
            control.observe(react, names="value")
        self._look()

    def _facts(self) -> EngineFacts:
        return EngineFacts(self.session.machine.house.transport)

    def _subjects(self) -> list[str]:
        with self.session.lock:
            inventory = self._facts().inventory()
        return [name for image in inventory.images for name in image.names] + [
            container.name for container in inventory.containers
        ]

    def _look(self, _: Any = None) -> None:
        name = self.subject.value
        with self.session.lock:
            facts = self._facts()
            self._container = facts.container(name) if facts.has_container(name) else None
            found = facts.image(self._container.image_id if self._container else name)
            self._image = facts.look_inside(found)
        self._index = Index(self._image.layers)
        layers = self._layers()
        self.layer.options, self.layer.value = layers, layers[0][1]
        self.show(stack_scene(self._image, self._container))
        self._list()

    def _layers(self) -> list[tuple[str, int]]:
        assert self._image is not None
        top = [(self.words["writable"], WRITABLE)] if self._container else []
        count = len(self._image.layers)
        return top + [
            (f"{count - number + 1}  {_title(layer)}", number)
            for number, layer in enumerate(reversed(self._image.layers), 1)
        ]

    def _list(self, _: Any = None) -> None:
        number = self.layer.value
        if number == WRITABLE:
            changes = (self._container.changes if self._container else None) or ()
            self.files.options = [(f"{letter} {path}", path) for letter, path in changes]
        elif number is not None and self._image is not None:
            layer = self._image.layers[len(self._image.layers) - number]
            self.files.options = [
                (f"{entry.path}  {self._size(entry.kind, entry.size)}", entry.path)
                for entry in layer.files or ()
            ]
        self._tell()

    def _size(self, kind: str, size: int) -> str:
        if kind == "file":
            return human_size(size, 3)
        return self.words["directory"] if kind == "directory" else kind

    def _tell(self, _: Any = None) -> None:
        path = self.files.value
        self.answer.value = escape(self._told(path)) if path else ""

    def _told(self, path: str) -> str:
        """Which layer wins at a path, and who else has it."""
        assert self._image is not None
        changes = (self._container.changes if self._container else None) or ()
        changed = {where: letter for letter, where in changes}
        holders = self._index.holders(path)
        count = len(self._image.layers)
        letter = changed.get(path)
        found = self._index.found(path)
        if letter in ("A", "C"):
            told = self.words["wins"].format(path=path, number="↑", command=self.words["writable"])
        elif letter == "D" or found is None:
            told = self.words["hidden"].format(path=path)
        else:
            layer = self._image.layers[count - found]
            told = self.words["wins"].format(
                path=path, number=count - found + 1, command=_title(layer)
            )
        others = [n for n in holders if letter or n != found]
        if others:
            listed = ", ".join(str(count - n + 1) for n in others)
            told += " " + self.words["also"].format(layers=listed)
        return told


def _title(layer: LayerFacts) -> str:
    command = instruction(layer.created_by)
    return command if len(command) <= 60 else command[:59] + "…"
