"""The containers of an engine: found by name, ID, or the beginning of one.

Three indexes keep every look-up flat from ten to ten thousand: names, sorted IDs, and images in
use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from ..errors import Conflict, InvalidInput, NotFound
from ..store.prefix_index import PrefixIndex
from .container import Container

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")

NAME = re.compile(r"/?[a-zA-Z0-9][a-zA-Z0-9_.-]+")
ALLOWED = "[a-zA-Z0-9][a-zA-Z0-9_.-]"
TRIES = 6


class NoSuchContainer(NotFound):
    def __init__(self, name: str) -> None:
        super().__init__(f"No such container: {name}")
        self.name = name


class AmbiguousPrefix(InvalidInput):
    def __init__(self, prefix: str) -> None:
        super().__init__(f"Multiple IDs found with provided prefix: {prefix}")
        self.prefix = prefix


class InvalidName(InvalidInput):
    def __init__(self, name: str) -> None:
        super().__init__(f"Invalid container name ({name}), only {ALLOWED} are allowed")
        self.name = name


class NameInUse(Conflict):
    hint = "Remove the other container, rename it, or choose another name."

    def __init__(self, name: str, holder: str) -> None:
        super().__init__(
            f'Conflict. The container name "/{name}" is already in use by container "{holder}".'
            " You have to remove (or rename) that container to be able to reuse that name."
        )
        self.name, self.holder = name, holder


class Containers(Generic[M]):
    """The registry of containers, oldest first."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine
        self._by_id: dict[str, Container[M]] = {}
        self._ids = PrefixIndex()
        self._names: dict[str, str] = {}
        self._by_image: dict[str, dict[str, Container[M]]] = {}
        self._linked: dict[str, list[str]] = {}
        self.running: dict[str, Container[M]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def all(self) -> Iterable[Container[M]]:
        """Every container, oldest first."""
        return self._by_id.values()

    def newest_first(self) -> list[Container[M]]:
        return list(reversed(self._by_id.values()))

    def using(self, image_id: str) -> Iterable[Container[M]]:
        """The containers created from an image, oldest first."""
        return self._by_image.get(image_id, {}).values()

    def get(self, name: str) -> Container[M]:
        """By full ID, then by name, then by a beginning of the ID that only one has.

        Raises: NoSuchContainer, AmbiguousPrefix, InvalidInput when nothing is named.
        """
        if not name:
            raise InvalidInput("No container name or ID supplied")
        found = self._by_id.get(name) or self._by_id.get(self._names.get(name.lstrip("/"), ""))
        if found is not None:
            return found
        matches = self._ids.matches(name)
        if not matches:
            raise NoSuchContainer(name)
        if len(matches) > 1:
            raise AmbiguousPrefix(name)
        return self._by_id[matches[0]]

    def find(self, name: str) -> Container[M] | None:
        """As `get`, with None for whatever keeps it from being found."""
        try:
            return self.get(name)
        except (NotFound, InvalidInput):
            return None

    def reserve(self, name: str, container_id: str) -> str:
        """Take a name, an invented one if none is given. Raises: InvalidName, NameInUse."""
        if not name:
            return self._invent(container_id)
        if not NAME.fullmatch(name):
            raise InvalidName(name)
        bare = name.removeprefix("/")
        holder = self._names.setdefault(bare, container_id)
        if holder != container_id:
            raise NameInUse(bare, holder)
        return bare

    def free(self, name: str) -> None:
        self._names.pop(name, None)

    def has(self, container: Container[M]) -> bool:
        """Is it still here?"""
        return container.id in self._by_id

    def add(self, container: Container[M]) -> None:
        self._by_id[container.id] = container
        self._ids.add(container.id)
        self._by_image.setdefault(container.image_id, {})[container.id] = container

    def remove(self, container: Container[M]) -> None:
        del self._by_id[container.id]
        self._ids.remove(container.id)
        self._names.pop(container.name, None)
        users = self._by_image[container.image_id]
        del users[container.id]
        if not users:
            del self._by_image[container.image_id]

    def link_name(self, parent: str, alias: str, child: str) -> None:
        """A second name of a linked container: `/parent/alias`."""
        self._names[f"{parent}/{alias}"] = child
        self._linked.setdefault(child, []).append(f"{parent}/{alias}")

    def link_names(self, container_id: str) -> list[str]:
        """The names links gave it, each with its slash."""
        names = self._linked.get(container_id)
        if not names:
            return []
        return [f"/{name}" for name in names if self._names.get(name) == container_id]

    def _invent(self, container_id: str) -> str:
        for retry in range(TRIES):
            name = self._engine.ids.container_name(retry)
            if self._names.setdefault(name, container_id) == container_id:
                return name
        self._names[container_id[:12]] = container_id
        return container_id[:12]
