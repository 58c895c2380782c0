"""The stages of a build that are done, by name and by number."""

from __future__ import annotations

from ...errors import InvalidInput
from ...spec import Digest


class Stages:
    """What `FROM name` and `--from=` may mean besides an image."""

    def __init__(self) -> None:
        self._images: list[Digest | None] = []
        self._names: dict[str, int] = {}

    def check_free(self, name: str) -> None:
        """Raises: InvalidInput when a stage has that name."""
        if name and name in self._names:
            raise InvalidInput(f"{name} stage name already used")

    def add(self, name: str, image: Digest | None) -> None:
        if name:
            self._names[name] = len(self._images)
        self._images.append(image)

    def named(self, name: str) -> tuple[Digest | None] | None:
        """The image of a stage, in a tuple of one; None if no stage has the name."""
        place = self._names.get(name.lower())
        return None if place is None else (self._images[place],)

    def get(self, name: str) -> tuple[Digest | None] | None:
        """By name or number. Raises: InvalidInput for a number that is not done."""
        found = self.named(name)
        if found is not None or not (name.isascii() and name.isdigit()):
            return found
        number = int(name)
        if number == len(self._images):
            raise InvalidInput("refers to current build stage")
        if number > len(self._images):
            raise InvalidInput("index out of bounds")
        return (self._images[number],)
