"""Images by name and ID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from ..store import ImageRecord

if TYPE_CHECKING:
    from .engine import Engine

M = TypeVar("M")


class Images(Generic[M]):
    """The images of an engine: look-up, list, inspect."""

    def __init__(self, engine: Engine[M]) -> None:
        self._engine = engine

    def get(self, name: str) -> ImageRecord:
        """The image a name, ID or ID prefix means. Raises: NoSuchImage (`No such image: name:latest`)."""
        raise NotImplementedError
