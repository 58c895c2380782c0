"""A host: the snapshotter and the runtime that share one kind of mount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from ..runtime import Runtime
from ..snapshot.port import Snapshotter

M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Host(Generic[M]):
    """Where containers live. `M` is the kind of mount: union mounts in Python, or overlayfs paths."""

    snapshotter: Snapshotter[M]
    runtime: Runtime[M]
