"""Archives in and out of a mounted view: `docker cp`, export, import, build contexts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .archive import Archive

if TYPE_CHECKING:
    from ..filesystem import MountNamespace


def write_archive(mount: MountNamespace, path: str, *, name: str | None = None) -> Archive:
    """The tar of what is at a path; entries begin with `name` (default: the path's last part)."""
    raise NotImplementedError


def extract_archive(mount: MountNamespace, path: str, chunks: Iterable[bytes]) -> None:
    """Unpack a tar under a directory, never outside it. Raises: DamagedArchive, UnsafeLayer."""
    raise NotImplementedError
